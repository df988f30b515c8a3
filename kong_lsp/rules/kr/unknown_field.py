"""A field that LuaRocks does not know.

## What it does
Holds every field against the list of the rockspec's format: at the top level, and inside
`description`, `source`, `build.install`, `hooks`, `deploy` and `external_dependencies`.

## Why it matters
LuaRocks refuses the file: `Unknown field maintainers (using rockspec format 1.0)`.

## Example
```lua
-- rock: acme
description.licence = "MIT"
build = { type = "builtin", modules = {} }
```

## Use instead
```lua
-- rock: acme
description.license = "MIT"
build = { type = "builtin", modules = {} }
```

## Fix
Safe where a known name is near: the field is renamed. Safe where a newer format has the
field: `rockspec_format` is set. Safe where a variable of your own was meant: it is made
`local`. Removing the field is offered, and never done by itself.

## If this still fails
`labels`, `issues_url`, `test`, `test_dependencies` and `build_dependencies` need
`rockspec_format = "3.0"`, `deploy` needs `"1.1"`. Inside `source` there is no `commit`, `ref`
or `sha256`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kong_lsp.finding import Finding, Fix, Severity
from kong_lsp.rockspec import style
from kong_lsp.rockspec.format import LENIENT, Complaint
from kong_lsp.rockspec.layout import source
from kong_lsp.rockspec.schema import FIELDS
from kong_lsp.rules.kr.rockspec_words import edit_fix, of_code, span_of
from kong_lsp.rules.rule import Rule
from kong_lsp.spelling import nearest
from kong_lsp.syntax.lua import nodes
from kong_lsp.syntax.lua.values import Text
from kong_lsp.text import Edit, Span
from kong_lsp.workspace.snapshot import Rock, Snapshot

rule = Rule("KR004", "unknown-field", Severity.ERROR)

_SYNONYMS = {
    "authors": "maintainer",
    "author": "maintainer",
    "maintainers": "maintainer",
    "licence": "license",
    "home_page": "homepage",
    "commit": "tag",
    "ref": "tag",
    "uri": "url",
}

_OPPOSITES = frozenset({"pre_install"})
"""What looks like a known name and means something else."""


def check(snapshot: Snapshot, rock: Rock) -> Iterator[Finding]:
    """Each field that the rockspec's format does not have."""
    for complaint in of_code(rock, "KR004"):
        near = meant(rock, complaint)
        message = complaint.message + "."
        if complaint.lenient:
            message += LENIENT
        if near is not None:
            message += f' Did you mean "{near}"?'
        elif complaint.inside is None and not complaint.needs:
            homes = [name for name, each in FIELDS.items() if complaint.field in each.fields]
            if homes:
                message += f" It belongs in {' or '.join(homes)}."
        yield rule.finding(
            rock.path,
            span_of(rock, complaint.place),
            message,
            fixes=tuple(_fixes(rock, complaint, near)),
        )


def meant(rock: Rock, complaint: Complaint) -> str | None:
    """The field that an unknown one is likely meant to be."""
    entry = complaint.entry
    if entry is None or not isinstance(entry.key, Text) or complaint.needs:
        return None
    name = entry.key.value
    taken = complaint.inside.entries if complaint.inside else rock.rockspec.fields
    if name in _OPPOSITES:
        return None
    known = _SYNONYMS.get(name)
    if known not in complaint.allowed:
        known = nearest(name, complaint.allowed)
    return None if known is None or known in taken else known


def _fixes(rock: Rock, complaint: Complaint, near: str | None) -> Iterator[Fix]:
    entry = complaint.entry
    if entry is None:
        return
    rockspec = rock.rockspec
    if complaint.needs:
        title = f'Set rockspec_format = "{complaint.needs}"'
        edits = style.set_field(rockspec, "rockspec_format", complaint.needs)
        yield from edit_fix(rock, title, edits)
    if near is not None:
        edits = style.rename_key(rockspec.tree, entry, near)
        yield from edit_fix(rock, f'Change to "{near}"', edits)
    if complaint.inside is None:
        yield from _make_local(rock, complaint, is_safe=near is None)
    elif entry not in complaint.inside.written:
        return
    edits = style.remove_entry(rockspec, complaint.inside, entry)
    yield from edit_fix(rock, f"Remove {complaint.field}", edits, "unsafe")


def _make_local(rock: Rock, complaint: Complaint, *, is_safe: bool) -> Iterator[Fix]:
    """For a name that is used further on, and so is a variable, not a field."""
    rockspec = rock.rockspec
    name = complaint.field
    entry = next((each for each in rockspec.evaluation.written if _name(each) == name), None)
    if entry is None:
        return
    node = entry.at.piece.node
    plain = isinstance(node, nodes.Assign) and len(node.targets) == 1
    if not (plain or isinstance(node, nodes.FunctionStatement)):
        return
    if node is None or node.start != entry.at.start:
        return
    tree = rockspec.tree
    start = tree.span(entry.at).start
    after = source(tree)[tree.span(entry.at).end :]
    used = re.search(rf"(?<![\w.]){re.escape(name)}(?!\w|\s*=[^=])", after) is not None
    if used or isinstance(node, nodes.FunctionStatement):
        edits = (Edit(Span(start, start), "local "),)
        yield from edit_fix(rock, f"Make {name} local", edits, "safe" if is_safe else "unsafe")


def _name(entry: object) -> str | None:
    key = getattr(entry, "key", None)
    return key.value if isinstance(key, Text) else None
