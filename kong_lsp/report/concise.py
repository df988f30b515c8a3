"""One line for each finding: ``path:line:column: severity CODE name: message``."""

from __future__ import annotations

from kong_lsp.report import Report, printable


def render(report: Report) -> str:
    """The lines, in the order of the findings; empty without findings."""
    return "".join(
        f"{report.place(finding.path, finding.span.start)}: {finding.severity.name.lower()}"
        f" {finding.code} {report.name(finding)}: {printable(finding.message)}\n"
        for finding in report.findings
    )
