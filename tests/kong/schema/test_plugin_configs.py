"""10,412 configurations of bundled plugins, judged as Kong judged them."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import Any

import pytest

from kong_lsp.kong.schema import catalogue
from kong_lsp.kong.schema.faults import Violation
from kong_lsp.kong.schema.judge import validate
from kong_lsp.kong.schema.run import Run
from kong_lsp.kong.schema.values import Path
from tests.kong.schema.cases import by_function, messages, release, rows

Judged = tuple[dict[str, Any], list[Violation], list[Path]]

OWN_WORDS = {
    "terms of service must be accepted, see https://letsencrypt.org/repository/",
    "'config.llm.route_type' must be 'llm/v1/chat' for AI transformer plugins",
    "must set 'model.options.azure_instance' for azure provider",
    "must set 'model.options.azure_deployment_id' for azure provider",
    "must set 'model.options.anthropic_version' for anthropic provider",
    "must set 'model.options.mistral_format' for mistral provider",
    "must set 'model.options.llama2_format' for llama2 provider",
    "bedrock and gemini only support auth.allow_override = false",
    "not a valid filename",
}
"""Sentences of the plugins' own schemas, which the catalogue leaves out."""


@cache
def judged() -> tuple[Judged, ...]:
    found = []
    for row in rows("plugin_configs"):
        record = catalogue.entity(release(row), "plugins", dbless=True)
        assert record is not None
        run = Run(release(row))
        entry = {"name": row["plugin"], "config": row["config"]}
        found.append((row, validate(record, entry, run.release, run=run), run.opaque))
    return tuple(found)


def test_nothing_is_refused_that_kong_accepts() -> None:
    wrong = [(row["id"], found) for row, found, _ in judged() if row["ok"] and found]
    assert wrong == []


def test_everything_is_refused_that_kong_refuses_without_a_function() -> None:
    missed = [
        row["id"]
        for row, found, opaque in judged()
        if not row["ok"] and not found and not by_function(row["errors"], opaque)
    ]
    assert missed == []


def test_few_configurations_need_a_function_that_is_not_known() -> None:
    needing = Counter(row["plugin"] for row, found, _ in judged() if not row["ok"] and not found)
    assert needing.total() <= 0.015 * len(judged()), needing


def test_an_error_lies_where_kong_names_it() -> None:
    wrong = []
    for row, found, opaque in judged():
        named = {place for place, _ in messages(row.get("errors", {}))}
        if found and not by_function(row["errors"], opaque) and ("@crash",) not in named:
            ours = {violation.path for violation in found}
            if ours != named:
                wrong.append((row["id"], named, ours))
    assert wrong == []


def test_a_conflict_that_makes_kong_raise_lies_on_the_deprecated_field() -> None:
    crashed = [
        (row, found)
        for row, found, _ in judged()
        if ("@crash",) in {place for place, _ in messages(row.get("errors", {}))}
    ]
    assert crashed
    for row, found in crashed:
        assert [violation.path for violation in found] == [("config", *row["path"])], row["id"]


def words(text: str) -> str:
    """A message without the order of a list that changes from run to run."""
    head, colon, tail = text.partition("expected one of: ")
    return head + colon + ", ".join(sorted(tail.split(", "))) if colon else text


def test_messages_are_kongs() -> None:
    wrong = []
    for row, found, opaque in judged():
        if not found or by_function(row["errors"], opaque):
            continue
        named = sorted(messages(row["errors"]), key=str)
        if any(text in OWN_WORDS for _, text in named) or named[0][0] == ("@crash",):
            continue
        ours = {(one.path, words(one.message)) for one in found}
        if ours != {(place, words(text)) for place, text in named}:
            wrong.append((row["id"], named, ours))
    assert wrong == []


@pytest.mark.parametrize("name", ["2.8", "3.4", "3.9"])
def test_each_release_has_cases(name: str) -> None:
    assert sum(str(release(row)) == name for row, _, _ in judged()) > 2000
