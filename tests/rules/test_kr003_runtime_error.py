"""KR003: running the rockspec would fail."""

from __future__ import annotations

import pytest

from tests.support.world import findings

START = 'package = "acme"\nversion = "1.0-1"\nsource = { url = "git+https://x.example/a.git" }\n'
END = '\ndescription = { license = "MIT" }\nbuild = { type = "builtin", modules = {} }\n'


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("print('x')", "attempt to call global 'print' (a nil value)"),
        ("local v = string.rep('x', 2)", "attempt to index global 'string' (a nil value)"),
        ("for k in pairs({}) do end", "attempt to call global 'pairs' (a nil value)"),
        ("local t = {} local x = t.a.b", "attempt to index field 'a' (a nil value)"),
        ("local x = 'a' .. nothing", "attempt to concatenate global 'nothing' (a nil value)"),
        ("local x = 'a' + 1", "attempt to perform arithmetic on a string value"),
        ("while true do end", "never finishes"),
        ("repeat until false", "never finishes"),
    ],
)
def test_luas_own_words_are_used(line: str, words: str) -> None:
    found = findings({"acme-1.0-1.rockspec": START + line + END})
    errors = [finding for finding in found if finding.code.startswith("KR")]
    assert [finding.code for finding in errors] == ["KR003"]
    assert words in errors[0].message
    assert line in (START + line + END)[errors[0].span.start - len(line) :]


@pytest.mark.parametrize(
    "line",
    [
        "local v = ('%s-1'):format('1.0')",
        "for i = 1, 3 do local x = i end",
        "local function twice(x) return x .. x end local v = twice('a')",
        "source.tag = '1.0'",
        "local x = nil or 'a'",
        "if false then print('x') end",
    ],
)
def test_what_runs_is_left_alone(line: str) -> None:
    found = findings({"acme-1.0-1.rockspec": START + line + END})
    assert [finding.code for finding in found if finding.code.startswith("KR")] == []


def test_nothing_is_missing_from_a_file_whose_run_stops() -> None:
    found = findings({"acme-1.0-1.rockspec": 'package "acme"\n'})
    assert [finding.code for finding in found if finding.code == "KR005"] == []
