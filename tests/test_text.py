"""Positions, edits and the three encodings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kong_lsp.text import (
    Document,
    Edit,
    Encoding,
    Position,
    Span,
    apply_edits,
    from_units,
    split_lines,
    to_units,
)

_FRAGMENTS = ["a", "bc", "é", "𝄞", "\n", "\r\n", "\r", "\u2028", "\x0c", "\x85", ""]
_TEXT = st.lists(st.sampled_from(_FRAGMENTS), max_size=40).map("".join)
_LONG = st.lists(st.sampled_from([*_FRAGMENTS, "x\n" * 700, "\n" * 300, "\r" * 600]), max_size=12)


def test_a_line_ends_at_line_feed_and_carriage_return_and_nowhere_else() -> None:
    assert split_lines("a\nb\r\nc\rd\u2028e\x0cf\x85g") == [
        "a\n",
        "b\r\n",
        "c\r",
        "d\u2028e\x0cf\x85g",
    ]


def test_a_text_that_ends_in_a_line_end_has_an_empty_last_line() -> None:
    assert [Document(text).line_count for text in ("", "a", "a\n", "a\nb")] == [1, 1, 2, 2]
    assert Document("a\n").position(2) == Position(1, 0)


@given(_TEXT)
def test_every_offset_but_inside_a_line_end_is_given_back(text: str) -> None:
    document = Document(text)
    for offset in range(len(text) + 1):
        line, column = document.position(offset)
        content = document.line(line).rstrip("\r\n")
        expected = offset - max(0, column - len(content))
        assert document.offset(Position(line, column)) == expected


@given(
    _LONG.map("".join), st.lists(st.tuples(st.integers(0), st.integers(0, 900), _TEXT), max_size=8)
)
def test_an_edited_document_is_the_document_of_the_final_text(
    text: str, edits: list[tuple[int, int, str]]
) -> None:
    document = Document(text)
    for start, length, new in edits:
        start %= len(text) + 1
        span = Span(start, min(len(text), start + length))
        document.edit(Edit(span, new))
        text = text[: span.start] + new + text[span.end :]
        fresh = Document(text)
        assert document.text == text
        assert len(document) == len(text)
        assert document.line_count == fresh.line_count
        for offset in (0, span.start, len(text) // 2, len(text)):
            assert document.position(offset) == fresh.position(offset)
        assert document.slice(Span(span.start, span.start + 9)) == text[span.start : span.start + 9]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
@given(line=st.text(max_size=20))
def test_a_column_survives_the_way_out_and_back(encoding: Encoding, line: str) -> None:
    for column in range(len(line) + 1):
        assert from_units(line, to_units(line, column, encoding), encoding) == column


def test_units_are_those_of_the_encoding() -> None:
    line = "aé𝄞b"
    assert [to_units(line, 3, encoding) for encoding in ("utf-8", "utf-16", "utf-32")] == [7, 4, 3]
    assert [from_units(line, units, "utf-16") for units in (0, 1, 2, 3, 4, 5, 9)] == [
        0,
        1,
        2,
        2,
        3,
        4,
        4,
    ]


def test_edits_at_one_place_keep_their_order() -> None:
    edits = (Edit(Span(1, 1), "x"), Edit(Span(1, 1), "y"), Edit(Span(0, 1), "A"))
    assert apply_edits("abc", edits) == "Axybc"
