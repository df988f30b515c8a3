"""Schemas of Kong 0.x as Kong 0.15 to 2.8 turns them into new ones."""

from __future__ import annotations

import pytest

from kong_lsp.kong.releases import find
from kong_lsp.kong.schema.fields import read
from kong_lsp.kong.schema.judge import validate
from kong_lsp.kong.schema.legacy import NotConverted, convert, is_legacy
from kong_lsp.kong.schema.metaschema import check_plugin
from kong_lsp.kong.schema.values import UNKNOWN, Function

OLD = {
    "no_consumer": True,
    "fields": {
        "host": {"type": "url", "required": True},
        "hours": {"type": "number", "default": 1, "func": Function()},
        "methods": {"type": "array", "enum": ["GET", "PUT"], "default": Function()},
        "tags": {"type": "table"},
        "untyped": {"immutable": True},
        "limits": {
            "type": "table",
            "schema": {"flexible": True, "fields": {"minute": {"type": "number"}}},
        },
        "nested": {
            "type": "table",
            "schema": {"fields": {"on": {"type": "boolean", "default": True}}},
        },
    },
    "self_check": Function(),
}


def test_a_legacy_schema_is_one_without_a_name() -> None:
    assert is_legacy(OLD)
    assert not is_legacy({"name": "x", "fields": []})
    assert not is_legacy(UNKNOWN)


def test_a_legacy_schema_is_converted_as_kong_does() -> None:
    new = convert("old", OLD)
    assert new == {
        "name": "old",
        "entity_checks": [],
        "fields": [
            {
                "config": {
                    "type": "record",
                    "required": True,
                    "fields": [
                        {
                            "host": {
                                "type": "string",
                                "custom_validator": Function("url"),
                                "required": True,
                            }
                        },
                        {"hours": {"type": "number", "default": 1}},
                        {
                            "methods": {
                                "type": "array",
                                "default": UNKNOWN,
                                "elements": {"type": "string", "one_of": ["GET", "PUT"]},
                            }
                        },
                        {
                            "tags": {
                                "type": "map",
                                "required": True,
                                "keys": {"type": "string"},
                                "values": {"type": "string"},
                            }
                        },
                        {"untyped": {"type": "string"}},
                        {
                            "limits": {
                                "type": "map",
                                "keys": {"type": "string"},
                                "values": {
                                    "type": "record",
                                    "required": True,
                                    "fields": [{"minute": {"type": "number"}}],
                                },
                            }
                        },
                        {
                            "nested": {
                                "type": "record",
                                "required": True,
                                "fields": [{"on": {"type": "boolean", "default": True}}],
                                "default": {"on": True},
                            }
                        },
                    ],
                }
            },
            {"consumer": {"type": "foreign", "reference": "consumers", "eq": None}},
        ],
    }


def test_what_is_converted_is_judged_and_valid() -> None:
    old = find("2.8")
    assert old is not None
    new = convert("old", OLD)
    record = read(new)
    assert validate(record, {"config": {"host": "http://h", "tags": {}}}, old) == []
    (found,) = validate(record, {"config": {"host": "h", "tags": {}}}, old)
    assert (found.path, found.message) == (("config", "host"), "missing host in url")


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ({"type": "string", "regex": "^a$"}, 'unknown legacy field attribute: "regex"'),
        ({"type": "id"}, "unkown legacy field type: id"),
    ],
)
def test_what_kong_cannot_convert_is_told(field: dict[str, object], message: str) -> None:
    with pytest.raises(NotConverted, match="legacy") as raised:
        convert("old", {"fields": {"a": field}})
    assert (str(raised.value), raised.value.path) == (message, ("a",))


def test_from_3_0_on_a_legacy_schema_is_refused() -> None:
    new = find("3.0")
    assert new is not None
    assert {(found.path, found.message) for found in check_plugin(OLD, new)} == {
        (("name",), "field required for entity check"),
        (("fields",), "expected an array"),
        (("no_consumer",), "unknown field"),
        (("self_check",), "unknown field"),
    }


def test_what_is_not_known_stays_unknown() -> None:
    assert convert("old", {"fields": UNKNOWN})["fields"] is UNKNOWN
    new = convert("old", {"fields": {"a": UNKNOWN, "b": {"type": UNKNOWN}}})
    record = read(new)
    assert validate(record, {"config": {"a": 1, "b": 2}}) == []
