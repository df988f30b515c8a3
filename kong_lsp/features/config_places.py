"""What a configuration file names at a place, and where a name is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from kong_lsp.config.facts import At
from kong_lsp.config.model import Config, Part
from kong_lsp.text import Span


class Named(NamedTuple):
    """A name in a file. ``kind`` is ``plugin``, or that of a ``Definition``; ``scope`` is
    the namespace of a resource. ``defined`` tells a definition from a use."""

    kind: str
    name: str
    span: Span
    scope: str = ""
    defined: bool = False


def named_at(config: Config, offset: int) -> Named | None:
    """What is named at ``offset``, or just before it."""
    starts = _starts(config, offset)
    for part in config.parts:
        for kind, name, at, scope, defined in _names(part):
            if not name:
                continue
            span = config.span(at) if starts is None else _here(at, starts)
            if span is not None and span.start <= offset <= span.end:
                return Named(kind, name, span, scope, defined)
    return None


def written_at(config: Config, offset: int) -> Span | None:
    """Where the name of a plugin that is used is being written at ``offset``, empty or not."""
    starts = _starts(config, offset)
    for part in config.parts:
        for use in part.uses:
            span = config.span(use.at) if starts is None else _here(use.at, starts)
            if span is None or use.role != "plugin" or not span.start <= offset <= span.end:
                continue
            if use.name or span.start == span.end:
                return span
    return None


def places_of(config: Config, kind: str, name: str, *, defined: bool | None = None) -> list[Named]:
    """The places of a name in one file; ``defined``: definitions alone, or uses alone."""
    found = [
        (at, scope, defines)
        for part in config.parts
        for its, text, at, scope, defines in _names(part)
        if text == name and its == kind and defined in (None, defines)
    ]
    spans = config.spans([at for at, _, _ in found])
    named = {
        span: Named(kind, name, span, scope, defines)
        for span, (_, scope, defines) in zip(spans, found, strict=True)
    }
    return sorted(named.values(), key=lambda each: each.span)


def _names(part: Part) -> Iterator[tuple[str, str, At, str, bool]]:
    for use in part.uses:
        if use.role != "resource" and not use.templated:
            yield "plugin", use.name, use.at, "", use.role in ("custom", "cloned")
    for each in part.enabled:
        for item in each.items:
            if not item.templated and item.text not in ("bundled", "off"):
                yield "plugin", item.text, item.at, "", False
    for named in part.references:
        yield named.kind, named.name, named.at, named.scope, False
    for found in part.definitions:
        if found.kind != "plugin":
            yield found.kind, found.name, found.at, found.scope, True


def _starts(config: Config, offset: int) -> Mapping[int, int] | None:
    """The starts of the pieces around an offset by identity; None for a file without any."""
    if config.tree is None:
        return None
    base = config.base
    inner = offset - base
    found = {id(piece): base + at for piece, at in config.tree.at(max(0, inner - 1))}
    found.update({id(piece): base + at for piece, at in config.tree.at(inner)})
    return found


def _here(at: At, starts: Mapping[int, int]) -> Span | None:
    if at.piece is None:
        return Span(at.start, at.end)
    start = starts.get(id(at.piece))
    return None if start is None or at.end < 0 else Span(start + at.start, start + at.end)
