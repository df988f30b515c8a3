"""A real Neovim on a plugin's schema and the configuration that it describes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.editors.test_neovim import HERE, ROOT, lua_block
from tests.support.trees import plant

FILES = {
    "kong.yml": (
        '_format_version: "3.0"\nplugins:\n- name: greeter\n  config:\n    greeting: hello\n'
    ),
    "kong/plugins/greeter/handler.lua": 'return { PRIORITY = 12, VERSION = "1.0.0" }\n',
    "kong/plugins/greeter/schema.lua": (
        'return { name = "greeter", fields = { { config = { type = "record", fields = {\n'
        '  { greeting = { type = "string" } },\n'
        "} } } } }\n"
    ),
}


def test_a_schema_is_changed_and_the_configuration_follows(tmp_path: Path) -> None:
    folder = tmp_path / "plugin"
    plant(folder, FILES)
    subprocess.run(["git", "init", "--quiet", folder], check=True)
    home = tmp_path / "config" / "nvim"
    (home / "lsp").mkdir(parents=True)
    editor = ROOT / "editors" / "neovim"
    (home / "init.lua").write_text(lua_block(editor / "README.md"), encoding="utf-8")
    shutil.copy(editor / "lsp" / "kong_lsp.lua", home / "lsp")
    scripts = Path(sys.executable).parent
    environment = {
        **os.environ,
        "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "XDG_DATA_HOME": str(tmp_path / "data"),
    }
    done = subprocess.run(
        [scripts / "nvim", "-u", home / "init.lua", "-l", HERE / "neovim_schema.lua", folder],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    seen = json.loads(done.stdout.strip().splitlines()[-1])
    assert seen["found"] == [[4, "KC309"], [4, "KC309"], [5, "KC308"]]
    assert seen["completion"] == "salutation"
    assert seen["left"] == [[4, "KC309"]]
    assert seen["text"] == [
        '_format_version: "3.0"',
        "plugins:",
        "- name: greeter",
        "  config:",
        "    salutation: hello",
        "    volume: 1",
    ]
    assert seen["references"] == [["kong.yml", 5]]
    assert "- name: greeter\n  config:\n    salutation: example\n    volume: 1\n" in seen["example"]
