"""Every rockspec that LuaRocks itself has judged is judged the same.

``tests/data/rockspecs.jsonl.gz`` holds the verdicts of LuaRocks 3.13.0 on LuaJIT, and where
LuaRocks 3.8, 3.11 or Lua 5.1 judge otherwise.
"""

from __future__ import annotations

import base64
import gzip
import json
import re
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from kong_lsp.finding import Finding, Severity, TextChange
from kong_lsp.rules.kr import (
    duplicate_key,
    filename_mismatch,
    ignored_field,
    invalid_dependency,
    invalid_value,
    missing_field,
    missing_licence,
    runtime_error,
    syntax_error,
    undefined_variable,
    unknown_build_type,
    unknown_field,
    unportable_syntax,
    unsatisfiable_dependency,
    wrong_type,
)
from kong_lsp.syntax.lua.tree import parse
from kong_lsp.text import Document, apply_edits
from kong_lsp.workspace.snapshot import Snapshot
from tests.support.lone import lone_rock

RULES = (
    syntax_error,
    undefined_variable,
    runtime_error,
    unknown_field,
    missing_field,
    wrong_type,
    invalid_value,
    invalid_dependency,
    filename_mismatch,
    unsatisfiable_dependency,
    missing_licence,
    duplicate_key,
    unknown_build_type,
    ignored_field,
    unportable_syntax,
)

Case = dict[str, Any]


def _read() -> list[Case]:
    path = Path(__file__).parent / "data" / "rockspecs.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def _text(case: Case) -> str:
    if "base64" in case:
        return base64.b64decode(case["base64"]).decode("utf-8", "surrogateescape")
    return str(case["text"])


def _judge(case: Case) -> tuple[list[Finding], float]:
    began = time.perf_counter()
    rock = lone_rock(f"/work/{case['file_name']}", _text(case))
    nothing = Snapshot((), reader=None)  # type: ignore[arg-type]
    found = [finding for rule in RULES for finding in rule.check(nothing, rock)]
    return found, time.perf_counter() - began


@pytest.fixture(scope="module")
def judged() -> list[tuple[Case, list[Finding], float]]:
    return [(case, *_judge(case)) for case in _read()]


Judged = list[tuple[Case, list[Finding], float]]


def _errors(found: list[Finding]) -> list[Finding]:
    return [finding for finding in found if finding.severity == Severity.ERROR]


def test_what_luarocks_refuses_has_an_error(judged: Judged) -> None:
    missed = [
        (case["id"], case["message"])
        for case, found, _ in judged
        if case["want"] == "refused" and not _errors(found)
    ]
    assert missed == []


def test_what_luarocks_accepts_has_none(judged: Judged) -> None:
    wrong = [
        (case["id"], [f"{finding.code} {finding.message}" for finding in _errors(found)])
        for case, found, _ in judged
        if case["want"] == "accepted" and _errors(found)
    ]
    assert wrong == []


def test_each_complaint_of_luarocks_is_told_in_its_words_at_its_field(judged: Judged) -> None:
    missed = []
    for case, found, _ in judged:
        text = _text(case)
        for complaint in case.get("complaints", []):
            if case["stage"] == "format":
                words, field = case["message"].removeprefix("FILE: "), "rockspec_format"
            else:
                words, field = complaint["message"], complaint["field"]
            telling = [finding for finding in found if _says(finding.message, words)]
            if words.startswith("Mandatory field"):
                if not telling:
                    missed.append((case["id"], complaint))
                continue
            name = re.match(r"[^\[.]+", field)
            lines = _lines_of(text, name[0] if name else field)
            if not any(_line(text, each.span.start) in lines for each in telling):
                missed.append((case["id"], complaint))
    assert missed == []


def _says(message: str, words: str) -> bool:
    """Whether a message has the words. What the schema's pattern refuses never reaches the
    parser of dependencies, whose words were recorded for it all the same."""
    if re.match(r"failed to extract dependency name|Failed to parse constraint ':'", words):
        return "does not match a valid dependency string" in message or words in message
    return words in message


def _line(text: str, offset: int) -> int:
    return Document(text).position(offset).line


def _lines_of(text: str, field: str) -> set[int]:
    """The lines of the statements that speak of a top-level field."""
    tree = parse(text)
    found: set[int] = set()
    for piece in tree.pieces:
        if re.search(rf"(?<![\w.]){re.escape(field)}(?!\w)", piece.text):
            start = tree.start_of(piece) + piece.first.start
            found.update(range(_line(text, start), _line(text, start + piece.length) + 1))
    return found


