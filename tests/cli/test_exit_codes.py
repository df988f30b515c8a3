"""With which code each command ends."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest

from kong_lsp import cli
from tests.cli.test_check import MISSPELT, ROCKSPEC, write

UNFIXABLE = ROCKSPEC.replace("git+https:", "")
LEVELS = ("error", "warning", "information", "hint")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A sound plugin, in the current folder."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path, ROCKSPEC)
    return tmp_path


def ends(*arguments: str) -> int:
    """The code of a command."""
    try:
        return cli.main(arguments)
    except SystemExit as left:
        return int(left.code or 0)


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))


@pytest.mark.parametrize("command", cli._COMMANDS)
def test_help_is_no_failure_and_an_unknown_option_is(here: Path, command: str) -> None:
    assert ends(command, "--help") == 0
    assert ends(command, "--no-such-option") == 2


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("", 2),
        ("--help", 0),
        ("--version", 0),
        ("chekc", 2),
        ("check", 0),
        ("check .", 0),
        ("check acme-1.0-1.rockspec", 0),
        ("check absent", 2),
        ("check . absent", 2),
        ("check --output-format xml", 2),
        ("check --fail-on nothing", 2),
        ("check --select NOPE", 2),
        ("check --ignore KM,NOPE", 2),
        ("check --kong-version next", 2),
        ("check --kong-version 3.4", 0),
        ("check --statistics", 0),
        ("check --statistics --output-format json", 0),
        ("check --statistics --output-format sarif", 2),
        ("check --statistics --output-format github", 2),
        ("check --output-file no/such/folder", 2),
        ("check --output-file kong", 2),
        ("check --output-file out", 0),
        ("check --stdin-filename notes.txt", 2),
        ("fix", 0),
        ("fix --diff", 0),
        ("fix --unsafe", 0),
        ("fix absent", 2),
        ("fix . absent", 2),
        ("fix --select NOPE", 2),
        ("fix --kong-version next", 2),
        ("explain KM101", 0),
        ("explain missing-module-file", 0),
        ("explain enabled but not installed", 0),
        ("explain", 2),
        ("explain KM999", 2),
        ("rules", 0),
        ("rules KM101", 2),
        ("status", 0),
        ("status --json", 0),
        ("status kong", 0),
        ("status absent", 2),
        ("settings", 0),
        ("settings --json", 0),
        ("settings --schema", 0),
        ("settings absent", 2),
        ("new other", 0),
        ("new other sub/folder", 0),
        ("new other --kong-version 2.8", 0),
        ("new other --kong-version next", 2),
        ("new acme .", 2),
        ("new a/b", 2),
        ("new", 2),
        ("completion bash", 0),
        ("completion tcsh", 2),
        ("completion", 2),
        ("serve --tcp --ws", 2),
        ("serve --port many", 2),
    ],
)
def test_on_a_sound_plugin(here: Path, words: str, code: int) -> None:
    assert ends(*words.split()) == code


@pytest.mark.parametrize(
    ("rockspec", "words", "code"),
    [
        (MISSPELT, "check", 1),
        (MISSPELT, "check --ignore KM", 0),
        (MISSPELT, "check --fail-on never", 0),
        (MISSPELT, "check --output-file out", 1),
        (MISSPELT, "check --statistics", 1),
        (MISSPELT, "check . absent", 2),
        (MISSPELT, "check --fail-on never absent", 2),
        (MISSPELT, "fix", 0),
        (MISSPELT, "fix . absent", 2),
        (MISSPELT, "fix --diff", 1),
        (MISSPELT, "fix --diff --select KR", 0),
        (MISSPELT, "fix --select KR", 0),
        (MISSPELT, "status", 0),
        (MISSPELT, "settings", 0),
        (UNFIXABLE, "check", 1),
        (UNFIXABLE, "fix", 1),
        (UNFIXABLE, "fix --diff", 0),
        ("x = = 1", "check", 1),
        ("x = = 1", "fix", 1),
        ("x = = 1", "status", 0),
    ],
)
def test_on_one_with_findings(here: Path, rockspec: str, words: str, code: int) -> None:
    write(here, rockspec)
    assert ends(*words.split()) == code


@pytest.mark.parametrize(("level", "fail_on"), list(product(LEVELS, (*LEVELS, "never"))))
def test_fail_on_is_the_least_that_counts(here: Path, level: str, fail_on: str) -> None:
    write(here, MISSPELT)
    (here / ".kong-lsp.toml").write_text(f'[severity]\nK = "{level}"\n')
    fails = fail_on != "never" and LEVELS.index(level) <= LEVELS.index(fail_on)
    assert ends("check", "--fail-on", fail_on) == int(fails)


@pytest.mark.parametrize("settings", ["selct = []", "ignore = 3", "select = ["])
def test_with_broken_settings(here: Path, settings: str) -> None:
    (here / ".kong-lsp.toml").write_text(settings)
    codes = {
        "check": 1,
        "check --fail-on error": 0,
        "fix --diff": 0,
        "status": 0,
        "settings": 2,
        "settings --json": 2,
        "settings --schema": 0,
        "explain KM101": 0,
    }
    assert {words: ends(*words.split()) for words in codes} == codes


def test_with_a_text_on_standard_input(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for text, name, code in (
        (ROCKSPEC, "acme-1.0-1.rockspec", 0),
        (MISSPELT, "acme-1.0-1.rockspec", 1),
        ("", "acme-1.0-1.rockspec", 1),
        (MISSPELT.replace("1.0-1", "2.0-1"), "acme-2.0-1.rockspec", 1),
        (MISSPELT, "absent/acme-1.0-1.rockspec", 1),
        (MISSPELT, "README.md", 2),
    ):
        typed(monkeypatch, text)
        assert ends("check", "--stdin-filename", name) == code, (text[:20], name)
    typed(monkeypatch, MISSPELT)
    assert ends("check", "--stdin-filename", "acme-1.0-1.rockspec", "absent") == 2


def shell(script: str) -> tuple[int, str]:
    """The code of a shell script with ``kong-lsp`` in it, and what stands on standard error."""
    command = script.replace("kong-lsp", f"{sys.executable} -m kong_lsp")
    done = subprocess.run(
        ["bash", "-c", command], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, check=False
    )
    return done.returncode, done.stderr.decode()


def test_with_an_output_that_nobody_takes(here: Path) -> None:
    assert shell("kong-lsp check >&-") == (0, "")
    assert shell("kong-lsp check >&- 2>&-") == (0, "")
    write(here, MISSPELT)
    assert shell("kong-lsp check >&-") == (1, "")
    assert shell("kong-lsp check absent 2>&-") == (2, "")
    full = "kong-lsp: kong-lsp: No space left on device\n"
    assert shell("kong-lsp check > /dev/full") == (2, full)


@pytest.mark.parametrize(("words", "code"), [("check", 1), ("rules", 0), ("explain KM101", 0)])
def test_with_a_reader_that_leaves(here: Path, words: str, code: int) -> None:
    write(here, MISSPELT)
    read, written = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "kong_lsp", *words.split()],
        stdout=written,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(written)
    assert (done.returncode, done.stderr) == (code, b"")


ENDLESS = """
import signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in the background of a script
from kong_lsp import cli, targets
def endless(*given, **more):
    print("reading", flush=True)
    time.sleep(60)
targets.gather = endless
sys.argv[0] = "kong-lsp"
cli.run()
"""


@pytest.mark.parametrize("words", ["check", "fix", "status"])
def test_when_interrupted(here: Path, words: str) -> None:
    running = subprocess.Popen(
        [sys.executable, "-c", ENDLESS, *words.split()],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert running.stdout is not None
    assert running.stdout.readline() == b"reading\n"
    running.send_signal(signal.SIGINT)
    _, said = running.communicate()
    assert (running.returncode, said) == (130, b"")
