"""What a plugin's ``daos.lua`` returns: the schemas of its own entities."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kong_lsp.kong.releases import Release
from kong_lsp.kong.schema.values import UNKNOWN, Path, as_sequence
from kong_lsp.plugin.data import locate, plain
from kong_lsp.plugin.program import Program, Sources, run
from kong_lsp.text import Span


@dataclass(frozen=True, slots=True, eq=False)
class Daos:
    """``definition`` is what the file returns, as plain data with UNKNOWN in it."""

    program: Program
    definition: object

    @property
    def is_list(self) -> bool | None:
        """Whether it is an array, as Kong 3 wants it; None where that is not known."""
        if self.definition is UNKNOWN or not isinstance(self.definition, Mapping | list):
            return None
        return as_sequence(self.definition) is not None

    def entities(self) -> Iterator[tuple[Path, Mapping[str, object]]]:
        """The definition of each entity, and its path in the file's table."""
        listed = as_sequence(self.definition)
        if listed is not None:
            for number, entity in enumerate(listed, 1):
                if isinstance(entity, Mapping):
                    yield (number,), entity
        elif isinstance(self.definition, Mapping):
            for name, entity in self.definition.items():
                if isinstance(entity, Mapping) and name != "tables" and "name" in entity:
                    yield (name,), entity

    def place(self, path: Path, *, key: bool = False) -> tuple[str, Span] | None:
        """The file and the span of what stands at a path."""
        return locate(self.program, path, key=key)


def read_daos(path: str, release: Release, sources: Sources) -> Daos:
    """Evaluate the ``daos.lua`` at ``path``."""
    program = run(path, release, sources)
    return Daos(program, plain(program.value))
