"""Questions about the cursor ($0) of a fixture."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from kong_lsp.features.completion import Item, completion
from kong_lsp.server.editing import missing_modules
from kong_lsp.text import apply_edits
from kong_lsp.workspace.snapshot import Snapshot
from kong_lsp.workspace.workspace import Workspace
from tests.support.fixture import read


@dataclass(frozen=True)
class Asked:
    """A workspace on the disk, and the cursor in one of its files, which is open."""

    snapshot: Snapshot
    root: str
    path: str
    text: str
    offset: int

    def relative(self, path: str) -> str:
        return path.removeprefix(self.root + "/")


def plant(root: str, files: Mapping[str, str]) -> None:
    """Write files below ``root``, line ends as they are."""
    for name, text in files.items():
        path = Path(root, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8", "surrogateescape"))


@contextmanager
def asked(text: str, *, kong_version: str = "auto") -> Iterator[Asked]:
    """The workspace and the cursor of a fixture."""
    fixture = read(text)
    name, offset = fixture.cursor or (next(iter(fixture.files)), 0)
    with TemporaryDirectory() as folder:
        root = os.path.realpath(folder).replace(os.sep, "/")
        plant(root, fixture.files)
        workspace = Workspace()
        workspace.configure(kong_version=kong_version)
        workspace.add_root(root, whole=True)
        path = f"{root}/{name}"
        workspace.open(path, fixture.files[name])
        yield Asked(workspace.snapshot(), root, path, fixture.files[name], offset)


def proposals(text: str) -> list[Item]:
    """What is proposed at the cursor, best first."""
    with asked(text) as at:
        rock = at.snapshot.rock_at(at.path)
        missing = {} if rock is None else missing_modules(at.snapshot, rock)
        return completion(at.snapshot, at.path, at.text, at.offset, missing)


def labels(text: str) -> list[str]:
    """The labels of the proposals."""
    return [item.label for item in proposals(text)]


def complete(text: str, label: str) -> str:
    """The text of the cursor's file once the proposal of that label is taken. It must be
    one that an editor would show: what is typed begins its filter text."""
    with asked(text) as at:
        rock = at.snapshot.rock_at(at.path)
        assert rock is not None
        missing = missing_modules(at.snapshot, rock)
        for item in completion(at.snapshot, at.path, at.text, at.offset, missing):
            if item.label == label:
                span = item.edit.span
                assert span.start <= at.offset <= span.end
                assert "\n" not in at.text[span.start : span.end]
                assert item.filter.startswith(at.text[span.start : at.offset])
                return apply_edits(at.text, (item.edit, *item.also))
    raise AssertionError(f"{label} is not proposed")
