"""The definition that a schema.lua returns, and where each part of it is written."""

from __future__ import annotations

from kong_lsp.kong.schema.judge import validate
from kong_lsp.kong.schema.values import UNKNOWN
from tests.support.programs import release, schema

NEW = """
    local typedefs = require "kong.db.schema.typedefs"
    local host = { host = typedefs.host { required = true } }
    return {
      name = "acme",
      fields = {
        { protocols = typedefs.protocols_http },
        { config = {
            type = "record",
            fields = {
              host,
              { redis = { type = "record", fields = { { port = typedefs.port } } } },
              { rules = { type = "array", elements = {
                  type = "record", fields = { { name = { type = "string" } } } } } },
              { tags = { type = "map", keys = { type = "string" }, values = { type = "number" } } },
            },
        } },
      },
    }
"""
OLD = """
    return {
      no_consumer = true,
      fields = {
        url = { type = "url", required = true },
        hosts = { type = "array", default = {} },
        limits = { type = "table", schema = { fields = { second = { type = "number" } } } },
      },
    }
"""


def test_a_schema_judges_a_configuration() -> None:
    found, _ = schema(NEW)
    faults = validate(found.record, {"config": {"host": "a b", "hots": 1, "redis": {"port": -1}}})
    assert [(fault.path, fault.message) for fault in faults] == [
        (("config", "host"), "invalid value: a b"),
        (("config", "hots"), "unknown field"),
        (("config", "redis", "port"), "value should be between 0 and 65535"),
    ]


def test_each_field_is_found_where_its_name_is_written() -> None:
    found, memory = schema(NEW)
    places = {
        path: memory.at(found.place_of_field(path))
        for path in (
            ("config", "host"),
            ("config", "redis", "port"),
            ("config", "rules", 1, "name"),
            ("config", "absent"),
        )
    }
    assert places == {
        ("config", "host"): "/schema.lua:host",
        ("config", "redis", "port"): "/schema.lua:port",
        ("config", "rules", 1, "name"): "/schema.lua:name",
        ("config", "absent"): None,
    }


def test_an_old_schema_is_converted_for_the_releases_that_do_so() -> None:
    found, memory = schema(OLD, release("2.8"))
    assert (found.is_legacy, found.is_known) == (True, True)
    faults = validate(found.record, {"config": {"url": "nope", "hosts": [1]}}, release("2.8"))
    assert [fault.path for fault in faults] == [("config", "url"), ("config", "hosts", 1)]
    assert memory.at(found.place_of_field(("config", "url"))) == "/schema.lua:url"
    assert memory.at(found.place_of_field(("config", "limits", "second"))) == "/schema.lua:second"


def test_an_old_schema_says_nothing_of_a_kong_that_refuses_it() -> None:
    found, _ = schema(OLD, release("3.9"))
    assert (found.is_legacy, found.converted, found.is_known) == (True, UNKNOWN, False)


def test_a_schema_that_does_not_parse_says_nothing() -> None:
    found, _ = schema("return { name = 'acme', fields = { { config = { } }")
    assert (found.definition, found.is_known) == (UNKNOWN, False)
