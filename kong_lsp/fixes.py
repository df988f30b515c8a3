"""Apply fixes: first to texts in memory, to a fixed point, then to the files at once."""

from __future__ import annotations

import io
import os
import stat
import sys
import tempfile
from bisect import bisect_right, insort
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from kong_lsp.finding import Change, CreateFile, Finding, Fix, RenameFile, TextChange
from kong_lsp.text import Edit, Span, apply_edits
from kong_lsp.workspace.snapshot import Snapshot
from kong_lsp.workspace.workspace import Workspace

MAX_ROUNDS = 1000


class Refused(Exception):
    """A file that must not be written; the message says which and why."""


@dataclass(slots=True)
class Repair:
    """What fixing did, or would do.

    ``before`` and ``after`` hold the texts of the files that change by their absolute
    path, ``before`` None for a new one; ``renames`` are to be done after the writing.
    """

    before: dict[str, str | None] = field(default_factory=dict)
    after: dict[str, str] = field(default_factory=dict)
    renames: list[RenameFile] = field(default_factory=list)
    done: list[tuple[Finding, Fix]] = field(default_factory=list)


def repair(
    workspace: Workspace, find: Callable[[Snapshot], Iterable[Finding]], *, unsafe: bool
) -> Repair:
    """Fix what ``find`` finds, again and again until no fix is left, on open buffers only.

    Fixes that move files come last and once: what is found after the move is for the
    next run. Nothing is written; ``write`` does that.
    """
    result = Repair()
    seen = set()
    for _ in range(MAX_ROUNDS):
        snapshot = workspace.snapshot()
        found = [
            (finding, fix)
            for finding in find(snapshot)
            if (fix := choose(finding, unsafe=unsafe)) is not None
        ]
        still = [pair for pair in found if not _moves(pair[1])]
        chosen = compatible(still or found)
        if not chosen:
            break
        same = {fix.changes for _, fix in chosen}
        result.done += [pair for pair in found if pair[1].changes in same]
        _apply(snapshot, [fix for _, fix in chosen], result)
        for path, text in result.after.items():
            workspace.open(path, text)
        state = hash(tuple(sorted(result.after.items())))
        if result.renames or state in seen:
            break
        seen.add(state)
    return result


def planned(snapshot: Snapshot, changes: Iterable[Change]) -> Repair:
    """What some changes would write; ``write`` does it."""
    result = Repair()
    _apply(snapshot, [Fix("", tuple(changes))], result)
    return result


def choose(finding: Finding, *, unsafe: bool) -> Fix | None:
    """The fix that is applied without asking: the first safe one, else with ``unsafe`` the first."""
    for fix in finding.fixes:
        if fix.safety == "safe":
            return fix
    return finding.fixes[0] if unsafe and finding.fixes else None


def compatible(found: Iterable[tuple[Finding, Fix]]) -> list[tuple[Finding, Fix]]:
    """Those that can be applied together, earlier ones first: no place is changed twice."""
    chosen: list[tuple[Finding, Fix]] = []
    taken: dict[str, list[Span]] = {}  # apart from each other, in the order of the text
    for finding, fix in found:
        spans = [
            (taken.setdefault(path, []), edit.span)
            for path, wanted in _edits(fix).items()
            for edit in wanted
        ]
        if any(_touching(before, span) is not None for before, span in spans):
            continue
        for before, span in spans:
            while (at := _touching(before, span)) is not None:
                other = before.pop(at)
                span = Span(min(span.start, other.start), max(span.end, other.end))
            insort(before, span)
        chosen.append((finding, fix))
    return chosen


def _touching(taken: list[Span], span: Span) -> int | None:
    """The index of the last of these that overlaps a span or is next to it."""
    at = bisect_right(taken, span.end, key=lambda other: other.start) - 1
    return at if at >= 0 and taken[at].end >= span.start else None


def _moves(fix: Fix) -> bool:
    return any(isinstance(change, RenameFile) for change in fix.changes)


