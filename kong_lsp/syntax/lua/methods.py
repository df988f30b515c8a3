"""The methods of strings, which work in a rockspec although the global ``string`` does not.

A method takes the machine and the arguments (the string first) and gives its results.
It raises ``Failed`` where Lua would, and ``Unsure`` where the result is not known.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import Protocol

from kong_lsp.syntax.lua import patterns
from kong_lsp.syntax.lua.operations import (
    cut,
    join,
    number_text,
    raw_key,
    results,
    to_number,
    to_text,
    truth,
    type_name,
)
from kong_lsp.syntax.lua.strings import from_bytes, to_bytes
from kong_lsp.syntax.lua.values import NIL, Bool, Func, Nil, Num, Table, Text, Unknown, Value

LONGEST = 1 << 20
"""Strings longer than this many bytes are not kept: their value is Unknown."""


class Failed(Exception):
    """A run-time error, in LuaJIT's words without the position."""


class BadArgument(Failed):
    """Argument ``number`` (from 1, the string itself included) is refused."""

    def __init__(self, number: int, reason: str) -> None:
        super().__init__(reason)
        self.number = number
        self.reason = reason


class Unsure(Exception):
    """The result is not known."""


class Machine(Protocol):
    """What methods need of the evaluator."""

    budget: patterns.Budget

    def produce(self, size: int) -> None:
        """Account for a new string of ``size`` bytes; raises Unsure when that is too much."""

    def call(self, function: Value, arguments: Sequence[Value]) -> Sequence[Value]:
        """Call a function of the file."""


Arguments = Sequence[Value]
Method = Callable[[Machine, Arguments], list[Value]]


def _text(arguments: Arguments, number: int) -> Text:
    value = results(arguments, number - 1)
    if isinstance(value, Unknown):
        raise Unsure
    text = to_text(value)
    if text is None:
        raise BadArgument(number, f"string expected, got {_got(arguments, number)}")
    return text


def _number(arguments: Arguments, number: int) -> float:
    value = results(arguments, number - 1)
    if isinstance(value, Unknown):
        raise Unsure
    found = to_number(value)
    if found is None:
        raise BadArgument(number, f"number expected, got {_got(arguments, number)}")
    return found


def _integer(arguments: Arguments, number: int, default: int | None = None) -> int:
    if default is not None and isinstance(results(arguments, number - 1), Nil):
        return default
    found = _number(arguments, number)
    if math.isnan(found) or abs(found) >= 2.0**31:
        raise Unsure
    return int(found)


def _got(arguments: Arguments, number: int) -> str:
    return type_name(arguments[number - 1]) if number <= len(arguments) else "no value"


def _range(start: int, end: int, size: int) -> tuple[int, int]:
    """Lua's ``i``, ``j`` as offsets into ``size`` bytes."""
    if start < 0:
        start = max(start + size + 1, 1)
    if end < 0:
        end += size + 1
    start, end = max(start, 1) - 1, min(end, size)
    return start, max(start, end)


def _changed(arguments: Arguments, change: Callable[[bytes], bytes]) -> list[Value]:
    return [Text(from_bytes(change(to_bytes(_text(arguments, 1).value))))]


def _len(machine: Machine, arguments: Arguments) -> list[Value]:
    return [Num(float(len(to_bytes(_text(arguments, 1).value))))]


def _lower(machine: Machine, arguments: Arguments) -> list[Value]:
    return _changed(arguments, bytes.lower)


def _upper(machine: Machine, arguments: Arguments) -> list[Value]:
    return _changed(arguments, bytes.upper)


def _reverse(machine: Machine, arguments: Arguments) -> list[Value]:
    return _changed(arguments, lambda data: data[::-1])


