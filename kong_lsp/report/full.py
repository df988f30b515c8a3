"""Findings for people: the line itself, carets under it, what else plays a part, help."""

from __future__ import annotations

from collections.abc import Iterator

from kong_lsp.finding import Finding, Fix
from kong_lsp.report import Report, counted, printable, tally
from kong_lsp.text import Span

MAX_RELATED = 3
MAX_FIXES = 3

_COLOURS = {
    "error": "31",
    "warning": "33",
    "information": "36",
    "hint": "34",
    "frame": "90",
    "bold": "1",
}


def render(report: Report) -> str:
    """Every finding with its code frame, then a line that counts them."""
    if not report.findings:
        return ""
    parts = ["\n".join(_finding(report, finding)) for finding in report.findings]
    return "\n\n".join([*parts, _summary(report)]) + "\n"


def _finding(report: Report, finding: Finding) -> Iterator[str]:
    kind = finding.severity.name.lower()
    head = _paint(report, kind, f"{kind}[{finding.code}] {report.name(finding)}")
    message = finding.message.split("\n")
    yield f"{head}: {_paint(report, 'bold', printable(message[0]))}"
    related = finding.related[:MAX_RELATED]
    places = [(finding.path, finding.span), *((place.path, place.span) for place in related)]
    gutter = max(len(str(report.position(path, span.start).line)) for path, span in places)
    edge = _paint(report, "frame", " " * gutter + " |")
    place = report.place(finding.path, finding.span.start)
    yield f"{' ' * gutter}{_paint(report, 'frame', '-->')} {place}"
    yield edge
    yield from _frame(report, finding.path, finding.span, gutter, kind)
    for other in related:
        place = report.place(other.path, other.span.start)
        mark = _paint(report, "frame", ":::")
        yield f"{' ' * gutter}{mark} {place}: {printable(other.message)}"
        yield edge
        yield from _frame(report, other.path, other.span, gutter, "frame")
    if len(finding.related) > MAX_RELATED:
        more = counted(len(finding.related) - MAX_RELATED, "more place")
        yield f"{' ' * gutter}{_paint(report, 'frame', ':::')} and {more}"
    for line in message[1:]:
        yield _note(report, gutter, "note", line)
    for fix in finding.fixes[:MAX_FIXES]:
        yield _note(report, gutter, "help", _help(fix))


def _note(report: Report, gutter: int, word: str, text: str) -> str:
    mark = _paint(report, "frame", " " * gutter + " =")
    return f"{mark} {_paint(report, 'bold', word)}: {printable(text)}"


def _help(fix: Fix) -> str:
    command = "kong-lsp fix" if fix.safety == "safe" else "kong-lsp fix --unsafe"
    return f"{fix.title} ({command})"


def _frame(report: Report, path: str, span: Span, gutter: int, kind: str) -> Iterator[str]:
    """The first line of ``span`` and carets under what ``span`` covers of it."""
    position = report.position(path, span.start)
    line = report.document(path).line(position.line - 1).rstrip("\r\n")
    start = position.column - 1
    end = min(len(line), start + span.end - span.start)
    first = 0
    width = report.width
    if len(line) > width:
        first = max(0, min(start - width // 4, len(line) - width))
        line = line[first : first + width]
        end = min(end, first + len(line))
    start, end = start - first, end - first
    cells = [_cell(character) for character in line]
    blanks = sum(map(len_of, cells[:start]))
    carets = max(1, sum(map(len_of, cells[start:end])))
    bar = _paint(report, "frame", "|")
    shown = "".join(cells).rstrip()
    yield f"{_paint(report, 'frame', f'{position.line:>{gutter}}')} {bar} {shown}"
    yield f"{' ' * gutter} {bar} {' ' * blanks}{_paint(report, kind, '^' * carets)}"


def _cell(character: str) -> str:
    return "    " if character == "\t" else printable(character)


def len_of(cell: str) -> int:
    """How many columns of a terminal a cell takes."""
    if cell.isascii():
        return len(cell)
    import unicodedata

    if unicodedata.combining(cell):
        return 0
    return 2 if unicodedata.east_asian_width(cell) in "WF" else 1


def _summary(report: Report) -> str:
    files = len({finding.path for finding in report.findings})
    line = f"Found {tally(report.findings)} in {counted(files, 'file')}."
    fixable = sum(any(fix.safety == "safe" for fix in finding.fixes) for finding in report.findings)
    if fixable:
        found = len(report.findings)
        which = f"{fixable} of them" if fixable < found else "them all" if found > 1 else "it"
        line += f" `kong-lsp fix` can put {which} right."
    code = min(report.findings, key=lambda finding: finding.severity).code
    return f"{line} `kong-lsp explain {code}` tells more."


def _paint(report: Report, kind: str, text: str) -> str:
    return f"\x1b[{_COLOURS[kind]}m{text}\x1b[0m" if report.colour else text
