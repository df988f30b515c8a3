"""Findings as a SARIF 2.1.0 log, for GitHub's code scanning and the viewers of editors."""

from __future__ import annotations

import json
from collections import Counter
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from kong_lsp import HOME, __version__
from kong_lsp.finding import Finding, Fix, Severity, TextChange
from kong_lsp.report import Report, relative
from kong_lsp.rules import all_rules, pages
from kong_lsp.rules.rule import RuleModule, page_url
from kong_lsp.text import Span

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"

_LEVELS = {1: "error", 2: "warning", 3: "note", 4: "note"}


def render(report: Report) -> str:
    """The log, indented, with a line end."""
    rules = list(all_rules())
    index = {module.rule.code: number for number, module in enumerate(rules)}
    seen: Counter[str] = Counter()
    run = {
        "tool": {
            "driver": {
                "name": "kong-lsp",
                "version": __version__,
                "semanticVersion": __version__,
                "informationUri": HOME,
                "rules": [_rule(module) for module in rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(report, finding, index, seen) for finding in report.findings],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(module: RuleModule) -> dict[str, Any]:
    rule = module.rule
    title = pages.title(module)
    body = pages.text(module)
    return {
        "id": rule.code,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": title},
        "fullDescription": {"text": title},
        "help": {"text": body, "markdown": body},
        "helpUri": page_url(rule.code),
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"tags": [rule.name], "problem.severity": _problem(rule.severity)},
    }


def _problem(severity: Severity) -> str:
    return {1: "error", 2: "warning"}.get(severity, "recommendation")


def _result(
    report: Report, finding: Finding, index: dict[str, int], seen: Counter[str]
) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": index[finding.code],
        "level": _LEVELS[finding.severity],
        "message": {"text": finding.message},
        "locations": [_location(report, finding.path, finding.span)],
        "partialFingerprints": {"kongLsp/v1": fingerprint(report, finding, seen)},
    }
    if finding.related:
        result["relatedLocations"] = [
            {
                "id": number,
                **_location(report, related.path, related.span),
                "message": {"text": related.message},
            }
            for number, related in enumerate(finding.related)
        ]
    fixes = [_fix(report, fix) for fix in finding.fixes if _only_edits(fix)]
    if fixes:
        result["fixes"] = fixes
    return result


def fingerprint(report: Report, finding: Finding, seen: Counter[str]) -> str:
    """A mark of the finding that stays when lines are added above it: of its rule, its file,
    what its line says, and which of several alike it is."""
    start = report.position(finding.path, finding.span.start)
    line = report.document(finding.path).line(start.line - 1).strip()
    path = relative(finding.path, report.folder)
    alike = f"{finding.code}\0{path}\0{line}\0{finding.message}"
    seen[alike] += 1
    whole = f"{alike}\0{seen[alike]}".encode("utf-8", "surrogatepass")
    return sha256(whole).hexdigest()[:32]


def _location(report: Report, path: str, span: Span) -> dict[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": _artifact(report, path),
            "region": _region(report, path, span),
        }
    }


def _artifact(report: Report, path: str) -> dict[str, str]:
    shown = relative(path, report.folder).encode("utf-8", "surrogateescape")
    return {"uri": quote(shown), "uriBaseId": "%SRCROOT%"}


def _region(report: Report, path: str, span: Span) -> dict[str, int]:
    start, end = report.position(path, span.start), report.position(path, span.end)
    return {
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    }


def _only_edits(fix: Fix) -> bool:
    return all(isinstance(change, TextChange) for change in fix.changes)


def _fix(report: Report, fix: Fix) -> dict[str, Any]:
    return {
        "description": {"text": fix.title},
        "artifactChanges": [
            {
                "artifactLocation": _artifact(report, change.path),
                "replacements": [
                    {
                        "deletedRegion": _region(report, change.path, edit.span),
                        "insertedContent": {"text": edit.text},
                    }
                    for edit in change.edits
                ],
            }
            for change in fix.changes
            if isinstance(change, TextChange)
        ],
    }
