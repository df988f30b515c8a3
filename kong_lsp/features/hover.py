"""What to say of the place under the cursor: Markdown."""

from __future__ import annotations

from dataclasses import dataclass

from kong_lsp.features.locate import Spot, file_of, holds, module_at, spot
from kong_lsp.kong import bundled, modules
from kong_lsp.rockspec import dependency, schema
from kong_lsp.rockspec.build import effect
from kong_lsp.rockspec.model import ModuleEntry
from kong_lsp.syntax.lua.values import Bool, Num, Text, Value
from kong_lsp.text import Span
from kong_lsp.workspace.snapshot import Rock, Snapshot

NEEDS = {
    "mandatory": "Kong {release} does not start a plugin without it.",
    "optional": "Kong {release} loads it where it exists.",
    "listed": "Kong {release} loads it where the plugin names it.",
    "obsolete": "Kong {release} no longer loads it.",
}


@dataclass(frozen=True, slots=True)
class Hover:
    """``text`` is Markdown; ``span`` is what it speaks of."""

    text: str
    span: Span


def hover(snapshot: Snapshot, path: str, offset: int) -> Hover | None:
    """What is known of the place at ``offset``; None where there is nothing to say."""
    rock = snapshot.rock_at(path)
    if rock is None:
        return _of_require(snapshot, path, offset)
    entry = module_at(rock, offset)
    if entry is not None:
        return _of_module(snapshot, rock, entry)
    place = spot(rock.rockspec, offset)
    return None if place is None else _of_field(rock, place, offset)


def _of_module(snapshot: Snapshot, rock: Rock, entry: ModuleEntry) -> Hover:
    lines = [f"**{entry.name or 'a module whose name is not known'}**", ""]
    if entry.name is not None:
        lines += _kong_says(snapshot, rock, entry.name)
    what = effect(entry)
    if entry.path is not None:
        exists = snapshot.exists(file_of(rock, entry.path))
        state = {True: "", False: " — **not there**", None: ""}[exists]
        lines.append(f"- file: `{entry.path}`{state}")
    if entry.overwritten:
        lines.append("- a later entry of the same name replaces this one")
    elif what.kind == "lua":
        lines.append(f"- installed as `share/lua/5.1/{what.installs}`")
        if what.module != entry.name:
            lines.append(f'- Lua finds it as `require "{what.module}"`')
    elif what.kind == "c":
        lines.append(f"- compiled from {', '.join(f'`{item}`' for item in what.sources)}")
    elif what.why:
        lines.append(f"- {what.why}")
    return Hover("\n".join(lines), rock.rockspec.tree.span(entry.entry.at))


def _kong_says(snapshot: Snapshot, rock: Rock, name: str) -> list[str]:
    if not name.startswith("kong.plugins."):
        return []
    plugin, _, tail = name[len("kong.plugins.") :].partition(".")
    release = snapshot.root(rock).kong
    row = modules.module(release, tail)
    if row is None:
        return [f"A module of the plugin `{plugin}`'s own: Kong does not load it by itself.", ""]
    until = f", until {row.until}" if row.until is not None else ""
    need = NEEDS[row.need].format(release=release)
    return [f"{row.purpose} {need}", "", f"- since Kong {row.since}{until}"]


def _of_field(rock: Rock, place: Spot, offset: int) -> Hover | None:
    names = place.names
    entry = place.entries[-1]
    rockspec = rock.rockspec
    if names[0] in DEPENDENCIES and isinstance(entry.value, Text) and len(names) > 1:
        return Hover(_dependency(entry.value.value, rockspec.format), place.value)
    doc = describe(names, rockspec.format)
    shown = _value(entry.value)
    computed = isinstance(entry.value, Text) and entry.value.literal != entry.value_at
    if place.key is None or not holds(place.key, offset):
        if names == ("build", "type") and isinstance(entry.value, Text):
            known = schema.BUILD_TYPES.get(entry.value.value)
            return Hover(known, place.value) if known else None
        return Hover(f"`{shown}`", place.value) if computed and shown else None
    if doc is None:
        return None
    title = ".".join(names)
    lines = [f"**{title}** — {doc}"]
    if computed and shown:
        lines += ["", f"Value: `{shown}`"]
    return Hover("\n".join(lines), place.key)


DEPENDENCIES = frozenset(("dependencies", "build_dependencies", "test_dependencies"))


def find_field(names: tuple[str, ...]) -> schema.Field | None:
    """The schema's field of these keys; None where LuaRocks knows none."""
    first, *rest = names
    field = schema.FIELDS.get(first)
    for name in rest:
        if field is None:
            return None
        field = field.fields.get(name) or field.items
    return field


def describe(names: tuple[str, ...], rockspec_format: str) -> str | None:
    """What LuaRocks does with a field, in a sentence or two."""
    field = find_field(names)
    if field is None or not field.doc:
        return schema.BUILD_DOCS.get(names[-1]) if names[:1] == ("build",) else None
    facts: list[str] = [field.type]
    if field.required_in(rockspec_format):
        facts.append("mandatory")
    if field.since != "1.0":
        facts.append(f"from rockspec_format {field.since}")
    return f"{field.doc} ({', '.join(facts)})"


def _value(value: Value) -> str | None:
    if isinstance(value, Text):
        return f'"{value.value}"'
    if isinstance(value, Num):
        return f"{value.value:g}"
    return str(value.value).lower() if isinstance(value, Bool) else None


OPERATORS = {
    "==": "exactly {}",
    "~=": "any but {}",
    ">": "newer than {}",
    "<": "older than {}",
    ">=": "{} or newer",
    "<=": "{} or older",
    "~>": "any {}.*",
}


def _dependency(text: str, rockspec_format: str) -> str:
    parsed = dependency.parse(text, rockspec_format)
    if isinstance(parsed, dependency.DependencyProblem):
        return f"LuaRocks refuses `{text}`."
    wanted = [OPERATORS[item.operator].format(item.version.text) for item in parsed.constraints]
    return f"**{parsed.name}**: {', '.join(wanted) or 'any version'}"


def _of_require(snapshot: Snapshot, path: str, offset: int) -> Hover | None:
    root = snapshot.root_of(path)
    file = root.lua.get(path) if root is not None else None
    if root is None or file is None:
        return None
    for require in file.requires:
        if require.module is None or not require.call.start <= offset <= require.call.end:
            continue
        module = require.module
        lines = [f"**{module}**", ""]
        there = root.modules.get(module)
        if there is not None:
            lines.append(f"- file: `{there[len(root.path) + 1 :]}`")
        lines += [
            f"- installed by `{rock.path.rpartition('/')[2]}`"
            for rock in root.rocks
            if module in rock.listed
        ]
        if (had := bundled.ever(module)) and there is None:
            lines.append(f"- Kong's own, {had[0]} to {had[-1]}")
        return Hover("\n".join(lines), require.call) if len(lines) > 2 else None
    return None
