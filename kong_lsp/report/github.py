"""Findings as workflow commands, of which GitHub makes annotations in the changed files."""

from __future__ import annotations

from kong_lsp.report import Report, printable

_COMMANDS = {1: "error", 2: "warning", 3: "notice", 4: "notice"}


def render(report: Report) -> str:
    """One command for each finding, in their order."""
    lines = []
    for finding in report.findings:
        start = report.position(finding.path, finding.span.start)
        end = report.position(finding.path, max(finding.span.start, finding.span.end - 1))
        properties = {
            "file": report.shown(finding.path),
            "line": start.line,
            "endLine": end.line,
            "title": f"{finding.code} {report.name(finding)}",
        }
        # GitHub takes columns only where both ends are on one line.
        if start.line == end.line:
            properties |= {"col": start.column, "endColumn": end.column}
        told = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
        message = "%0A".join(_data(printable(line)) for line in finding.message.split("\n"))
        lines.append(f"::{_COMMANDS[finding.severity]} {told}::{message}\n")
    return "".join(lines)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
