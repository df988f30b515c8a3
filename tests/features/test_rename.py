from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from kong_lsp import fixes
from kong_lsp.features.moves import follow
from kong_lsp.features.rename import Refused, prepare, rename
from kong_lsp.finding import Change, RenameFile
from kong_lsp.kong import templates
from kong_lsp.kong.releases import NEWEST
from kong_lsp.workspace.snapshot import Snapshot
from kong_lsp.workspace.workspace import Workspace
from tests.support.trees import plant
from tests.support.world import analyze

HANDLER = templates.handler("corp", NEWEST)
SCHEMA = templates.schema("corp", NEWEST)
HEAD = """\
package = "kong-plugin-corp"
version = "1.0-1"
source = { url = "git+https://example.com/corp.git" }
description = { summary = "corp", license = "MIT", homepage = "https://example.com/corp" }
dependencies = {}
"""
NATURAL = {
    "kong-plugin-corp-1.0-1.rockspec": HEAD
    + """\
build = {
  type = "builtin",
  modules = {
    ["kong.plugins.corp.handler"] = "kong/plugins/corp/handler.lua", -- corp
    ['kong.plugins.corp.log'] = './kong/plugins/corp/log.lua',
    ["kong.plugins.corp.schema"] = "kong/plugins/corp/schema.lua",
    ["kong.plugins.corp.util"] = "kong/plugins/corp/util/init.lua",
  },
}
""",
    "kong/plugins/corp/handler.lua": """\
local log = require("kong.plugins.corp.log")
local util = require 'kong.plugins.corp.util'
local corp = { PRIORITY = 1, VERSION = "1.0.0", log = log, util = util, title = "corp" }
return corp
""",
    "kong/plugins/corp/log.lua": "return {}\n",
    "kong/plugins/corp/util/init.lua": "return {}\n",
    "kong/plugins/corp/schema.lua": SCHEMA,
    "spec/corp/01-access_spec.lua": """\
local helpers = require "spec.helpers"
local own = require "spec.corp.helpers"
local PLUGIN_NAME = "corp"
local log = require("kong.plugins." .. PLUGIN_NAME .. ".log")
describe(PLUGIN_NAME .. ": access", function()
  setup(function()
    local bp = helpers.get_db_utils("postgres", nil, { PLUGIN_NAME })
    bp.services:insert { name = "corp" }
    bp.plugins:insert { name = "corp", config = {} }
    helpers.start_kong({ plugins = "bundled,corp" })
  end)
end)
""",
    "spec/corp/helpers.lua": "return {}\n",
    "kong.conf": "plugins = bundled, corp  # corp\n",
    "kong.yml": """\
_format_version: "3.0"
services:
- name: corp
  url: http://corp.example.com
  plugins:
  - name: 'corp'
plugins:
- name: corp
""",
    "docker-compose.yml": """\
services:
  kong:
    image: kong:3.9
    environment:
      KONG_PLUGINS: bundled,corp
    volumes:
    - ./kong/plugins/corp:/usr/local/share/lua/5.1/kong/plugins/corp
""",
}
TEMPLATE = {
    **{path: text for path, text in NATURAL.items() if path.startswith(("kong/", "spec/"))},
    "kong-plugin-corp-1.0-1.rockspec": """\
local plugin_name = "corp"
local package_name = "kong-plugin-" .. plugin_name
package = package_name
version = "1.0-1"
source = { url = "git+https://example.com/r.git" }
description = { summary = "A plugin", license = "MIT" }
dependencies = {}
build = {
  type = "builtin",
  modules = {
    ["kong.plugins."..plugin_name..".handler"] = "kong/plugins/"..plugin_name.."/handler.lua",
    ["kong.plugins."..plugin_name..".log"] = "kong/plugins/"..plugin_name.."/log.lua",
    ["kong.plugins."..plugin_name..".schema"] = "kong/plugins/"..plugin_name.."/schema.lua",
    ["kong.plugins."..plugin_name..".util"] = "kong/plugins/"..plugin_name.."/util/init.lua",
  },
}
""",
}
ALIASED = {
    "kong-plugin-corp-1.0-1.rockspec": HEAD
    + """\
build = { type = "builtin", modules = {
  ["kong.plugins.corp.handler"] = "src/handler.lua", ["kong.plugins.corp.schema"] = "src/schema.lua" } }
""",
    "src/handler.lua": HANDLER,
    "src/schema.lua": SCHEMA,
}
TWO = {
    **{path: text for path, text in NATURAL.items() if path.startswith(("kong/", "spec/"))},
    "kong-plugin-corp-1.0-1.rockspec": NATURAL["kong-plugin-corp-1.0-1.rockspec"].replace(
        "  },\n}\n",
        """\
    ["kong.plugins.corp-extra.handler"] = "kong/plugins/corp-extra/handler.lua",
    ["kong.plugins.corp-extra.schema"] = "kong/plugins/corp-extra/schema.lua",
  },
}
""",
    ),
    "kong/plugins/corp-extra/handler.lua": """\
local log = require "kong.plugins.corp.log"
return { PRIORITY = 2, VERSION = "1.0.0", log = log, title = "corp-extra" }
""",
    "kong/plugins/corp-extra/schema.lua": templates.schema("corp-extra", NEWEST),
    "kong.conf": "plugins = bundled,corp-extra,corp\n",
    "kong.yml": '_format_version: "3.0"\nplugins:\n- name: corp-extra\n- name: corp\n',
    "docker-compose.yml": """\
services:
  kong:
    image: kong:3.9
    environment:
      KONG_PLUGINS: "bundled,corp,corp-extra"
    volumes:
    - ./kong/plugins/corp-extra:/usr/local/share/lua/5.1/kong/plugins/corp-extra
    - ./kong/plugins/corp:/usr/local/share/lua/5.1/kong/plugins/corp
""",
}
MIGRATED = {
    **NATURAL,
    "kong-plugin-corp-1.0-1.rockspec": NATURAL["kong-plugin-corp-1.0-1.rockspec"].replace(
        "  },\n}\n",
        """\
    ["kong.plugins.corp.daos"] = "kong/plugins/corp/daos.lua",
    ["kong.plugins.corp.migrations"] = "kong/plugins/corp/migrations/init.lua",
    ["kong.plugins.corp.migrations.000_base_corp"] =
      "kong/plugins/corp/migrations/000_base_corp.lua",
    ["kong.plugins.corp.migrations.001_100_to_110"] =
      "kong/plugins/corp/migrations/001_100_to_110.lua",
  },
}
""",
    ),
    "kong/plugins/corp/daos.lua": """\
local typedefs = require "kong.db.schema.typedefs"
return {
  { name = "corp_tokens", primary_key = { "id" }, fields = { { id = typedefs.uuid } } },
}
""",
    "kong/plugins/corp/migrations/init.lua": """\
return { "000_base_corp", "001_100_to_110" }
""",
    "kong/plugins/corp/migrations/000_base_corp.lua": """\
return { postgres = { up = [[ CREATE TABLE IF NOT EXISTS corp_tokens (id UUID PRIMARY KEY); ]] } }
""",
    "kong/plugins/corp/migrations/001_100_to_110.lua": """\
return { postgres = { up = [[ ALTER TABLE corp_tokens ADD COLUMN corp TEXT; ]] } }
""",
}
TREES = {
    "natural": NATURAL,
    "template": TEMPLATE,
    "aliased": ALIASED,
    "two": TWO,
    "migrated": MIGRATED,
}


