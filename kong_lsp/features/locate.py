"""What is written at an offset of a rockspec."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kong_lsp.rockspec.model import ModuleEntry, Rockspec
from kong_lsp.syntax.lua.values import Entry, Place, Table, Text
from kong_lsp.text import Span
from kong_lsp.workspace.snapshot import Rock


@dataclass(frozen=True, slots=True)
class Spot:
    """The entries that hold an offset, outermost first, and the span of the innermost's key."""

    entries: tuple[Entry, ...]
    key: Span | None
    value: Span

    @property
    def names(self) -> tuple[str, ...]:
        """The keys from the top level down, ``"1"`` for the first item of a list."""
        return tuple(key_text(entry) for entry in self.entries)


def key_text(entry: Entry) -> str:
    """An entry's key as people write it; ``?`` where it is not known."""
    key = entry.key
    if isinstance(key, Text):
        return key.value
    value = getattr(key, "value", None)
    return str(int(value)) if isinstance(value, float) and value.is_integer() else "?"


def holds(span: Span, offset: int) -> bool:
    """Whether an offset is in a span or at its end."""
    return span.start <= offset <= span.end


def spot(rockspec: Rockspec, offset: int) -> Spot | None:
    """The field at an offset; None between fields."""
    tree = rockspec.tree
    found: list[Entry] = []
    level = rockspec.evaluation.written
    while True:
        inside = next((item for item in level if holds(tree.span(item.at), offset)), None)
        if inside is None:
            break
        found.append(inside)
        if not isinstance(inside.value, Table) or not holds(tree.span(inside.value_at), offset):
            break
        level = inside.value.written
    if not found:
        return None
    last = found[-1]
    key = tree.span(last.key_at) if last.key_at is not None else None
    return Spot(tuple(found), key, tree.span(last.value_at))


def module_at(rock: Rock, offset: int) -> ModuleEntry | None:
    """The entry of ``build.modules`` that holds an offset."""
    tree = rock.rockspec.tree
    for entry in all_modules(rock.rockspec):
        if holds(tree.span(entry.entry.at), offset):
            return entry
    return None


def all_modules(rockspec: Rockspec) -> Iterator[ModuleEntry]:
    """Every entry that installs a module: of ``build.modules`` and its overrides."""
    yield from rockspec.modules
    for entries in rockspec.platform_modules.values():
        yield from entries


def text_span(rockspec: Rockspec, text: Text, at: Place) -> Span:
    """The characters of a literal at ``at`` without its quotes; the whole of ``at`` where
    something else is written there."""
    place = text.place(0, len(text.value)) if text.literal == at else None
    return rockspec.tree.span(place if place is not None else at)


def file_of(rock: Rock, path: str) -> str:
    """The absolute path of a file that a rockspec names."""
    path = path.replace("\\", "/")
    while path.startswith("./"):
        path = path[2:]
    return path if path.startswith("/") else f"{rock.base}/{path}"
