"""One helper per question; see ``fixture`` for the form of the texts."""

from __future__ import annotations

from kong_lsp.finding import Finding, Fix
from tests.support import fixture
from tests.support.world import apply, findings


def check(text: str, *, kong_version: str = "auto", only: str = "K") -> list[Finding]:
    """The findings are exactly those that the fixture marks: no more, no fewer, each with
    its code, its place and the piece of its message. Gives them back.

    ``only`` limits this to codes that begin so.
    """
    wanted = fixture.read(text)
    found = [each for each in findings(wanted.files, kong_version) if each.code.startswith(only)]
    marks = sorted(wanted.marks, key=lambda mark: (mark.path, mark.start, mark.code))
    found.sort(key=lambda each: (each.path, each.span.start, each.code))
    shown = [_shown(wanted, each) for each in found]
    if len(found) == len(marks):
        for index, (mark, each) in enumerate(zip(marks, found, strict=True)):
            same_place = (each.path, each.span.start, each.code) == mark[:3]
            if same_place and _ends(wanted, mark, each) and mark.message in each.message:
                shown[index] = str(mark)
    expected = [str(mark) for mark in marks]
    assert shown == expected, "\n  ".join(["found", *shown, "\n expected", *expected])
    return found


def check_none(text: str, *, kong_version: str = "auto", only: str = "K") -> None:
    """Nothing is found."""
    wanted = fixture.read(text)
    assert not wanted.marks, "check_none takes no marks"
    found = findings(wanted.files, kong_version)
    shown = [_shown(wanted, each) for each in found if each.code.startswith(only)]
    assert not shown, "\n  ".join(["found", *shown])


def check_fix(text: str, fix: str, after: str, *, kong_version: str = "auto") -> Fix:
    """A fix turns the files into those of ``after``.

    ``fix`` is its title, or the code of its finding for the first fix that this has.
    ``after`` holds only the files that change or are made; those that no longer exist
    are headed ``-- gone: PATH``.
    """
    before = fixture.read(text).files
    chosen = find_fix(findings(before, kong_version), fix)
    changed = apply(before, chosen)
    differing = {path: new for path, new in changed.items() if before.get(path) != new}
    gone = {path for path in before if path not in changed}
    wanted = fixture.read(after)
    for path in sorted({*differing, *wanted.files}):
        assert differing.get(path) == wanted.files.get(path), (
            f"{path} is now:\n{differing.get(path)}\nexpected:\n{wanted.files.get(path)}"
        )
    assert gone == wanted.gone
    return chosen


def find_fix(found: list[Finding], fix: str) -> Fix:
    """The one with this title, or the first of the first finding with this code."""
    for each in found:
        for candidate in each.fixes:
            if fix in (each.code, candidate.title):
                return candidate
    titles = [(each.code, candidate.title) for each in found for candidate in each.fixes]
    raise AssertionError(f"no fix {fix!r} among {titles}")


def _ends(wanted: fixture.Fixture, mark: fixture.Mark, found: Finding) -> bool:
    if mark.end is not None:
        return found.span.end == mark.end
    return "\n" in wanted.files[found.path][found.span.start : found.span.end]


def _shown(wanted: fixture.Fixture, found: Finding) -> str:
    mark = fixture.Mark(found.path, found.span.start, found.code, found.span.end, found.message)
    return f"{mark} on {wanted.files.get(found.path, '')[slice(*found.span)]!r}"
