"""1,467 entities, Kong's own and those of its plugins."""

from __future__ import annotations

from typing import Any

from kong_lsp.kong.schema import catalogue
from kong_lsp.kong.schema.faults import Violation
from kong_lsp.kong.schema.judge import validate
from kong_lsp.kong.schema.run import Run
from tests.kong.schema.cases import messages, release, rows

TEST_PLUGIN = "the plugin is one of Kong's tests"
PLAIN_SCHEMA = "the case reads the entity without making its records required"
CERTIFICATE = "needs OpenSSL"
EXPRESSIONS = "the router's expression flavour checks it with a function"
NO_VAULT = "the case's Kong has no vault loaded"

EXCEPTIONS = {
    "e00481": EXPRESSIONS,
    "e00485": EXPRESSIONS,
    "e00482": EXPRESSIONS,
    "e00487": EXPRESSIONS,
    "e00488": EXPRESSIONS,
    "e00522": TEST_PLUGIN,
    "e01442": TEST_PLUGIN,
    "e01444": TEST_PLUGIN,
    "e02353": TEST_PLUGIN,
    "e00572": PLAIN_SCHEMA,
    "e02385": PLAIN_SCHEMA,
    "e02389": PLAIN_SCHEMA,
    "e02390": PLAIN_SCHEMA,
    "e00709": "the invalid UTF-8 of the case is lost in its JSON",
    "e00747": NO_VAULT,
    "e01105": NO_VAULT,
    "e02032": NO_VAULT,
    "e00858": CERTIFICATE,
    "e00859": CERTIFICATE,
    "e00923": CERTIFICATE,
    "e01764": CERTIFICATE,
    "e01765": CERTIFICATE,
    "e01835": CERTIFICATE,
    "e01836": CERTIFICATE,
    "e02632": CERTIFICATE,
    "e02637": CERTIFICATE,
    "e02638": CERTIFICATE,
    "e02708": CERTIFICATE,
}

OF_TESTS = ("unique_references", "unique_foreigns", "transformations")
"""Entities that only Kong's tests have."""


def judged(row: dict[str, Any]) -> list[Violation]:
    own = release(row)
    expressions = row["method"].startswith("validate") and bool(
        {"priority", "expression"} & set(row["input"])
    )
    record = catalogue.entity(own, row["entity"], expressions=expressions)
    assert record is not None
    filled = row["method"] in ("db.insert", "admin.POST")
    return validate(record, row["input"], own, fill_in=filled, run=Run(own))


def test_verdicts_are_kongs() -> None:
    wrong = [
        row["id"]
        for row in rows("entity")
        if row["entity"] not in OF_TESTS and bool(judged(row)) == row["ok"]
    ]
    assert sorted(wrong) == sorted(EXCEPTIONS)


def test_at_least_97_percent_agree() -> None:
    entities = rows("entity")
    agreed = sum(
        row["entity"] not in OF_TESTS and bool(judged(row)) != row["ok"] for row in entities
    )
    assert agreed / len(entities) >= 0.97


def comparable(row: dict[str, Any]) -> bool:
    """Whether the case holds what Kong was given and asked."""
    name = str(row["input"].get("name"))
    plain_schema = row["entity"] == "upstreams" and row["method"] == "validate"
    return not (name.startswith("with-no-") or "\ufffd" in name or plain_schema)


def test_an_error_lies_where_kong_names_it() -> None:
    wrong = []
    for row in rows("entity"):
        if row["ok"] or row["entity"] in OF_TESTS or row["id"] in EXCEPTIONS:
            continue
        if "Router Expression failed" in str(row.get("errors")):
            continue
        named = {place for place, _ in messages(row.get("errors", {}))}
        ours = {violation.path for violation in judged(row)}
        if "expression" not in row["input"]:  # which flavour of router the case's Kong has
            named.discard(("priority",))
        if named and named != ours and comparable(row):
            wrong.append((row["id"], named, ours))
    assert wrong == []
