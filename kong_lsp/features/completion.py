"""What may be written at the cursor of a rockspec."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from kong_lsp.features.cursor import Cursor, cursor
from kong_lsp.features.hover import DEPENDENCIES, describe, find_field
from kong_lsp.features.joined import as_one, value_before, within
from kong_lsp.features.known import LICENCES, ROCKS
from kong_lsp.kong import modules
from kong_lsp.rockspec import schema
from kong_lsp.rockspec.forms import is_identifier, quoted
from kong_lsp.rockspec.style import render_module
from kong_lsp.syntax.lua.values import Table, Text
from kong_lsp.text import Edit, Span
from kong_lsp.workspace.snapshot import Rock, Snapshot

Kind = Literal[
    "module",
    "file",
    "folder",
    "field",
    "value",
    "rock",
    "plugin",
    "block",
    "resource",
    "entity",
    "typedef",
    "function",
]

PREFIX = "kong.plugins."


@dataclass(frozen=True, slots=True)
class Item:
    """One proposal. ``edit`` puts it in; ``snippet`` is its text with places to fill in
    (``$1``), where that is worth more. ``also`` are edits elsewhere. Lower ``rank`` first;
    ``filter`` is what the typed text is compared with. ``doc`` is Markdown."""

    label: str
    kind: Kind
    edit: Edit
    rank: int
    filter: str
    detail: str = ""
    doc: str = ""
    snippet: str | None = None
    also: tuple[Edit, ...] = ()


def completion(
    snapshot: Snapshot, path: str, text: str, offset: int, missing: Mapping[str, str]
) -> list[Item]:
    """The proposals at ``offset`` of the rockspec at ``path``, best first.

    ``text`` is the rockspec's. ``missing`` maps the modules that the rockspec should list
    and does not to their files.
    """
    rock = snapshot.rock_at(path)
    place = cursor(text, offset)
    if rock is None or place is None:
        return []
    if place.joined is None:
        found = list(_Finder(snapshot, rock, text, place, missing).items())
    else:
        value = value_before(rock.rockspec.tree, place)
        if value is None:
            return []
        whole = _Finder(snapshot, rock, text, as_one(place, value), missing).items()
        found = [
            replace(item, edit=edit, filter=edit.text)
            for item in whole
            if (edit := within(item.edit, place.word, value)) is not None
        ]
    return sorted(found, key=lambda item: (item.rank, item.label))


class _Finder:
    """One question: the same few things are asked again and again while it is answered."""

    def __init__(
        self,
        snapshot: Snapshot,
        rock: Rock,
        text: str,
        place: Cursor,
        missing: Mapping[str, str],
    ) -> None:
        self.root = snapshot.root(rock)
        self.rock = rock
        self.text = text
        self.at = place
        self.missing = missing

    def items(self) -> Iterator[Item]:
        at = self.at
        table = without_platforms(at.table)
        if table == ("build", "modules"):
            yield from self._module_key() if at.where == "key" else self._module_path()
        elif len(table) == 3 and table[:2] == ("build", "install"):
            if at.where == "value" or at.quote:
                yield from self._path_parts(lua_only=table[2] == "lua")
        elif at.where == "key" and len(table) == 1 and table[0] in DEPENDENCIES:
            yield from self._dependency()
        elif at.where == "key" and table == ("supported_platforms",):
            yield from self._list_item((*schema.PLATFORMS, *(f"!{it}" for it in schema.PLATFORMS)))
        elif at.where == "key" and table == ("build", "copy_directories"):
            yield from self._folders()
        elif at.where == "key" and not at.quote and not at.bracket:
            yield from self._fields(table)
        elif at.where == "value" and at.key is not None:
            yield from self._values((*table, at.key))

    # --- modules

    def _module_key(self) -> Iterator[Item]:
        at = self.at
        opening = self.text[at.start : at.word.start]
        whole = at.alone and (at.bracket or not at.quote)
        if whole:
            for name, file in self.missing.items():
                relative = self._relative(file)
                entry = render_module(self.rock.rockspec, name, relative)
                yield Item(
                    label=name,
                    kind="module",
                    edit=Edit(Span(at.start, at.stop), entry + self._separator()),
                    rank=0,
                    filter=opening + name,
                    detail=relative,
                    doc=self._module_doc(name),
                    also=self._comma(),
                )
        if at.quote:
            yield from self._module_parts()
        elif not at.bracket and whole:
            for name in self._conventional():
                if name not in self.missing:
                    file = self._file_beside(name)
                    entry = render_module(self.rock.rockspec, name, file)
                    yield Item(
                        label=name,
                        kind="module",
                        edit=Edit(Span(at.start, at.stop), entry + self._separator()),
                        rank=5,
                        filter=opening + name,
                        detail=f"{file}, which is not there yet",
                        doc=self._module_doc(name),
                        also=self._comma(),
                    )

    def _module_parts(self) -> Iterator[Item]:
        """The next segment of a module's name."""
        at = self.at
        base = at.typed[: at.typed.rfind(".") + 1]
        span = Span(at.word.start + len(base), at.word.end)
        seen = set()
        for rank, names in ((1, tuple(self.missing)), (4, tuple(self._conventional()))):
            for name in names:
                if not name.startswith(base) or name in self.rock.listed:
                    continue
                part, dot, _ = name[len(base) :].partition(".")
                if part in seen or not part:
                    continue
                seen.add(part)
                full = base + part
                yield Item(
                    label=part,
                    kind="module",
                    edit=Edit(span, part),
                    rank=rank + (1 if dot else 0),
                    filter=part,
                    detail=full + (".…" if dot else ""),
                    doc="" if dot else self._module_doc(name),
                )

    def _conventional(self) -> Iterator[str]:
        """The modules that Kong would load for this rock's plugins, there or not."""
        plugins = {tree.name for tree in self.rock.plugins or self.root.plugins}
        for name in self.rock.listed:
            if name.startswith(PREFIX) and name.count(".") > 2:
                plugins.add(name.split(".")[2])
        for plugin in sorted(plugins):
            for row in modules.table(self.root.kong):
                name = f"{PREFIX}{plugin}.{row.tail}"
                if row.need == "obsolete" or "*" in row.tail or row.tail.endswith(".init"):
                    continue
                if name not in self.rock.listed:
                    yield name

    def _module_doc(self, name: str) -> str:
        if not name.startswith(PREFIX):
            return ""
        row = modules.module(self.root.kong, name[len(PREFIX) :].partition(".")[2])
        return "" if row is None else f"{row.purpose} (since Kong {row.since})"

    def _file_beside(self, name: str) -> str:
        """Where a module that is not there would be, beside its plugin's others."""
        plugin, _, tail = name[len(PREFIX) :].partition(".")
        inner = tail.replace(".", "/") + ".lua"
        for tree in self.rock.plugins:
            if tree.name == plugin:
                return self._relative(f"{tree.folder}/{inner}")
        return f"kong/plugins/{plugin}/{inner}"

    def _module_path(self) -> Iterator[Item]:
        at = self.at
        file = self.root.find(self.rock, at.key) if at.key else None
        if file is not None:
            relative = self._relative(file)
            yield self._value(relative, "file", 0, f"the file of {at.key}")
        if at.quote:
            yield from self._path_parts(lua_only=True)

    def _path_parts(self, *, lua_only: bool) -> Iterator[Item]:
        """The next part of a path, from the rock's own folder."""
        at = self.at
        base = at.typed[: at.typed.rfind("/") + 1]
        span = Span(at.word.start + len(base), at.word.end)
        inner = self.rock.base[len(self.root.path) + 1 :]
        folder = f"{inner}/{base}" if inner else base
        shipped = self.rock.files
        folders: dict[str, bool] = {}
        for file in self.root.listing.files:
            if not file.startswith(folder) or (lua_only and not file.endswith(".lua")):
                continue
            part, slash, _ = file[len(folder) :].partition("/")
            fresh = f"{self.root.path}/{file}" not in shipped
            if slash:
                folders[part] = folders.get(part, False) or fresh
            else:
                detail = "not listed yet" if fresh else "listed already"
                rank = 1 if fresh else 3
                yield Item(part, "file", Edit(span, part), rank, part, detail)
        for part, fresh in folders.items():
            yield Item(part, "folder", Edit(span, part), 2 if fresh else 4, part)

    def _folders(self) -> Iterator[Item]:
        inner = self.rock.base[len(self.root.path) + 1 :]
        prefix = f"{inner}/" if inner else ""
        tops = {
            folder[len(prefix) :].partition("/")[0]
            for folder in self.root.listing.folders
            if folder.startswith(prefix)
        }
        yield from self._list_item(sorted(tops - {""}))

    # --- fields and values

    def _fields(self, table: tuple[str, ...]) -> Iterator[Item]:
        at = self.at
        rockspec = self.rock.rockspec
        present = at.siblings | self._present()
        for name in self._field_names(table):
            if name in present or not is_identifier(name):
                continue
            names = (*table, name)
            known = find_field(names)
            if known is not None and not known.in_format(rockspec.format):
                continue
            kind = known.type if known is not None else ""
            mandatory = known is not None and known.required_in(rockspec.format)
            end = self._separator() if table else ""
            text, snippet = name, None
            if at.alone:
                text = f"{name} = "
                body = {"string": '"$1"', "table": "{\n\t$0\n}", "boolean": "${1:true}"}.get(kind)
                snippet = f"{name} = {body or '$1'}{end}"
            yield Item(
                label=name,
                kind="field",
                edit=Edit(Span(at.start, at.word.end), text),
                rank=1 if mandatory else 2,
                filter=name,
                detail=", ".join(filter(None, (kind, "mandatory" if mandatory else ""))),
                doc=describe(names, rockspec.format) or "",
                snippet=snippet,
                also=self._comma(),
            )

    def _field_names(self, table: tuple[str, ...]) -> Iterable[str]:
        if not table:
            return schema.FIELDS
        known = find_field(table)
        names = dict.fromkeys(known.fields if known is not None else ())
        if table == ("build",):
            build_type = self.rock.rockspec.build_type or "builtin"
            names.update(dict.fromkeys(schema.BUILD_KEYS.get(build_type, ())))
            names.update(dict.fromkeys(schema.COMMON_BUILD_KEYS))
        if known is not None and known.platforms and len(self.at.table) == len(table):
            names["platforms"] = None
        return names

    def _present(self) -> frozenset[str]:
        """The keys that the table at the cursor has, before and after it."""
        entries = self.rock.rockspec.fields
        found = frozenset(entries)
        value: object = None
        for name in self.at.table:
            entry = entries.get(name) if value is None else None
            if isinstance(value, Table):
                entry = value.entries.get(name)
            if entry is None or not isinstance(entry.value, Table):
                return frozenset()
            value = entry.value
            found = frozenset(key for key in entry.value.entries if isinstance(key, str))
        return found

    def _values(self, names: tuple[str, ...]) -> Iterator[Item]:
        if names == ("rockspec_format",):
            for text in schema.FORMATS:
                yield self._value(text, "value", 1)
        elif names == ("build", "type"):
            for text, doc in schema.BUILD_TYPES.items():
                yield self._value(text, "value", 1 if text == "builtin" else 2, doc=doc)
        elif names == ("description", "license"):
            for rank, text in enumerate(LICENCES):
                yield self._value(text, "value", 1 + (rank > 1))
        elif names == ("test", "type"):
            for text in ("busted", "command"):
                yield self._value(text, "value", 1)
        elif names in (("package",), ("version",)):
            name = self.rock.path.rpartition("/")[2].removesuffix(".rockspec")
            package, _, revision = name.rpartition("-")
            package, dash, version = package.rpartition("-")
            if dash and package:
                yield self._value(
                    package if names == ("package",) else f"{version}-{revision}",
                    "value",
                    1,
                    "as in the name of this file",
                )
        elif not self.at.quote and (known := find_field(names)) and known.type == "boolean":
            for text in ("true", "false"):
                span = Span(self.at.start, self.at.word.end)
                yield Item(text, "value", Edit(span, text), 1, text)

    def _value(self, text: str, kind: Kind, rank: int, detail: str = "", doc: str = "") -> Item:
        """A string, with its quotes where none are there."""
        at = self.at
        if at.quote:
            return Item(text, kind, Edit(at.word, text), rank, text, detail, doc)
        literal = quoted(text, self._quote())
        return Item(text, kind, Edit(Span(at.start, at.word.end), literal), rank, text, detail, doc)

    def _list_item(self, texts: Iterable[str]) -> Iterator[Item]:
        at = self.at
        here = self._listed()
        for text in texts:
            if text in here:
                continue
            if at.quote:
                yield Item(text, "value", Edit(at.word, text), 1, text)
            else:
                literal = quoted(text, self._quote()) + self._separator()
                edit = Edit(Span(at.start, at.word.end), literal)
                yield Item(text, "value", edit, 1, text, also=self._comma())

    def _listed(self) -> frozenset[str]:
        """The strings of the list at the cursor."""
        value = self.rock.rockspec.get(*self.at.table)
        if not isinstance(value, Table):
            return frozenset()
        return frozenset(
            entry.value.value for entry in value.array() if isinstance(entry.value, Text)
        )

    def _dependency(self) -> Iterator[Item]:
        at = self.at
        name, blank, rest = at.typed.partition(" ")
        if at.quote and blank:
            begun = rest.rpartition(",")[2].lstrip()
            span = Span(at.word.start + len(at.typed) - len(begun), at.word.end)
            known = ROCKS.get(name)
            if known is not None and known.constraint:
                yield Item(known.constraint, "value", Edit(span, known.constraint), 0, begun)
            for operator, says in OPERATORS.items():
                yield Item(operator, "value", Edit(span, f"{operator} "), 1, operator, says)
            return
        taken = {text.partition(" ")[0] for text in self._listed()}
        for rock, known in ROCKS.items():
            if rock in taken and rock != at.typed:
                continue
            wanted = f"{rock} {known.constraint}".strip()
            if at.quote:
                edit = Edit(at.word, wanted)
            else:
                literal = quoted(wanted, self._quote()) + self._separator()
                edit = Edit(Span(at.start, at.word.end), literal)
            rank = 0 if rock == "lua" else 2
            also = () if at.quote else self._comma()
            yield Item(rock, "rock", edit, rank, rock, wanted, known.doc, also=also)

    # --- small things

    def _relative(self, file: str) -> str:
        base = self.rock.base + "/"
        return file.removeprefix(base)

    def _quote(self) -> str:
        return "'" if self.text.count("'") > self.text.count('"') else '"'

    def _separator(self) -> str:
        return "" if self.at.separated else ","

    def _comma(self) -> tuple[Edit, ...]:
        at = self.at.comma
        return () if at is None else (Edit(Span(at, at), ","),)


def without_platforms(table: tuple[str, ...]) -> tuple[str, ...]:
    """The keys without a ``platforms.NAME`` among them: what is in there means the same."""
    if "platforms" in table[:-1]:
        index = table.index("platforms")
        return (*table[:index], *table[index + 2 :])
    return table


OPERATORS = {
    ">=": "this version or a newer one",
    "~>": "any version that begins like this",
    "==": "this version",
    "<": "an older version",
    "<=": "this version or an older one",
    ">": "a newer version",
    "~=": "any version but this",
}
