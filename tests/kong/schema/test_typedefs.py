"""Typedefs: which release has them, what they expand to, and that all of them are valid."""

from __future__ import annotations

import pytest

from kong_lsp.kong.releases import NEWEST, RELEASES, Release, find
from kong_lsp.kong.schema import typedefs
from kong_lsp.kong.schema.fields import read
from kong_lsp.kong.schema.functions import SHORTHANDS, VALIDATORS
from kong_lsp.kong.schema.functions import validate as run_function
from kong_lsp.kong.schema.judge import validate
from kong_lsp.kong.schema.metaschema import check_plugin
from kong_lsp.kong.schema.values import Function


def at(name: str) -> Release:
    own = find(name)
    assert own is not None
    return own


@pytest.mark.parametrize(
    ("name", "has", "lacks"),
    [
        ("paths", "2.8", "3.0"),
        ("router_path", "3.0", "2.8"),
        ("pem", "3.1", "3.0"),
        ("ttl", "3.2", "3.1"),
        ("queue", "3.3", "3.2"),
        ("redis_host", "3.4", "3.3"),
        ("cookie_name", "3.6", "3.5"),
        ("propagation", "3.7", "3.6"),
        ("run_on", "1.5", "2.0"),
        ("protocols_http", "1.1", "1.0"),
    ],
)
def test_a_release_has_the_typedefs_of_its_source(name: str, has: str, lacks: str) -> None:
    assert typedefs.available(name, at(has))
    assert typedefs.definition(name, at(has)) is not None
    assert not typedefs.available(name, at(lacks))
    assert typedefs.definition(name, at(lacks)) is None


def test_an_unknown_typedef_is_none() -> None:
    assert typedefs.definition("uri", NEWEST) is None
    assert typedefs.availability("uri") is None


@pytest.mark.parametrize("release", [own for own in RELEASES if own >= at("2.8")], ids=str)
def test_every_typedef_passes_the_metaschema_of_its_release(release: Release) -> None:
    for name in typedefs.names(release):
        field = typedefs.definition(name, release)
        assert check_plugin({"name": "x", "fields": [{"f": field}]}, release) == [], name


def test_a_typedefs_function_is_one_that_is_known_or_opaque() -> None:
    found: set[str | None] = set()

    def walk(value: object) -> None:
        if isinstance(value, Function):
            found.add(value.name)
        elif isinstance(value, dict):
            for part in value.values():
                walk(part)
        elif isinstance(value, list):
            for part in value:
                walk(part)

    for release in RELEASES:
        for name in typedefs.names(release):
            walk(typedefs.definition(name, release))
    assert found <= {None, *VALIDATORS}
    assert {"host", "url", "header_name", "tag", "sni"} <= found


def test_a_definition_is_a_new_table_each_time() -> None:
    first = typedefs.definition("port", NEWEST)
    assert first is not None
    first["default"] = 80
    assert typedefs.definition("port", NEWEST) == {"type": "integer", "between": [0, 65535]}


def test_the_redis_library_is_there_from_3_6_on() -> None:
    assert typedefs.library("kong.tools.redis.schema", at("3.5")) is None
    assert typedefs.library("kong.tools.unknown", NEWEST) is None
    redis = typedefs.library("kong.tools.redis.schema", NEWEST)
    assert redis is not None
    record = read({"fields": [{"redis": redis["config_schema"]}]})
    (found,) = validate(record, {"redis": {"host": "h", "port": 70000}})
    assert (found.path, found.message) == (
        ("redis", "port"),
        "value should be between 0 and 65535",
    )


@pytest.mark.parametrize(
    ("name", "accepted", "refused"),
    [
        ("host", "example.com", "exa mple.com"),
        ("host", "::1", "example.com:80"),
        ("host_with_optional_port", "example.com:80", "example.com:70000"),
        ("hosts.elements", "*.example.com:80", "*.exa mple"),
        ("sni", "example.com", "127.0.0.1"),
        ("wildcard_host", "*.example.com", "a.*.example.com"),
        ("ip", "[::1]", "256.0.0.1"),
        ("ip_or_cidr", "10.0.0.0/8", "10.0.0.0/33"),
        ("cidr_v4", "10.0.0.0/8", "::1/8"),
        ("path", "/a%20b", "/a%2"),
        ("router_path", "~/a(b", "/a/../b"),
        ("url", "http://example.com:80/a?b#c", "example.com"),
        ("tag", "a b", "a,b"),
        ("name", "a.b-c_d~e", "a b"),
        ("utf8_name", "größe", "a b"),
        ("header_name", "X-Name_1", "X Name"),
        ("cookie_name", "a.b", "a=b"),
        ("old_cookie_name", "a_b", "a.b"),
        ("upstream_name", "example.com", "127.0.0.1"),
        ("target", "127.0.0.1:80", "a b"),
    ],
)
def test_a_known_function_judges_as_kongs(name: str, accepted: str, refused: str) -> None:
    if name == "router_path":
        accepted = "~/a(b)"
    assert run_function(name, accepted) == (True, None)
    known, message = run_function(name, refused)
    assert known
    assert message


def test_an_opaque_function_says_nothing() -> None:
    assert run_function(None, "x") == (False, None)
    assert run_function("unheard-of", "x") == (False, None)
    assert set(SHORTHANDS) & set(VALIDATORS) == set()
