"""What the files of a plugin's migrations return, and what Kong wants of them."""

from __future__ import annotations

from dataclasses import dataclass

from kong_lsp.kong.releases import Release
from kong_lsp.kong.schema.fields import Record, read
from kong_lsp.kong.schema.values import Path
from kong_lsp.plugin.data import locate, plain
from kong_lsp.plugin.program import Program, Sources, run
from kong_lsp.text import Span


@dataclass(frozen=True, slots=True, eq=False)
class MigrationFile:
    """A migrations index, or one migration: what the file returns, as plain data."""

    program: Program
    definition: object

    def place(self, path: Path, *, key: bool = False) -> tuple[str, Span] | None:
        """The file and the span of what stands at a path."""
        return locate(self.program, path, key=key)


def read_migration(path: str, release: Release, sources: Sources) -> MigrationFile:
    """Evaluate a file of a plugin's migrations."""
    program = run(path, release, sources)
    return MigrationFile(program, plain(program.value))


def migration_schema(release: Release) -> Record | None:
    """What a migration must be (kong/db/schema/others/migrations.lua); None before 0.15."""
    if release.number < (0, 15):
        return None
    checked = release.number >= (2, 8)
    up = {"type": "string", "len_min": 0, "required": not checked}
    parts = {"up": up, "up_f": {"type": "function"}, "teardown": {"type": "function"}}
    fields: list[object] = [{"name": {"type": "string", "required": True}}]
    named = []
    for strategy in ("postgres", "cassandra"):
        if strategy == "cassandra" and release.number >= (3, 4):
            continue
        has_function = release.number >= (3, 0) or (checked and strategy == "cassandra")
        own = [{name: part} for name, part in parts.items() if name != "up_f" or has_function]
        fields.append({strategy: {"type": "record", "required": True, "fields": own}})
        named += [f"{strategy}.{name}" for entry in own for name in entry]
    checks = [{"at_least_one_of": named}] if checked else []
    return read({"name": "migration", "fields": fields, "entity_checks": checks}, entity=False)
