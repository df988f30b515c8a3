"""A list of plugins has an empty item, quotes, or blanks where there must be none.

## What it does
Reads `plugins` in kong.conf, `KONG_PLUGINS` and their kin as Kong does: cut at each comma,
blanks around an item dropped (not by Kong 0.9), and nothing else. Finds empty items (`a,,b`, a
comma at the end), quotes and brackets that would become part of a name, and names that no
comma parts (`bundled greeter`, `bundled;greeter`). Lists with a template in them are left alone.

## Why it matters
Kong takes each piece for the name of a plugin and does not start: `"bundled plugin is enabled
but not installed`. An empty item is a plugin without a name. In kong.conf, and in the
`- KEY="value"` form of a compose file, quotes are not removed.

## Example
```ini
# file: kong.conf
database = off
plugins = "bundled,greeter",
# handler: kong/plugins/greeter/handler.lua
# schema: kong/plugins/greeter/schema.lua
```

## Use instead
```ini
# file: kong.conf
database = off
plugins = bundled,greeter
# handler: kong/plugins/greeter/handler.lua
# schema: kong/plugins/greeter/schema.lua
```

## Fix
Safe: the empty item, the quotes or the blanks are removed; a comma is put between names.

## If this still fails
`kong check kong.conf` and `docker exec CONTAINER env` show what Kong reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kong_lsp.config import edits, walk
from kong_lsp.config.facts import EnabledList
from kong_lsp.config.model import Config
from kong_lsp.finding import Finding, Fix, Severity, TextChange
from kong_lsp.rules.kc import plugin_names
from kong_lsp.rules.kc.plugin_names import View
from kong_lsp.rules.rule import Rule
from kong_lsp.rules.shared_words import not_installed
from kong_lsp.syntax.yaml.nodes import Scalar
from kong_lsp.text import Edit, Span
from kong_lsp.workspace.snapshot import Snapshot

rule = Rule("KC306", "malformed-list", Severity.ERROR)

_APART = re.compile(r"[\s;]+")


def check(snapshot: Snapshot, config: Config) -> Iterator[Finding]:
    """Each item that is no name."""
    view = plugin_names.view(snapshot, config)
    for each in view.lists:
        if each.form == "list":
            if config.kind == "kong.yml" and _has_empty(each):
                text = plugin_names.text_of(snapshot, config)
                yield from _in_list(config, each, text)
        elif not each.templated and _is_odd(view, each):
            text = plugin_names.text_of(snapshot, config)
            yield from _in_string(view, config, each, text)


def _is_odd(view: View, each: EnabledList) -> bool:
    """Whether a list is worth a closer look."""
    return view.release.number == (0, 9) or any(
        not item.text
        or _APART.search(item.text)
        or any(mark in item.text for mark in plugin_names.WRAPPING)
        for item in each.items
    )


def _in_string(view: View, config: Config, each: EnabledList, text: str) -> Iterator[Finding]:
    spans = [config.span(item.at) for item in each.items]
    exact = all(
        text[slice(*span)].strip() == item.text
        for item, span in zip(each.items, spans, strict=True)
    )
    for index, (item, span) in enumerate(zip(each.items, spans, strict=True)):
        changed: edits.Edits | None = None
        shown = span
        if not item.text:
            where = "at the end" if index + 1 == len(spans) else "here"
            message = f"An empty item {where}: {_words(view, '')}"
            title = "Remove the empty item"
            changed = edits.without(spans, index)
            if exact:
                shown = changed[0].span
        elif any(mark in item.text for mark in plugin_names.WRAPPING):
            better = item.text.strip(plugin_names.WRAPPING)
            message = f"Quotes and brackets are part of the name here: {_words(view, item.text)}"
            title = "Remove the quotes"
            changed = (Edit(span, better),)
            if not better:
                changed = edits.without(spans, index)
            elif any(mark in better for mark in plugin_names.WRAPPING):
                changed = None
        elif _APART.search(item.text):
            message = f"Kong parts names at commas only: {_words(view, item.text)}"
            title = "Put commas between the names"
            changed = (Edit(span, _APART.sub(",", item.text)),)
        elif view.release.number == (0, 9) and index and span.start > spans[index - 1].end + 1:
            blanks = Span(spans[index - 1].end, span.start)
            if not re.fullmatch(r"[ \t]*,[ \t]*", text[slice(*blanks)]):
                continue
            message = f"Kong 0.9 does not drop blanks: {_words(view, ' ' + item.text)}"
            title = "Remove the blanks"
            shown, changed = blanks, (Edit(blanks, ","),)
        else:
            continue
        yield _finding(config, shown, message, title, changed if exact else None)


def _words(view: View, name: str) -> str:
    return f'Kong takes "{name}" for a plugin and says "{not_installed(name, view.release)}".'


def _has_empty(each: EnabledList) -> bool:
    return any(_is_empty(spot) for spot in walk.items(each.node))


def _is_empty(spot: walk.Spot) -> bool:
    return isinstance(spot.node, Scalar) and not spot.node.templated and not walk.text(spot)


def _in_list(config: Config, each: EnabledList, text: str) -> Iterator[Finding]:
    for index, spot in enumerate(walk.items(each.node)):
        if not _is_empty(spot):
            continue
        span = config.span(walk.whole(spot))
        if span.start == span.end:
            span = Span(max(text.rfind("-", 0, span.start), span.start - 2, 0), span.end)
        yield _finding(
            config,
            span,
            "An empty item: Kong takes it for a plugin without a name, and does not start.",
            "Remove the empty item",
            edits.removed(config, each, index, text),
        )


def _finding(
    config: Config, span: Span, message: str, title: str, changed: edits.Edits | None
) -> Finding:
    fixes = () if changed is None else (Fix(title, (TextChange(config.path, changed),)),)
    return rule.finding(config.path, span, message, fixes=fixes)
