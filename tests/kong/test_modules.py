"""Which modules each Kong loads, and what is nearly one of them."""

from __future__ import annotations

import pytest

from kong_lsp.kong import modules
from kong_lsp.kong.releases import NEWEST, RELEASES, Release, find

MUST = {"handler": "mandatory", "schema": "mandatory"}
MAY = {"handler": "mandatory", "schema": "optional"}


def release(name: str) -> Release:
    found = find(name)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("0.1", MAY),
        ("0.3", {**MAY, "api": "optional"}),
        ("0.4", {**MAY, "api": "optional", "daos": "optional"}),
        (
            "0.6",
            {
                **MAY,
                **dict.fromkeys(("api", "daos", "hooks", "schema.migrations"), "optional"),
            },
        ),
        (
            "0.9",
            {
                **MUST,
                **dict.fromkeys(
                    (
                        "api",
                        "daos",
                        "hooks",
                        "dao.cassandra",
                        "dao.postgres",
                        "migrations.cassandra",
                        "migrations.postgres",
                    ),
                    "optional",
                ),
            },
        ),
        (
            "0.12",
            {
                **MUST,
                **dict.fromkeys(
                    ("api", "daos", "migrations.cassandra", "migrations.postgres"), "optional"
                ),
            },
        ),
        (
            "0.15",
            {
                **MUST,
                **dict.fromkeys(
                    ("api", "daos", "migrations", "migrations.cassandra", "migrations.postgres"),
                    "optional",
                ),
                "migrations.*": "listed",
            },
        ),
        (
            "3.9",
            {
                **MUST,
                **dict.fromkeys(
                    (
                        "api",
                        "daos",
                        "migrations",
                        "migrations.init",
                        "strategies.*.*",
                        "status_api",
                    ),
                    "optional",
                ),
                "migrations.*": "listed",
            },
        ),
    ],
)
def test_each_release_loads_what_its_source_says(name: str, expected: dict[str, str]) -> None:
    found = {row.tail: row.need for row in modules.table(release(name)) if row.need != "obsolete"}
    assert found == expected


def test_what_an_older_kong_loaded_stays_in_the_table_as_obsolete() -> None:
    found = [row.tail for row in modules.table(NEWEST) if row.need == "obsolete"]
    assert sorted(found) == [
        "dao.cassandra",
        "dao.postgres",
        "hooks",
        "migrations.cassandra",
        "migrations.postgres",
        "schema.migrations",
    ]


def test_every_row_has_a_purpose_and_a_citation_and_one_row_per_tail() -> None:
    for each in RELEASES:
        rows = modules.table(each)
        assert len({row.tail for row in rows}) == len(rows)
        assert all(row.purpose and row.source for row in rows)


def test_a_module_with_a_free_segment_is_recognised() -> None:
    strategy = modules.module(NEWEST, "strategies.postgres.keys")
    migration = modules.module(NEWEST, "migrations.000_base_acme")
    assert strategy is not None
    assert strategy.tail == "strategies.*.*"
    assert migration is not None
    assert migration.need == "listed"
    assert modules.module(NEWEST, "access") is None


def test_a_module_of_a_newer_kong_says_since_when() -> None:
    assert modules.newer(release("1.0"), "status_api") == "1.4"
    assert modules.newer(NEWEST, "status_api") is None


@pytest.mark.parametrize(
    ("tail", "meant"),
    [
        ("hander", "handler"),
        ("hanlder", "handler"),
        ("handlers", "handler"),
        ("Handler", "handler"),
        ("schmea", "schema"),
        ("schemas", "schema"),
        ("apis", "api"),
        ("dao", "daos"),
        ("migration", "migrations"),
        ("status-api", "status_api"),
    ],
)
def test_a_near_miss_is_told(tail: str, meant: str) -> None:
    assert modules.near_miss(NEWEST, tail) == meant


@pytest.mark.parametrize(
    "tail", ["handler", "access", "header", "utils", "crypto", "hooks", "hook", "lib.handle"]
)
def test_a_right_name_and_a_helper_are_no_near_miss(tail: str) -> None:
    assert modules.near_miss(NEWEST, tail) is None


def test_what_no_kong_of_that_release_loads_is_never_suggested() -> None:
    assert modules.near_miss(release("0.10"), "hook") == "hooks"
    assert modules.near_miss(release("1.0"), "status-api") is None
