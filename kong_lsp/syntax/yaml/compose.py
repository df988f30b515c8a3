"""Composes one stretch of YAML with libyaml's events, keeping what stood before an error.

PyYAML is imported with the first text. Its C loader is used where PyYAML was built with
libyaml; otherwise the pure one (seven to ten times slower; ``uses_libyaml`` tells).
Events, not nodes, are asked for: they say where an alias stands, do not recurse, and
give all that came before an error.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from sys import intern
from typing import Any, NamedTuple

from kong_lsp.syntax.yaml import templates
from kong_lsp.syntax.yaml.nodes import Alias, Mapping, Node, Scalar, Sequence

MAX_DEPTH = 200
"""More nested levels than this are not read."""

_BAD = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PROPERTIES = re.compile(r"(?:[&!][^\s,\[\]{}]*(?:\s|#[^\n]*\n)*)+")


@cache
def _yaml() -> Any:
    import yaml

    return yaml


def uses_libyaml() -> bool:
    """Whether PyYAML has its C loader here."""
    return hasattr(_yaml(), "CSafeLoader")


@cache
def _loader() -> Callable[[Any], Any]:
    yaml = _yaml()
    loader: Callable[[Any], Any] = yaml.cyaml.CParser if uses_libyaml() else yaml.SafeLoader
    return loader


class Failure(NamedTuple):
    """What libyaml said. ``at`` is the problem's place, ``context_at`` (or -1) where what
    could not be read began; ``at_end`` tells that more text might have mended it."""

    problem: str
    context: str | None
    at: int
    context_at: int
    at_end: bool


class Composed(NamedTuple):
    """The one root of a text (None where there is none), and why it stops, if it does.

    ``anchors`` are named nodes, ``aliases`` those that the text itself does not name
    before, ``bad`` the places of characters that YAML does not allow.
    """

    root: Node | None
    failure: Failure | None
    anchors: tuple[tuple[str, Node], ...]
    aliases: tuple[Alias, ...]
    bad: tuple[int, ...]
    templated: bool


def clean(text: str) -> str:
    """``text`` with every character that YAML does not allow replaced."""
    return _BAD.sub("\ufffd", text)


def compose(hidden: str, shown: str, pad: int = 0) -> Composed:
    """Compose ``hidden``, which starts ``pad`` columns right of the margin.

    ``shown`` is the same text before ``templates.hide``. Offsets count from its start.
    """
    composed = _compose(" " * pad + hidden if pad else hidden, hidden, shown, pad, ())
    if composed is None:
        bad = tuple(match.start() for match in _BAD.finditer(hidden))
        text = clean(hidden)
        composed = _compose(" " * pad + text, text, shown, pad, bad)
    assert composed is not None
    return composed


def _compose(text: str, hidden: str, shown: str, pad: int, bad: tuple[int, ...]) -> Composed | None:
    """See ``compose``; None where ``text`` has a character that YAML does not allow."""
    yaml = _yaml()
    scalar_event, alias_event = yaml.ScalarEvent, yaml.AliasEvent
    mapping_start, sequence_start = yaml.MappingStartEvent, yaml.SequenceStartEvent
    new = tuple.__new__
    templated = templates.has_hidden(hidden)
    anchors: list[tuple[str, Node]] = []
    opened: set[str] = set()
    aliases: list[Alias] = []
    stack: list[tuple[list[Node], Any]] = []
    nodes: list[Node] = []
    failure: Failure | None = None
    try:
        parser = _loader()(text)
        get = parser.get_event
        get()
        if get().__class__ is yaml.DocumentStartEvent:
            for event in iter(get, None):
                kind = event.__class__
                if kind is scalar_event:
                    begin, end = event.start_mark.index - pad, event.end_mark.index - pad
                    value, anchor, tag = event.value, event.anchor, event.tag
                    known = True
                    if anchor is not None or tag is not None:
                        begin = _after_properties(hidden, begin, end)
                    if templated:
                        source = hidden[begin:end]
                        if templates.has_hidden(source):
                            known = False
                            value = templates.show(value, source, shown[begin:end])
                        elif begin == end and templates.line_follows(hidden, end):
                            known = False
                    if len(value) < 32:
                        value = intern(value)
                    node: Node = new(
                        Scalar, (begin, end, value, event.style or "", tag, anchor, not known)
                    )
                    nodes.append(node)
                    if anchor is not None:
                        anchors.append((anchor, node))
                        opened.add(anchor)
                elif kind is mapping_start or kind is sequence_start:
                    if len(stack) >= MAX_DEPTH:
                        at = event.start_mark.index - pad
                        failure = Failure("exceeded maximum depth", None, at, -1, at_end=False)
                        break
                    if event.anchor is not None:
                        opened.add(event.anchor)
                    stack.append((nodes, event))
                    nodes = []
                elif kind is alias_event:
                    name = event.anchor
                    alias = Alias(event.start_mark.index - pad, event.end_mark.index - pad, name)
                    nodes.append(alias)
                    if name not in opened:
                        aliases.append(alias)
                elif stack:
                    before, opening = stack.pop()
                    if (
                        opening.flow_style
                        or not nodes
                        or opening.anchor is not None
                        or opening.tag is not None
                    ):
                        end = event.end_mark.index - pad
                        node = _close(opening, nodes, end, hidden, pad, anchors)
                    else:
                        begin = opening.start_mark.index - pad
                        body = (begin, nodes[-1].end, tuple(nodes), False, None, None)
                        is_mapping = opening.__class__ is mapping_start
                        node = new(Mapping, body) if is_mapping else new(Sequence, body)
                    nodes = before
                    nodes.append(node)
    except yaml.MarkedYAMLError as error:
        failure = _failure(error, len(text), pad)
    except (yaml.reader.ReaderError, UnicodeEncodeError):
        return None
    if failure is not None and nodes:
        last = nodes[-1]
        if isinstance(last, Scalar) and last.start == last.end and not last.style:
            nodes[-1] = last._replace(templated=True)  # what follows was not read
    while stack:
        before, opening = stack.pop()
        if opening.__class__ is mapping_start and len(nodes) % 2:
            end = nodes[-1].end  # a key whose value could not be read stays
            nodes.append(Scalar(end, end, "", "", None, None, templated=True))
        node = _close(opening, nodes, -1, hidden, pad, anchors)
        nodes = before
        nodes.append(node)
    root = nodes[0] if nodes else None
    if failure is None and len(nodes) > 1:
        at = nodes[1].start
        failure = Failure("did not find expected <document start>", None, at, -1, at_end=False)
    return Composed(root, failure, tuple(anchors), tuple(aliases), bad, templated)


def _close(
    event: Any,
    nodes: list[Node],
    end: int,
    hidden: str,
    pad: int,
    anchors: list[tuple[str, Node]],
) -> Node:
    """The collection that ``event`` opened; a block one ends with its last entry."""
    begin = event.start_mark.index - pad
    anchor, tag = event.anchor, event.tag
    flow = bool(event.flow_style)
    last = nodes[-1].end if nodes else begin
    if anchor is not None or tag is not None:
        begin = _after_properties(hidden, begin, nodes[0].start if nodes else end)
    if not flow or end < 0:
        end = max(last, begin)
    kind = Mapping if event.__class__ is _yaml().MappingStartEvent else Sequence
    node = kind(begin, end, tuple(nodes), flow, tag, anchor)
    if anchor is not None:
        anchors.append((anchor, node))
    return node


def _after_properties(hidden: str, begin: int, end: int) -> int:
    match = _PROPERTIES.match(hidden, begin)
    return min(match.end(), end) if match and end >= begin else begin


def _failure(error: Any, length: int, pad: int) -> Failure:
    at = error.problem_mark.index if error.problem_mark else length
    began = error.context_mark.index - pad if error.context_mark else -1
    at_end = at >= length
    return Failure(error.problem or "", error.context, at - pad, began, at_end)


# --- what a text longer than the piece says --------------------------------------------


class _Reader:
    """Hands a text to libyaml a little at a time, since it often stops early."""

    def __init__(self, parts: Iterator[str]) -> None:
        self._parts = parts

    def read(self, _size: int = -1) -> str:
        return next(self._parts, "")


def entry_end(parts: Iterator[str]) -> tuple[int | None, int]:
    """Where the first entry of the block that ``parts`` begin with ends.

    The second figure is the offset that was looked at. Where the text is refused, the
    entry may end before the line on which it is; the end is None where it cannot.
    """
    yaml = _yaml()
    cleaned = (clean(part) for part in parts if part)
    looked = depth = entries = wanted = 0
    done: Any = None
    last: Any = None
    try:
        source: Any = _Reader(cleaned) if uses_libyaml() else "".join(cleaned)
        parser = _loader()(source)
        while done is None:
            event = parser.get_event()
            if event is None:
                return None, looked
            looked = event.end_mark.index
            if event.start_mark.index < looked or isinstance(event, yaml.ScalarEvent):
                last = event.end_mark  # not that of a block's end, which is the next token
            if isinstance(event, yaml.CollectionStartEvent):
                if depth == 0:
                    wanted = 2 if isinstance(event, yaml.MappingStartEvent) else 1
                depth += 1
                if depth > MAX_DEPTH:
                    return None, looked
                continue
            if isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            elif not isinstance(event, yaml.NodeEvent):
                continue
            if depth == 0:
                return None, looked
            entries += depth == 1
            if entries == wanted:
                done = last
        parser.get_event()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        if mark is not None:
            looked = max(looked, mark.index)
        if last is None or mark is None:
            return None, looked
        if mark.line <= last.line - (last.column == 0):  # a block scalar's end
            return None, looked
    except (yaml.reader.ReaderError, UnicodeEncodeError):
        return None, looked
    return (None if last is None else last.index), looked
