"""What a plugin's ``handler.lua`` returns: priority, version, the phases that it implements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kong_lsp.kong.releases import Release
from kong_lsp.plugin.contract import PHASES
from kong_lsp.plugin.libraries import is_class
from kong_lsp.plugin.program import Program, Sources, run
from kong_lsp.syntax.lua.values import UNKNOWN, Entry, Func, Nil, Table, Unknown, Value
from kong_lsp.text import Span

Form = Literal["table", "class", "unknown"]


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
        """One of its entries; NIL where it has none, UNKNOWN where that is not known."""
        if self.table is None:
            return UNKNOWN
        value = self.table.get(name)
        inherits = self.table.meta is not None and self.form != "class"
        return UNKNOWN if inherits and isinstance(value, Nil) else value

    def entry(self, name: str) -> Entry | None:
        """The entry as it was written last."""
        return None if self.table is None else self.table.entries.get(name)

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


def read_handler(path: str, release: Release, sources: Sources) -> Handler:
    """Evaluate the ``handler.lua`` at ``path``; what it requires only where that matters."""
    handler = _handler(run(path, release, sources, alone=True))
    if any(isinstance(handler.get(name), Unknown) for name in ("PRIORITY", "VERSION")):
        handler = _handler(run(path, release, sources))
    return handler


def _handler(program: Program) -> Handler:
    table = program.value if isinstance(program.value, Table) else None
    form: Form = "unknown" if table is None else "class" if is_class(table) else "table"
    return Handler(program, table, form)
