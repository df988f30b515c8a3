"""A configuration names a plugin that neither Kong nor the workspace has.

## What it does
Looks up each name of a plugin, in declarative files, KongPlugin resources and lists such as
`KONG_PLUGINS`, among the plugins that the target Kong bundles, those of Kong Enterprise and
those of the workspace. Where a name is near one of them it is likely misspelt: a warning.
Any other is told once per file, as information: the plugin may come from somewhere else.
Templates (`${NAME}`), wasm filters and names that the file itself defines are left alone, and
so is every name where a plugin server is set up.

## Why it matters
Kong refuses the file (`plugin 'rate-limitng' not enabled; add it to the 'plugins'
configuration property`), or does not start (`rate-limitng plugin is enabled but not
installed`).

## Example
```yaml
# file: kong.yml
_format_version: "3.0"
plugins:
- name: rate-limitng
  config:
    minute: 5
```

## Use instead
```yaml
# file: kong.yml
_format_version: "3.0"
plugins:
- name: rate-limiting
  config:
    minute: 5
```

## Fix
The name is corrected. Safe where only case, `-` and `_` differ or the plugin is the
workspace's own, and nothing else is wrong with it; otherwise not applied without `--unsafe`.

## If this still fails
The name is that of the folder below `kong/plugins/`, letter for letter, and not that of the
rock. Set `kong_version` if another release of Kong bundles the plugin, `kong_source` if your own
Kong does; name it in the setting `plugins` if it is installed where Kong runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from kong_lsp.config.edits import renamed
from kong_lsp.config.facts import Use
from kong_lsp.config.model import Config, Part
from kong_lsp.config.sniff import speaks_of_kong
from kong_lsp.finding import Finding, Fix, Severity, TextChange
from kong_lsp.kong import bundled
from kong_lsp.rules.kc import plugin_names
from kong_lsp.rules.kc.plugin_names import View
from kong_lsp.rules.km.shipping import safe_if
from kong_lsp.rules.rule import Rule
from kong_lsp.rules.shared_words import not_enabled, not_installed
from kong_lsp.text import Span
from kong_lsp.workspace import link
from kong_lsp.workspace.snapshot import Snapshot

rule = Rule("KC301", "unknown-plugin", Severity.WARNING)


def check(snapshot: Snapshot, config: Config) -> Iterator[Finding]:
    """Each misspelt name, and each name that is not known, once."""
    view = plugin_names.view(snapshot, config)
    if config.kind == "admin" and not speaks_of_kong(config.path):
        return  # it may be anything that has a name and a config
    used = {name for name, role in config.names if role in plugin_names.RUN}
    misspelt = frozenset(name for name in used if _is_misspelt(view, name))
    strange = frozenset(
        name
        for name in used - misspelt
        if name and _is_strange(view, name) and name not in view.loaded
        if not view.enabled.complete or view.is_loaded(name)
    )
    if misspelt or strange:
        yield from _in_uses(view, config, misspelt, strange)
    told = set[str]()
    for _, _, item in plugin_names.items(view.lists):
        if _is_misspelt(view, item.text):
            yield _misspelt(view, config, item.text, config.span(item.at), listed=True)
        elif _is_strange(view, item.text) and item.text not in told:
            told.add(item.text)
            yield _strange(view, config, item.text, config.span(item.at))


def _in_uses(
    view: View, config: Config, misspelt: frozenset[str], strange: frozenset[str]
) -> Iterator[Finding]:
    wrong = misspelt | strange

    def look(part: Part) -> Iterator[Use]:
        return (u for u in part.uses if u.name in wrong and u.role in plugin_names.RUN)

    told = set[str]()
    uses = []
    for use in chain.from_iterable(config.each(rule.code, wrong, look)):
        if use.name not in told:
            uses.append(use)
        if use.name in strange:
            told.add(use.name)
    for use, span in zip(uses, config.spans([use.at for use in uses]), strict=True):
        if use.name in misspelt:
            yield _misspelt(view, config, use.name, span, listed=False)
        else:
            yield _strange(view, config, use.name, span)


def _is_misspelt(view: View, name: str) -> bool:
    right = plugin_names.meant(view.names, name)
    return right is not None and not right.rock


def _is_strange(view: View, name: str) -> bool:
    right = plugin_names.meant(view.names, name)
    return right is None and view.is_unknown(name) and not view.names.open


def _misspelt(view: View, config: Config, name: str, span: Span, *, listed: bool) -> Finding:
    right = plugin_names.meant(view.names, name)
    assert right is not None
    (better,) = right.plugins
    edits = renamed(span, name, better)
    fine = better in plugin_names.KEYWORDS or (
        plugin_names.lacks(view, better) is None if listed else view.is_loaded(better)
    )
    safety = safe_if(right.sure and fine)
    fixes: tuple[Fix, ...] = ()
    if edits is not None:
        fixes = (Fix(f"Change to {better}", (TextChange(config.path, edits),), safety),)
    words = not_installed(name, view.release) if listed else not_enabled(name, view.release)
    return rule.finding(
        config.path,
        span,
        f"There is no plugin '{name}'. Did you mean '{better}'? Kong says \"{words}\".",
        fixes=fixes,
    )


def _strange(view: View, config: Config, name: str, span: Span) -> Finding:
    kong = link.kong_name(view.root, view.release)
    had = bundled.bundled_in(name)
    if had and view.root.source is None:
        message = (
            f"Kong {kong} does not bundle the plugin '{name}': Kong {had[0]} to {had[-1]} did."
        )
    else:
        message = (
            f"No plugin '{name}' is known here: Kong {kong} does not bundle it, and the "
            "workspace does not hold it. It has to be installed where Kong runs; if it is, name it "
            "in the setting `plugins`."
        )
    return rule.finding(config.path, span, message, severity=Severity.INFORMATION)
