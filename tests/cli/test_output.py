"""What ``check`` writes: annotations, SARIF, counts, files, and the exit codes."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from itertools import product
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from kong_lsp import cli
from kong_lsp.options import FORMATS
from tests.cli.test_check import MISSPELT, ROCKSPEC, write

UNLICENSED = ROCKSPEC.replace(', license = "MIT"', "")

_TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}}
_LEVEL = {"enum": ["none", "note", "warning", "error"]}
_REGION = {
    "type": "object",
    "properties": {
        name: {"type": "integer", "minimum": 1}
        for name in ("startLine", "startColumn", "endLine", "endColumn")
    },
    "required": ["startLine"],
    "additionalProperties": False,
}
_ARTIFACT = {
    "type": "object",
    "properties": {
        "uri": {"type": "string", "pattern": "^[!-~]+$"},
        "uriBaseId": {"const": "%SRCROOT%"},
    },
    "required": ["uri"],
    "additionalProperties": False,
}
_LOCATION = {
    "type": "object",
    "properties": {
        "id": {"type": "integer", "minimum": 0},
        "message": _TEXT,
        "physicalLocation": {
            "type": "object",
            "properties": {"artifactLocation": _ARTIFACT, "region": _REGION},
            "required": ["artifactLocation", "region"],
            "additionalProperties": False,
        },
    },
    "required": ["physicalLocation"],
    "additionalProperties": False,
}
_FIX = {
    "type": "object",
    "properties": {
        "description": _TEXT,
        "artifactChanges": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "properties": {
                    "artifactLocation": _ARTIFACT,
                    "replacements": {
                        "type": "array",
                        "minItems": 1,
                        "items": {
                            "type": "object",
                            "properties": {"deletedRegion": _REGION, "insertedContent": _TEXT},
                            "required": ["deletedRegion"],
                            "additionalProperties": False,
                        },
                    },
                },
                "required": ["artifactLocation", "replacements"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["artifactChanges"],
    "additionalProperties": False,
}
_RULE = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "pattern": "^K[RMPCX][0-9]{3}$"},
        "name": {"type": "string", "pattern": "^([A-Z][a-z0-9]*)+$"},
        "shortDescription": _TEXT,
        "fullDescription": _TEXT,
        "help": {**_TEXT, "required": ["text", "markdown"]},
        "helpUri": {"type": "string", "pattern": "^https://"},
        "defaultConfiguration": {"type": "object", "properties": {"level": _LEVEL}},
        "properties": {"type": "object"},
    },
    "required": ["id"],
    "additionalProperties": False,
}
_RESULT = {
    "type": "object",
    "properties": {
        "ruleId": {"type": "string"},
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": _LEVEL,
        "message": _TEXT,
        "locations": {"type": "array", "items": _LOCATION, "minItems": 1},
        "relatedLocations": {"type": "array", "items": _LOCATION, "uniqueItems": True},
        "partialFingerprints": {"type": "object", "additionalProperties": {"type": "string"}},
        "fixes": {"type": "array", "items": _FIX, "uniqueItems": True},
    },
    "required": ["message"],
    "additionalProperties": False,
}
SARIF = {
    "type": "object",
    "properties": {
        "$schema": {"const": "https://json.schemastore.org/sarif-2.1.0.json"},
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "tool": {
                        "type": "object",
                        "properties": {
                            "driver": {
                                "type": "object",
                                "properties": {
                                    "name": {"const": "kong-lsp"},
                                    "version": {"type": "string"},
                                    "semanticVersion": {"pattern": r"^[0-9]+\.[0-9]+\.[0-9]+"},
                                    "informationUri": {"pattern": "^https://"},
                                    "rules": {
                                        "type": "array",
                                        "items": _RULE,
                                        "uniqueItems": True,
                                    },
                                },
                                "required": ["name"],
                                "additionalProperties": False,
                            }
                        },
                        "required": ["driver"],
                        "additionalProperties": False,
                    },
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "results": {"type": "array", "items": _RESULT},
                },
                "required": ["tool"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["version", "runs"],
    "additionalProperties": False,
}
"""The parts of the SARIF 2.1.0 schema that a log of ours may have."""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A plugin with a misspelt path, in the current folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    write(tmp_path, MISSPELT)
    return tmp_path


def check(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    capsys.readouterr()
    code = cli.main(["check", *arguments])
    return code, capsys.readouterr().out


def sarif(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    run: Any = json.loads(check(capsys, "--output-format", "sarif", *arguments)[1])
    jsonschema.Draft7Validator(SARIF).validate(run)
    return run["runs"][0]


def test_github_gets_an_annotation_for_each_finding(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    only = ("--output-format", "github", "--select", "KM101")
    code, out = check(capsys, *only)
    assert code == 1
    assert out.startswith(
        "::error file=acme-1.0-1.rockspec,line=9,endLine=9,title=KM101 missing-module-file,col=37,"
    )
    assert out.count("\n") == 1
    (here / "of,a:b%").mkdir()
    write(here / "of,a:b%", MISSPELT)
    assert "file=of%2Ca%3Ab%25/acme-1.0-1.rockspec," in check(capsys, *only, "of,a:b%")[1]
    monkeypatch.setenv("GITHUB_WORKSPACE", str(here.parent))
    assert f"file={here.name}/acme-1.0-1.rockspec," in check(capsys, *only)[1]


def test_sarif_tells_rules_places_and_fixes(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = sarif(capsys, "--select", "KM101")
    (result,) = run["results"]
    rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
    assert (rule["id"], rule["name"]) == (result["ruleId"], "MissingModuleFile")
    assert "## Why it matters" in rule["help"]["markdown"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "acme-1.0-1.rockspec"
    assert place["region"]["startLine"] == 9
    (change,) = result["fixes"][0]["artifactChanges"]
    assert change["replacements"][0]["insertedContent"]["text"] == "l"


def test_sarif_of_nothing_is_a_log_too(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert sarif(capsys, "--select", "KC")["results"] == []


def test_fingerprints_stay_when_lines_are_added_above(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def marks() -> list[str]:
        return [each["partialFingerprints"]["kongLsp/v1"] for each in sarif(capsys)["results"]]

    before = marks()
    write(here, "-- one\n\n-- two\n" + MISSPELT)
    assert marks() == before
    assert len(set(before)) == len(before) > 0
    write(here, MISSPELT.replace("hander", "hander2"))
    assert marks() != before


def test_a_sarif_reader_finds_what_was_written(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    check(capsys, "--output-format", "sarif", "--output-file", "found.sarif")
    done = subprocess.run(
        [sys.executable, "-m", "sarif", "summary", "found.sarif"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "KM101" in done.stdout


def test_a_file_gets_what_the_terminal_would(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for form in FORMATS:
        code, out = check(capsys, "--output-format", form)
        assert check(capsys, "--output-format", form, "--output-file", "out") == (code, "")
        assert (here / "out").read_text() == out
    assert cli.main(["check", "--output-file", "no/such/folder"]) == 2
    assert capsys.readouterr().err == "kong-lsp: no/such/folder: No such file or directory\n"


def test_statistics_count_rules(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(here, MISSPELT.replace(', license = "MIT"', ""))
    code, out = check(capsys, "--statistics", "--select", "KM101,KR011")
    assert (code, out) == (
        1,
        "1  KM101  missing-module-file (1 fixable)\n1  KR011  missing-licence\n",
    )
    out = check(capsys, "--statistics", "--select", "KM101", "--output-format", "json")[1]
    assert json.loads(out) == [
        {"code": "KM101", "name": "missing-module-file", "count": 1, "fixable": 1}
    ]
    assert cli.main(["check", "--statistics", "--output-format", "sarif"]) == 2


SLOW = """
import sys, time
from kong_lsp import cli, targets
gather = targets.gather
def slow(*given, **more):
    time.sleep(0.5)
    return gather(*given, **more)
