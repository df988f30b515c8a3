"""Whatever a client did before, a running server tells what a fresh one would of the same files,
buffers, folders and settings."""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path
from random import Random

import pytest

from kong_lsp.server.convert import Json, uri_of
from tests.support.session import Server, Shown
from tests.support.trees import natural, rockspec

SEEDS, STEPS = 32, 30

PULLS: Json = {"textDocument": {"diagnostic": {"relatedInformation": True}}}
IS_PUSHED: Json = {"textDocument": {"publishDiagnostics": {"relatedInformation": True}}}
WATCHES: Json = {"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": True}}}

FOLDERS = ("one", "one/inner", "two", "other/here")
PLACES = (*FOLDERS, "other/there", "loose")
HANDLERS = (
    'return { PRIORITY = 1, VERSION = "1.0.0" }\n',
    'local tools = require "kong.plugins.acme.tools"\nreturn { PRIORITY = 1, VERSION = tools.v }\n',
    'return { PRIORITY = "x" } -- kong-lsp: ignore[KP201]\n',
    "return {\n",
)
SCHEMAS = (
    'return { name = "acme", fields = { { config = { type = "record", fields = {} } } } }\n',
    'return { name = "acme", fields = { { config = require("kong.plugins.acme.tools").field } } }\n',
    "return { fields = {} }\n",
)
TOOLS = (
    'return { v = "1.0.0", field = { type = "string" } }\n',
    'return { v = 3, field = { type = "nmber" } }\n',
)
DECLARED = (
    '_format_version: "3.0"\nplugins:\n- name: acme\n  config:\n    key: 1\n',
    '_format_version: "2.1"\nplugins:\n- name: nope\n- name: beta\n- name: key-auht\n',
    '_format_version: "3.0"\nplugins:\n- name: [\n',
    "a: 1\n",
)
FILES: dict[str, tuple[str, ...]] = {
    "kong/plugins/acme/handler.lua": HANDLERS,
    "kong/plugins/acme/schema.lua": SCHEMAS,
    "kong/plugins/acme/tools.lua": TOOLS,
    "kong/plugins/beta/handler.lua": HANDLERS,
    "kong/plugins/beta/schema.lua": SCHEMAS,
    "spec/acme_spec.lua": ('helpers.start_kong({ plugins = "bundled,nope" })\n', "return 1\n"),
    "kong.yml": DECLARED,
    "conf/kong.yml": DECLARED,
    "conf/plain.json": ('{"_format_version": "3.0", "plugins": [{"name": "key-auht"}]}\n', "{}\n"),
    "compose.yaml": (
        "services:\n  kong:\n    image: kong:3.4\n    env_file: prod.vars\n",
        "services:\n  kong:\n    image: kong:2.8\n    environment:\n      KONG_PLUGINS: acme\n",
    ),
    "prod.vars": ("KONG_PLUGINS=bundled,,nope\n", "KONG_DATABASE=offf\n"),
    ".kong-lsp.toml": (
        'kong_version = "2.8"\nignore = ["KR", "nothing"]\n',
        'exclude = ["conf", "kong/plugins/beta"]\nroots = ["../two"]\n',
        '[severity]\nKM = "hint"\n',
        "",
    ),
}
"""The texts that each file may have; rockspecs are made."""
ROCKSPECS = ("acme-1.0-1.rockspec", "acme-1.1-1.rockspec", "rockspecs/beta-1.0-1.rockspec")
SETTINGS: tuple[Json, ...] = (
    {"kong_version": "auto", "ignore": [], "exclude": [], "plugins": []},
    {"kong_version": "3.4", "ignore": ["KR"], "exclude": [], "plugins": ["nope"]},
    {"kong_version": "auto", "ignore": [], "exclude": ["kong/plugins/beta"], "plugins": []},
)


