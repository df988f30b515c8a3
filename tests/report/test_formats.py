from __future__ import annotations

import json as jsonlib

from kong_lsp.finding import CreateFile, Finding, Fix, Related, RenameFile, Severity, change
from kong_lsp.report import Report, concise, full, json
from kong_lsp.rules.rule import page_url
from kong_lsp.text import Edit, Span

ROCK = "/w/acme-1.0-1.rockspec"
HANDLER = "/w/kong/handler.lua"
TEXTS = {
    ROCK: 'build = {\n  modules = {\n\t["a"] = "b.lua",\n  },\n}\n',
    HANDLER: 'local tools = require "acme.tools"\n',
}
NAMES = {"KM101": "missing-module-file", "KM115": "unlisted-file"}


def place(path: str, text: str) -> Span:
    start = TEXTS[path].index(text)
    return Span(start, start + len(text))


MISSING = Finding(
    "KM101",
    Severity.ERROR,
    "No such file: b.lua",
    ROCK,
    place(ROCK, '"b.lua"'),
    related=(Related(HANDLER, place(HANDLER, "acme.tools"), "required here"),),
    fixes=(Fix("Change it to `c.lua`", (change(ROCK, Edit(place(ROCK, "b.lua"), "c.lua")),)),),
)
HINT = Finding("KM115", Severity.HINT, "Not listed", HANDLER, Span(0, 0))


def report(*findings: Finding, colour: bool = False, folder: str = "/w") -> Report:
    return Report(findings, TEXTS.get, NAMES, folder, colour=colour)


def test_full_shows_the_line_with_carets_the_related_place_and_the_help() -> None:
    assert full.render(report(MISSING, HINT)) == (
        "error[KM101] missing-module-file: No such file: b.lua\n"
        " --> acme-1.0-1.rockspec:3:10\n"
        "  |\n"
        '3 |     ["a"] = "b.lua",\n'
        "  |             ^^^^^^^\n"
        " ::: kong/handler.lua:1:24: required here\n"
        "  |\n"
        '1 | local tools = require "acme.tools"\n'
        "  |                        ^^^^^^^^^^\n"
        "  = help: Change it to `c.lua` (kong-lsp fix)\n"
        "\n"
        "hint[KM115] unlisted-file: Not listed\n"
        " --> kong/handler.lua:1:1\n"
        "  |\n"
        '1 | local tools = require "acme.tools"\n'
        "  | ^\n"
        "\n"
        "Found 1 error, 1 hint in 2 files. `kong-lsp fix` can put 1 of them right."
        " `kong-lsp explain KM101` tells more.\n"
    )


def test_full_says_it_of_one_and_all_of_all() -> None:
    assert " can put it right. " in full.render(report(MISSING))
    assert " can put them all right. " in full.render(report(MISSING, MISSING))


def test_full_without_findings_is_empty() -> None:
    assert full.render(report()) == ""


def test_colours_change_nothing_but_colour() -> None:
    import re

    painted = full.render(report(MISSING, HINT, colour=True))
    assert "\x1b[31m" in painted
    assert re.sub(r"\x1b\[\d+m", "", painted) == full.render(report(MISSING, HINT))


def test_concise_is_one_line_for_each_finding() -> None:
    assert concise.render(report(MISSING, HINT)) == (
        "acme-1.0-1.rockspec:3:10: error KM101 missing-module-file: No such file: b.lua\n"
        "kong/handler.lua:1:1: hint KM115 unlisted-file: Not listed\n"
    )


