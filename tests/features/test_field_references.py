"""From a field in schema.lua to the configurations that set it, and back."""

from __future__ import annotations

import pytest

from kong_lsp.features.config_definition import config_definition
from kong_lsp.features.field_references import field_references
from tests.support.places import asked

LUA = """
-- file: kong/plugins/acme/handler.lua
return { PRIORITY = 12, VERSION = "1.0.0" }
-- file: kong/plugins/acme/schema.lua
local redis = require "kong.plugins.acme.redis"
return { name = "acme", fields = { { protocols = { type = "set", elements = { type = "string" } } },
  { config = { type = "record", fields = {
  { url = { type = "string" } },
  { redis = redis },
  { rules = { type = "array", elements = { type = "record", fields = {
    { path = { type = "string" } },
  } } } },
  { limits = { type = "map", keys = { type = "string" }, values = { type = "record", fields = {
    { most = { type = "integer" } },
  } } } },
} } } } }
-- file: kong/plugins/acme/redis.lua
return { type = "record", fields = { { ["host"] = { type = "string" } } } }
"""
CONFIGS = """
# file: kong.yml
_format_version: "3.0"
_plugin_configs:
  shared:
    url: c
x-defaults: &defaults
  url: d
services:
- name: web
  host: example.com
  plugins:
  - name: acme
    protocols: [http]
    config:
      url: a
      redis: {host: h}
      rules:
      - path: /a
      - path: /b
      limits:
        one: {most: 1}
        two:
          most: 2
  - name: acme
    _config: shared
  - name: acme
    config:
      <<: *defaults
  - name: http-log
    config:
      url: not ours
# file: gateway/plugin.yaml
apiVersion: configuration.konghq.com/v1
kind: KongPlugin
metadata: {name: mine}
plugin: acme
config:
  url: b
"""
"""``x-defaults`` is nothing that Kong takes; it gives an anchor."""


def found(text: str, *, declaration: bool = False) -> list[str]:
    """``kong.yml:10 url``: the places, each with its line and what is written there."""
    with asked(text) as at:
        places = field_references(at.snapshot, at.path, at.text, at.offset, declaration=declaration)
        told = []
        for place in places:
            whole = at.snapshot.text(place.path) or ""
            line = whole.count("\n", 0, place.span.start) + 1
            told.append(f"{at.relative(place.path)}:{line} {whole[slice(*place.span)]}")
        return told


URLS = ["gateway/plugin.yaml:6 url", "kong.yml:14 url", "kong.yml:4 url", "kong.yml:6 url"]


def at_field(name: str) -> str:
    return (LUA + CONFIGS).replace(f"{{ {name} =", f"{{ {name[0]}$0{name[1:]} =")


def test_every_configuration_that_sets_a_field_is_found() -> None:
    assert sorted(found(at_field("url"))) == URLS
    assert found(at_field("url"), declaration=True)[-1] == "kong/plugins/acme/schema.lua:4 url"


@pytest.mark.parametrize(
    ("field", "places"),
    [
        ("redis", ["kong.yml:15 redis"]),
        ('["host"]', ["kong.yml:15 host"]),
        ("path", ["kong.yml:17 path", "kong.yml:18 path"]),
        ("most", ["kong.yml:20 most", "kong.yml:22 most"]),
        ("protocols", ["kong.yml:12 protocols"]),
        ("config", ["gateway/plugin.yaml:5 config", "kong.yml:13 config", "kong.yml:26 config"]),
    ],
)
def test_fields_within_lists_maps_and_other_files_are_found(field: str, places: list[str]) -> None:
    assert found(at_field(field)) == places


def test_a_key_of_a_configuration_leads_to_the_others() -> None:
    assert sorted(found(CONFIGS.replace("      url: a", "      u$0rl: a") + LUA)) == URLS
    assert found(CONFIGS.replace("path: /b", "pa$0th: /b") + LUA, declaration=True) == [
        "kong.yml:17 path",
        "kong.yml:18 path",
        "kong/plugins/acme/schema.lua:7 path",
    ]


def test_fields_of_the_old_form_are_found() -> None:
    text = """
        -- file: kong/plugins/acme/handler.lua
        return { PRIORITY = 12, VERSION = "1.0.0" }
        -- file: kong/plugins/acme/schema.lua
        return { no_consumer = true, fields = {
          redis = { type = "table", schema = { fields = { ho$0st = { type = "string" } } } },
        } }
        -- file: kong.yml
        _format_version: "1.1"
        plugins:
        - name: acme
          config:
            redis:
              host: x
    """
    assert found(text, declaration=True) == [
        "kong.yml:6 host",
        "kong/plugins/acme/schema.lua:2 host",
    ]


@pytest.mark.parametrize(
    "text",
    [
        (LUA + CONFIGS).replace("-- file: kong/plugins/acme/handler.lua\nret", "$0ret"),
        LUA.replace("local redis", "loc$0al redis") + CONFIGS,
        LUA.replace('type = "integer"', 'ty$0pe = "integer"') + CONFIGS,
        CONFIGS.replace("host: example.com", "ho$0st: example.com") + LUA,
    ],
)
def test_other_places_are_no_fields(text: str) -> None:
    assert found(text.replace("$0ret", "-- file: x.lua\n$0ret")) == []


@pytest.mark.parametrize(
    ("key", "target"),
    [
        ("  url: b", "schema.lua:4 url"),
        ("{host: h}", 'redis.lua:1 "host"'),
        ("path: /b", "schema.lua:7 path"),
        ("most: 2", "schema.lua:10 most"),
    ],
)
def test_a_key_leads_to_its_line_in_the_schema(key: str, target: str) -> None:
    letter = next(index for index, sign in enumerate(key) if sign.isalpha()) + 1
    with asked(CONFIGS.replace(key, f"{key[:letter]}$0{key[letter:]}") + LUA) as at:
        (place,) = config_definition(at.snapshot, at.path, at.text, at.offset)
        whole = at.snapshot.text(place.path) or ""
        line = whole.count("\n", 0, place.span.start) + 1
        name = place.path.rpartition("/")[2]
        assert f"{name}:{line} {whole[slice(*place.span)]}" == target