def _edits(fix: Fix) -> dict[str, list[Edit]]:
    """What ``fix`` changes, by path; making or moving a file takes all of it."""
    whole = Edit(Span(0, sys.maxsize), "")
    edits: dict[str, list[Edit]] = {}
    for change in fix.changes:
        if isinstance(change, TextChange):
            edits.setdefault(change.path, []).extend(change.edits)
        elif isinstance(change, CreateFile):
            edits.setdefault(change.path, []).append(whole)
        else:
            edits.setdefault(change.new, []).append(whole)
    return edits


def _apply(snapshot: Snapshot, fixes: Iterable[Fix], result: Repair) -> None:
    edits: dict[str, list[Edit]] = {}
    for fix in fixes:
        for change in fix.changes:
            if isinstance(change, TextChange):
                edits.setdefault(change.path, []).extend(change.edits)
            elif isinstance(change, CreateFile):
                result.before.setdefault(change.path, None)
                result.after[change.path] = change.text
            else:
                result.renames.append(change)
    for path, wanted in edits.items():
        text = snapshot.text(path)
        if text is not None:
            result.before.setdefault(path, text)
            result.after[path] = apply_edits(text, tuple(wanted))


def write(result: Repair) -> None:
    """Write the files, each at once; mode, owner, byte order mark and line ends stay.

    Raises ``Refused`` before anything is written if a file is not what was read, and
    ``OSError`` if the system refuses.
    """
    for path, before in result.before.items():
        _refuse_surprise(path, before)
    for move in result.renames:
        if os.path.lexists(move.new):
            raise Refused(f"{move.new} is there already")
    for path, text in result.after.items():
        data = text.encode("utf-8", "surrogateescape")
        if result.before[path] is None:
            _create(path, data)
        else:
            _replace(os.path.realpath(path), data)
    for move in result.renames:
        os.makedirs(os.path.dirname(move.new), exist_ok=True)
        os.rename(move.old, move.new)


def _refuse_surprise(path: str, before: str | None) -> None:
    if before is None:
        if os.path.lexists(path):
            raise Refused(f"{path} is there already")
        return
    with open(path, "rb") as file:
        if file.read() != before.encode("utf-8", "surrogateescape"):
            raise Refused(f"{path} has changed since it was read")
    if not os.access(path, os.W_OK):
        raise Refused(f"{path} is read-only")


def _create(path: str, data: bytes) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    mask = os.umask(0)
    os.umask(mask)
    with _beside(path, data) as new:
        os.chmod(new, 0o666 & ~mask)
        os.rename(new, path)


def _replace(path: str, data: bytes) -> None:
    old = os.stat(path)
    with _beside(path, data) as new:
        if hasattr(os, "chown"):
            with suppress(PermissionError):
                os.chown(new, old.st_uid, old.st_gid)
        os.chmod(new, stat.S_IMODE(old.st_mode))
        os.replace(new, path)


@contextmanager
def _beside(path: str, data: bytes) -> Iterator[str]:
    """A file with ``data``, wholly on the disk, in the folder of ``path``; gone if it fails."""
    handle, new = tempfile.mkstemp(prefix=".kong-lsp-", dir=os.path.dirname(path))
    try:
        with open(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(handle)
        yield new
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(new)
        raise


def diff(result: Repair, shown: Callable[[str], str]) -> str:
    """What ``write`` would do, as ``git diff`` shows it and ``patch`` takes it."""
    import difflib

    lines: list[str] = []
    for path, after in sorted(result.after.items()):
        before = result.before[path]
        name = shown(path)
        lines += (
            line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
            for line in difflib.unified_diff(
                list(io.StringIO(before or "", newline="\n")),
                list(io.StringIO(after, newline="\n")),
                "/dev/null" if before is None else f"a/{name}",
                f"b/{name}",
            )
        )
    lines += (
        f"rename from {shown(move.old)}\nrename to {shown(move.new)}\n" for move in result.renames
    )
    return "".join(lines)
