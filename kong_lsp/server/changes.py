"""Fixes as workspace edits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from kong_lsp.finding import Change, CreateFile, Finding, Fix, RenameFile
from kong_lsp.server.convert import Json
from kong_lsp.workspace.snapshot import Snapshot

if TYPE_CHECKING:
    from kong_lsp.server.session import Session


def workspace_edit(
    session: Session, changes: Iterable[Change], snapshot: Snapshot, *, versioned: bool = True
) -> Json | None:
    """The ``WorkspaceEdit`` of some changes; None where the client cannot do one of them.

    Where the client knows versions, each edited document names the version that it was
    made for, so that it is refused for any other; not so where ``versioned`` is false.
    """
    client = session.client
    operations: list[Json] = []
    edits: dict[str, list[Json]] = {}
    for change in changes:
        if isinstance(change, CreateFile):
            if not client.creates:
                return None
            uri = session.documents.uri(change.path)
            start = {"line": 0, "character": 0}
            text = change.text.removesuffix("\n") if session.ends_lines else change.text
            operations.append({"kind": "create", "uri": uri, "options": {"ignoreIfExists": False}})
            operations.append(
                {
                    "textDocument": {"uri": uri, "version": None},
                    "edits": [{"range": {"start": start, "end": start}, "newText": text}],
                }
            )
        elif isinstance(change, RenameFile):
            if not client.renames:
                return None
            operations.append(
                {
                    "kind": "rename",
                    "oldUri": session.documents.uri(change.old),
                    "newUri": session.documents.uri(change.new),
                    "options": {"overwrite": False},
                }
            )
        else:
            ranges = session.documents.ranges(change.path, snapshot)
            if ranges is None:
                return None
            uri = session.documents.uri(change.path)
            made = [ranges.edit(edit) for edit in change.edits]
            edits.setdefault(uri, []).extend(made)
            version = session.documents.version(change.path) if versioned else None
            operations.append({"textDocument": {"uri": uri, "version": version}, "edits": made})
    if client.versions or any("kind" in operation for operation in operations):
        return {"documentChanges": operations}
    return {"changes": edits}


def fix_data(session: Session, finding: Finding, snapshot: Snapshot) -> Json:
    """What a diagnostic carries for those who fix without asking again: every fix with
    its title, whether it is safe, and its edit. The versions are those of the publish."""
    return {
        "fixes": [
            {"title": fix.title, "safety": fix.safety, "edit": edit}
            for fix in finding.fixes
            if (edit := workspace_edit(session, fix.changes, snapshot, versioned=False)) is not None
        ]
    }


def first_safe(finding: Finding) -> Fix | None:
    """The fix of a finding that needs no second look, if it has one."""
    return next((fix for fix in finding.fixes if fix.safety == "safe"), None)