targets.gather = slow
cli.PATIENCE = {patience}
sys.exit(cli.main(["check", "--select", "KM101"]))
"""


@pytest.mark.parametrize(
    ("patience", "environment", "told"),
    [(0.3, {}, True), (60, {}, False), (0.3, {"CI": "true"}, False)],
)
def test_a_slow_reading_is_told_on_a_terminal_until_it_is_done(
    here: Path, patience: float, environment: dict[str, str], told: bool
) -> None:
    ours, theirs = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-c", SLOW.format(patience=patience)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=theirs,
        check=False,
        env={**{k: v for k, v in os.environ.items() if k != "CI"}, **environment},
    )
    os.write(theirs, b"#")
    said = b""
    while not said.endswith(b"#"):
        said += os.read(ours, 100)
    os.close(ours)
    os.close(theirs)
    assert said == (b"Reading ...\r           \r#" if told else b"#")
    assert (done.returncode, done.stdout[:12]) == (1, b"error[KM101]")


def test_a_slow_reading_is_not_told_to_a_pipe(here: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SLOW.format(patience=0.3)], capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (1, b"")


def test_two_runs_say_the_same(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "other").mkdir()
    write(here / "other", UNLICENSED)
    for form in FORMATS:
        first, second = (check(capsys, "--output-format", form) for _ in range(2))
        assert first == second


WORST = {"error": MISSPELT, "warning": UNLICENSED, "nothing": ROCKSPEC}


@pytest.mark.parametrize(
    ("worst", "fail_on", "form"),
    list(product(WORST, ("error", "warning", "information", "hint", "never"), FORMATS)),
)
def test_exit_codes(
    here: Path, capsys: pytest.CaptureFixture[str], worst: str, fail_on: str, form: str
) -> None:
    write(here, WORST[worst])
    levels = ["error", "warning", "information", "hint"]
    fails = worst in levels and fail_on in levels and levels.index(worst) <= levels.index(fail_on)
    options = ("--fail-on", fail_on, "--output-format", form)
    assert check(capsys, *options)[0] == int(fails)
    assert check(capsys, *options, ".", "absent")[0] == 2
