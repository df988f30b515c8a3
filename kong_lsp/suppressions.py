"""Comments that switch a rule off for a line or a file.

``-- kong-lsp: ignore[KM101]`` in Lua, ``# kong-lsp: ignore[KC301]`` in YAML and the like: at
the end of a line for that line, on a line of its own for the next one, and with
``ignore-file`` for the whole file. Several codes or names stand with commas between;
``ignore-file`` without any means every rule.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from typing import NamedTuple

from kong_lsp.finding import SUPPRESSION, Finding
from kong_lsp.settings import Settings, means
from kong_lsp.text import Edit, Span

_COMMENT = re.compile(
    r"(?P<sign>(?<!-)--+|(?<!\#)\#+)[ \t]*kong-lsp:[ \t]*(?P<what>[\w-]*)"
    r"(?:\[(?P<words>[^\]\r\n]{0,1000})\])?"
)
_LINE_END = re.compile(r"\r\n|\r|\n")


class Word(NamedTuple):
    """A code or name in the brackets, and where it is written."""

    text: str
    span: Span


class Suppression(NamedTuple):
    """One comment. ``lines`` is the line that it is for, as a span; None for the whole file.

    ``what`` is ``ignore``, ``ignore-file``, or what was written instead; ``span`` is the
    comment up to the closing bracket, ``line`` the line it stands on; ``alone`` tells that
    nothing else is on that before it.
    """

    what: str
    words: tuple[Word, ...] | None
    span: Span
    lines: Span | None
    alone: bool
    line: Span


def sign_for(path: str) -> str:
    """What begins a comment in a file of this name; nothing where there are none."""
    if path.endswith((".lua", "rockspec")):
        return "--"
    return "" if path.endswith(".json") else "#"


def read(path: str, text: str) -> tuple[Suppression, ...]:
    """Every such comment of a text, in order."""
    sign = sign_for(path)
    if not sign or SUPPRESSION not in text:
        return ()
    found = []
    after: dict[int, Span] = {}
    line: Span | None = None
    written = 0
    for match in reversed(list(_COMMENT.finditer(text))):
        if match["sign"][0] != sign[0]:
            continue
        start, end = match.span()
        if line is None or start < line.start:
            line = _line(text, start)
            written = line.end - len(text[line.start : line.end].lstrip())
        alone = start <= written
        lines: Span | None = line
        if match["what"] == "ignore-file":
            lines = None
        elif alone:
            lines = after[line.start] = _next_line(text, line, sign, after)
        words = None
        if match["words"] is not None:
            at = match.start("words")
            words = tuple(
                Word(each[0], Span(at + each.start(), at + each.end()))
                for each in re.finditer(r"[^\s,](?:[^,]*[^\s,])?", match["words"])
            )
        found.append(Suppression(match["what"], words, Span(start, end), lines, alone, line))
    return tuple(reversed(found))


def _line(text: str, offset: int) -> Span:
    """The line that holds ``offset``, without its end."""
    start = text.rfind("\n", 0, offset) + 1
    start = max(start, text.rfind("\r", start, offset) + 1)
    end = _LINE_END.search(text, offset)
    return Span(start, end.start() if end else len(text))


def _next_line(text: str, line: Span, sign: str, after: dict[int, Span]) -> Span:
    """The next line that holds more than blanks or a comment of ours; ``after`` has those of
    the comments further down, by where their lines start."""
    while (end := _LINE_END.match(text, line.end)) is not None:
        line = _line(text, end.end())
        if line.start in after:
            return after[line.start]
        written = text[line.start : line.end].strip()
        if written and not (written.startswith(sign) and SUPPRESSION in written):
            break
    return line


class Sorted(NamedTuple):
    """The findings that are left, and the words that did nothing.

    ``unused`` are of rules that ran and found nothing there; ``unknown`` mean no rule, or
    are comments that say something else than what there is.
    """

    left: list[Finding]
    unused: list[tuple[Suppression, Word | None]]
    unknown: list[tuple[Suppression, Word | None]]


def sort(path: str, text: str, findings: Iterable[Finding], settings: Settings) -> Sorted:
    """Hold one file's findings to the comments in it."""
    from kong_lsp.settings import is_rule

    every = sorted(findings, key=lambda finding: finding.span.start)
    starts = [finding.span.start for finding in every]
    ignored: set[int] = set()
    known: dict[tuple[str, Span | None], bool] = {}

    def ignores(word: str, lines: Span | None) -> bool:
        """Switch a rule off; whether that did anything."""
        first, last = 0, len(every)
        if lines is not None:
            first, last = bisect_left(starts, lines.start), bisect_right(starts, lines.end)
        met = [index for index in range(first, last) if means(word, every[index].code)]
        ignored.update(met)
        return bool(met) or not _ran(word, path, settings)

    result = Sorted([], [], [])
    for each in read(path, text):
        if each.what not in ("ignore", "ignore-file") or (
            not each.words and (each.what == "ignore" or each.words is not None)
        ):
            result.unknown.append((each, None))
            continue
        if each.words is None:
            if not every:
                result.unused.append((each, None))
            ignored.update(range(len(every)))
            continue
        for word in each.words:
            if not is_rule(word.text):
                result.unknown.append((each, word))
                continue
            key = word.text, each.lines
            if key not in known:
                known[key] = ignores(*key)
            if not known[key]:
                result.unused.append((each, word))
    result.left.extend(item for index, item in enumerate(every) if index not in ignored)
    return result


