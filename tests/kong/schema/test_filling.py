"""What is filled in to an entry, for any schema and any entry."""

from __future__ import annotations

from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kong_lsp.kong.releases import Release
from kong_lsp.kong.schema import catalogue, filling
from kong_lsp.kong.schema.fields import read
from kong_lsp.kong.schema.judge import validate
from tests.kong.schema.test_properties import NAMES, RELEASES, SCHEMAS, VALUES
from tests.support.merging import merged


@given(SCHEMAS, st.dictionaries(NAMES, VALUES, max_size=3), RELEASES)
@settings(deadline=None, max_examples=300)
def test_what_is_lacking_is_refused_no_more_and_nothing_else_is(
    schema: dict[str, object], config: dict[str | int, object], release: Release
) -> None:
    plugin = {"name": "x", "fields": [{"config": {**schema, "type": "record"}}]}
    record = read(plugin)
    entry: dict[str | int, object] = {"config": config}
    before = {(one.place, one.message) for one in validate(record, entry, release)}
    tree = filling.lacking(record, deepcopy(entry), release)
    whole = merged(deepcopy(entry), tree)
    assert isinstance(whole, dict)
    after = {(one.place, one.message) for one in validate(record, whole, release)}
    assert after <= before
    assert not tree or after < before
    assert filling.lacking(record, whole, release) == {}


@given(SCHEMAS, st.dictionaries(NAMES, VALUES, max_size=3), RELEASES)
@settings(deadline=None, max_examples=300)
def test_defaults_change_nothing_but_what_is_written(
    schema: dict[str, object], config: dict[str | int, object], release: Release
) -> None:
    plugin = {"name": "x", "fields": [{"config": {**schema, "type": "record"}}]}
    record = read(plugin)
    entry: dict[str | int, object] = {"config": config}
    before = validate(record, entry, release)
    whole = merged(deepcopy(entry), filling.unsaid(record, deepcopy(entry), release))
    assert isinstance(whole, dict)
    known = {(one.place, one.message) for one in before}
    assert {(one.place, one.message) for one in validate(record, whole, release)} <= known
    assert filling.unsaid(record, whole, release) == {}


@given(SCHEMAS, RELEASES)
@settings(deadline=None, max_examples=300)
def test_an_example_is_accepted_and_lacks_nothing(
    schema: dict[str, object], release: Release
) -> None:
    record = read({"name": "x", "fields": [{"config": {**schema, "type": "record"}}]})
    found = filling.example(record, release)
    if found is not None:
        assert validate(record, found, release) == []
        assert filling.unsaid(record, found, release) == {}


@given(SCHEMAS, RELEASES)
@settings(deadline=None, max_examples=300)
def test_a_schema_without_checks_has_an_example(
    schema: dict[str, object], release: Release
) -> None:
    fields = {"type": "record", "fields": schema["fields"]}
    record = read({"name": "x", "fields": [{"config": fields}]})
    assert filling.example(record, release) is not None or is_contradictory(fields)


def is_contradictory(field: object) -> bool:
    """Whether a definition holds limits that no value, or no default, can meet together."""
    if isinstance(field, list):
        return any(map(is_contradictory, field))
    if not isinstance(field, dict):
        return False
    if "eq" in field and "default" in field and field["eq"] != field["default"]:
        return True
    if field.get("type") == "set" and field.get("len_min") == 2 and "eq" in field["elements"]:
        return True
    if "match" in field and ("one_of" in field or "default" in field or "len_max" in field):
        return True
    return any(map(is_contradictory, field.values()))


@pytest.mark.parametrize("release", catalogue.RELEASES, ids=str)
def test_every_bundled_plugin_has_an_example(release: Release) -> None:
    for name in catalogue.names(release):
        record = catalogue.plugin(release, name)
        assert record is not None
        found = filling.example(record, release)
        assert found is not None, name
        assert validate(record, found, release) == [], name
        assert filling.unsaid(record, found, release) == {}, name
