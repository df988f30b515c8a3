"""Settings and findings of a session hang on what there is, and not on how it came to be."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from kong_lsp.server.convert import Json, uri_of
from tests.support.session import Server
from tests.support.trees import natural, plant, rockspec

CLIENT: Json = {"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": True}}}
SPEC = "acme-1.0-1.rockspec"
BROKEN = {SPEC: rockspec({"acme.tools": "acme/tools.lua"})}
"""KM101: the file is not there."""
KONG = '_format_version: "3.0"\nplugins:\n- name: corp\n'
SOUND = {
    "kong/plugins/corp/handler.lua": 'return { PRIORITY = 1, VERSION = "1" }\n',
    "kong/plugins/corp/schema.lua": (
        'return { name = "corp", fields = { { config = { type = "record", fields = {} } } } }\n'
    ),
}
HANDLER = "kong/plugins/corp/handler.lua"


async def codes(server: Server) -> dict[str, list[str]]:
    """The codes of the findings by the name of their file; those on a rockspec's missing
    description are left out."""
    shown = await server.shown()
    found = {
        os.path.basename(path): [item["code"] for item in items if item["code"] != "KR011"]
        for path, items in shown.items()
    }
    return {name: each for name, each in found.items() if each}


@pytest.mark.parametrize("early", [True, False])
def test_paths_in_settings_are_of_the_first_folder_whenever_they_come(
    tmp_path: Path, early: bool
) -> None:
    root = plant(tmp_path, BROKEN)

    async def run() -> None:
        server = Server([root], CLIENT)
        settings: Json = {"per-file-ignores": {f"./{SPEC}": ["KM"]}}
        if early:
            server.session.configure(settings)
        await server.session.start()
        if not early:
            server.session.configure(settings)
        assert await codes(server) == {}

    asyncio.run(run())


def test_paths_in_settings_follow_the_first_folder(tmp_path: Path) -> None:
    one, two = plant(tmp_path / "one", BROKEN), plant(tmp_path / "two", BROKEN)

    async def run() -> None:
        server = Server([one, two], CLIENT)
        await server.session.start()
        server.session.configure({"per-file-ignores": {f"./{SPEC}": ["KM"]}})
        assert list(await server.shown()) == [f"{one}/{SPEC}", f"{two}/{SPEC}"]
        assert await codes(server) == {SPEC: ["KM101"]}
        await server.session.change_roots([], [uri_of(one)])
        assert await codes(server) == {}

    asyncio.run(run())


def test_a_further_folder_is_forgotten_with_its_setting(tmp_path: Path) -> None:
    plant(tmp_path / "more", SOUND)
    root = plant(tmp_path / "root", {"kong.yml": KONG, ".kong-lsp.toml": 'roots = ["../more"]\n'})

    async def run() -> None:
        server = Server([root], CLIENT)
        await server.session.start()
        assert await codes(server) == {}
        plant(tmp_path / "root", {".kong-lsp.toml": ""})
        server.session.disk_changed([f"{root}/.kong-lsp.toml"])
        assert await codes(server) == {"kong.yml": ["KC301"]}
        assert server.session.workspace.roots == [root]

    asyncio.run(run())


def test_a_further_folder_that_is_opened_is_one_to_work_in(tmp_path: Path) -> None:
    more = plant(tmp_path / "more", BROKEN)
    root = plant(tmp_path / "root", {"kong.yml": KONG, ".kong-lsp.toml": 'roots = ["../more"]\n'})

    async def run() -> None:
        server = Server([root], CLIENT)
        await server.session.start()
        assert SPEC not in await codes(server)
        await server.session.change_roots([uri_of(more)], [])
        assert (await codes(server))[SPEC] == ["KM101"]

    asyncio.run(run())


def test_a_plugin_of_a_further_folder_is_known_as_soon_as_it_is_there(tmp_path: Path) -> None:
    more = plant(tmp_path / "more", {"kong.yml": "a: 1\n"})
    root = plant(tmp_path / "root", {"kong.yml": KONG, ".kong-lsp.toml": 'roots = ["../more"]\n'})

    async def run() -> None:
        server = Server([root], CLIENT)
        await server.session.start()
        assert await codes(server) == {"kong.yml": ["KC301"]}
        plant(tmp_path / "more", SOUND)
        server.session.disk_changed([f"{more}/{name}" for name in SOUND])
        assert await codes(server) == {}

    asyncio.run(run())


def test_a_file_opened_alone_has_the_settings_beside_it(tmp_path: Path) -> None:
    root = plant(tmp_path, {"kong.yml": KONG, ".kong-lsp.toml": 'plugins = ["corp"]\n'})

    async def run() -> None:
        server = Server([], CLIENT)
        await server.session.start()
        server.open(f"{root}/kong.yml", KONG)
        assert await codes(server) == {}

    asyncio.run(run())


def test_settings_come_and_go_with_their_folder(tmp_path: Path) -> None:
    planted = {f"inner/{name}": text for name, text in BROKEN.items()}
    root = plant(tmp_path / "root", {**planted, "kong.yml": "a: 1\n"})
    inner = f"{root}/inner"

    async def run() -> None:
        server = Server([root], CLIENT)
        await server.session.start()
        assert await codes(server) == {SPEC: ["KM101"]}
        os.rename(inner, tmp_path / "aside")
        plant(tmp_path / "aside", {".kong-lsp.toml": 'ignore = ["KM"]\n'})
        os.rename(tmp_path / "aside", inner)
        server.session.disk_changed([inner])
        assert await codes(server) == {}
        os.rename(inner, tmp_path / "aside")
        server.session.disk_changed([inner])
        assert await codes(server) == {}

    asyncio.run(run())


def test_a_rock_of_another_folder_is_followed(tmp_path: Path) -> None:
    other = rockspec({"kong.plugins.other.tools": "kong/plugins/other/tools.lua"}, "other")
    one = plant(
        tmp_path / "one",
        {
            SPEC: rockspec(natural("corp", "handler", "schema"), "corp"),
            **SOUND,
            HANDLER: f'require "kong.plugins.other.tools"\n{SOUND[HANDLER]}',
        },
    )
    two = plant(tmp_path / "two", {"other-1.0-1.rockspec": rockspec({}, "other")})

    async def run() -> None:
        server = Server([one, two], CLIENT)
        await server.session.start()
        before = await codes(server)
        assert [code for code in before[os.path.basename(HANDLER)] if code[:2] == "KM"] == ["KM108"]
        server.open(f"{two}/other-1.0-1.rockspec", other)
        assert os.path.basename(HANDLER) not in await codes(server)

    asyncio.run(run())


def test_a_comment_that_comes_from_the_disk_is_judged(tmp_path: Path) -> None:
    root = plant(tmp_path, SOUND)

    async def run() -> None:
        server = Server([root], CLIENT)
        await server.session.start()
        assert await codes(server) == {}
        plant(tmp_path, {HANDLER: f"-- kong-lsp: ignore[KM108]\n{SOUND[HANDLER]}"})
        server.session.disk_changed([f"{root}/{HANDLER}"])
        assert await codes(server) == {os.path.basename(HANDLER): ["KX901"]}

    asyncio.run(run())


def _close(server: Server, path: str) -> None:
    server.close(path)


def _set_on_type(server: Server, _: str) -> None:
    server.session.configure({"diagnostics.run": "onType"})


@pytest.mark.parametrize("end", [_close, _set_on_type])
def test_what_waits_for_a_save_is_told_when_there_will_be_none(
    tmp_path: Path, end: Callable[[Server, str], None]
) -> None:
    root = plant(tmp_path, SOUND)
    path = f"{root}/{HANDLER}"
    text = f"-- kong-lsp: ignore[KM108]\n{SOUND[HANDLER]}"
    plant(tmp_path, {HANDLER: text})

    async def run() -> None:
        server = Server([root], CLIENT)
        server.session.configure({"diagnostics.run": "onSave"})
        await server.session.start()
        server.open(path, text)
        server.change(path, {"text": text + "\n"})
        end(server, path)
        server.session.diagnostics.touch()
        assert await codes(server) == {os.path.basename(HANDLER): ["KX901"]}

    asyncio.run(run())


def test_a_settings_file_above_a_lone_buffer_is_judged_at_once(tmp_path: Path) -> None:
    root = plant(tmp_path, {**SOUND, ".kong-lsp.toml": "nonsense = 1\n"})

    async def run() -> None:
        server = Server([], CLIENT)
        await server.session.start()
        server.open(f"{root}/{HANDLER}", f"-- kong-lsp: ignore[KM108]\n{SOUND[HANDLER]}")
        assert (await codes(server))[".kong-lsp.toml"] == ["KX903"]

    asyncio.run(run())
