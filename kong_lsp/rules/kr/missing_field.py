"""A field that LuaRocks must have is missing.

## What it does
Looks for `package`, `version`, `source` with its `url` and, before format 3.0, `build`. A
`build` without `type` is told as a warning there: LuaRocks stops at it only when it builds.

## Why it matters
LuaRocks refuses the file: `Mandatory field source.url is missing.`

## Example
```lua
-- rock: acme
source = { tag = "1.0" }
build = { type = "builtin", modules = {} }
```

## Use instead
```lua
-- rock: acme
source = { url = "git+https://example.com/acme.git", tag = "1.0" }
build = { type = "builtin", modules = {} }
```

## Fix
Safe for `package` and `version` where the file's name tells them, for `build` where the
plugin's files are there to be listed, for `build.type`, and where `local` hides the field. What
would be a guess, such as the address of the sources, is offered and never done by itself. A field
that is there and only misspelt is not added: that is unknown-field's.

## If this still fails
A field that is set to nil is missing, too. Names are case sensitive: `Build` is not `build`.
"""

from __future__ import annotations

from collections.abc import Iterator

from kong_lsp.finding import Finding, Fix, Severity
from kong_lsp.rockspec import style
from kong_lsp.rockspec.format import LENIENT, Complaint
from kong_lsp.rockspec.layout import source
from kong_lsp.rules.kr import unknown_field
from kong_lsp.rules.kr.rockspec_words import edit_fix, name_parts, of_code, span_of, templated
from kong_lsp.rules.rule import Rule
from kong_lsp.spelling import nearest
from kong_lsp.syntax.lua import nodes
from kong_lsp.syntax.lua.values import Nil, Place
from kong_lsp.text import Edit, newline_of
from kong_lsp.workspace.snapshot import Rock, Snapshot

rule = Rule("KR005", "missing-field", Severity.ERROR)


def check(snapshot: Snapshot, rock: Rock) -> Iterator[Finding]:
    """Each mandatory field that is not there."""
    misspelt = [
        (each.inside, unknown_field.meant(rock, each))
        for each in of_code(rock, unknown_field.rule.code)
    ]
    for complaint in of_code(rock, "KR005"):
        message = complaint.message + "."
        if complaint.lenient:
            message += LENIENT
        hidden = _local(rock, complaint.field)
        if hidden is not None:
            message += " A local variable is no field."
        wanted = complaint.inside, complaint.field.rpartition(".")[2]
        mendable = wanted not in misspelt and not templated(rock)
        fixes = tuple(_fixes(snapshot, rock, complaint, hidden)) if mendable else ()
        place = hidden or complaint.place
        yield rule.finding(rock.path, span_of(rock, place), message, fixes=fixes)
    yield from _without_type(rock)


def _without_type(rock: Rock) -> Iterator[Finding]:
    rockspec = rock.rockspec
    build = rockspec.build
    if build is None or rockspec.format >= "3.0" or not isinstance(build.get("type"), Nil):
        return
    if any(isinstance(key, str) and nearest(key, ("type",)) for key in build.entries):
        return
    entry = rockspec.fields["build"]
    yield rule.finding(
        rock.path,
        span_of(rock, entry.key_at or entry.value_at),
        "LuaRocks refuses to build this: Rockspec error: build type not specified.",
        severity=Severity.WARNING,
        fixes=edit_fix(
            rock,
            'Add type = "builtin"',
            style.insert_field(rockspec.tree, build, 'type = "builtin"', first=True),
        ),
    )


def _local(rock: Rock, name: str) -> Place | None:
    """Where a statement ``local name = …`` hides what should be the field."""
    for piece in rock.rockspec.tree.pieces:
        node = piece.node
        if isinstance(node, nodes.Local) and [each.name for each in node.names] == [name]:
            return Place(piece, node.names[0].start, node.names[0].end)
    return None


def _fixes(
    snapshot: Snapshot, rock: Rock, complaint: Complaint, hidden: Place | None
) -> Iterator[Fix]:
    rockspec = rock.rockspec
    field = complaint.field
    told = name_parts(rock.path)
    if hidden is not None and hidden.piece.node is not None:
        start = Place(hidden.piece, hidden.piece.node.start, hidden.start)
        edits: tuple[Edit, ...] = (Edit(rockspec.tree.span(start), ""),)
        yield from edit_fix(rock, f"Make {field} a field: remove 'local'", edits)
    elif field in ("package", "version"):
        if told is not None:
            value = told[0] if field == "package" else told[1]
            edits = style.set_field(rockspec, field, value)
            yield from edit_fix(rock, f'Add {field} = "{value}"', edits)
        elif field == "version":
            edits = style.set_field(rockspec, field, "0.1.0-1")
            yield from edit_fix(rock, 'Add version = "0.1.0-1"', edits, "unsafe")
    elif field == "source":
        newline = newline_of(source(rockspec.tree))
        text = f'source = {{{newline}  url = "{_address(rock)}",{newline}}}'
        edits = style.insert_statement(rockspec.tree, "source", text)
        yield from edit_fix(rock, "Add source", edits, "unsafe")
    elif field == "source.url" and complaint.inside is not None:
        text = f'url = "{_address(rock)}"'
        edits = style.insert_field(rockspec.tree, complaint.inside, text, first=True)
        yield from edit_fix(rock, "Add url", edits, "unsafe")
    elif field == "build":
        modules = _modules(snapshot, rock)
        if modules:
            yield from edit_fix(
                rock, "Add build with the plugin's modules", style.add_modules(rockspec, modules)
            )
        if complaint.needs:
            edits = style.set_field(rockspec, "rockspec_format", complaint.needs)
            title = f'Set rockspec_format = "{complaint.needs}": LuaRocks finds the modules itself'
            yield from edit_fix(rock, title, edits, "unsafe")


def _address(rock: Rock) -> str:
    told = name_parts(rock.path)
    package = rock.rockspec.package.value if rock.rockspec.package else told and told[0]
    return f"git+https://github.com/YOUR-NAME/{package or 'YOUR-PLUGIN'}.git"


def _modules(snapshot: Snapshot, rock: Rock) -> list[tuple[str, str]]:
    """The modules of the plugin that the rock must mean, each by the shortest name that
    finds it."""
    root = snapshot.root_of(rock.path)
    below = [
        plugin
        for plugin in (root.plugins if root is not None else ())
        if plugin.folder.startswith(rock.base + "/")
    ]
    package = rock.rockspec.package.value if rock.rockspec.package else ""
    named = [plugin for plugin in below if plugin.name in package] if len(below) > 1 else below
    if len(named) != 1:
        return []
    plugin = named[0]
    return [
        (f"{plugin.key_prefix}.{tail}", path[len(rock.base) + 1 :])
        for tail, path in sorted(plugin.modules.items())
        if not tail.endswith(".init") or plugin.modules.get(tail.removesuffix(".init")) != path
    ]