def _rep(machine: Machine, arguments: Arguments) -> list[Value]:
    text = _text(arguments, 1)
    count = _integer(arguments, 2)
    between = _text(arguments, 3) if len(arguments) > 2 else Text("")
    if count <= 0:
        return [Text("")]
    size = count * (len(text.value) + len(between.value))
    if not size:
        return [Text("")]
    machine.produce(size)
    if size > 4096:
        return [Text(between.value.join([text.value] * count))]
    machine.budget.spend(count // 4)
    return [join([text, *[between, text] * (count - 1)])]


def _sub(machine: Machine, arguments: Arguments) -> list[Value]:
    text = _text(arguments, 1)
    data = to_bytes(text.value)
    start, end = _range(_integer(arguments, 2), _integer(arguments, 3, -1), len(data))
    return [cut(text, data, start, end)]


def _byte(machine: Machine, arguments: Arguments) -> list[Value]:
    data = to_bytes(_text(arguments, 1).value)
    first = _integer(arguments, 2, 1)
    start, end = _range(first, _integer(arguments, 3, first), len(data))
    machine.budget.spend(end - start)
    return [Num(float(byte)) for byte in data[start:end]]


def _char(machine: Machine, arguments: Arguments) -> list[Value]:
    codes = [_integer(arguments, number) for number in range(1, len(arguments) + 1)]
    for number, code in enumerate(codes, 1):
        if not 0 <= code < 256:
            raise BadArgument(number, "invalid value")
    return [Text(from_bytes(bytes(codes)))]


def _captures(text: Text, data: bytes, match: patterns.Match) -> list[Value]:
    """The captures of a match, or the whole of it where the pattern has none."""
    found: list[Value] = []
    for taken in match.captures or ((match.start, match.end),):
        if isinstance(taken, int):
            found.append(Num(float(taken)))
        elif taken is None:
            raise Failed("unfinished capture")
        else:
            found.append(cut(text, data, *taken))
    return found


def _start(arguments: Arguments, size: int) -> int:
    init = _integer(arguments, 3, 1)
    return max(init + size, 0) if init < 0 else min(max(init - 1, 0), size)


def _find(machine: Machine, arguments: Arguments) -> list[Value]:
    text, pattern = _text(arguments, 1), _text(arguments, 2)
    data = to_bytes(text.value)
    plain = truth(results(arguments, 3))
    if plain is None:
        raise Unsure
    start = _start(arguments, len(data))
    match = patterns.find(data, to_bytes(pattern.value), start, machine.budget, plain=plain)
    if match is None:
        return [NIL]
    place: list[Value] = [Num(match.start + 1.0), Num(float(match.end))]
    return place + (_captures(text, data, match) if match.captures else [])


def _match(machine: Machine, arguments: Arguments) -> list[Value]:
    text, pattern = _text(arguments, 1), _text(arguments, 2)
    data = to_bytes(text.value)
    start = _start(arguments, len(data))
    match = patterns.search(data, to_bytes(pattern.value), start, machine.budget)
    return [NIL] if match is None else _captures(text, data, match)


def _gsub(machine: Machine, arguments: Arguments) -> list[Value]:
    text, pattern = _text(arguments, 1), _text(arguments, 2)
    by = results(arguments, 2)
    if isinstance(by, Unknown):
        raise Unsure
    if not isinstance(by, Text | Num | Table | Func):
        raise BadArgument(3, "string/function/table expected")
    limit = None if isinstance(results(arguments, 3), Nil) else _integer(arguments, 4)
    data = to_bytes(text.value)
    template = to_text(by)

    def replacement(match: patterns.Match) -> bytes | None:
        if template is not None:
            return patterns.expand(to_bytes(template.value), data, match)
        found = _captures(text, data, match)
        if isinstance(by, Table):
            key = raw_key(found[0])
            new = NIL if key is None else by.get(key)
        else:
            new = results(machine.call(by, found), 0)
        if isinstance(new, Unknown):
            raise Unsure
        written = to_text(new)
        if written is not None:
            machine.produce(len(written.value))
            return to_bytes(written.value)
        if truth(new):
            raise Failed(f"invalid replacement value (a {type_name(new)})")
        return None

    changed, count = patterns.substitute(
        data, to_bytes(pattern.value), replacement, limit, machine.budget
    )
    if len(changed) > LONGEST:
        raise Unsure
    machine.produce(len(changed))
    same = changed == data
    return [text if same else Text(from_bytes(changed)), Num(float(count))]


def _unknown(machine: Machine, arguments: Arguments) -> list[Value]:
    raise Unsure


_DIRECTIVE = re.compile(r"%(?:(%)|([-+ #0]*)([0-9]*)(?:(\.)([0-9]*))?([\s\S]?))")
_QUOTED = re.compile(r'["\\\n\r\0\x01-\x1f\x7f]')


def _format(machine: Machine, arguments: Arguments) -> list[Value]:
    template = _text(arguments, 1)
    data = to_bytes(template.value)
    # Offsets of the text are offsets of the bytes only where the text is ASCII.
    written: list[Text] = []
    last = 0
    number = 1
    for match in _DIRECTIVE.finditer(template.value):
        written.append(_run(template, data, last, match.start()))
        last = match.end()
        if match[1]:
            written.append(Text("%"))
            continue
        number += 1
        written.append(_directive(machine, match, arguments, number))
    written.append(_run(template, data, last, len(template.value)))
    size = sum(len(text.value) for text in written)
    machine.produce(size)
    return [join(written)]


def _run(text: Text, data: bytes, start: int, end: int) -> Text:
    if len(data) == len(text.value):
        return cut(text, data, start, end)
    return Text(text.value[start:end])


def _directive(machine: Machine, match: re.Match[str], arguments: Arguments, number: int) -> Text:
    flags, width, dot, precision, kind = match[2], match[3], match[4], match[5], match[6]
    if len(width) > 2 or len(precision or "") > 2:
        raise Failed(f"invalid option '{match[0][: 2 + len(flags) + 2]}' to 'format'")
    if not kind or kind not in "diucxXoeEfgGaAqsp":
        raise Failed(f"invalid option '{match[0]}' to 'format'")
    if number > len(arguments):
        raise BadArgument(number, "value expected")
    value = arguments[number - 1]
    if isinstance(value, Unknown) or kind in "aAp":
        raise Unsure
    if kind in "qs":
        text = _shown(value) if kind == "s" else _text(arguments, number)
        if kind == "q":
            return Text('"' + _QUOTED.sub(_quoted, text.value) + '"')
        if not flags and not width and not dot:
            return text
        if not text.value.isascii():
            raise Unsure
        shown = text.value[: int(precision or 0)] if dot else text.value
        padded = shown.ljust(int(width or 0)) if "-" in flags else shown.rjust(int(width or 0))
        return Text(padded)
    size = width + (f".{precision}" if dot else "")
    return _formatted_number(kind, flags, size, _number(arguments, number))


def _formatted_number(kind: str, flags: str, size: str, number: float) -> Text:
    """A number as ``%d``, ``%x``, ``%5.1f``… write it; ``size`` is width and precision."""
    if kind in "eEfgG":
        if not math.isfinite(number):
            raise Unsure
        return Text(f"%{flags}{size}{kind}" % number)
    if not math.isfinite(number) or abs(number) >= 2.0**53:
        raise Unsure
    whole = int(number)
    if kind == "c":
        if flags or size:
            raise Unsure
        return Text(from_bytes(bytes((whole % 256,))))
    if kind in "uxXo" and whole < 0:
        whole += 1 << 64
    if "#" in flags and kind == "o":
        raise Unsure
    if "." in size:
        flags = flags.replace("0", "")
    return Text(f"%{flags}{size}{'d' if kind in 'iu' else kind}" % whole)


def _shown(value: Value) -> Text:
    """``tostring`` of a value; that of a table or function is an address, so not known."""
    if isinstance(value, Text):
        return value
    if isinstance(value, Num):
        return Text(number_text(value.value))
    if isinstance(value, Bool):
        return Text("true" if value.value else "false")
    if isinstance(value, Nil):
        return Text("nil")
    raise Unsure


def _quoted(match: re.Match[str]) -> str:
    char = match[0]
    if char in '"\\\n':
        return "\\" + char
    following = match.string[match.end() : match.end() + 1]
    code = ord(char)
    return f"\\{code:03}" if following.isdigit() else f"\\{code}"


METHODS: dict[str, Func] = {
    name: Func(method, None, None)
    for name, method in {
        "byte": _byte,
        "char": _char,
        "dump": _unknown,
        "find": _find,
        "format": _format,
        "gmatch": _unknown,
        "gsub": _gsub,
        "len": _len,
        "lower": _lower,
        "match": _match,
        "rep": _rep,
        "reverse": _reverse,
        "sub": _sub,
        "upper": _upper,
    }.items()
}
"""The methods by name; the body of each is a ``Method``."""
