"""What a plugin's ``schema.lua`` says: its definition, as Kong's schema code sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kong_lsp.kong.releases import Release, find
from kong_lsp.kong.schema.values import MISSING, UNKNOWN, Path
from kong_lsp.plugin.data import locate, plain
from kong_lsp.plugin.program import Program, Sources, run
from kong_lsp.text import Span

if TYPE_CHECKING:
    from kong_lsp.kong.schema.fields import Record
    from kong_lsp.kong.schema.legacy import NotConverted

_NEW_FORM = find("0.15")
_CONVERTED_UNTIL = find("2.8")


@dataclass(frozen=True, slots=True, eq=False)
class Schema:
    """``definition`` is what the file returns, as plain data with UNKNOWN in it.

    ``converted`` is the form that the release works with: the same, or what it makes of a
    schema in the form of Kong 0.x (``is_legacy``); UNKNOWN where it refuses that.
    """

    program: Program
    definition: object
    is_legacy: bool
    converted: object
    refused: NotConverted | None
    _record: list[Record] = field(default_factory=list)

    @property
    def record(self) -> Record:
        """``converted``, read when it is first asked for."""
        if not self._record:
            from kong_lsp.kong.schema.fields import read

            self._record.append(read(self.converted))
        return self._record[0]

    @property
    def is_known(self) -> bool:
        """Whether anything can be said of it: it was read, and the release takes it."""
        return isinstance(self.converted, Mapping)

    @property
    def name(self) -> object:
        """Its ``name``, MISSING or UNKNOWN."""
        if not isinstance(self.definition, Mapping):
            return UNKNOWN
        return self.definition.get("name", MISSING)

    def place(self, path: Path, *, key: bool = False) -> tuple[str, Span] | None:
        """The file and the span of what stands at a path of the definition."""
        return locate(self.program, path, key=key)

    def place_of_field(self, path: Path) -> tuple[str, Span] | None:
        """Where a field is defined: ``("config", "redis", "host")``, its name's span."""
        found = self._path_of_field(path)
        return None if found is None else locate(self.program, found, key=True)

    def _path_of_field(self, path: Path) -> Path | None:
        holder = self.definition
        found: Path = ()
        if self.is_legacy:
            path = path[1:]
        for name in path:
            while isinstance(holder, Mapping) and "elements" in holder:
                holder, found = holder["elements"], (*found, "elements")
            if not isinstance(holder, Mapping):
                return None
            if isinstance(name, int):
                continue
            below = self._below(holder, name)
            if below is None:
                return None
            step, holder = below
            found = (*found, *step)
        return found

    def _below(self, holder: Mapping[object, object], name: str) -> tuple[Path, object] | None:
        if holder.get("type") == "map" and "values" in holder:
            return ("values",), holder["values"]
        if self.is_legacy:
            inner = holder.get("schema") if "type" in holder else holder
            fields = inner.get("fields") if isinstance(inner, Mapping) else None
            if not isinstance(fields, Mapping) or name not in fields:
                return None
            step = ("schema", "fields") if "type" in holder else ("fields",)
            return (*step, name), fields[name]
        for side in ("fields", "shorthand_fields"):
            listed = holder.get(side)
            for number, entry in enumerate(listed if isinstance(listed, list) else (), 1):
                if isinstance(entry, Mapping) and name in entry:
                    return (side, number, name), entry[name]
        return None


def read_schema(
    name: str,
    path: str,
    release: Release,
    sources: Sources,
    settings: Mapping[str, str] | None = None,
) -> Schema:
    """Evaluate the ``schema.lua`` at ``path`` of the plugin ``name``; ``settings`` as in ``run``."""
    program = run(path, release, sources, settings=settings)
    definition = plain(program.value)
    old = looks_legacy(definition)
    converted: object = definition
    refused: NotConverted | None = None
    if old:
        from kong_lsp.kong.schema import legacy

        converted = UNKNOWN
        if _CONVERTED_UNTIL is None or release <= _CONVERTED_UNTIL:
            try:
                converted = legacy.convert(name, _mapping(definition))
            except legacy.NotConverted as error:
                if _NEW_FORM is not None and release >= _NEW_FORM:
                    refused = error
    return Schema(program, definition, old, converted, refused)


def looks_legacy(definition: object) -> bool:
    """Whether it is of the old form: no name, and its fields by name."""
    if not isinstance(definition, Mapping) or "name" in definition:
        return False
    fields = _mapping(definition).get("fields", MISSING)
    return isinstance(fields, Mapping) or fields == [] or fields is MISSING


def _mapping(definition: object) -> Mapping[str, object]:
    return definition if isinstance(definition, Mapping) else {}
