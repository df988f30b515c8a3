"""What Lua's operators do to values, and how numbers and strings become each other."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import cache

from kong_lsp.syntax.lua.strings import from_bytes, to_bytes
from kong_lsp.syntax.lua.values import (
    NIL,
    UNKNOWN,
    Bool,
    Func,
    Key,
    Nil,
    Num,
    Part,
    Place,
    Table,
    Text,
    Unknown,
    Value,
)


@cache
def _number() -> re.Pattern[str]:
    """What ``tonumber`` takes; compiled when first asked for, as few rockspecs do."""
    return re.compile(
        r"""[ \t\n\r\v\f]*(?P<sign>[+-]?)(?:
            0[xX](?P<hex>[0-9A-Fa-f]+\.?[0-9A-Fa-f]*|\.[0-9A-Fa-f]+)(?:[pP](?P<power>[+-]?[0-9]+))?
          | 0[bB](?P<binary>[01]+)
          | (?P<decimal>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
          | (?P<word>[iI][nN][fF](?:[iI][nN][iI][tT][yY])?|[nN][aA][nN])
        )[ \t\n\r\v\f]*""",
        re.VERBOSE | re.ASCII,
    )


_TYPES: dict[type, str] = {
    Text: "string",
    Num: "number",
    Bool: "boolean",
    Nil: "nil",
    Table: "table",
    Func: "function",
}

_MOST_PARTS = 500


def type_name(value: Value) -> str:
    """Lua's name of the type of a known value."""
    return _TYPES[type(value)]


def truth(value: Value) -> bool | None:
    """Whether a value counts as true; None where that is not known."""
    if isinstance(value, Unknown):
        return None
    return not (isinstance(value, Nil) or (isinstance(value, Bool) and not value.value))


def raw_key(value: Value) -> Key | None:
    """The key that a value is in a table; None for nil, NaN and what is not known."""
    if isinstance(value, Text):
        return value.value
    if isinstance(value, Num):
        return None if math.isnan(value.value) else value.value
    return None if isinstance(value, Nil | Unknown) else value


def number_text(number: float) -> str:
    """A number as Lua writes it (``%.14g``)."""
    if math.isnan(number):
        return "nan"
    if math.isinf(number):
        return "inf" if number > 0 else "-inf"
    return f"{number:.14g}"


def parse_number(text: str) -> float | None:
    """The number that a string stands for in arithmetic; None where it is none."""
    match = _number().fullmatch(text) if len(text) < 1000 else None
    if match is None:
        return None
    if match["hex"]:
        whole, _, fraction = match["hex"].partition(".")
        power = int(match["power"] or 0) - 4 * len(fraction)
        try:
            number = math.ldexp(float(int(whole + fraction, 16)), power)
        except OverflowError:
            number = math.inf
    elif match["binary"]:
        number = float(int(match["binary"], 2)) if len(match["binary"]) < 1000 else math.inf
    else:
        number = float(match["decimal"] or match["word"])
    return -number if match["sign"] == "-" else number


def to_number(value: Value) -> float | None:
    """The number that a value is in arithmetic; None where it is none."""
    if isinstance(value, Num):
        return value.value
    return parse_number(value.value) if isinstance(value, Text) else None


def to_text(value: Value) -> Text | None:
    """The string that a value is where Lua wants one; None where it is none."""
    if isinstance(value, Text):
        return value
    return Text(number_text(value.value)) if isinstance(value, Num) else None


def arithmetic(operator: str, left: float, right: float) -> float:
    """``left operator right`` for ``+ - * / % ^``; what has no result is NaN or infinite."""
    try:
        if operator == "+":
            return left + right
        if operator == "-":
            return left - right
        if operator == "*":
            return left * right
        if operator == "/":
            return _divide(left, right)
        if operator == "%":
            return left - math.floor(_divide(left, right)) * right
        if left == 0 and right < 0:
            odd = right % 2 == 1
            return math.copysign(math.inf, left) if odd else math.inf
        return math.pow(left, right)
    except OverflowError:
        if operator != "^":
            return math.nan
        return math.inf if left > 0 or right % 2 == 0 else -math.inf
    except ValueError:
        return math.nan


def _divide(left: float, right: float) -> float:
    if right:
        return left / right
    if not left or math.isnan(left):
        return math.nan
    return math.copysign(math.inf, left) * math.copysign(1.0, right)


def equal(left: Value, right: Value) -> Value:
    """``left == right``."""
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return UNKNOWN
    if isinstance(left, Text) and isinstance(right, Text):
        return Bool(left.value == right.value)
    if isinstance(left, Table | Func):
        return Bool(left is right)
    return Bool(type(left) is type(right) and left == right)


def less(left: Value, right: Value, *, or_equal: bool) -> Value | str:
    """``left < right`` or ``left <= right``; a string is the message of the failure."""
    if isinstance(left, Num) and isinstance(right, Num):
        if or_equal:
            return Bool(left.value <= right.value)
        return Bool(left.value < right.value)
    if isinstance(left, Text) and isinstance(right, Text):
        first, second = to_bytes(left.value), to_bytes(right.value)
        return Bool(first <= second if or_equal else first < second)
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return UNKNOWN
    first_type, second_type = type_name(left), type_name(right)
    if first_type == second_type:
        return f"attempt to compare two {first_type} values"
    return f"attempt to compare {first_type} with {second_type}"


def join(texts: Sequence[Text]) -> Text:
    """Strings one after the other; the parts move along, unless there are very many."""
    value = "".join([text.value for text in texts])
    if not value.isascii():
        whole = from_bytes(to_bytes(value))
        if whole != value:
            return Text(whole)
    if sum([len(text.parts) for text in texts]) > _MOST_PARTS:
        return Text(value)
    parts: list[Part] = []
    at = 0
    for text in texts:
        for start, end, place in text.parts:
            parts.append(Part(start + at, end + at, place))
        at += len(text.value)
    return Text(value, tuple(parts))


def cut(text: Text, data: bytes, start: int, end: int) -> Text:
    """Bytes ``start`` to ``end`` of a string whose bytes are ``data``."""
    if len(data) != len(text.value):
        return Text(from_bytes(data[start:end]))
    parts = tuple(
        Part(
            max(first, start) - start,
            min(last, end) - start,
            Place(
                place.piece,
                place.start + max(0, start - first),
                place.start + min(last, end) - first,
            ),
        )
        for first, last, place in text.parts
        if first < end and start < last
    )
    literal = text.literal if start == 0 and end == len(data) else None
    return Text(text.value[start:end], parts, literal)


def length(table: Table, known: float) -> Value:
    """``#table``; ``known`` is a border that held before, to start from.

    Unknown where the table is open or has more than one border.
    """
    if table.open:
        return UNKNOWN
    entries = table.entries
    count = known if known in entries else 0.0
    while count + 1.0 in entries:
        count += 1.0
    if count != len(entries) and any(isinstance(k, float) and k > count for k in entries):
        return UNKNOWN
    return Num(count)


def results(values: Sequence[Value], index: int) -> Value:
    """Result ``index`` of a call, nil past the last one."""
    return values[index] if index < len(values) else NIL
