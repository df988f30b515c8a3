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
from kong_lsp.report import Report
from kong_lsp.report.sarif import render
from kong_lsp.rules import all_rules
from kong_lsp.rules.rule import page
from tests.cli.test_check import MISSPELT, ROCKSPEC, write
from tests.support import fixture
from tests.support.world import findings

UNLICENSED = ROCKSPEC.replace(', license = "MIT"', "")

PUBLISHED = "sarif/node_modules/@microsoft/sarif-multitool-linux/sarif-2.1.0.json"
"""The schema of SARIF 2.1.0, as .ci/setup installs it."""


def sound(log: object) -> None:
    """Whether it is a log by the published schema."""
    schema = json.loads((Path(sys.prefix) / PUBLISHED).read_text(encoding="utf-8-sig"))
    jsonschema.Draft202012Validator(schema).validate(log)


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
    sound(run)
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


def test_a_log_of_every_rule_is_sound() -> None:
    """With the examples of all pages, their fixes included."""
    results = []
    for module in all_rules():
        files = fixture.read(page(module.__doc__).example).files
        log = json.loads(render(Report(tuple(findings(files)), files.get, {}, ".")))
        results += log["runs"][0]["results"]
    log["runs"][0]["results"] = results
    sound(log)
    assert {each["ruleId"] for each in results} == {module.rule.code for module in all_rules()}


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


def test_a_fingerprint_stays_when_another_of_its_rule_comes_above(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def marks() -> dict[str, str]:
        return {
            each["message"]["text"]: each["partialFingerprints"]["kongLsp/v1"]
            for each in sarif(capsys, "--select", "KM101")["results"]
        }

    before = marks()
    other = '["kong.plugins.acme.tools"] = "kong/plugins/acme/tools.lua",\n    '
    at = MISSPELT.index('["kong.plugins.acme.handler"]')
    write(here, MISSPELT[:at] + other + MISSPELT[at:])
    after = marks()
    assert len(after) == len(before) + 1
    assert before.items() <= after.items()


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
