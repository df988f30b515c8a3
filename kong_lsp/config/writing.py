"""Entries written into YAML and JSON as the author writes them.

What is to be added is a tree: by key a new value, or, where there is a table already, a tree
of what is to be added to that (lists by index from 1). ``text`` is that of the file.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from collections.abc import Mapping as Table
from typing import NamedTuple

from kong_lsp.config import walk
from kong_lsp.config.data import key_of
from kong_lsp.config.edits import in_flow
from kong_lsp.config.entries import written
from kong_lsp.config.model import Config
from kong_lsp.config.walk import Spot
from kong_lsp.kong.schema.values import Key
from kong_lsp.syntax.yaml.nodes import Mapping, Scalar, Sequence
from kong_lsp.text import Edit, Span, newline_of

_NESTED = r"(?m)^( *)((?:- +)*)[\w.-]+:[ \t]*\r?\n( *)(- )?(?=[\w\"'])"
_SEEN = 20_000
_MOST = 200


class Style(NamedTuple):
    """How a file is written.

    ``json``: keys and strings in double quotes. ``quote``: what strings stand in, "" for
    none. ``step`` is the indentation of what is nested, ``dash`` that of a list below its
    key, in columns; ``brackets``: lists are written in them. ``newline`` ends a line.
    """

    json: bool = False
    quote: str = ""
    step: int = 2
    dash: int = 2
    brackets: bool = False
    newline: str = "\n"


def style_of(config: Config, near: Spot, text: str) -> Style:
    """The style of a file, as it shows in and around ``near``."""
    newline = newline_of(text)
    if config.path.endswith(".json") or re.match(r"\s*\{", text):
        return Style(json=True, step=_json_step(text), newline=newline)
    start = config.span(walk.whole(near)).start
    steps: Counter[int] = Counter()
    dashes: Counter[int] = Counter()
    for match in re.compile(_NESTED).finditer(text, max(0, start - _SEEN), start + _SEEN):
        deeper = len(match[3]) - len(match[1]) - len(match[2])
        if match[4]:
            dashes[deeper] += 1
        elif deeper > 0:
            steps[deeper] += 1
    quotes, lists = _habits(near)
    return Style(
        quote=quotes.most_common(1)[0][0] if +quotes and not quotes[""] else "",
        step=steps.most_common(1)[0][0] if steps else 2,
        dash=max(0, dashes.most_common(1)[0][0]) if dashes else 2,
        brackets=bool(lists[True] and not lists[False]),
        newline=newline,
    )


def _json_step(text: str) -> int:
    match = re.search(r"\n( +)\S", text[:_SEEN])
    return len(match[1]) if match else 2


def _habits(near: Spot) -> tuple[Counter[str], Counter[bool]]:
    """The quotes of strings that need none, and whether lists are in brackets."""
    quotes: Counter[str] = Counter()
    lists: Counter[bool] = Counter()
    waiting = [near]
    for _ in range(_MOST):
        if not waiting:
            break
        spot = waiting.pop()
        node = spot.node
        if isinstance(node, Sequence):
            lists[node.flow] += 1
            waiting += walk.items(spot)
        elif isinstance(node, Mapping):
            waiting += [value for _, value in walk.entries(spot)]
        elif isinstance(node, Scalar) and node.type == "str" and node.style not in ("|", ">"):
            quotes[node.style] += written(node.value) == node.value
    return quotes, lists


def added(
    config: Config, holder: Spot, tree: Table[Key, object], text: str, style: Style
) -> list[Edit] | None:
    """A mapping with the entries of ``tree``; None where it cannot be edited with certainty
    (an alias or an anchor on the way, a value of another kind)."""
    node = holder.node
    if not isinstance(node, Mapping) or node.anchor is not None:
        return None
    there = {key_of(key): (key, value) for key, value in walk.entries(holder)}
    edits: list[Edit] = []
    fresh: dict[Key, object] = {}
    for key, part in tree.items():
        if key not in there:
            fresh[key] = part
            continue
        found = _into(config, *there[key], part, text, style, flow=node.flow)
        if found is None:
            return None
        edits += found
    if fresh:
        appended = _appended(config, holder, fresh, text, style)
        if appended is None:
            return None
        edits += appended
    return edits


def filled(
    config: Config, key: Spot, value: Spot, part: object, text: str, style: Style
) -> list[Edit] | None:
    """The value of ``key`` with ``part`` in it, or ``part`` itself where it is empty."""
    return _into(config, key, value, part, text, style, flow=style.json or in_flow(key))


def _into(
    config: Config, key: Spot, value: Spot, part: object, text: str, style: Style, *, flow: bool
) -> list[Edit] | None:
    node = value.node
    if isinstance(node, Mapping) and any(True for _ in walk.entries(value)):
        return added(config, value, part, text, style) if isinstance(part, Table) else None
    if isinstance(node, Sequence) and any(True for _ in walk.items(value)):
        return _into_items(config, value, part, text, style)
    empty = isinstance(node, Mapping | Sequence) or (
        isinstance(node, Scalar) and node.type == "null" and node.tag is None
    )
    if not empty or getattr(node, "anchor", None) is not None:
        return None
    return _instead(config, key, value, part, text, style, flow=flow)


def _into_items(
    config: Config, value: Spot, part: object, text: str, style: Style
) -> list[Edit] | None:
    items = list(walk.items(value))
    edits: list[Edit] = []
    for index, below in part.items() if isinstance(part, Table) else ():
        known = isinstance(index, int) and index <= len(items) and isinstance(below, Table)
        found = added(config, items[index - 1], below, text, style) if known else None
        if found is None:
            return None
        edits += found
    return edits


def _instead(
    config: Config, key: Spot, value: Spot, part: object, text: str, style: Style, *, flow: bool
) -> list[Edit] | None:
    """Something where nothing is: no value, ``null`` or empty brackets."""
    key_at, at = config.span(walk.whole(key)), config.span(walk.whole(value))
    colon = text.find(":", key_at.end)
    if colon < 0 or text[key_at.end : colon].strip():
        return None
    if flow:
        if at.start == at.end:
            return None
        return [Edit(at, _in_flow(part, style, _indentation(text, key_at.start)))]
    end = max(colon + 1, at.end if at.end > at.start else 0)
    if text[colon + 1 : end].count("\n"):
        return None
    gone = [Edit(Span(colon + 1, end), "")] if end > colon + 1 else []
    lines = list(_block(part, style))
    if not lines:
        return [Edit(Span(colon + 1, end), f" {_scalar(part, style)}")]
    dash = isinstance(part, list)
    column = _column(text, key_at.start) + (style.dash if dash else style.step)
    stop = _line_end(text, end)
    return [*gone, Edit(Span(stop, stop), "".join(_below(lines, column, style)))]


def _appended(
    config: Config, holder: Spot, fresh: Table[Key, object], text: str, style: Style
) -> list[Edit] | None:
    listed = list(walk.entries(holder))
    if not listed:
        return None
    keys = [config.span(walk.whole(key)) for key, _ in (listed[0], listed[-1])]
    key_at, last = keys[-1], config.span(walk.whole(listed[-1][1]))
    end = max(key_at.end, last.end if last.end > last.start else 0)
    node = holder.node
    if isinstance(node, Mapping) and node.flow:
        if end == key_at.end:
            return None
        first = keys[0].start
        start = text.rfind("\n", 0, first) + 1
        several = text[start:first].strip() == ""
        prefix = text[start:first] if several else ""
        between = f",{style.newline}{prefix}" if several else ", "
        parts = (
            f"{_key(name, style)}: {_in_flow(part, style, prefix if several else None)}"
            for name, part in fresh.items()
        )
        return [Edit(Span(end, end), between + between.join(parts))]
    column = _column(text, keys[0].start)
    lines = list(_block(fresh, style))
    if _ends_in_text(listed[-1][1]):
        start = keys[0].start
        pad = style.newline + " " * column
        return [Edit(Span(start, start), pad.join(lines) + pad)]
    end = key_at.start + len(text[key_at.start : end].rstrip())
    stop = _line_end(text, end)
    return [Edit(Span(stop, stop), "".join(_below(lines, column, style)))]


def _below(lines: list[str], column: int, style: Style) -> Iterator[str]:
    yield from (f"{style.newline}{' ' * column}{line}" for line in lines)


def _ends_in_text(spot: Spot) -> bool:
    """Whether the last thing in a value is a block scalar."""
    while not isinstance(spot.node, Scalar):
        inner = list(walk.items(spot)) or [value for _, value in walk.entries(spot)]
        if not inner:
            return False
        spot = inner[-1]
    return spot.node.style in ("|", ">")


def block(value: Table[Key, object], style: Style = Style()) -> list[str]:  # noqa: B008
    """A mapping as lines of YAML."""
    return list(_block(value, style))


def _block(value: object, style: Style) -> Iterator[str]:
    if isinstance(value, Table):
        for key, part in value.items():
            lines = list(_block(part, style))
            yield f"{_key(key, style)}:" if lines else f"{_key(key, style)}: {_scalar(part, style)}"
            pad = " " * (style.dash if isinstance(part, list) else style.step)
            yield from (pad + line for line in lines)
    elif isinstance(value, list) and not (style.brackets and not any(map(_is_table, value))):
        for part in value:
            lead = "- "
            for line in list(_block(part, style)) or [_scalar(part, style)]:
                yield lead + line
                lead = "  "


def _is_table(value: object) -> bool:
    return isinstance(value, Table | list)


def _key(key: Key, style: Style) -> str:
    if style.json:
        return json.dumps(str(key), ensure_ascii=False)
    return str(key) if isinstance(key, int) else written(key)


def _in_flow(value: object, style: Style, prefix: str | None) -> str:
    """A value in one line; in JSON over several below ``prefix``, where there is one."""
    if not style.json:
        return _scalar(value, style)
    step: int | str = "\t" if prefix and "\t" in prefix else style.step
    made = json.dumps(value, indent=None if prefix is None else step, ensure_ascii=False)
    return made.replace("\n", style.newline + (prefix or ""))


def _scalar(value: object, style: Style) -> str:
    """A value in one line."""
    if isinstance(value, Table):
        inner = (f"{_key(key, style)}: {_scalar(part, style)}" for key, part in value.items())
        return "{" + ", ".join(inner) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_scalar(part, style) for part in value) + "]"
    if isinstance(value, str) and not style.json:
        plain = written(value)
        if style.quote == "'" and value.isprintable():
            return "'" + value.replace("'", "''") + "'"
        return json.dumps(value, ensure_ascii=False) if style.quote else plain
    return json.dumps(value, ensure_ascii=False)


def _indentation(text: str, offset: int) -> str | None:
    """The blanks before a place that begins its line; None where something else does."""
    blanks = text[text.rfind("\n", 0, offset) + 1 : offset]
    return blanks if not blanks.strip() else None


def _column(text: str, offset: int) -> int:
    return offset - (text.rfind("\n", 0, offset) + 1)


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    end = len(text) if end < 0 else end
    return end - 1 if end > start and text[end - 1] == "\r" else end
