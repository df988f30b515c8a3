"""A real Kate without a screen, and the file of editors/kate."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.editors.test_neovim import NAME, ROOT

# Kate asks before it starts a server; this is what it writes down when one agrees.
KATERC = """\
[Kate Plugins]
lspclientplugin=true
[lspclient]
AllowedServerCommandLines={server} serve
"""


@pytest.mark.parametrize(
    ("name", "language", "codes"),
    [
        (NAME, "lua", {"KM101", "KM102", "KM106"}),
        ("kong.conf", "ini", {"KC301"}),
        ("kong.yml", "yaml", {"KC301"}),
    ],
)
def test_kate_starts_the_server_and_is_told_the_findings(
    tmp_path: Path, name: str, language: str, codes: set[str]
) -> None:
    plugin = tmp_path / "plugin"
    shutil.copytree(ROOT / "examples" / "broken", plugin)
    # Its first line is how a person chooses the mode in a file itself.
    (plugin / "kong.conf").write_text("# kate: mode INI Files;\nplugins = bundled,geojsn\n")
    (plugin / "kong.yml").write_text('_format_version: "3.0"\nplugins:\n- name: geojsn\n')
    subprocess.run(["git", "init", "--quiet", plugin], check=True)
    programs = tmp_path / "bin"
    programs.mkdir()
    server = programs / "kong-lsp"
    real = Path(sys.executable).with_name("kong-lsp")
    server.write_text(
        f"#!/bin/sh\ntee '{tmp_path}/asked' | '{real}' \"$@\" | tee '{tmp_path}/told'\n"
    )
    server.chmod(0o755)
    config = tmp_path / ".config"
    (config / "kate" / "lspclient").mkdir(parents=True)
    shutil.copy(ROOT / "editors" / "kate" / "settings.json", config / "kate" / "lspclient")
    (config / "katerc").write_text(KATERC.format(server=server))
    environment = {name: text for name, text in os.environ.items() if not name.startswith("XDG_")}
    kate = subprocess.Popen(
        ["kate", "--new", "--startanon", plugin / name],
        env={
            **environment,
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(tmp_path),
            "QT_QPA_PLATFORM": "offscreen",
        },
        cwd=plugin,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        end = time.monotonic() + 60
        while not codes <= published(tmp_path / "told", plugin / name):
            assert time.monotonic() < end, f"no {codes} of {name}"
            time.sleep(0.1)
    finally:
        kate.terminate()
        kate.wait(30)
    asked = (tmp_path / "asked").read_text(encoding="utf-8")
    assert set(re.findall(r'"languageId": *"(\w+)"', asked)) == {language}


def published(told: Path, path: Path) -> set[str]:
    """The codes of all findings of a file that the server told of."""
    text = told.read_text(encoding="utf-8") if told.exists() else ""
    messages = [part for part in text.split("Content-Length: ") if "publishDiagnostics" in part]
    mine = [part for part in messages if f'"uri": "{path.as_uri()}", "diagnostics"' in part]
    return set(re.findall(r'"code": "(\w+)"', "".join(mine)))
