"""Calls of Kong's admin API in shell scripts: which plugin ``curl`` or HTTPie sets up.

``curl http://localhost:8001/services/acme/plugins -d name=jwt``, and the same as a form, as
JSON, over several lines. Only a URL that ends in ``/plugins`` counts: below a service, a route
or a consumer, else on the admin API's ports or where the host's name has ``kong`` in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from kong_lsp.config.draft import Draft, is_made
from kong_lsp.config.facts import At, Use
from kong_lsp.text import Span

_COMMAND = re.compile(r"(?<![\w./:$-])(?:(curl)|https?|xh)(?=[ \t])")
_COMMENT = re.compile(r"[ \t]*(?:#|//|@?rem\b)", re.IGNORECASE)
_PART = re.compile(
    r"""(?P<blank>[ \t]+|\\[ \t]*\r?\n)
    |(?P<end>[\r\n;|&()<>`])
    |'(?P<single>[^']*)'
    |"(?P<double>(?:[^"\\]|\\.)*)"
    |\\(?P<escaped>.)
    |(?P<plain>(?:\$\([^()\r\n]*\)|\$\{[^{}\r\n]*\}|[^\s'"\\;|&()<>`])+)""",
    re.VERBOSE | re.DOTALL,
)
_IN_DOUBLE = re.compile(r'\\(["\\$`])|(.)', re.DOTALL)
_LONGEST = 4_000
"""So many characters of a call are read."""

_OF_ENTITY = re.compile(
    r"(?:.*/)?(services|routes|consumers|consumer_groups|apis)/([^/\s?#]+)/plugins/?"
)
_OF_KONG = re.compile(
    r"(?:https?://)?(?:[^/\s?#]*:(?:8001|8444)|[^/\s?#]*(?i:kong)[^/\s?#]*)(?:/[^/\s?#]+)?/plugins/?"
)
_DATA = frozenset("-d --data --data-raw --data-ascii --data-binary --data-urlencode --json".split())
_FORM = frozenset(("-F", "--form", "--form-string"))
_READS = frozenset("GET DELETE HEAD OPTIONS -G --get -I --head".split())
_PAIR = re.compile(r"(?:^|&)name=(?!=)([^&]*)")
_FIELD = re.compile(r"name=(?!=)([^;]*)")
_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"|[{}\[\]]')
_MEMBER = re.compile(r'\s*:\s*"([^"\\]*)"')
_NAME = re.compile(r"[\w.-]+")


class _Word(NamedTuple):
    """A word as the command gets it, and the place of each of its characters."""

    value: str
    places: list[int]


def take_calls(draft: Draft, text: str, span: Span | None = None, piece: Any = None) -> None:
    """Take in the plugins that calls in ``span`` of a text, that of ``piece``, name."""
    first, last = span or Span(0, len(text))
    at = first
    comment = _COMMENT.match(text, first)
    while (match := _COMMAND.search(text, at, last)) is not None:
        newline = text.rfind("\n", at, match.end())
        at = match.end()
        if newline >= 0:
            comment = _COMMENT.match(text, newline + 1)
        if not comment:
            words = list(_words(text, at, min(last, at + _LONGEST)))
            _take(draft, words, piece, curl=match[1] is not None)
            at = max([at, *(place for word in words for place in word.places[-1:])])


def _words(text: str, start: int, last: int) -> Iterator[_Word]:
    """The words of a simple command; a quote in a word that is not closed there ends it."""
    value = ""
    places: list[int] = []
    begun = False
    at = start
    while at < last:
        match = _PART.match(text, at, last)
        if match is None:
            break
        at = match.end()
        kind = match.lastgroup or ""
        whole = value.count("{") == value.count("}")
        if begun and whole and kind in ("single", "double") and "\n" in match[0]:
            break  # it closes the quotes that the command itself stands in
        if kind in ("blank", "end"):
            if begun:
                yield _Word(value, places)
            if kind == "end":
                return
            value, places, begun = "", [], False
            continue
        if kind == "plain" and not begun and match[0].startswith("#"):
            return
        begun = True
        if kind == "double":
            for each in _IN_DOUBLE.finditer(text, *match.span("double")):
                value += each[1] or each[2]
                places.append(each.end() - 1)
        else:
            value += match[kind]
            places += range(*match.span(kind))
    if begun:
        yield _Word(value, places)


def _take(draft: Draft, words: list[_Word], piece: Any, *, curl: bool) -> None:
    owner = None
    found: list[Use] = []
    option = ""
    for word in words:
        value, before = word.value, option
        option = ""
        if before in _DATA or before in _FORM:
            found += _named(word, 0, piece, form=before in _FORM)
        elif value in _READS or value.removeprefix("-X") in _READS:
            return
        elif curl and value.startswith("-"):
            option = value
            if value[:2] in ("-d", "-F"):
                found += _named(word, 2, piece, form=value[1] == "F")
        elif _owner(value) is not None:
            owner = _owner(value)
        elif not curl and value.startswith("name="):
            found += _named(word, 0, piece, form=True)
    if owner is not None:
        draft.uses += [use._replace(owner=owner) for use in found]


def _owner(url: str) -> str | None:
    """Whose plugins a URL is for, as in ``Use``; None for one of something else."""
    below = _OF_ENTITY.fullmatch(url)
    if below is not None:
        return "" if is_made(below[2]) else f"{below[1]} {below[2]}"
    return "" if _OF_KONG.fullmatch(url) else None


def _named(word: _Word, start: int, piece: Any, *, form: bool) -> Iterator[Use]:
    """The plugin that the data of a call names, in a form or in JSON."""
    value = word.value
    if value[start:].lstrip().startswith("{"):
        inner = _json_name(value, start)
    else:
        match = (_FIELD.match if form else _PAIR.search)(value[start:])
        inner = None if match is None else (start + match.start(1), start + match.end(1))
    if inner is None:
        return
    name = value[slice(*inner)]
    places = word.places[slice(*inner)]
    entry = At(piece, word.places[0], word.places[-1] + 1)
    if not name:
        begin = word.places[inner[0] - 1] + 1
        yield Use("", At(piece, begin, begin), "plugin", entry, templated=True)
    elif is_made(name):
        yield Use("", entry, "plugin", entry, templated=True)
    elif _NAME.fullmatch(name) and places[-1] - places[0] == len(name) - 1:
        yield Use(name, At(piece, places[0], places[-1] + 1), "plugin", entry)


def _json_name(value: str, start: int) -> tuple[int, int] | None:
    """Where the ``name`` of a JSON object stands; it may have holes that a shell fills."""
    depth = 0
    for token in _TOKEN.finditer(value, start):
        if token[0] in "{[":
            depth += 1
        elif token[0] in "}]":
            depth -= 1
        elif depth == 1 and token[1] == "name":
            member = _MEMBER.match(value, token.end())
            if member is not None:
                return member.span(1)
    return None
