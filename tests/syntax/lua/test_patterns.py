"""The expected values are LuaJIT's own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kong_lsp.syntax.lua.patterns import (
    Budget,
    Match,
    PatternError,
    TooComplex,
    expand,
    find,
    search,
    substitute,
)


def match(subject: str, pattern: str, init: int = 0) -> list[str | int] | None:
    data = subject.encode()
    found = search(data, pattern.encode(), init, Budget(10_000))
    if found is None:
        return None
    taken = found.captures or ((found.start, found.end),)
    return [
        item if isinstance(item, int) else data[slice(*item)].decode() for item in taken if item
    ]


def gsub(subject: str, pattern: str, template: str, limit: int | None = None) -> tuple[str, int]:
    data = subject.encode()
    changed, count = substitute(
        data,
        pattern.encode(),
        lambda found: expand(template.encode(), data, found),
        limit,
        Budget(10_000),
    )
    return changed.decode(), count


@pytest.mark.parametrize(
    ("subject", "pattern", "taken"),
    [
        ("kong-plugin-x-1.2.0-1", "^(.-)%-(%d[%d.]*%-%d+)$", ["kong-plugin-x", "1.2.0-1"]),
        ("abc", "b", ["b"]),
        ("abc", "()b()", [2, 3]),
        ("f(a(b)c)d", "%b()", ["(a(b)c)"]),
        ("THE (quick) fox", "%((%a+)%)", ["quick"]),
        ("THE (quick) fox", "%f[%a]%l+", ["quick"]),
        ('say "hi" and', "(['\"])(.-)%1", ['"', "hi"]),
        ("aaa", "a-$", ["aaa"]),
        ("aaa", "^a-", [""]),
        ("a]b", "[]]", ["]"]),
        ("a-b", "[a%-]+", ["a-"]),
        ("x^y", "[x^]+", ["x^"]),
        ("5 km", "%d+%s*(%w*)", ["km"]),
        ("abc", "x?y*b+", ["b"]),
        ("abc", "^b", None),
        ("abc", "[^a-c]", None),
        ("a.b", "%.", ["."]),
        ("a$b", "$b", ["$b"]),
        ("", "^$", [""]),
    ],
)
def test_a_pattern_matches_as_in_lua(
    subject: str, pattern: str, taken: list[str | int] | None
) -> None:
    assert match(subject, pattern) == taken


def test_find_takes_a_pattern_without_special_characters_as_plain_text() -> None:
    assert find(b"a)b", b")", 0, Budget(100)) == Match(1, 2, ())
    assert find(b"a.b", b".", 0, Budget(100), plain=True) == Match(1, 2, ())
    assert find(b"a.b", b".", 0, Budget(100)) == Match(0, 1, ())
    assert find(b"abc", b"", 3, Budget(100)) == Match(3, 3, ())


def test_a_class_knows_bytes_and_not_letters() -> None:
    assert search("é".encode(), b"%a", 0, Budget(100)) is None
    assert search("é".encode(), b"..", 0, Budget(100)) == Match(0, 2, ())


@pytest.mark.parametrize(
    ("subject", "pattern", "template", "limit", "expected"),
    [
        ("hello", "", "-", None, ("-h-e-l-l-o-", 6)),
        ("x y", "%w", "%0%0", None, ("xx yy", 2)),
        ("abc", "%w", "x", 2, ("xxc", 2)),
        ("aaa", "^a", "b", None, ("baa", 1)),
        ("a.b", "%.", "%%", None, ("a%b", 1)),
        ("key=val", "(%w+)=(%w+)", "%2=%1", None, ("val=key", 1)),
        ("abc", "()", "%1", None, ("1a2b3c4", 4)),
        ("abc", "b", "%1", None, ("abc", 1)),
    ],
)
def test_gsub_replaces_as_in_lua(
    subject: str, pattern: str, template: str, limit: int | None, expected: tuple[str, int]
) -> None:
    assert gsub(subject, pattern, template, limit) == expected


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("[", "malformed pattern (missing ']')"),
        ("[a-", "malformed pattern (missing ']')"),
        ("[%", "malformed pattern (missing ']')"),
        ("%", "malformed pattern (ends with '%')"),
        ("(", "unfinished capture"),
        (".)", "invalid pattern capture"),
        ("%1", "invalid capture index"),
        ("(%1)", "invalid capture index"),
        ("%bx", "unbalanced pattern"),
        ("%f", "missing '[' after '%f' in pattern"),
        ("()" * 33, "too many captures"),
    ],
)
def test_a_malformed_pattern_fails_in_luajits_words(pattern: str, message: str) -> None:
    with pytest.raises(PatternError) as failure:
        match("x", pattern)
    assert str(failure.value) == message


def test_a_capture_that_does_not_exist_fails_in_gsub() -> None:
    with pytest.raises(PatternError, match="invalid capture index"):
        gsub("x", "x", "%2")


@pytest.mark.parametrize("pattern", ["a-" * 8 + "b", "(a*)*" + ".-" * 10 + "b", "a?" * 100])
def test_what_would_take_long_is_given_up(pattern: str) -> None:
    with pytest.raises(TooComplex):
        match("a" * 200, pattern)


@given(st.binary(max_size=12), st.text(alphabet="ab.%[]()^$*+-?bf1d", max_size=10))
def test_matching_raises_nothing_but_its_own(subject: bytes, pattern: str) -> None:
    try:
        found = search(subject, pattern.encode(), 0, Budget(2_000))
    except (PatternError, TooComplex):
        return
    assert found is None or 0 <= found.start <= found.end <= len(subject)