def _ran(word: str, path: str, settings: Settings) -> bool:
    """Whether all rules that ``word`` means are on in this file."""
    from kong_lsp.settings import rule_names

    return not settings.excluded(path) and all(
        settings.wants(code, path) for code in rule_names() if means(word, code)
    )


def removal(text: str, each: Suppression, word: Word | None) -> Edit:
    """Take a word out of a comment, or the comment where nothing else is in it."""
    if word is not None and each.words is not None and len(each.words) > 1:
        index = each.words.index(word)
        if index:
            return Edit(Span(each.words[index - 1].span.end, word.span.end), "")
        return Edit(Span(word.span.start, each.words[1].span.start), "")
    line = each.line
    if each.alone and not text[each.span.end : line.end].strip():
        end = _LINE_END.match(text, line.end)
        return Edit(Span(line.start, end.end() if end else line.end), "")
    start = each.span.start
    while start > line.start and text[start - 1] in " \t":
        start -= 1
    return Edit(Span(start, each.span.end), "")


def insertion(path: str, text: str, finding: Finding) -> Edit | None:
    """The edit that switches the finding's rule off where it is; None where no comment can
    stand: in JSON, or inside a long string or comment of Lua."""
    sign = sign_for(path)
    if not sign:
        return None
    line = _line(text, finding.span.start)
    for each in read(path, text):
        if each.what == "ignore" and each.words and each.lines == line:
            return Edit(Span(each.words[-1].span.end, each.words[-1].span.end), f", {finding.code}")
    if sign == "--" and _in_long(text, line.start):
        return None
    written = text[line.start : line.end]
    indent = written[: len(written) - len(written.lstrip())]
    ended = _LINE_END.search(text)
    comment = f"{indent}{sign} kong-lsp: ignore[{finding.code}]{ended[0] if ended else chr(10)}"
    return Edit(Span(line.start, line.start), comment)


def _in_long(text: str, offset: int) -> bool:
    """Whether an offset lies within a token of Lua: a string or comment of several lines."""
    from kong_lsp.syntax.lua.scanner import scan

    before = 0
    for token in scan(text):
        if token.start >= offset:
            break
        if token.end > offset:
            return True
        before = token.end
    comments = re.finditer(r"--(?:\[(=*)\[[\s\S]*?(?:\]\1\]|\Z)|[^\r\n]*)", text[before:])
    return any(before + each.start() < offset < before + each.end() for each in comments)
