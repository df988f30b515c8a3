"""Trees of published plugins at real moments, before and after a packaging bug was mended.

Each is reduced to paths, requires and lists of modules. The modules that were really in
error are known: all of them must be found, and no others.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from kong_lsp.finding import Severity
from tests.support.world import findings

CASES = Path(__file__).parent / "data" / "history.jsonl.gz"
KINDS = {"KM101": "missing", "KM102": "unlisted", "KM108": "unresolved"}


def cases() -> list[Any]:
    with gzip.open(CASES, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def named(message: str, modules: set[str]) -> str:
    """The longest of ``modules`` in the message, else the message."""
    return max((each for each in modules if each in message), key=len, default=message)


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case['repository']}@{case['commit']}")
def test_exactly_the_modules_in_error_are_found(case: dict[str, Any]) -> None:
    expected = {(each["kind"], each["module"]) for each in case["expected"]}
    modules = {module for _, module in expected}
    found = {
        (KINDS[each.code], named(each.message, modules))
        for each in findings(case["files"])
        if each.code in KINDS and each.severity is Severity.ERROR
    }
    assert found == expected
