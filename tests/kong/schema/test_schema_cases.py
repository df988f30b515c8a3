"""Kong's validator on schemas of all kinds, and Kong's metaschema, case by case."""

from __future__ import annotations

from typing import Any

from kong_lsp.kong.schema.faults import Violation, flat
from kong_lsp.kong.schema.fields import read
from kong_lsp.kong.schema.judge import Refused, fill, validate
from kong_lsp.kong.schema.metaschema import check_entity, check_plugin
from kong_lsp.kong.schema.run import Run
from tests.kong.schema.cases import by_function, messages, plain, release, rows

NOT_JUDGED = {
    "s00192": "a check function that the case does not hold",
    "s00980": "a check function that the case does not hold",
    "s00195": "which subschemas there are, the case does not say",
    "s00196": "which subschemas there are, the case does not say",
    "s00199": "which subschemas there are, the case does not say",
    "s00595": "which subschemas there are, the case does not say",
    "s00596": "which subschemas there are, the case does not say",
    "s00601": "which subschemas there are, the case does not say",
}
"""Refused by Kong, and not by us."""


def judged(row: dict[str, Any]) -> tuple[list[Violation], Run]:
    record = read(plain(row["schema"]), entity=False)
    run = Run(release(row))
    value = plain(row["input"])
    if row["method"] != "process_auto_fields":
        return validate(record, value, run.release, fill_in=False, run=run), run
    filled = fill(run, record, value)
    return (list(flat(filled.errors)) if isinstance(filled, Refused) else []), run


def test_nothing_is_refused_that_kong_accepts() -> None:
    wrong = [
        (row["id"], found) for row in rows("schema") if row["ok"] and (found := judged(row)[0])
    ]
    assert wrong == []


def test_what_kong_refuses_is_refused_where_kong_names_it() -> None:
    missed, displaced = [], []
    for row in rows("schema"):
        found, run = judged(row)
        if row["ok"] or by_function(row["errors"], run.opaque):
            continue
        if not found:
            missed.append(row["id"])
        elif row["method"] != "process_auto_fields" and row["id"] not in SUBSCHEMAS:
            named = {place for place, _ in messages(row["errors"])}
            ours = {violation.path for violation in found}
            if named != ours:
                displaced.append((row["id"], named, ours))
    assert missed == sorted(NOT_JUDGED)
    assert displaced == []


SUBSCHEMAS = {"s00200", "s00204", "s00600", "s00604", "s00988", "s00992"}
"""Whose subschemas the case does not hold: what all of them share is judged."""


def test_at_least_98_percent_of_those_without_functions_agree() -> None:
    without = [row for row in rows("schema") if not row["has_functions"]]
    agreed = sum(bool(judged(row)[0]) != row["ok"] for row in without)
    assert agreed / len(without) >= 0.98, (agreed, len(without))


def test_messages_are_kongs() -> None:
    wrong = []
    for row in rows("schema"):
        found, run = judged(row)
        if not found or by_function(row["errors"], run.opaque) or row["id"] in SUBSCHEMAS:
            continue
        if row["method"] != "process_auto_fields":
            ours = {(one.path, one.message) for one in found}
            if ours != set(messages(row["errors"])):
                wrong.append((row["id"], ours, row["errors"]))
    assert wrong == []


def test_a_definition_is_valid_where_kongs_metaschema_says_so() -> None:
    wrong = []
    for row in rows("metaschema"):
        check = check_plugin if row["meta"] == "MetaSubSchema" else check_entity
        found = check(plain(row["schema"]), release(row))
        named = {place for place, _ in messages(row.get("errors", {}))}
        if {violation.path for violation in found} != named:
            wrong.append((row["id"], named, found))
    assert wrong == []
