"""Which modules may be required at the cursor of a Lua file."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kong_lsp.features.completion import Item
from kong_lsp.features.lua_place import LuaPlace, lua_place
from kong_lsp.kong import bundled
from kong_lsp.kong.releases import Release
from kong_lsp.kong.schema import typedefs
from kong_lsp.syntax.lua.strings import decode
from kong_lsp.text import Edit, Span
from kong_lsp.workspace.snapshot import Root

_CALL = re.compile(r"\brequire\s*(?:\(\s*)?[^\r\n()]*\Z")
_LOCAL = r"(?m)^local[ \t]+{}[ \t]*=[ \t]*([\"'][^\"'\r\n]*[\"'])"


def require_completion(root: Root, path: str, text: str, offset: int) -> list[Item] | None:
    """The proposals inside ``require "…"``, best first; None where nothing is required."""
    line = text[text.rfind("\n", 0, offset) + 1 : offset]
    if not _CALL.search(line):
        return None
    at = lua_place(text, offset)
    if at is None or not at.quote:
        return None
    before = _before(at, text)
    if before is None:
        return None
    found = _items(root, path, at, before)
    return sorted(found, key=lambda item: (item.rank, item.label))


def _before(at: LuaPlace, text: str) -> str | None:
    """What is joined before the literal at the cursor; None where it is not known, or where
    the literal is no argument of ``require``."""
    lead = list(at.lead)
    start = next((n for n in range(len(lead) - 1, -1, -1) if lead[n].text == "require"), None)
    if start is None:
        return None
    tokens = lead[start + 1 :]
    if tokens and tokens[0].type == "LPAR":
        tokens = tokens[1:]
    before = ""
    for token, joined in zip(tokens[::2], tokens[1::2], strict=False):
        if joined.type != "CONCAT":
            return None
        if token.type == "STRING":
            before += decode(token.text).value
            continue
        found = re.search(_LOCAL.format(re.escape(token.text)), text)
        if found is None:
            return None
        before += decode(found[1]).value
    return before if len(tokens) % 2 == 0 else None


def _items(root: Root, path: str, at: LuaPlace, before: str) -> Iterator[Item]:
    typed = before + at.typed
    base = typed[: typed.rfind(".") + 1]
    skip = max(len(base) - len(before), 0)
    span = Span(at.word.start + skip, at.word.end)
    shown: dict[str, Item] = {}
    for rank, name, detail in _modules(root, path):
        if not name.startswith(base) or not name.startswith(before):
            continue
        part, dot, _ = name[len(base) :].partition(".")
        put = (base + part)[len(before) + skip :] if len(base) < len(before) else part
        if not part or (part in shown and shown[part].rank <= rank):
            continue
        shown[part] = Item(
            label=part,
            kind="folder" if dot else "module",
            edit=Edit(span, put),
            rank=rank,
            filter=put,
            detail=f"{base}{part}.…" if dot else detail,
        )
    yield from shown.values()


def _modules(root: Root, path: str) -> Iterator[tuple[int, str, str]]:
    """Every module with a rank and what it is: the file's own plugin's first."""
    own = {tree.name for tree in root.plugins if path in tree.modules.values()}
    for name, file in root.modules.items():
        if file != path and not name.endswith(".init"):
            rank = 0 if name.split(".")[2:3] and name.split(".")[2] in own else 1
            yield rank, name, file.removeprefix(root.path + "/")
    for rock in root.rocks:
        for name, file in rock.ships.items():
            if file != path and name not in root.modules:
                yield 1, name, file.removeprefix(root.path + "/")
    of_kong = f"of Kong {root.kong}"
    for name in (typedefs.MODULE, *_libraries(root.kong)):
        yield 2, name, of_kong
    here = {tree.name for tree in root.plugins}
    for plugin, tails in bundled.plugins(root.kong).items():
        for tail in tails if plugin not in here else ():
            yield 3, f"kong.plugins.{plugin}.{tail.removesuffix('.init')}", of_kong


def _libraries(release: Release) -> tuple[str, ...]:
    return tuple(name for name in typedefs.libraries() if typedefs.library(name, release))
