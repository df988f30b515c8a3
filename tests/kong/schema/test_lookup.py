"""What a schema offers an editor: fields by path, limits, defaults, examples."""

from __future__ import annotations

import pytest

from kong_lsp.kong import bundled
from kong_lsp.kong.releases import NEWEST, Release
from kong_lsp.kong.schema import catalogue, lookup
from kong_lsp.kong.schema.fields import Field, Record, read, read_field
from kong_lsp.kong.schema.judge import validate
from kong_lsp.kong.schema.run import Run


def plugin(name: str) -> Record:
    found = catalogue.plugin(NEWEST, name)
    assert found is not None
    return found


def field(record: Record, *path: str | int) -> Field:
    found = lookup.find(record, path)
    assert found is not None, path
    return found


def test_a_field_is_found_by_its_path() -> None:
    limits = plugin("rate-limiting")
    assert field(limits, "config", "redis", "port").get("default") == 6379
    assert field(limits, "config", "redis_host").type == "string"
    assert field(plugin("zipkin"), "config", "static_tags", 1, "name").required
    assert lookup.find(limits, ("config", "nothing", "below")) is None
    assert lookup.find(limits, ()) is None


def test_a_field_of_an_entry_is_found_through_its_plugin() -> None:
    entries = catalogue.entity(NEWEST, "plugins")
    assert entries is not None
    found = lookup.find(entries, ("config", "minute"), {"name": "rate-limiting"})
    assert found is not None
    assert found.type == "number"
    assert lookup.find(entries, ("config", "minute")) is None


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("acme", ("account_email",)),
        ("tcp-log", ("host", "port")),
        ("key-auth", ()),
        ("http-log", ("http_endpoint",)),
        ("ai-proxy", ("route_type", "model")),
    ],
)
def test_required_fields_are_those_that_must_be_given(name: str, fields: tuple[str, ...]) -> None:
    record = field(plugin(name), "config").record
    assert record is not None
    assert lookup.required(record) == fields


def test_a_deprecated_field_names_what_replaces_it() -> None:
    limits = plugin("rate-limiting")
    assert lookup.deprecated(field(limits, "config", "redis_host")) == (("redis", "host"),)
    assert lookup.deprecated(field(plugin("http-log"), "config", "queue_size")) == ()
    assert lookup.deprecated(field(limits, "config", "minute")) is None


def test_options_are_listed() -> None:
    limits = plugin("rate-limiting")
    policies = ("local", "cluster", "redis")
    assert lookup.options(field(limits, "config", "policy")) == policies
    assert lookup.options(field(limits, "config", "fault_tolerant")) == (True, False)
    assert lookup.options(field(plugin("cors"), "config", "methods"))[:2] == ("GET", "HEAD")
    assert lookup.options(field(limits, "config", "minute")) == ()


@pytest.mark.parametrize(
    ("definition", "words"),
    [
        ({"type": "integer", "between": [0, 65535]}, "0 to 65535"),
        ({"type": "number", "gt": 0}, "more than 0"),
        (
            {"type": "string", "len_min": 1, "len_max": 9},
            "at least 1 characters, at most 9 characters",
        ),
        ({"type": "array", "len_eq": 2}, "exactly 2 entries"),
        ({"type": "string", "starts_with": "/", "match": "^%u+$"}, "starts with /, matches ^%u+$"),
        ({"type": "string", "uuid": True}, "a UUID"),
        ({"type": "boolean"}, ""),
    ],
)
def test_limits_are_told_in_a_few_words(definition: dict[str, object], words: str) -> None:
    assert lookup.limits(read_field(definition)) == words


def test_defaults_are_filled_in_as_kong_fills_them() -> None:
    filled = lookup.defaults(plugin("tcp-log"), {"config": {"host": "h", "port": 1}})
    assert filled["config"] == {
        "host": "h",
        "port": 1,
        "timeout": 10000,
        "keepalive": 60000,
        "tls": False,
    }


def test_defaults_of_what_cannot_be_filled_in_are_the_value_itself() -> None:
    value: dict[str | int, object] = {"config": {"redis_port": "x"}}
    assert lookup.defaults(plugin("rate-limiting"), value) == value


@pytest.mark.parametrize("release", catalogue.RELEASES, ids=str)
def test_every_bundled_plugin_has_an_example_that_is_accepted(release: Release) -> None:
    for name in catalogue.names(release):
        record = catalogue.plugin(release, name)
        assert record is not None
        value = lookup.example(record, release)
        assert value is not None, name
        assert validate(record, value, release) == [], name
        assert validate(record, lookup.defaults(record, value, release), release) == [], name


def test_an_example_satisfies_the_checks_between_fields() -> None:
    assert lookup.example(plugin("acl")) == {"config": {"allow": ["example"]}}
    assert lookup.example(plugin("rate-limiting")) == {"config": {"second": 1}}


def test_there_is_no_example_where_none_is_found() -> None:
    never = {"type": "string", "required": True, "match": "^%d$", "len_min": 2}
    assert lookup.example(read({"fields": [{"name": never}]})) is None


def test_an_example_value_is_one_of_its_type() -> None:
    run = Run()
    assert lookup.example_value(
        run, read_field({"type": "set", "elements": {"type": "integer"}})
    ) == [1]
    assert lookup.example_value(run, read_field({"type": "foreign", "reference": "x"})) == {
        "id": "00000000-0000-4000-8000-000000000000"
    }
    wanted = {"type": "array", "contains": "b", "elements": {"type": "string"}}
    assert lookup.example_value(run, read_field(wanted)) == ["b"]


def test_handlers_are_known() -> None:
    found = catalogue.handler(NEWEST, "rate-limiting")
    assert found is not None
    assert (found.priority, found.phases) == (910, ("access",))
    assert catalogue.handler(NEWEST, "nothing") is None


def test_every_release_from_2_8_on_is_known() -> None:
    names = [release.name for release in catalogue.RELEASES]
    assert names == ["2.8", *(f"3.{minor}" for minor in range(10))]
    for release in catalogue.RELEASES:
        assert set(catalogue.names(release)) == set(bundled.plugins(release))


def test_without_a_database_some_options_are_gone() -> None:
    record = catalogue.plugin(NEWEST, "rate-limiting", dbless=True)
    assert record is not None
    assert lookup.options(field(record, "config", "policy")) == ("local", "redis")


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("^%u%u%d+$", "AA1"),
        ("^/[%w_%-]*/$", "/a/"),
        ("^ftps?://[^/]+%.com$", "ftps://a.com"),
        ("^(%d+)%-(%l)$", "1-a"),
        ("%(x%)", "(x)"),
        ("^[^%w]$", "-"),
    ],
)
def test_an_example_matches_the_pattern_of_its_field(pattern: str, text: str) -> None:
    field = {"type": "string", "required": True, "match": pattern}
    record = read({"name": "x", "fields": [{"a": field}]})
    assert lookup.example(record) == {"a": text}
