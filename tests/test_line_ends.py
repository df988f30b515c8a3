"""Windows' line ends change no finding, and no fix mixes them with others."""

from __future__ import annotations

import re

import pytest

from kong_lsp.finding import Finding
from tests.support.world import Files, apply, findings
from tests.test_fixes import fixtures

UNIX = [
    pytest.param(files, id=where)
    for where, files in fixtures()
    if not any("\r" in text for text in files.values())
]


def places(files: Files, found: list[Finding]) -> list[tuple[str, str, int, str]]:
    """The code, file, line and words of each finding."""
    told = []
    for each in found:
        text = files.get(each.path, "")
        words = text[slice(*each.span)].replace("\r\n", "\n")
        told.append((each.code, each.path, text.count("\n", 0, each.span.start), words))
    return told


@pytest.mark.parametrize("files", UNIX)
def test_windows_line_ends_are_line_ends(files: Files) -> None:
    windows = {path: text.replace("\n", "\r\n") for path, text in files.items()}
    found = findings(windows)
    assert places(windows, found) == places(files, findings(files))
    for fix in (fix for finding in found for fix in finding.fixes):
        for path, text in apply(windows, fix).items():
            if "\n" in windows.get(path, ""):
                assert re.search(r"(?<!\r)\n", text) is None, fix.title
