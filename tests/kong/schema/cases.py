"""Verdicts of Kong 2.8.5, 3.4.2 and 3.9.1, recorded by running Kong's own schema code."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kong_lsp.kong.releases import Release, find
from kong_lsp.kong.schema.values import Function
from kong_lsp.kong.schema.values import Path as Place

DATA = Path(__file__).parents[2] / "data"


def rows(name: str) -> list[dict[str, Any]]:
    """The cases of ``tests/data/NAME.jsonl.gz``."""
    with gzip.open(DATA / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def release(row: dict[str, Any]) -> Release:
    """The release of a case's Kong."""
    found = find(row["kong"])
    assert found is not None
    return found


def plain(value: Any) -> Any:
    """A case's value: ``"<function>"`` stands for a function, keys of digits for numbers."""
    if value == "<function>":
        return Function()
    if isinstance(value, dict):
        return {int(key) if key.isdigit() else key: plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [plain(part) for part in value]
    return value


def messages(errors: Any, path: Place = ()) -> Iterator[tuple[Place, str]]:
    """The places and messages of Kong's table of errors; an entity check's is its record."""
    if isinstance(errors, dict):
        for key, below in errors.items():
            inner = path if key == "@entity" else (*path, int(key) if key.isdigit() else key)
            yield from messages(below, inner)
    elif isinstance(errors, list):
        for below in errors:
            yield from messages(below, path)
    else:
        yield path, errors


def by_function(errors: Any, opaque: list[Place]) -> bool:
    """Whether one of Kong's errors lies where a function decides that we do not know."""
    return any(
        place[: len(own)] == own[: len(place)] for place, _ in messages(errors) for own in opaque
    )