def test_json_has_the_documented_shape() -> None:
    def span(line: int, start: int, end: int) -> dict[str, object]:
        return {"start": {"line": line, "column": start}, "end": {"line": line, "column": end}}

    assert jsonlib.loads(json.render(report(MISSING, HINT))) == [
        {
            "code": "KM101",
            "name": "missing-module-file",
            "severity": "error",
            "message": "No such file: b.lua",
            "path": "acme-1.0-1.rockspec",
            "range": span(3, 10, 17),
            "related": [
                {"path": "kong/handler.lua", "range": span(1, 24, 34), "message": "required here"}
            ],
            "fix": {
                "title": "Change it to `c.lua`",
                "safety": "safe",
                "edits": [
                    {"path": "acme-1.0-1.rockspec", "range": span(3, 11, 16), "text": "c.lua"}
                ],
            },
            "url": page_url("KM101"),
        },
        {
            "code": "KM115",
            "name": "unlisted-file",
            "severity": "hint",
            "message": "Not listed",
            "path": "kong/handler.lua",
            "range": span(1, 1, 1),
            "related": [],
            "fix": None,
            "url": page_url("KM115"),
        },
    ]


def test_json_without_findings_is_an_empty_array() -> None:
    assert jsonlib.loads(json.render(report())) == []


def test_json_tells_of_files_that_a_fix_makes_and_moves() -> None:
    fix = Fix(
        "Do both", (CreateFile("/w/new.lua", "x"), RenameFile("/w/a", "/w/b")), safety="unsafe"
    )
    finding = Finding("KM101", Severity.ERROR, "m", ROCK, Span(0, 1), fixes=(fix,))
    (told,) = jsonlib.loads(json.render(report(finding)))
    assert told["fix"] == {
        "title": "Do both",
        "safety": "unsafe",
        "edits": [],
        "create": [{"path": "new.lua", "text": "x"}],
        "rename": [{"old": "a", "new": "b"}],
    }


def test_paths_outside_the_folder_are_shown_from_it() -> None:
    assert concise.render(report(HINT, folder="/w/sub")).startswith("../kong/handler.lua:1:1: ")


def test_columns_count_code_points_and_carets_count_cells() -> None:
    text = 'x = "漢字é́😀" .. y\n'
    start = text.index("y")
    shown = Report(
        (Finding("KM101", Severity.ERROR, "m", "/w/a", Span(start, start + 1)),),
        {"/w/a": text}.get,
        NAMES,
        "/w",
    )
    lines = full.render(shown).split("\n")
    assert lines[1] == f" --> a:1:{start + 1}"
    # Two cells each for the ideographs and the emoji, none for the combining accent.
    assert lines[4] == "  | " + " " * (len(text[:start]) + 3 - 1) + "^"


def test_nothing_in_a_file_reaches_the_terminal_as_a_control() -> None:
    text = "a\x1b[2J\x07\u202e\udc80b = 1"
    finding = Finding("KM101", Severity.ERROR, f"bad \x1b]0;x\x07{text}", "/w/\x1bq", Span(0, 1))
    shown = Report((finding,), lambda _: text, NAMES, "/w")
    for told in (full.render(shown), concise.render(shown)):
        assert not set(told) & set("\x1b\x07\u202e\udc80")
    assert concise.render(shown).count("\n") == 1


def test_a_long_line_is_cut_around_the_finding() -> None:
    text = "x" * 5000 + '"here"' + "y" * 5000
    finding = Finding("KM101", Severity.ERROR, "m", "/w/a", Span(5000, 5006))
    lines = full.render(Report((finding,), lambda _: text, NAMES, "/w")).split("\n")
    assert max(map(len, lines)) < 200
    column = lines[4].index("^")
    assert lines[3][column : column + lines[4].count("^")] == '"here"'


def test_a_finding_over_several_lines_shows_its_first() -> None:
    finding = Finding("KM101", Severity.ERROR, "m", ROCK, Span(0, 20))
    lines = full.render(report(finding)).split("\n")
    assert lines[3:5] == ["1 | build = {", "  | ^^^^^^^^^"]


def test_a_finding_in_a_file_that_has_gone_is_still_told() -> None:
    finding = Finding("KM101", Severity.ERROR, "m", "/w/gone", Span(7, 9))
    assert concise.render(report(finding)) == ("gone:1:1: error KM101 missing-module-file: m\n")
    assert "gone:1:1" in full.render(report(finding))
