"""Quick fixes alone repair a rockspec, and LuaRocks and LuaJIT agree that they did."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from kong_lsp.server.convert import offset_of
from kong_lsp.text import Document, Edit, Span
from tests.support.places import plant
from tests.support.wire import Wire

NAME = "kong-plugin-acme-1.0-1.rockspec"
HEAD = """\
package = "kong-plugin-acme"
version = "1.0-1"
source = { url = "git+https://example.com/acme.git" }
description = { summary = "A plugin", license = "MIT" }
dependencies = { "lua ~> 5.1" }
"""
GOOD = """\
build = {
  type = "builtin",
  modules = {
    ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
    ["kong.plugins.acme.log.buffer"] = "kong/plugins/acme/log/buffer.lua",
    ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
  },
}
"""
FILES = {
    "kong/plugins/acme/handler.lua": """\
local buffer = require "kong.plugins.acme.log.buffer"
return { PRIORITY = 1000, VERSION = "1.0.0", log = buffer.log }
""",
    "kong/plugins/acme/log/buffer.lua": "return { log = function() end }\n",
    "kong/plugins/acme/schema.lua": 'return { name = "acme", fields = {} }\n',
}
MODULES = ("kong.plugins.acme.handler", "kong.plugins.acme.log.buffer", "kong.plugins.acme.schema")

BROKEN = {
    "emptied": GOOD[: GOOD.index("    [")] + GOOD[GOOD.index("  },") :],
    "emptied on one line": 'build = { type = "builtin", modules = {} }\n',
    "two are cut": GOOD.replace(
        GOOD[GOOD.index('    ["kong.plugins.acme.log') : GOOD.index("  },")], ""
    ),
    "handler is cut": GOOD.replace(
        GOOD[GOOD.index("    [") : GOOD.index('    ["kong.plugins.acme.log')], ""
    ),
    "a path is misspelt": GOOD.replace("acme/handler.lua", "acme/hander.lua"),
    "a path's case is wrong": GOOD.replace("acme/schema.lua", "acme/Schema.lua"),
    "a key is misspelt": GOOD.replace("acme.handler", "acme.hander"),
    "a key has no s": GOOD.replace("kong.plugins.acme.schema", "kong.plugin.acme.schema"),
    "a key ends in .lua": GOOD.replace('acme.schema"]', 'acme.schema.lua"]'),
    "a comma is missing": GOOD.replace('handler.lua",', 'handler.lua"'),
    "a quote is missing": GOOD.replace('buffer.lua",', "buffer.lua,"),
    "the last brace is missing": GOOD[: GOOD.rindex("}")],
    "the guide's placeholder": GOOD.replace("kong/plugins/acme/handler", "/path/to/handler"),
}


def apply(document: Document, edits: list[Any]) -> None:
    """What an editor does with text edits: all are for the text before."""
    spans = []
    for edit in edits:
        start, end = (
            offset_of(
                document, edit["range"][side]["line"], edit["range"][side]["character"], "utf-16"
            )
            for side in ("start", "end")
        )
        spans.append(Edit(Span(start, end), edit["newText"]))
    for change in sorted(spans, key=lambda each: each.span.start, reverse=True):
        document.edit(change)


def repair(folder: Path, text: str) -> str:
    """The text once the preferred quick fix of the first finding that has one was applied,
    again and again, until there is no finding."""
    uri = (folder / NAME).as_uri()
    literal = {"codeActionLiteralSupport": {}, "isPreferredSupport": True}
    document = Document(text)
    with Wire() as wire:
        wire.initialize(
            workspaceFolders=[{"uri": folder.as_uri(), "name": "acme"}],
            capabilities={"textDocument": {"codeAction": literal}},
        )
        wire.open(uri, text)
        for version in range(2, 12):
            everything = {"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}}
            actions = wire.ask(
                "textDocument/codeAction",
                {
                    "textDocument": {"uri": uri},
                    "range": everything,
                    "context": {"diagnostics": [], "only": ["quickfix"]},
                },
            )["result"]
            preferred = [action for action in actions if action.get("isPreferred")]
            if not preferred:
                assert actions == []
                return document.text
            apply(document, preferred[0]["edit"]["changes"][uri])
            wire.change(uri, version, [{"text": document.text}])
    raise AssertionError(f"still not repaired: {document.text}")


@pytest.mark.parametrize("how", BROKEN)
def test_quick_fixes_alone_make_it_install_and_load(how: str, tmp_path: Path) -> None:
    folder = tmp_path / "project"
    broken = HEAD + BROKEN[how]
    plant(folder.as_posix(), {**FILES, NAME: broken})
    (folder / NAME).write_text(repair(folder, broken))
    tree = tmp_path / "tree"
    home = {**os.environ, "HOME": str(tmp_path)}
    made = subprocess.run(
        ["luarocks", "--lua-version", "5.1", "make", "--tree", tree, "--deps-mode", "none", NAME],
        cwd=folder,
        env=home,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    share = f"{tree}/share/lua/5.1"
    loads = "".join(f"assert(type(require('{module}')) == 'table')" for module in MODULES)
    script = f"package.path = '{share}/?.lua;{share}/?/init.lua' {loads}"
    loaded = subprocess.run(
        ["luajit", "-e", script], cwd="/", capture_output=True, text=True, check=False
    )
    assert loaded.stderr == ""
    assert loaded.returncode == 0
