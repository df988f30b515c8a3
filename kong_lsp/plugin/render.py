"""Plain data of the schema language as Lua text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from kong_lsp.kong.schema.values import Function
from kong_lsp.kong.schema.values import text as lua_text

_LONGEST = 80
_NAME = re.compile(r"[A-Za-z_]\w*\Z")
_ESCAPED = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\0": "\\0"}


class Code(NamedTuple):
    """Lua text that stands for itself among data."""

    text: str


def as_lua(value: object, indent: str = "", step: str = "  ", before: int = 0) -> str:
    """A value as Lua, on several lines where one would be too long. ``indent`` is that of the
    line it begins on, ``before`` the number of characters that this has besides. Of a function
    the code is not known."""
    if isinstance(value, Code):
        return value.text
    if isinstance(value, Function):
        return "function(…) … end"
    if value is None:
        return "ngx.null"
    if isinstance(value, str):
        return '"' + "".join(_ESCAPED.get(each, each) for each in value) + '"'
    inner = indent + step
    if isinstance(value, Mapping):
        if len(value) == 1:
            ((key, part),) = value.items()
            start = f"{{ {_key(key)} = "
            return f"{start}{as_lua(part, indent, step, before + len(start))} }}"
        parts = [
            f"{_key(key)} = {as_lua(part, inner, step, len(_key(key)) + 3)}"
            for key, part in value.items()
        ]
    elif isinstance(value, list | tuple):
        parts = [as_lua(part, inner, step) for part in value]
    else:
        return lua_text(value)
    if not parts:
        return "{}"
    short = "{ " + ", ".join(parts) + " }"
    if len(short) + len(indent) + before <= _LONGEST and "\n" not in short:
        return short
    return "{\n" + "".join(f"{inner}{part},\n" for part in parts) + indent + "}"


def _key(key: object) -> str:
    if isinstance(key, str):
        return key if _NAME.match(key) else f"[{as_lua(key)}]"
    return f"[{lua_text(key)}]"
