"""A safe fix, applied, removes its finding and adds none; applied again it changes nothing.

Held for every fixture of the test-suite (each string literal with a file header, and the
pages of the rules) and every published tree of ``history.jsonl.gz``.
"""

from __future__ import annotations

import ast
import gzip
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from kong_lsp.finding import Finding
from kong_lsp.rules import all_rules
from kong_lsp.rules.rule import page
from tests.support import fixture
from tests.support.world import Files, apply, findings

TESTS = Path(__file__).parent
HIDING = frozenset(("KR001", "KR003"))
"""What hides others: a text that does not load says nothing about the rest."""


def literals() -> Iterator[tuple[str, str]]:
    """Each string literal of the tests that is a fixture, with where it is written."""
    for path in sorted(TESTS.rglob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        formatted = {
            id(part)
            for node in ast.walk(tree)
            if isinstance(node, ast.JoinedStr)
            for part in node.values
        }
        for node in ast.walk(tree):
            if not isinstance(node, ast.Constant) or id(node) in formatted:
                continue
            if isinstance(node.value, str) and fixture.is_fixture(node.value):
                yield f"{path.relative_to(TESTS)}:{node.lineno}", node.value


def fixtures() -> Iterator[tuple[str, Files]]:
    seen = set()
    for where, text in literals():
        files = fixture.read(text).files
        key = tuple(sorted(files.items()))
        if key not in seen:
            seen.add(key)
            yield where, files
    for module in all_rules():
        yield f"page of {module.rule.code}", fixture.read(page(module.__doc__).example).files
    with gzip.open(TESTS / "data" / "history.jsonl.gz", "rt", encoding="utf-8") as lines:
        for case in map(json.loads, lines):
            yield f"{case['repository']}@{case['commit'][:8]}", case["files"]


def counts(found: list[Finding]) -> Counter[tuple[str, str]]:
    """How many findings of each code each file has; an edit may move and reword them."""
    return Counter((each.code, each.path) for each in found)


@pytest.mark.parametrize("files", [pytest.param(files, id=where) for where, files in fixtures()])
def test_a_safe_fix_removes_its_finding_and_adds_none(files: Files) -> None:
    found = findings(files)
    for finding in found:
        for fix in finding.fixes:
            if fix.safety != "safe":
                continue
            changed = apply(files, fix)
            after = counts(findings(changed))
            told = "\n".join([f"{finding.code}: {fix.title}: {finding.message}", *changed.values()])
            before = counts(found)
            before[finding.code, finding.path] -= 1
            added = after - before
            if finding.code in HIDING:
                added = Counter({each: n for each, n in added.items() if each[0] in HIDING})
            elif finding.code.startswith("KM"):
                # A file that no right entry led to is only now known to be a plugin's.
                added = Counter({each: n for each, n in added.items() if each[0][:2] != "KP"})
            assert not added, told


@pytest.mark.parametrize("files", [pytest.param(files, id=where) for where, files in fixtures()])
def test_every_fix_can_be_applied_and_removes_its_finding(files: Files) -> None:
    found = findings(files)
    for finding in found:
        for fix in finding.fixes:
            after = findings(apply(files, fix))
            before = counts(found)[finding.code, finding.path]
            told = f"{finding.code}: {fix.title}: {finding.message}"
            assert counts(after)[finding.code, finding.path] < before, told


def safe_edits(files: Files) -> Files:
    """The files after the first safe fix of each finding in turn, until none is left."""
    for _ in range(50):
        fix = next(
            (fix for each in findings(files) for fix in each.fixes if fix.safety == "safe"), None
        )
        if fix is None:
            return files
        files = apply(files, fix)
    raise AssertionError("safe fixes do not come to an end")


@pytest.mark.parametrize("files", [pytest.param(files, id=where) for where, files in fixtures()])
def test_safe_fixes_come_to_an_end(files: Files) -> None:
    done = safe_edits(files)
    assert not [fix for each in findings(done) for fix in each.fixes if fix.safety == "safe"]
