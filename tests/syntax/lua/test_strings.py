from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kong_lsp.syntax.lua.strings import Decoded, Run, decode, quote, to_bytes
from kong_lsp.text import Span


@pytest.mark.parametrize(
    ("literal", "value"),
    [
        (r'"\a\b\f\n\r\t\v\\\"\'"', "\a\b\f\n\r\t\v\\\"'"),
        (r"'\65\065\1234'", "AA{4"),
        (r'"\xc3\xA9"', "é"),
        (r'"\195\169"', "é"),
        (r'"\u{e9}\u{1F600}"', "é😀"),
        ('"a\\z  \n\t b"', "ab"),
        ('"a\\\nb"', "a\nb"),
        ('"a\\\r\nb"', "a\nb"),
        (r'"\255"', "\udcff"),
        ("[[a]b]]", "a]b"),
        ("[==[\na]]b]==]", "a]]b"),
        ("[[\r\na\r\nb\rc\n\rd]]", "a\nb\nc\nd"),
        (r"[[\n]]", r"\n"),
        ('""', ""),
    ],
)
def test_a_literal_means_what_luajit_makes_of_it(literal: str, value: str) -> None:
    decoded = decode(literal)
    assert (decoded.value, decoded.invalid) == (value, None)


@pytest.mark.parametrize(
    ("literal", "invalid"),
    [
        (r'"a\q"', Span(2, 4)),
        (r'"\300"', Span(1, 5)),
        (r'"\xg0"', Span(1, 3)),
        (r'"\u{d800}"', Span(1, 9)),
        (r'"\u{110000}"', Span(1, 11)),
        (r'"\u{}"', Span(1, 3)),
        (r'"\q\w"', Span(1, 3)),
    ],
)
def test_the_first_escape_that_luajit_refuses_is_placed(literal: str, invalid: Span) -> None:
    assert decode(literal).invalid == invalid


def test_runs_say_where_each_unescaped_stretch_is_written() -> None:
    assert decode(r'"kong\46plugins\nx"') == Decoded(
        "kong.plugins\nx", (Run(0, 4, 1), Run(5, 12, 8), Run(13, 14, 17)), None
    )
    assert decode("[[\na\r\nb]]") == Decoded("a\nb", (Run(0, 1, 3), Run(2, 3, 6)), None)


@given(st.text(), st.sampled_from("\"'"))
def test_a_quoted_value_reads_back(value: str, quote_char: str) -> None:
    literal = quote(value, quote_char)
    assert decode(literal).value == value
    assert decode(literal).invalid is None
    assert "\n" not in literal


def test_bytes_are_quoted_as_numbers() -> None:
    assert quote('é\udcff\x001"') == '"é\\255\\0001\\""'
    assert to_bytes("é\udcff") == b"\xc3\xa9\xff"


@given(st.text(alphabet="\\\"'x0159{}uz\n\r[]=é", max_size=30), st.sampled_from(["'", '"', "[["]))
def test_decoding_never_raises_and_runs_are_exact(body: str, opening: str) -> None:
    literal = opening + body + {"[[": "]]"}.get(opening, opening)
    value, runs, _ = decode(literal)
    for start, end, at in runs:
        assert value[start:end] == literal[at : at + end - start]