def see(folder: Path) -> Snapshot:
    workspace = Workspace()
    workspace.add_root(folder.as_posix(), whole=True)
    return workspace.snapshot()


def found(folder: Path) -> list[str]:
    every = analyze(see(folder))
    return [f"{each.path} {each.code}" for path in sorted(every) for each in every[path]]


def content(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes().decode()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def do(folder: Path, changes: tuple[Change, ...]) -> None:
    fixes.write(fixes.planned(see(folder), changes))


def at(folder: Path, path: str, text: str, plus: int = 0) -> tuple[Snapshot, str, int]:
    snapshot = see(folder)
    full = f"{folder.as_posix()}/{path}"
    return snapshot, full, (snapshot.text(full) or "").index(text) + plus


def rockspec(folder: Path) -> str:
    (path,) = folder.glob("*.rockspec")
    return path.name


@pytest.mark.parametrize("tree", TREES)
@pytest.mark.parametrize("other", ["corp2", "my-plugin", "x"])
def test_a_plugin_renamed_and_renamed_back_is_as_it_was(
    tmp_path: Path, tree: str, other: str
) -> None:
    plant(tmp_path, TREES[tree])
    assert found(tmp_path) == []
    before = content(tmp_path)
    handler = "handler.lua" if tree == "aliased" else "schema.lua"
    start = next(path for path in before if path.endswith(handler))
    for old, new in (("corp", other), (other, "corp")):
        path = start.replace("/corp/", f"/{old}/")
        if tree == "aliased":
            snapshot, full, offset = at(tmp_path, rockspec(tmp_path), f"plugins.{old}.handler", 9)
        else:
            snapshot, full, offset = at(tmp_path, path, f'"{old}"', 1)
        do(tmp_path, rename(snapshot, full, offset, new, moves=True))
        assert found(tmp_path) == []
        make(tmp_path)
    assert content(tmp_path) == before


def test_a_plugin_of_which_an_earlier_version_tells_is_renamed_back(tmp_path: Path) -> None:
    plant(tmp_path, NATURAL)
    new = tmp_path / rockspec(tmp_path)
    text = new.read_text()
    version = text.split('version = "')[1].split('"')[0]
    old = tmp_path / new.name.replace(version, "0.0.1-1")
    old.write_text(text.replace(version, "0.0.1-1"))
    before = content(tmp_path)
    for was, name in (("corp", "corp2"), ("corp2", "corp")):
        snapshot, full, offset = at(tmp_path, new.name, f"plugins.{was}.handler", 9)
        do(tmp_path, rename(snapshot, full, offset, name, moves=True))
    assert content(tmp_path) == before


def make(folder: Path) -> None:
    """``luarocks make``, in a copy."""
    copy = folder.parent / "made"
    shutil.copytree(folder, copy)
    done = subprocess.run(
        ["luarocks", "make", "--tree", copy / "tree", "--deps-mode=none", rockspec(copy)],
        cwd=copy,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "HOME": str(copy)},
    )
    shutil.rmtree(copy)
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_is_renamed_and_what_only_looks_like_it(tmp_path: Path) -> None:
    plant(tmp_path, NATURAL)
    snapshot, path, offset = at(tmp_path, "kong.conf", "corp", 2)
    target = prepare(snapshot, path, offset, moves=True)
    assert target is not None
    assert target.name == "corp"
    do(tmp_path, rename(snapshot, path, offset, "bolt", moves=True))
    after = content(tmp_path)
    assert after == {
        path.replace("/corp/", "/bolt/"): text
        for path, text in {
            **NATURAL,
            "kong-plugin-corp-1.0-1.rockspec": NATURAL["kong-plugin-corp-1.0-1.rockspec"]
            .replace("plugins.corp", "plugins.bolt")
            .replace("plugins/corp", "plugins/bolt"),
            "kong/plugins/corp/handler.lua": NATURAL["kong/plugins/corp/handler.lua"].replace(
                "plugins.corp", "plugins.bolt"
            ),
            "kong/plugins/corp/schema.lua": SCHEMA.replace('"corp"', '"bolt"'),
            "spec/corp/01-access_spec.lua": NATURAL["spec/corp/01-access_spec.lua"]
            .replace("corp", "bolt")
            .replace('services:insert { name = "bolt" }', 'services:insert { name = "corp" }'),
            "kong.conf": "plugins = bundled, bolt  # corp\n",
            "kong.yml": NATURAL["kong.yml"]
            .replace("  - name: 'corp'", "  - name: 'bolt'")
            .replace("plugins:\n- name: corp", "plugins:\n- name: bolt"),
            "docker-compose.yml": NATURAL["docker-compose.yml"].replace("corp", "bolt"),
        }.items()
    }


