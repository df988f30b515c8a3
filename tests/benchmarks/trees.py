"""Generated trees to measure on: a rock of Kong's size, and a large work folder."""

from __future__ import annotations

from pathlib import Path

TAILS = (
    "handler",
    "schema",
    "api",
    "daos",
    "access",
    "cache",
    "log",
    "tools",
    "status_api",
    "util",
)


def rockspec(name: str, modules: dict[str, str]) -> str:
    """A rockspec that LuaRocks accepts, with these modules."""
    entries = "".join(f'    ["{module}"] = "{path}",\n' for module, path in modules.items())
    return f"""\
package = "{name}"
version = "1.0.0-1"
source = {{
  url = "git+https://example.com/{name}.git",
  tag = "v1.0.0",
}}
description = {{
  summary = "A rock to measure on",
  license = "Apache-2.0",
}}
dependencies = {{
  "lua >= 5.1",
}}
build = {{
  type = "builtin",
  modules = {{
{entries}  }},
}}
"""


def source(plugin: str, tail: str, number: int) -> str:
    """A Lua module of some 40 lines that requires two others of its plugin."""
    if tail == "handler":
        needs = f'local tools = require "kong.plugins.{plugin}.tools"\n'
        needs += f'local cache = require("kong.plugins.{plugin}.cache")\n'
        end = "return { PRIORITY = 10, VERSION = '1.0.0', access = tools.f1 and cache.f1 }\n"
    elif tail == "schema":
        return f'return {{ name = "{plugin}", fields = {{}} }}\n'
    elif tail == "daos":
        return "return {}\n"
    else:
        needs = 'local cjson = require "cjson.safe"\nlocal M = { encode = cjson.encode }\n'
        end = "return M\n"
    if tail == "handler":
        needs += "local M = {}\n"
    body = "".join(
        f"function M.f{i}(first, second)\n  -- adds {number} to what it is given\n"
        f'  return (first or {i}) + (second or {number}), "a string of some length"\nend\n'
        for i in range(8)
    )
    return needs + body + end


def plugins(count: int) -> dict[str, tuple[str, str]]:
    """``count`` modules, ten to a plugin: module name to (path, text)."""
    found = {}
    for number in range(count):
        plugin = f"plugin{number // len(TAILS):03d}"
        tail = TAILS[number % len(TAILS)]
        path = f"kong/plugins/{plugin}/{tail}.lua"
        found[f"kong.plugins.{plugin}.{tail}"] = (path, source(plugin, tail, number))
    return found


def large_rock(folder: Path, count: int = 600) -> Path:
    """A rock of ``count`` modules; gives its rockspec."""
    modules = plugins(count)
    for path, text in modules.values():
        write(folder / path, text)
    listed = {module: path for module, (path, _) in modules.items()}
    rock = folder / "kong-large-1.0.0-1.rockspec"
    write(rock, rockspec("kong-large", listed))
    return rock


def small_rock(folder: Path) -> Path:
    """A plugin of three files: handler, schema, rockspec."""
    modules = {
        "kong.plugins.small.handler": "kong/plugins/small/handler.lua",
        "kong.plugins.small.schema": "kong/plugins/small/schema.lua",
    }
    write(
        folder / modules["kong.plugins.small.handler"],
        "return { PRIORITY = 1000, VERSION = '1.0.0', access = function() end }\n",
    )
    write(folder / modules["kong.plugins.small.schema"], source("small", "schema", 0))
    path = folder / "kong-small-1.0.0-1.rockspec"
    write(path, rockspec("kong-small", modules))
    return path


def work_folder(folder: Path, files: int = 20_000, lua: int = 1_000) -> None:
    """``files`` files in nested folders, ``lua`` of them modules of one rock."""
    large_rock(folder, lua)
    for number in range(files - lua - 1):
        name = f"web/part{number // 500:02d}/sub{number // 50 % 10}/file{number}.json"
        write(folder / name, f'{{"number": {number}, "text": "{"lorem ipsum " * 20}"}}\n')


def write(path: Path, text: str) -> None:
    """Write a file and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
