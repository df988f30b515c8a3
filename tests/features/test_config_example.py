"""An example of a plugin's config, made from its schema."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from kong_lsp import cli
from kong_lsp.features.config_example import example_hover, example_text
from kong_lsp.kong.releases import Release
from kong_lsp.kong.schema import catalogue
from tests.support.places import asked, plant
from tests.support.world import findings

LUA = """
-- file: kong/plugins/acme/handler.lua
return { PRIORITY = 12, VERSION = "1.0.0" }
-- file: kong/plugins/acme/schema.lua
local typedefs = require "kong.db.schema.typedefs"
return { name = "acme", fields = {
  { protocols = typedefs.protocols_http },
  { config = { type = "record", fields = {
    { url = typedefs.url { required = true } },
    { level = { type = "string", required = true, match = "^%u%-%d$" } },
    { note = { type = "string" } },
    { retries = { type = "integer", default = 3 } },
    { old = { type = "integer", default = 1, deprecation = {
      message = "use retries", removal_in_version = "4.0" } } },
    { methods = { type = "set", elements = { type = "string" }, default = { "GET", "PUT" } } },
  }, entity_checks = { { at_least_one_of = { "note", "level" } } } } },
} }
"""
EXAMPLE = """\
- name: acme
  config:
    url: "http://example.com"
    level: A-1
    retries: 3
    methods:
      - GET
      - PUT
"""


def test_the_config_in_schema_lua_shows_an_example() -> None:
    with asked(LUA.replace("{ config =", "{ con$0fig =")) as at:
        found = example_hover(at.snapshot, at.path, at.text, at.offset)
        assert found is not None
        head = "**config** — of the plugin `acme`, for example:"
        assert found.text == f"{head}\n\n```yaml\n{EXAMPLE}```"
        assert at.text[slice(*found.span)] == "config"


@pytest.mark.parametrize("place", ["{ u$0rl =", "{ proto$0cols =", "na$0me =", "loc$0al"])
def test_other_places_show_none(place: str) -> None:
    with asked(LUA.replace(place.replace("$0", ""), place, 1)) as at:
        assert example_hover(at.snapshot, at.path, at.text, at.offset) is None


@pytest.mark.parametrize("release", catalogue.RELEASES, ids=str)
def test_examples_of_kongs_own_plugins_give_no_finding(release: Release) -> None:
    entries = [example_text(None, name, release) for name in catalogue.names(release)]
    assert None not in entries
    version = "3.0" if release.number >= (3, 0) else "2.1"
    text = f'_format_version: "{version}"\nplugins:\n' + "".join(map(str, entries))
    assert findings({"kong.yml": text}, str(release)) == []


def test_the_command_prints_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = {}
    for part in LUA.split("-- file: ")[1:]:
        name, _, text = part.partition("\n")
        files[name] = text
    plant(tmp_path.as_posix(), files)
    assert cli.main(["example", "acme", str(tmp_path)]) == 0
    assert capsys.readouterr().out == EXAMPLE
    assert cli.main(["example", "key-auth", str(tmp_path), "--kong-version", "2.8"]) == 0
    assert capsys.readouterr().out == dedent("""\
        - name: key-auth
          config:
            key_names:
              - apikey
            hide_credentials: false
            key_in_header: true
            key_in_query: true
            key_in_body: false
            run_on_preflight: true
    """)
    assert cli.main(["example", "nothing", str(tmp_path)]) == 2
    assert capsys.readouterr().err == "kong-lsp: no schema of a plugin nothing is known\n"
    assert cli.main(["example", "rate-limitng", str(tmp_path)]) == 2
    assert capsys.readouterr().err == (
        "kong-lsp: no schema of a plugin rate-limitng is known; did you mean rate-limiting?\n"
    )