class Client:
    """A client that does anything at any time."""

    def __init__(self, base: Path, random: Random, capabilities: Json) -> None:
        self.base = base
        self.random = random
        self.capabilities = capabilities
        self.settings = SETTINGS[0]
        self.late: list[str] = []
        for place in PLACES:  # a folder once looked at stays looked at, so each is worth it
            self.write(base / place / "anchor/handler.lua", "return {}\n")
        (base / "other/.git").mkdir()
        for _ in range(25):
            self.write(self.file(), None)
        self.folders = [f"{base}/{name}" for name in random.sample(FOLDERS, random.randint(0, 3))]
        self.server = Server(self.folders, capabilities)

    def file(self) -> Path:
        place = self.random.choice((*PLACES, "one", "one"))
        return self.base / place / self.random.choice((*FILES, *ROCKSPECS))

    def text(self, path: Path) -> str:
        if path.suffix != ".rockspec":
            return self.random.choice(next(FILES[name] for name in FILES if path.match(name)))
        tails = [tail for tail in ("handler", "schema", "tools") if self.random.random() < 0.7]
        kong = self.random.choice(("", 'dependencies = { "kong >= 3.4, < 3.6" }\n'))
        return kong + rockspec({**natural("acme", *tails), **natural("beta", *tails[:1])})

    def write(self, path: Path, text: str | None) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.text(path) if text is None else text)

    def tell(self, path: Path) -> None:
        """Tell of a change of the disk: at once, twice, late, or of the folder only."""
        paths = self.random.choice(([path], [path, path], [path.parent], []))
        self.late += [] if paths else [path.as_posix()]
        self.server.session.disk_changed([each.as_posix() for each in paths])

    async def step(self) -> None:
        acts = (self.write_one, self.remove, self.move, self.move_folder, self.open, self.change)
        act = self.random.choice((*acts, self.open, self.change, self.close, self.save))
        if self.random.random() < 0.12:
            await self.change_folders()
        elif self.random.random() < 0.06:
            self.settings = self.random.choice(SETTINGS)
            self.server.session.configure(self.settings)
        else:
            act()
        if self.random.random() < 0.4:
            await asyncio.sleep(0)

    def write_one(self) -> None:
        path = self.file()
        self.write(path, None)
        self.tell(path)

    def remove(self) -> None:
        if (path := self.file()).exists():
            path.unlink()
            self.tell(path)

    def move(self) -> None:
        path, to = self.file(), self.file()
        if path.exists() and path.suffix == to.suffix:
            to.parent.mkdir(parents=True, exist_ok=True)
            path.rename(to)
            self.tell(path)
            self.tell(to)

    def move_folder(self) -> None:
        """A folder, or a whole root, goes, and mostly comes back as it was."""
        path = self.base / self.random.choice(("one/kong", "one/conf", "one/inner", "two"))
        if path.exists():
            path.rename(self.base / "aside")
            self.server.session.disk_changed([path.as_posix()])
            if "kong" in path.parts and self.random.random() < 0.4:
                shutil.rmtree(self.base / "aside")
            else:
                (self.base / "aside").rename(path)
                self.late.append(path.as_posix())

    def open(self) -> None:
        path = self.file()
        on_disk = path.exists() and self.random.random() < 0.6
        self.server.open(path.as_posix(), path.read_text() if on_disk else self.text(path))

    def change(self) -> None:
        if opened := list(self.server.texts):
            path = self.random.choice(opened)
            line, column = self.random.randint(0, 9), self.random.randint(0, 60)
            at = {"line": line, "character": column}
            wrong = {"range": {"start": at, "end": at}, "text": self.random.choice('"x\n{')}
            whole = {"text": self.text(Path(path))}
            mends = path.endswith((".rockspec", ".toml")) or self.random.random() < 0.5
            self.server.change(path, wrong, *([whole] if mends else []))

    def save(self) -> None:
        if self.server.session.begun.is_set() and (texts := self.server.texts):
            path = self.random.choice(list(texts))
            self.write(Path(path), texts[path])
            self.server.session.saved(path)

    def close(self) -> None:
        if opened := list(self.server.texts):
            self.server.close(self.random.choice(opened))

    async def change_folders(self) -> None:
        if self.server.session.begun.is_set():
            folder = f"{self.base}/{self.random.choice(FOLDERS)}"
            there = folder in self.folders
            (self.folders.remove if there else self.folders.append)(folder)
            uris = [uri_of(folder)]
            changed = self.server.session.change_roots(*([[], uris] if there else [uris, []]))
            await changed

    def reopen(self) -> None:
        """Open anew what is told by its history on purpose: a buffer whose file the disk has
        lost, and one outside the folders that is no longer Kong's."""
        for path, text in self.server.texts.items():
            given = any(path.startswith(f"{folder}/") for folder in self.folders)
            if not os.path.isfile(path) or not given:
                self.server.close(path)
                self.server.open(path, text)


async def live(base: Path, seed: int) -> tuple[Shown, Shown]:
    """What is told after a life of ``STEPS`` steps, and what a fresh server tells."""
    random = Random(seed)
    client = Client(base, random, {**(PULLS if seed % 2 else IS_PUSHED), **WATCHES})
    begin = random.choice((0, 0, 3))
    for step in range(STEPS):
        if step == begin:
            await client.server.session.start()
        await client.step()
    client.server.session.disk_changed(client.late)
    client.reopen()
    fresh = Server(client.folders, client.capabilities)
    await fresh.session.start()
    fresh.session.configure(client.settings)
    for path, text in client.server.texts.items():
        fresh.open(path, text)
    return await client.server.shown(), await fresh.shown()


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_server_tells_what_a_fresh_one_would(
    tmp_path: Path, seed: int, caplog: pytest.LogCaptureFixture
) -> None:
    shown, fresh = asyncio.run(live(tmp_path, seed))
    assert shown == fresh
    assert [each.getMessage() for each in caplog.records if each.exc_info] == []