@pytest.mark.parametrize("new", ["bolt", "Bolt"])
def test_a_rockspec_whose_package_is_made_of_the_name_gets_the_file_name_that_goes_with_it(
    tmp_path: Path, new: str
) -> None:
    plant(tmp_path, TEMPLATE)
    snapshot, path, offset = at(tmp_path, rockspec(tmp_path), '"corp"', 2)
    do(tmp_path, rename(snapshot, path, offset, new, moves=True))
    assert rockspec(tmp_path) == "kong-plugin-bolt-1.0-1.rockspec"
    text = TEMPLATE["kong-plugin-corp-1.0-1.rockspec"]
    assert content(tmp_path)[rockspec(tmp_path)] == text.replace('"corp"', f'"{new}"')


@pytest.mark.parametrize(
    ("path", "text", "new", "why"),
    [
        ("kong.conf", "corp", "jwt", "jwt is the name of a plugin that comes with Kong"),
        ("kong.conf", "corp", "bolt", "there is a plugin called bolt already"),
        ("kong.conf", "corp", "a.b", "cannot be called 'a.b'"),
        ("kong.conf", "corp", "true", "cannot be called 'true'"),
        ("kong.conf", "corp", "taken", "kong/plugins/taken is there already"),
        ("kong.conf", "jwt", "x", "jwt is a plugin that comes with Kong"),
        ("kong.conf", "gone", "x", "the sources of gone are not in this workspace"),
        ("kong.conf", "twice", "x", "there are several folders with the sources of twice"),
        ("kong.conf", "made", "x", "put together in made-1.0-1.rockspec, line 4"),
    ],
)
def test_what_cannot_be_renamed_is_refused_with_the_reason(
    tmp_path: Path, path: str, text: str, new: str, why: str
) -> None:
    plant(
        tmp_path,
        {
            **NATURAL,
            "kong.conf": "plugins = bundled,corp,jwt,gone,twice,made\n",
            "kong/plugins/taken/readme.txt": "",
            **{
                f"{where}/{part}.lua": "return {}\n"
                for where in ("kong/plugins/bolt", "a/kong/plugins/twice", "b/kong/plugins/twice")
                for part in ("handler", "schema")
            },
            "kong/plugins/made/handler.lua": HANDLER,
            "made-1.0-1.rockspec": 'package = "made"\nversion = "1.0-1"\n'
            'source = { url = "git+https://example.com/r.git" }\n'
            'build = { type = "builtin", modules = { ["kong.plugins.ma" .. "de.handler"] ='
            ' "kong/plugins/made/handler.lua" } }\n',
        },
    )
    snapshot, full, offset = at(tmp_path, path, text)
    with pytest.raises(Refused, match=why):
        rename(snapshot, full, offset, new, moves=True)


