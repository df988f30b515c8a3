"""What is read of a Kong on the disk, none of whose code is run."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from kong_lsp.kong.schema import catalogue
from kong_lsp.plugin import kong_catalogue
from kong_lsp.plugin.kong_tree import KongTree, folder_of
from tests.support.kong import HANDLER, SCHEMA, kong
from tests.support.trees import plant


def tree(folder: Path, files: dict[str, str]) -> KongTree:
    return KongTree(plant(folder, files))


def config(folder: Path, lua: str, version: str = "3.9.1", before: str = "") -> Any:
    """The field ``config`` of the one plugin, as the catalogue has it."""
    schema = f'{before}\nreturn {{ name = "acme", fields = {{ {{ config = {lua} }} }} }}'
    whole = kong_catalogue.whole(tree(folder, kong(version, {"acme": schema})))
    packed = whole["plugins"]["acme"]["fields"]["config"]
    return whole["shared"][packed] if isinstance(packed, int) else packed


def test_a_whole_kong(tmp_path: Path) -> None:
    service = """
    local typedefs = require "kong.db.schema.typedefs"
    return { name = "services", primary_key = { "id" }, fields = {
      { id = typedefs.uuid },
      { retries = { type = "integer", between = { 0, math.pow(2, 15) - 1 } } } } }"""
    route = """
    return { name = "routes", primary_key = { "id" }, subschema_key = "kind", fields = {
      { kind = { type = "string", description = "What it is for." } },
      { service = { type = "foreign", reference = "services" } } } }"""
    others = {
        "kong/db/schema/entities/routes_subschemas.lua": (
            'return { x = { name = "x", fields = { { kind = { type = "string" } } } } }'
        ),
        "kong/db/schema/others/declarative_config.lua": (
            'f({ { _format_version = { type = "string", one_of = {"1.1", "3.0"} } } })'
        ),
        "kong/plugins/queue-jumper/daos.lua": (
            'return { { name = "jumpers", primary_key = { "id" }, fields = {\n'
            '  { route = { type = "foreign", reference = "routes" } } } } }'
        ),
        "kong/vaults/env/schema.lua": 'return { name = "env", fields = {} }',
    }
    files = kong(entities={"routes": route, "services": service}, others=others)
    assert kong_catalogue.whole(tree(tmp_path, files)) == {
        "kong": "3.9.1",
        "format_versions": ["1.1", "3.0"],
        "declarative": ["services", "routes", "jumpers"],
        "shared": [{"type": "string"}],
        "plugins": {
            "queue-jumper": {
                "fields": {
                    "protocols": {
                        "default": ["grpc", "grpcs", "http", "https"],
                        "elements": {
                            "one_of": ["grpc", "grpcs", "http", "https"],
                            "type": "string",
                        },
                        "required": True,
                        "type": "set",
                    },
                    "config": {
                        "type": "record",
                        "fields": {
                            "host": {
                                "required": True,
                                "custom_validator": "host",
                                "type": "string",
                            },
                            "limit": {"type": "integer", "default": 10, "between": [1, 100]},
                        },
                    },
                },
                "handler": [700, "3.9.1", ("access",)],
            }
        },
        "entities": {
            "routes": {
                "primary_key": ["id"],
                "subschema_key": "kind",
                "fields": {"kind": 0, "service": {"type": "foreign", "reference": "services"}},
                "subschemas": {"x": {"fields": {"kind": 0}}},
            },
            "services": {
                "primary_key": ["id"],
                "fields": {
                    "id": {"auto": True, "type": "string", "uuid": True},
                    "retries": {"type": "integer", "between": [0, 32767]},
                },
            },
            "jumpers": {
                "primary_key": ["id"],
                "fields": {"route": {"type": "foreign", "reference": "routes"}},
                "plugin": "queue-jumper",
            },
        },
        "vaults": {"env": {"fields": {}}},
    }


def test_what_hangs_on_the_database_is_told_for_both(tmp_path: Path) -> None:
    before = """
    local function without()
      local _, database, role = pcall(function()
        return kong.configuration.database, kong.configuration.role
      end)
      return database == "off" or role == "control_plane"
    end
    local store
    if without() then store = { type = "string", one_of = { "memory" }, default = "memory" }
    else store = { type = "string", one_of = { "memory", "table" }, default = "table" } end
    """
    lua = '{ type = "record", fields = { { store = store } } }'
    assert config(tmp_path, lua, before=before)["fields"]["store"] == {
        "type": "string",
        "one_of": ["memory", "table"],
        "default": "table",
        "when_database_off": {"one_of": ["memory"], "default": "memory"},
    }


def test_what_is_not_known_is_told_as_such(tmp_path: Path) -> None:
    lua = """{ type = "record", fields = {
      { secret = { type = "string", default = require("resty.x").random(), required = true } },
      { odd = somebody.knows() },
      { size = { type = "integer", between = { 1, somebody.knows() } } },
      somebody.knows() } }"""
    assert config(tmp_path, lua) == {
        "type": "record",
        "fields": {
            "secret": {"type": "string", "required": True, "unknown": ["default"]},
            "odd": {"unknown": ["type"]},
            "size": {"type": "integer", "unknown": ["between"]},
        },
        "open": True,
    }


def test_sentences_and_functions_stay_behind(tmp_path: Path) -> None:
    lua = """{ type = "record", custom_validator = function(x) return x end,
      fields = {
        { path = { type = "string", err = "no", description = "Where it is.",
                   match_none = { { pattern = "//", err = "no two" } } } },
        { description = { type = "string" } } },
      entity_checks = {
        { conditional = { if_field = "path", if_match = { eq = "/" },
                          then_field = "path", then_err = "no" } },
        { custom_entity_check = { field_sources = { "path" }, fn = function() end } } } }"""
    assert config(tmp_path, lua) == {
        "type": "record",
        "custom_validator": True,
        "fields": {
            "path": {"type": "string", "match_none": [{"pattern": "//"}]},
            "description": {"type": "string"},
        },
        "entity_checks": [
            ["conditional", {"if_field": "path", "if_match": {"eq": "/"}, "then_field": "path"}],
            ["custom_entity_check", {"field_sources": ["path"]}],
        ],
    }


def test_a_field_that_was_replaced_sets_its_replacement(tmp_path: Path) -> None:
    lua = """{ type = "record", fields = { { size = { type = "integer" } } }, shorthand_fields = {
      { length = { type = "integer", func = function(v) return { size = v } end,
          deprecation = { message = "Use size.", removal_in_version = "4.0",
                          replaced_with = { { path = { "size" } } } } } },
      { width = { type = "integer", func = function(v) return { size = v } end,
                  translate_backwards = { "size" } } } } }"""
    assert config(tmp_path, lua)["shorthand_fields"] == {
        "length": {
            "type": "integer",
            "func": "set:size",
            "deprecation": {"removal_in_version": "4.0", "replaced_with": [["size"]]},
        },
        "width": {"type": "integer", "func": "set:size", "translate_backwards": ["size"]},
    }


def test_copied_fields_are_known(tmp_path: Path) -> None:
    before = """
    local shared = require("kong.tools.redis.schema").config_schema.fields
    local own = require("pl.tablex").copy(shared)
    table.insert(own, { extra = { type = "string" } })
    """
    redis = """local typedefs = require "kong.db.schema.typedefs"
    return { config_schema = { type = "record", fields = { { host = typedefs.host } } } }"""
    files = kong(
        plugins={
            "acme": before + 'return { name = "acme", fields = { { config = '
            '{ type = "record", fields = own } } } }'
        },
        others={"kong/tools/redis/schema.lua": redis},
    )
    found = kong_catalogue.plugin(tree(tmp_path, files), "acme")
    assert found is not None
    (entry,) = found["fields"]
    assert [list(field) for field in entry["config"]["fields"]] == [["host"], ["extra"]]


def test_tracing_formats_are_those_of_kong(tmp_path: Path) -> None:
    before = 'local typedefs = require "kong.db.schema.typedefs"'
    lua = '{ type = "record", fields = { { propagation = typedefs.propagation } } }'
    found = config(tmp_path, lua, before=before)["fields"]["propagation"]["fields"]
    assert found["inject"]["elements"]["one_of"] == [
        "preserve", "w3c", "b3", "b3-single", "jaeger", "ot", "datadog", "aws", "gcp",
    ]  # fmt: skip
    assert "b3-single" not in found["extract"]["elements"]["one_of"]


def test_the_phases_of_a_handler_are_those_for_http(tmp_path: Path) -> None:
    handler = """
    local Handler = { PRIORITY = math.huge, VERSION = "1.0.0" }
    if ngx.config.subsystem == "http" then
      function Handler:log() end
      function Handler:access() end
    else
      function Handler:preread() end
    end
    return Handler
    """
    files = kong(others={"kong/plugins/queue-jumper/handler.lua": handler})
    whole = kong_catalogue.whole(tree(tmp_path, files))
    assert whole["plugins"]["queue-jumper"]["handler"] == ["inf", "1.0.0", ("access", "log")]


@pytest.mark.parametrize("below", ["", "kong", "share/lua/5.1"])
def test_a_kong_is_found_by_its_folder_and_by_where_it_is_installed(
    tmp_path: Path, below: str
) -> None:
    where = "share/lua/5.1/" if below.startswith("share") else ""
    plant(tmp_path, {where + name: text for name, text in kong().items()})
    asked = tmp_path / "kong" if below == "kong" else tmp_path
    assert folder_of(str(asked)) == str(tmp_path / where).rstrip("/")
    assert folder_of(str(tmp_path / "nowhere")) is None


def test_a_newer_kong_is_read_by_its_own_typedefs(tmp_path: Path) -> None:
    typedefs = """
    local typedefs = setmetatable({}, { __index = function(t, name) error("no " .. name) end })
    typedefs.host = { type = "string", custom_validator = function(x) return true end }
    typedefs.brand_new = { type = "string", len_max = 3 }
    typedefs.protocols_http = { type = "set", elements = { type = "string" } }
    return typedefs
    """
    schema = """
    local typedefs = require "kong.db.schema.typedefs"
    return { name = "acme", fields = { { config = { type = "record", fields = {
      { tag = typedefs.brand_new } } } } } }
    """
    files = kong("3.11.0", {"acme": schema}, others={"kong/db/schema/typedefs.lua": typedefs})
    new = tree(tmp_path, files)
    assert (new.version, new.release.name) == ("3.11.0", "master")
    found = kong_catalogue.plugin(new, "acme")
    assert found is not None
    (entry,) = found["fields"]
    assert entry["config"]["fields"] == [{"tag": {"type": "string", "len_max": 3}}]


@pytest.mark.parametrize("typedefs", ["return somebody.knows()", "\x1bLJ\x02", None])
def test_typedefs_that_cannot_be_read_are_taken_for_kongs(
    tmp_path: Path, typedefs: str | None
) -> None:
    others = {"kong/enterprise_edition/init.lua": "return {}"}
    if typedefs is not None:
        others["kong/db/schema/typedefs.lua"] = typedefs
    found = kong_catalogue.plugin(tree(tmp_path, kong("3.4.3", others=others)), "queue-jumper")
    assert found is not None
    assert found["fields"][1]["config"]["fields"][0]["host"]["type"] == "string"


@pytest.mark.parametrize(
    "lua",
    [
        "while true do end",
        "local function f() return f() + f() end return f()",
        "return { ('x'):rep(1e9) .. ('y'):rep(1e9) }",
        "local t = {} for i = 1, 1e9 do t[i] = { i } end return t",
        "return " + "{" * 500 + "}" * 500,
        'return require("kong.plugins.acme.schema")',
        "",
    ],
)
def test_hostile_files_cost_little_and_say_nothing(tmp_path: Path, lua: str) -> None:
    files = {**kong(plugins={"acme": lua}), "kong/constants.lua": lua}
    hostile = tree(tmp_path, files)
    start = time.process_time()
    assert set(kong_catalogue.whole(hostile)["plugins"]) <= {"acme"}
    assert time.process_time() - start < 2


def test_plugins_that_were_installed_beside_are_not_bundled(tmp_path: Path) -> None:
    files = kong(
        others={
            "kong/plugins/mine/handler.lua": HANDLER,
            "kong/plugins/mine/schema.lua": SCHEMA,
            "kong/plugins/closed/handler.ljbc": "\x1bLJ",
            "kong/plugins/helpers/tools.lua": "return {}",
        }
    )
    found = tree(tmp_path, files)
    assert found.bundled == ("queue-jumper",)
    assert found.installed == ("closed", "mine", "queue-jumper")


@pytest.mark.parametrize("release", catalogue.RELEASES, ids=str)
def test_what_is_shipped_holds_no_sentences(release: Any) -> None:
    def keys(value: Any) -> set[str]:
        if isinstance(value, dict):
            own = {key for key, part in value.items() if isinstance(part, str)}
            return own.union(*map(keys, value.values()))
        return set().union(*map(keys, value)) if isinstance(value, list) else set()

    for name in catalogue.names(release):
        definition = catalogue.definition(release, name)
        assert definition is not None
        assert not keys(definition) & {"err", "then_err", "message", "examples"}, name
