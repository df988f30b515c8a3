"""How often each rule was found, the most frequent first."""

from __future__ import annotations

import json
from collections import Counter

from kong_lsp.report import Report


def _counts(report: Report) -> list[tuple[str, str, int, int]]:
    """Code, name, how many, and how many of them have a safe fix."""
    number = Counter(finding.code for finding in report.findings)
    fixable = Counter(
        finding.code
        for finding in report.findings
        if any(fix.safety == "safe" for fix in finding.fixes)
    )
    ordered = sorted(number.items(), key=lambda each: (-each[1], each[0]))
    return [(code, report.names.get(code, ""), count, fixable[code]) for code, count in ordered]


def render(report: Report) -> str:
    """A line for each rule."""
    counts = _counts(report)
    wide = max((len(str(count)) for _, _, count, _ in counts), default=0)
    return "".join(
        f"{count:>{wide}}  {code}  {name}{f' ({fixable} fixable)' if fixable else ''}\n"
        for code, name, count, fixable in counts
    )


def render_json(report: Report) -> str:
    """One JSON array, an object for each rule."""
    told = [
        {"code": code, "name": name, "count": count, "fixable": fixable}
        for code, name, count, fixable in _counts(report)
    ]
    return json.dumps(told, indent=2) + "\n"
