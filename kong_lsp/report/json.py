"""Findings as one JSON array; lines and columns from 1, columns in code points."""

from __future__ import annotations

import json
from typing import Any

from kong_lsp.finding import CreateFile, Fix, RenameFile, TextChange
from kong_lsp.report import Report, relative
from kong_lsp.rules.rule import page_url
from kong_lsp.text import Span


def render(report: Report) -> str:
    """The array, indented, with a line end."""
    elements = [
        {
            "code": finding.code,
            "name": report.name(finding),
            "severity": finding.severity.name.lower(),
            "message": finding.message,
            "path": relative(finding.path, report.folder),
            "range": _range(report, finding.path, finding.span),
            "related": [
                {
                    "path": relative(related.path, report.folder),
                    "range": _range(report, related.path, related.span),
                    "message": related.message,
                }
                for related in finding.related
            ],
            "fix": _fix(report, finding.fixes[0]) if finding.fixes else None,
            "url": page_url(finding.code),
        }
        for finding in report.findings
    ]
    return json.dumps(elements, indent=2) + "\n"


def _range(report: Report, path: str, span: Span) -> dict[str, Any]:
    return {
        "start": report.position(path, span.start)._asdict(),
        "end": report.position(path, span.end)._asdict(),
    }


def _fix(report: Report, fix: Fix) -> dict[str, Any]:
    """``create`` and ``rename`` are there only where the fix does such a thing."""
    told: dict[str, Any] = {"title": fix.title, "safety": fix.safety, "edits": []}
    for change in fix.changes:
        if isinstance(change, TextChange):
            path = relative(change.path, report.folder)
            told["edits"] += [
                {"path": path, "range": _range(report, change.path, edit.span), "text": edit.text}
                for edit in change.edits
            ]
        elif isinstance(change, CreateFile):
            path = relative(change.path, report.folder)
            told.setdefault("create", []).append({"path": path, "text": change.text})
        elif isinstance(change, RenameFile):
            told.setdefault("rename", []).append(
                {
                    "old": relative(change.old, report.folder),
                    "new": relative(change.new, report.folder),
                }
            )
    return told
