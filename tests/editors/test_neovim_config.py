"""A real Neovim on a declarative file, a compose file and kong.conf."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.support.neovim import drive
from tests.support.trees import plant

FILES = {
    "kong.yml": (
        '_format_version: "3.0"\nplugins:\n- name: greeter\n  config:\n    greeting: hello\n'
    ),
    "docker-compose.yml": (
        "services:\n  kong:\n    image: kong:3.9\n    environment:\n"
        '      KONG_DATABASE: "off"\n      KONG_PLUGINS: bundled,key-atuh,half\n'
    ),
    "gateway/kong.conf": "database = off\ncustom_plugins = greeter,bare\nlog_levell = info\n",
    "kong/plugins/half/handler.lua": 'return { PRIORITY = 12, VERSION = "1.0.0" }\n',
    "kong/plugins/bare/schema.lua": (
        'return { name = "bare", fields = { { config = { type = "record", fields = {} } } } }\n'
    ),
    "kong/plugins/greeter/handler.lua": 'return { PRIORITY = 12, VERSION = "1.0.0" }\n',
    "kong/plugins/greeter/schema.lua": (
        'return { name = "greeter", fields = { { config = { type = "record", fields = {\n'
        '  { greeting = { type = "string" } }, { shout = { type = "boolean" } },\n'
        "} } } } }\n"
    ),
}


def test_findings_fixes_and_completion_in_configuration_files(tmp_path: Path) -> None:
    folder = tmp_path / "plugin"
    plant(folder, FILES)
    subprocess.run(["git", "init", "--quiet", folder], check=True)
    seen = drive(tmp_path, "neovim_config.lua", folder)

    assert seen["declarative"] == [[3, "KC302"]]
    assert seen["compose_text"][5] == "      KONG_PLUGINS: bundled,key-atuh,half,greeter"
    assert seen["declarative_completion"] == ["shout"]

    assert seen["compose"] == [[6, "KC301"], [6, "KC305"]]
    assert seen["compose_completion"][:3] == ["bare", "greeter", "half"]
    assert "KONG_LOG_LEVEL" in seen["compose_settings"]
    assert seen["compose_left"] == []
    assert seen["compose_made"][0] == 'local typedefs = require "kong.db.schema.typedefs"'

    assert seen["conf"] == [[2, "KC304"], [3, "KC315"]]
    assert seen["conf_text"] == [
        "database = off",
        "plugins = bundled,greeter,bare",
        "log_level = info",
    ]
    assert seen["conf_left"] == []
    assert "PRIORITY" in "".join(seen["conf_made"])
    assert seen["conf_completion"][:3] == ["bare", "greeter", "half"]
    assert "rate-limiting" in seen["conf_completion"]
    assert "lua_package_path" in seen["conf_settings"]
    assert "KONG_LOG_LEVEL" in seen["conf_hover"]