def test_a_client_that_cannot_move_files_is_refused_where_a_folder_must_move(
    tmp_path: Path,
) -> None:
    plant(tmp_path / "a", NATURAL)
    with pytest.raises(Refused, match="kong/plugins/corp, spec/corp would have to be renamed"):
        prepare(*at(tmp_path / "a", "kong.conf", "corp"), moves=False)
    plant(tmp_path / "b", ALIASED)
    name = rockspec(tmp_path / "b")
    assert prepare(*at(tmp_path / "b", name, "corp.handler"), moves=False) is not None


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("kong.yml", "corp"),
        ("kong.conf", "bundled"),
        ("kong-plugin-corp-1.0-1.rockspec", "corp"),
        ("kong-plugin-corp-1.0-1.rockspec", "handler"),
        ("kong/plugins/corp/handler.lua", "corp = "),
    ],
)
def test_another_word_is_no_name_of_a_plugin(tmp_path: Path, path: str, text: str) -> None:
    plant(tmp_path, NATURAL)
    assert prepare(*at(tmp_path, path, text), moves=True) is None


# --- files that are renamed by the editor


def moved(folder: Path, *pairs: tuple[str, str]) -> None:
    """Do what a client does: ask for the edits, apply them, move the files."""
    base = folder.as_posix()
    changes = follow(see(folder), [(f"{base}/{old}", f"{base}/{new}") for old, new in pairs])
    assert not any(isinstance(each, RenameFile) for each in changes)
    do(folder, changes)
    for old, new in pairs:
        (folder / new).parent.mkdir(parents=True, exist_ok=True)
        (folder / old).rename(folder / new)


@pytest.mark.parametrize("tree", TREES)
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("handler.lua", "sub/other.lua"),
        ("log.lua", "logger.lua"),
        ("log.lua", "log/init.lua"),
        ("util/init.lua", "util.lua"),
        ("util", "helpers"),
        ("util/init.lua", "tools/init.lua"),
    ],
)
def test_a_moved_file_is_followed_and_moved_back(
    tmp_path: Path, tree: str, old: str, new: str
) -> None:
    plant(tmp_path, TREES[tree])
    base = "src" if tree == "aliased" else "kong/plugins/corp"
    if not (tmp_path / base / old).exists():
        return
    before = content(tmp_path)
    errors = {"KM104", "KC305"} if old == "handler.lua" else set()
    moved(tmp_path, (f"{base}/{old}", f"{base}/{new}"))
    assert {each.split()[-1] for each in found(tmp_path)} <= errors
    make(tmp_path)
    moved(tmp_path, (f"{base}/{new}", f"{base}/{old}"))
    assert found(tmp_path) == []
    assert content(tmp_path) == before


def test_a_plugin_whose_folder_is_renamed_is_renamed_but_for_its_tests_folder(
    tmp_path: Path,
) -> None:
    plant(tmp_path, NATURAL)
    before = content(tmp_path)
    moved(tmp_path, ("kong/plugins/corp", "kong/plugins/bolt"))
    assert found(tmp_path) == []
    after = content(tmp_path)
    assert after["kong.conf"] == "plugins = bundled, bolt  # corp\n"
    assert 'require "spec.corp.helpers"' in after["spec/corp/01-access_spec.lua"]
    moved(tmp_path, ("kong/plugins/bolt", "kong/plugins/corp"))
    assert content(tmp_path) == before


def test_a_folder_above_plugins_may_move(tmp_path: Path) -> None:
    plant(tmp_path, NATURAL)
    moved(tmp_path, ("kong", "lua/kong"))
    after = content(tmp_path)[rockspec(tmp_path)]
    text = NATURAL["kong-plugin-corp-1.0-1.rockspec"]
    assert after == text.replace("kong/plugins", "lua/kong/plugins")
    assert found(tmp_path) == []


def test_files_that_no_rockspec_knows_cost_nothing(tmp_path: Path) -> None:
    plant(tmp_path, NATURAL | {"notes.txt": ""})
    base = tmp_path.as_posix()
    assert follow(see(tmp_path), [(f"{base}/notes.txt", f"{base}/n.txt")]) == ()
    assert follow(see(tmp_path), [("/elsewhere/a.lua", "/elsewhere/b.lua")]) == ()
