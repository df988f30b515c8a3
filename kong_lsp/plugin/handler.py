"""What a plugin's ``handler.lua`` returns: priority, version, the phases that it implements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from kong_lsp.kong.releases import Release
from kong_lsp.plugin.contract import PHASES
from kong_lsp.plugin.libraries import is_class, is_root_class
from kong_lsp.plugin.program import Program, Sources, run
from kong_lsp.syntax.lua.values import NIL, UNKNOWN, Entry, Func, Nil, Table, Unknown, Value
from kong_lsp.text import Span

Form = Literal["table", "class", "unknown"]

_MOST_PARENTS = 10


@dataclass(frozen=True, slots=True, eq=False)
class Handler:
    """``table`` is what the file returns; None where that is no table, or not known.

    ``form``: ``class`` where it was made by ``extend``, as BasePlugin's heirs are.
    """

    program: Program
    table: Table | None
    form: Form

    @property
    def path(self) -> str:
        """The file."""
        return self.program.path

    def get(self, name: str) -> Value:
        """One of its entries, or of what it inherits from; NIL where it has none, UNKNOWN where
        that is not known."""
        for table in self._line():
            value = UNKNOWN if table is None else table.get(name)
            if not isinstance(value, Nil):
                return value
        return NIL

    def entry(self, name: str) -> Entry | None:
        """The entry as it was written last, in the table or in what it inherits from."""
        for table in self._line():
            if table is None or name in table.entries:
                return None if table is None else table.entries[name]
        return None

    def _line(self) -> Iterator[Table | None]:
        """The table and those that it inherits from, nearest first; None for what is not known."""
        table = self.table
        for _ in range(_MOST_PARENTS):
            yield table
            parent = NIL if table is None or table.meta is None else table.meta.get("__index")
            if isinstance(parent, Nil) or is_root_class(parent):
                return
            table = parent if isinstance(parent, Table) else None
        yield None

    @property
    def functions(self) -> tuple[str, ...]:
        """The names of its functions, phases or not, in their order."""
        entries = () if self.table is None else self.table.entries.items()
        return tuple(
            name for name, entry in entries if isinstance(name, str) and _is_function(entry)
        )

    @property
    def phases(self) -> tuple[str, ...]:
        """The phases that it surely implements."""
        return tuple(name for name in self.functions if name in PHASES)

    def value_place(self, name: str) -> tuple[str, Span] | None:
        """The file and the span of an entry's value."""
        entry = self.entry(name)
        return None if entry is None else self.program.locate(entry.value_at)

    def key_place(self, name: str) -> tuple[str, Span] | None:
        """The file and the span of an entry's name."""
        entry = self.entry(name)
        if entry is None or entry.key_at is None:
            return None
        return self.program.locate(entry.key_at)


def _is_function(entry: Entry) -> bool:
    return isinstance(entry.value, Func)


def read_handler(
    path: str, release: Release, sources: Sources, settings: Mapping[str, str] | None = None
) -> Handler:
    """Evaluate the ``handler.lua`` at ``path``; what it requires only where that matters.
    ``settings`` as in ``run``."""
    handler = _handler(run(path, release, sources, alone=True, settings=settings))
    known = all(not isinstance(handler.get(name), Unknown) for name in ("PRIORITY", "VERSION"))
    if not known or (handler.table is not None and handler.table.open):
        handler = _handler(run(path, release, sources, settings=settings))
    return handler


def _handler(program: Program) -> Handler:
    table = program.value if isinstance(program.value, Table) else None
    form: Form = "unknown" if table is None else "class" if is_class(table) else "table"
    return Handler(program, table, form)
