"""What keeps a schema.lua from being loaded, beyond Kong's own cases."""

from __future__ import annotations

import pytest

from kong_lsp.kong.releases import NEWEST, RELEASES, Release, find
from kong_lsp.kong.schema import catalogue
from kong_lsp.kong.schema.metaschema import (
    allowed_on,
    check_entity,
    check_fields_of_plugin,
    check_plugin,
    keys_at,
)
from kong_lsp.kong.schema.values import UNKNOWN, Function


def at(name: str) -> Release:
    own = find(name)
    assert own is not None
    return own


def config(*fields: object) -> dict[str, object]:
    record = {"type": "record", "fields": list(fields)}
    return {"name": "mine", "fields": [{"config": record}]}


@pytest.mark.parametrize("release", catalogue.RELEASES, ids=str)
def test_every_bundled_schema_is_valid(release: Release) -> None:
    for name in catalogue.names(release):
        definition = catalogue.definition(release, name)
        assert definition is not None
        found = [
            one
            for one in check_plugin(definition, release)
            # ours, or a sentence of Kong's that the catalogue leaves out
            if one.path[-1] not in ("typedef", "entities", "handler", "message")
        ]
        assert found == [], name
        assert check_fields_of_plugin(definition, release) == [], name


@pytest.mark.parametrize(
    ("field", "place", "message"),
    [
        ({"type": "string", "foo": 1}, ("foo",), "unknown field"),
        ({"type": "text"}, ("type",), "expected one of: "),
        ({"type": "array"}, (), "field of type 'array' must declare 'elements'"),
        ({"type": "string", "default": 5}, ("default",), "expected a string"),
        ({"type": "string", "default": Function()}, ("default",), "expected a string"),
        ({"type": "integer", "between": [1]}, ("between",), "length must be 2"),
        ({"type": "string", "description": "short"}, ("description",), "length must be at least 10"),
        ({"type": "string", "required": "yes"}, ("required",), "expected a boolean"),
        ({"type": "array", "elements": {"type": "string", "gt": "x"}}, ("elements", "gt"), "expected a number"),
        ({"type": "string", "between": [1, 2]}, ("between",), "field of type 'string' cannot have attribute 'between'"),
        ({"required": True}, (), "missing type declaration"),
    ],
)  # fmt: skip
def test_a_mistake_lies_where_it_is_written(
    field: dict[str, object], place: tuple[str, ...], message: str
) -> None:
    found = check_plugin(config({"a": field}))
    top = ("fields", 1, "config", "fields", 1, "a")
    assert any(one.place == (*top, *place) and one.message.startswith(message) for one in found), (
        found
    )


def test_a_description_is_refused_before_3_4() -> None:
    definition = config({"a": {"type": "string", "description": "long enough, this one"}})
    assert check_plugin(definition, at("3.4")) == []
    (found,) = check_plugin(definition, at("3.3"))
    assert found.message == "unknown field"


def test_fields_as_a_map_and_two_keys_in_one_entry_are_refused() -> None:
    as_map = check_plugin({"name": "mine", "fields": {"config": {"type": "record"}}})
    assert [one.message for one in as_map] == ["expected an array"]
    two = {"a": {"type": "string"}, "b": {"type": "string"}}
    assert "length must be 1" in [one.message for one in check_plugin(config(two))]


def test_an_entity_check_is_exactly_one() -> None:
    both = [{"only_one_of": ["config.a"], "distinct": ["config.b"]}]
    found = check_plugin({**config(), "entity_checks": both})
    assert [(one.path, one.kind) for one in found] == [(("entity_checks", 1), "only_one_of")]


@pytest.mark.parametrize(
    ("field", "release", "message"),
    [
        ({"api": {"type": "foreign"}}, "3.9", "error in definition of 'mine': api: cannot create a new field"),
        ({"instance_name": {"type": "string"}}, "3.1", "error in definition of 'mine': instance_name: cannot create a new field"),
        ({"tags": {"type": "string"}}, "3.9", "error in definition of 'mine': tags: cannot change type in a specialized field"),
    ],
)  # fmt: skip
def test_a_plugin_refines_the_fields_of_plugins(
    field: dict[str, object], release: str, message: str
) -> None:
    found = check_fields_of_plugin({"name": "mine", "fields": [field]}, at(release))
    assert [one.message for one in found] == [message]


def test_what_is_not_known_is_not_judged() -> None:
    assert check_plugin(UNKNOWN) == []
    assert check_plugin({"name": UNKNOWN, "fields": UNKNOWN}) == []
    assert (
        check_plugin(config(UNKNOWN, {"a": UNKNOWN}, {"b": {"type": UNKNOWN, "x": UNKNOWN}})) != []
    )
    assert check_plugin(config({"b": {"type": UNKNOWN, "default": 1}})) == []
    assert check_entity({"name": "x", "primary_key": ["id"], "fields": UNKNOWN}) == []


def test_the_attributes_of_a_release_are_listed() -> None:
    assert {"type", "required", "deprecation", "elements"} <= set(
        keys_at(("fields", 1, "config"), NEWEST)
    )
    assert "deprecation" not in keys_at(("fields", 1, "config"), at("3.4"))
    assert "legacy" in keys_at(("fields", 1, "config"), at("2.8"))
    assert allowed_on("match") == ("string",)
    assert "record" in allowed_on("required")


@pytest.mark.parametrize("release", RELEASES, ids=str)
def test_every_release_judges(release: Release) -> None:
    assert check_plugin(config({"a": {"type": "string"}}), release) == []