def test_what_luarocks_reads_is_read(judged: Judged) -> None:
    wrong = []
    for case, _, _ in judged:
        if "evaluated" not in case or "platforms" in _text(case):
            continue
        rockspec = lone_rock("/work/x.rockspec", _text(case)).rockspec
        modules = {each.name: each.path for each in rockspec.modules if not each.overwritten}
        read = {
            "package": rockspec.package.value if rockspec.package else None,
            "version": rockspec.version.value if rockspec.version else None,
            "build_type": rockspec.build_type,
            "modules": modules,
        }
        wanted = {key: case["evaluated"].get(key) for key in read}
        if wanted["modules"] is None or wanted["modules"] == "x":
            wanted["modules"] = {}
        elif isinstance(wanted["modules"], list):
            wanted["modules"] = dict.fromkeys([None], *wanted["modules"])
        if read != wanted:
            wrong.append((case["id"], read, wanted))
    assert wrong == []


BEFORE = re.compile(
    r"a comma is missing after this entry|\(to close '.' at line \d+\)|unfinished long"
    r"|near the end of this statement"
)
"""What is told where it is to be mended, above the line at which Lua notices."""


def test_a_syntax_error_is_told_at_the_line_that_luarocks_names_or_is_to_be_mended(
    judged: Judged,
) -> None:
    missed = []
    for case, found, _ in judged:
        if case["stage"] != "syntax" or case["want"] != "refused":
            continue
        text = _text(case)
        named = case["line"] + text.startswith("#!")
        told = [
            (_line(text, finding.span.start) + 1, finding.message)
            for finding in found
            if finding.code == "KR001"
        ]
        if not any(at == named or (at < named and BEFORE.search(words)) for at, words in told):
            missed.append((case["id"], case["message"], told))
    assert missed == []


def test_a_run_time_error_is_told_in_the_words_of_lua_at_its_line(judged: Judged) -> None:
    missed = []
    for case, found, _ in judged:
        if case["stage"] != "runtime":
            continue
        words = re.search(r"FILE:\d+: (.*)\)$", case["message"])
        assert words is not None
        text = _text(case)
        at = {
            _line(text, finding.span.start) + 1
            for finding in found
            if finding.code == "KR003" and words[1] in finding.message
        }
        if case["line"] + text.startswith("#!") not in at:
            missed.append((case["id"], case["message"], [f.message for f in found]))
    assert missed == []


def test_what_never_ends_is_told(judged: Judged) -> None:
    hanging = [found for case, found, _ in judged if case["stage"] == "hang"]
    assert len(hanging) == 9
    assert all("never finishes" in _errors(found)[0].message for found in hanging)


def test_a_mismatch_of_the_file_name_is_told_in_the_words_of_luarocks(judged: Judged) -> None:
    missed = [
        (case["id"], case["message"])
        for case, found, _ in judged
        if case["stage"] == "filename"
        and not any(case["message"] in finding.message for finding in found)
    ]
    assert missed == []


def test_what_the_linter_wants_besides_is_a_warning(judged: Judged) -> None:
    missed = [
        case["id"]
        for case, found, _ in judged
        if case.get("lint_message")
        and not any(case["lint_message"] in finding.message for finding in found)
    ]
    assert missed == []


def test_none_takes_long(judged: Judged) -> None:
    """A tenth of a second; what took longer once is measured again, for other programs run."""
    suspects = [case for case, _, seconds in judged if seconds > 0.1]
    slow = [case["id"] for case in suspects if min(_judge(case)[1] for _ in range(5)) > 0.1]
    assert slow == []


def test_a_safe_fix_removes_its_finding_and_adds_none(judged: Judged) -> None:
    """Over two of the nine rockspecs that all the others were made from."""
    wrong = []
    for case, found, _ in judged:
        if not case["id"].startswith(("b01", "b02")):
            continue
        before = Counter(finding.code for finding in found)
        for finding in found:
            for fix in finding.fixes:
                edits = [change.edits for change in fix.changes if isinstance(change, TextChange)]
                if fix.safety != "safe":
                    continue
                (only,) = edits
                mended = {"file_name": case["file_name"], "text": apply_edits(_text(case), only)}
                after = Counter(each.code for each in _judge(mended)[0])
                if after[finding.code] >= before[finding.code] or after - before:
                    wrong.append((case["id"], finding.code, fix.title))
    assert wrong == []
