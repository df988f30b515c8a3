"""What must hold for any schema and any value."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kong_lsp.kong.releases import NEWEST, Release
from kong_lsp.kong.schema import catalogue, lookup
from kong_lsp.kong.schema.fields import read
from kong_lsp.kong.schema.file_format import file_format
from kong_lsp.kong.schema.judge import Refused, fill, is_accepted, validate
from kong_lsp.kong.schema.metaschema import check_plugin
from kong_lsp.kong.schema.run import Run
from kong_lsp.kong.schema.values import UNKNOWN, Function
from tests.kong.schema.whole_file import judge_file

NAMES = st.sampled_from(["a", "b", "c", "d"])
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 70000),
    st.sampled_from(["", "a", "GET", "http://x", "{vault://env/a}", "10"]),
    st.just(0.5),
    st.just(UNKNOWN),
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.one_of(NAMES, st.integers(1, 2)), inner)
    ),
    max_leaves=8,
)
COMMON = {"required": st.booleans()}


def typed(name: str, extra: dict[str, Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries({"type": st.just(name)}, optional={**COMMON, **extra})


LEAVES = st.one_of(
    typed("boolean", {"default": st.booleans(), "eq": st.booleans()}),
    typed("integer", {"between": st.just([1, 10]), "default": st.integers(1, 10)}),
    typed("number", {"gt": st.integers(-2, 2)}),
    typed(
        "string",
        {
            "one_of": st.just(["a", "GET"]),
            "default": st.just("a"),
            "len_max": st.integers(1, 4),
            "match": st.sampled_from(["^%u+$", "^a", "."]),
            "referenceable": st.booleans(),
            "custom_validator": st.just(Function()),
        },
    ),
)


def entries(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.dictionaries(NAMES, inner, max_size=4).map(
        lambda fields: [{name: field} for name, field in fields.items()]
    )


def compound(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    listed = {"elements": inner}
    return st.one_of(
        st.fixed_dictionaries(
            {"type": st.sampled_from(["array", "set"]), **listed},
            optional={**COMMON, "len_min": st.integers(0, 2)},
        ),
        st.fixed_dictionaries(
            {"type": st.just("map"), "keys": st.just({"type": "string"}), "values": inner},
            optional=COMMON,
        ),
        st.fixed_dictionaries(
            {"type": st.just("record"), "fields": entries(inner)}, optional=COMMON
        ),
    )


FIELDS = st.recursive(LEAVES, compound, max_leaves=6)
CHECKS = st.lists(
    st.one_of(
        st.lists(NAMES, min_size=1, max_size=2, unique=True).flatmap(
            lambda names: st.sampled_from(
                ["at_least_one_of", "only_one_of", "mutually_required", "distinct"]
            ).map(lambda check: {check: names})
        ),
        st.tuples(NAMES, NAMES).map(
            lambda pair: {
                "conditional": {
                    "if_field": pair[0],
                    "if_match": {"eq": "a"},
                    "then_field": pair[1],
                    "then_match": {"required": True},
                }
            }
        ),
    ),
    max_size=2,
)
SCHEMAS = st.builds(
    lambda fields, checks: {"name": "x", "fields": fields, "entity_checks": checks},
    entries(FIELDS),
    CHECKS,
)
RELEASES = st.sampled_from(catalogue.RELEASES)


@given(SCHEMAS, st.dictionaries(NAMES, VALUES, max_size=4), RELEASES)
@settings(deadline=None, max_examples=300)
def test_what_is_accepted_is_accepted_again_with_its_defaults(
    schema: dict[str, object], value: dict[str | int, object], release: Release
) -> None:
    record = read(schema)
    if validate(record, value, release):
        return
    filled = fill(Run(release), record, value)
    assert not isinstance(filled, Refused)
    assert validate(record, filled, release) == []
    assert validate(record, filled, release, fill_in=False) == []


@given(SCHEMAS, st.lists(st.dictionaries(NAMES, VALUES, max_size=3), max_size=8), RELEASES)
@settings(deadline=None, max_examples=300)
def test_what_was_judged_before_does_not_matter(
    schema: dict[str, object], values: list[dict[str | int, object]], release: Release
) -> None:
    record = read(schema)
    for value in values:
        assert validate(record, value, release) == validate(read(schema), value, release)
        assert not is_accepted(record, value, release) or not validate(read(schema), value, release)


@given(SCHEMAS)
@settings(deadline=None, max_examples=200)
def test_an_example_is_accepted(schema: dict[str, object]) -> None:
    record = read(schema)
    value = lookup.example(record)
    if value is not None:
        assert validate(record, value) == []


@given(SCHEMAS, st.dictionaries(NAMES, VALUES, max_size=4))
@settings(deadline=None, max_examples=100)
def test_the_order_of_what_is_refused_is_always_the_same(
    schema: dict[str, object], value: dict[str, object]
) -> None:
    assert validate(read(schema), value) == validate(read(schema), value)


@given(VALUES, VALUES)
@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
def test_anything_may_stand_for_a_schema_or_a_value(schema: object, value: object) -> None:
    validate(read(schema), value)
    validate(read({"fields": schema, "entity_checks": schema}), value)
    validate(read({"fields": [{"a": {"type": "record", "fields": schema}}]}), {"a": value})
    check_plugin({"name": "x", "fields": schema, "entity_checks": value})
    check_plugin({"name": "x", "fields": [{"config": schema}], "transformations": value})


@given(st.dictionaries(st.sampled_from(["services", "routes", "plugins", "consumers"]), VALUES))
@settings(deadline=None, max_examples=200)
def test_anything_may_stand_in_a_file(document: dict[str, object]) -> None:
    judge_file({"_format_version": "3.0", **document}, file_format())


@pytest.mark.parametrize("name", catalogue.names(NEWEST))
def test_a_template_is_never_refused(name: str) -> None:
    record = catalogue.plugin(NEWEST, name)
    assert record is not None
    config = record.fields["config"].record if "config" in record.fields else None
    if config is not None:
        templated = dict.fromkeys(config.fields, UNKNOWN)
        assert validate(record, {"config": templated}) == []
    assert validate(record, {"config": UNKNOWN}) == []


def bomb() -> dict[str, object]:
    lists: list[object] = ["x"]
    for _ in range(60):
        lists = [lists, lists]
    items = {"name": "s", "host": "h", "routes": [{"paths": ["/"]}] * 300}
    return {"_format_version": "3.0", "services": [items] * 300, "plugins": lists}


def loop() -> dict[str, object]:
    service: dict[str, object] = {"name": "s", "host": "h"}
    service["routes"] = [service]
    service["tags"] = service
    return {"_format_version": "3.0", "services": [service]}


def deep() -> dict[str, object]:
    value: object = "x"
    for _ in range(5000):
        value = {"config": value}
    return {"_format_version": "3.0", "plugins": [{"name": "cors", "config": value}]}


@pytest.mark.parametrize("document", [bomb(), loop(), deep()], ids=["wide", "circular", "deep"])
def test_a_hostile_file_is_judged_within_bounds(document: dict[str, object]) -> None:
    start = time.perf_counter()
    judge_file(document, file_format())
    assert time.perf_counter() - start < 30


def test_a_hostile_pattern_costs_little() -> None:
    record = read({"fields": [{"a": {"type": "string", "match": "a*a*a*a*a*a*b$"}}]})
    start = time.perf_counter()
    assert validate(record, {"a": "a" * 5000}) == []
    assert time.perf_counter() - start < 5


def test_a_schema_that_holds_itself_is_read() -> None:
    field: dict[str, Any] = {"type": "record"}
    field["fields"] = [{"again": field}, {"n": {"type": "integer"}}]
    record = read({"fields": [{"top": field}]}, entity=False)
    value: dict[str, object] = {"n": "x"}
    for _ in range(5):
        value = {"again": value}
    (found,) = validate(record, {"top": value})
    assert found.message == "expected an integer"
    required = read({"fields": [{"top": field}]})
    assert validate(required, {"top": {}}) == []
