"""Findings as they are to be shown: after settings and comments had their say.

Both faces come through here, so that the editor and the command line tell the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from kong_lsp.finding import SUPPRESSION, Finding, Fix, TextChange
from kong_lsp.settings import DEFAULTS, Settings
from kong_lsp.settings_layers import Layer, Problem
from kong_lsp.text import Document, Edit, Position, Span


def judged(
    path: str, text: str | None, findings: Iterable[Finding], settings: Settings
) -> list[Finding]:
    """One file's findings, those about its own comments among them, by place and code."""
    left = [
        kept
        for finding in findings
        if (kept := finding if settings is DEFAULTS else settings.judge(finding)) is not None
    ]
    if text is None or SUPPRESSION not in text:
        return left
    from kong_lsp import suppressions
    from kong_lsp.rules.kx import unknown_suppression, unused_suppression
    from kong_lsp.settings import near_rule

    found = suppressions.sort(path, text, left, settings)
    own = []
    for comment, word in found.unused:
        shown = "every rule" if word is None else word.text
        edit = suppressions.removal(text, comment, word)
        title = "Remove the comment" if word is None else f"Do not ignore {word.text} here"
        own.append(
            unused_suppression.rule.finding(
                path,
                comment.span if word is None else word.span,
                f"Nothing to ignore here: {shown} finds nothing.",
                fixes=(Fix(title, (TextChange(path, (edit,)),)),),
                tags=("unnecessary",),
            )
        )
    for comment, word in found.unknown:
        if word is None:
            message = "This comment does nothing: write ignore[CODE], or ignore-file."
            own.append(unknown_suppression.rule.finding(path, comment.span, message))
            continue
        near = near_rule(word.text)
        hint = f" Did you mean {near}?" if near else ""
        fixes: tuple[Fix, ...] = ()
        if near:
            change = TextChange(path, (Edit(word.span, near),))
            fixes = (Fix(f"Change to {near}", (change,), "unsafe"),)
        own.append(
            unknown_suppression.rule.finding(
                path, word.span, f"There is no rule {word.text}.{hint}", fixes=fixes
            )
        )
    shown_own = [kept for each in own if (kept := settings.judge(each)) is not None]
    return sorted(found.left + shown_own, key=lambda each: (*each.span, each.code, each.message))


def of_settings(file: str, text: str, layer: Layer, settings: Settings) -> list[Finding]:
    """What is wrong with a settings file, whose text ``layer`` was read from."""
    from kong_lsp.rules.kx import invalid_setting, unknown_setting

    found = []
    for problem in layer.problems:
        span = place(text, problem)
        fixes: tuple[Fix, ...] = ()
        if problem.near:
            new = problem.near.rpartition(".")[2] if problem.unknown else problem.near
            change = TextChange(file, (Edit(span, new),))
            fixes = (Fix(f"Change to {new}", (change,), "unsafe"),)
        rule = unknown_setting.rule if problem.unknown else invalid_setting.rule
        message = problem.message[0].upper() + problem.message[1:]
        message += "" if message.endswith("?") else "."
        kept = settings.judge(rule.finding(file, span, message, fixes=fixes))
        if kept is not None:
            found.append(kept)
    return sorted(found, key=lambda each: (*each.span, each.code, each.message))


def place(text: str, problem: Problem) -> Span:
    """Where in the TOML ``text`` a problem is; its beginning where that cannot be seen."""
    if not problem.keys:
        line, _, column = problem.word.partition(":")
        if not column:
            return Span(0, 0)
        at = Document(text).offset(Position(int(line) - 1, int(column) - 1))
        return Span(at, min(len(text), at + 1))
    last = problem.keys[-1]
    head: tuple[str, ...] = ()
    for match in re.finditer(r"(?m)^[ \t]*(\[[^\]\n]*\]|[^=#\n]+?[ \t]*=)(.*)$", text):
        written = match[1]
        if written.startswith("["):
            head = tuple(_words(written.strip("[]")))
            if head == problem.keys:
                return _found(text, match.start(1), match.end(1), last)
            continue
        keys = (*head, *_words(written[:-1]))
        if problem.keys[: len(keys)] != keys:
            continue
        start = match.start(2) if len(keys) < len(problem.keys) else match.start(1)
        span = _found(text, start, len(text), last)
        return _found(text, span.end, len(text), problem.word, span) if problem.word else span
    return Span(0, 0)


def _words(dotted: str) -> list[str]:
    return [
        next(part for part in each if part)
        for each in re.findall(r"\"([^\"]*)\"|'([^']*)'|([^\s.\"']+)", dotted)
        if any(each)
    ]


def _found(text: str, start: int, end: int, word: str, otherwise: Span | None = None) -> Span:
    at = text.find(word, start, end)
    if at < 0:
        return otherwise or Span(start, start)
    return Span(at, at + len(word))
