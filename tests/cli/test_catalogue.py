"""``kong-lsp catalogue``: the schemas of a Kong as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kong_lsp import cli
from tests.support.kong import kong
from tests.support.trees import plant


def test_the_catalogue_is_printed_or_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = plant(tmp_path / "kong", kong("3.4.2"))
    assert cli.main(["catalogue", folder]) == 0
    told = capsys.readouterr().out
    found = json.loads(told)
    assert (found["kong"], list(found["plugins"])) == ("3.4.2", ["queue-jumper"])
    file = tmp_path / "catalogue.json"
    assert cli.main(["catalogue", folder, "--output", str(file)]) == 0
    assert file.read_text("utf-8") == told
    assert capsys.readouterr() == ("", "")


def test_a_schema_that_cannot_be_read_is_told_and_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = plant(tmp_path, kong(plugins={"odd": "return somebody.knows()"}))
    assert cli.main(["catalogue", folder]) == 1
    out, err = capsys.readouterr()
    assert json.loads(out)["plugins"] == {}
    assert err == "kong-lsp: odd: its schema cannot be read, it is left out\n"


@pytest.mark.parametrize("files", [{}, {"kong/meta.lua": "return {}"}])
def test_what_is_no_kong_is_refused(
    tmp_path: Path, files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = plant(tmp_path, files)
    assert cli.main(["catalogue", folder]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"kong-lsp: {folder}: ")


def test_a_file_that_cannot_be_written_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = plant(tmp_path, kong())
    assert cli.main(["catalogue", folder, "--output", f"{folder}/no/file.json"]) == 2
    assert "no/file.json" in capsys.readouterr().err
