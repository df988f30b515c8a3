"""A real Neovim on a plugin's schema and the configuration that it describes."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.support.neovim import drive
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
    seen = drive(tmp_path, "neovim_schema.lua", folder)
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
