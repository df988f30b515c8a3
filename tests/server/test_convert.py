from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kong_lsp.server.convert import (
    Ranges,
    offset_of,
    path_of,
    span_of,
    uri_of,
)
from kong_lsp.server.documents import Documents, Opened
from kong_lsp.text import Document, Encoding, Span, apply_edits, smallest_edit

ENCODINGS: tuple[Encoding, ...] = ("utf-8", "utf-16", "utf-32")
TEXT = st.text(st.sampled_from("ab\r\n\u2028\f\x85é\N{ROCKET}\ud800"), max_size=60)


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///a/b.lua", "/a/b.lua"),
        ("file:///a%20b/100%25/%C3%A9.lua", "/a b/100%/é.lua"),
        ("file:///a%ff", "/a\udcff"),
        ("FILE:///a/./b/../c", "/a/c"),
        ("file:///a//b/", "/a/b"),
        ("file://localhost/a", "/a"),
        ("file://host/share/a", "//host/share/a"),
        ("file:/a", "/a"),
        ("file:////a/b", "/a/b"),
        ("file:///a#b?c", "/a#b?c"),
        ("file:///nul%00", None),
        ("file:a", None),
        ("file:", None),
        ("untitled:Untitled-1", None),
        ("http://x/a.lua", None),
        ("", None),
        (None, None),
        (3, None),
    ],
)
def test_the_path_of_a_uri(uri: object, path: str | None) -> None:
    assert path_of(uri) == path


@pytest.mark.parametrize(
    "path", ["/a/b.lua", "/a b/100%/é#?.lua", "/\udcff", "//host/share/a", "/a+b&c;d@e=f"]
)
def test_a_path_is_the_path_of_its_uri(path: str) -> None:
    assert path_of(uri_of(path)) == path


@pytest.mark.parametrize(
    ("uri", "path", "back"),
    [
        ("file:///c%3A/Users/me/kong-plugin", "c:/Users/me/kong-plugin", None),
        ("file:///C%3A/Users/me", "c:/Users/me", "file:///c%3A/Users/me"),
        ("file:///c:/x", "c:/x", "file:///c%3A/x"),
        ("file:///C:/x", "c:/x", "file:///c%3A/x"),
        ("file:///c|/x", "c:/x", "file:///c%3A/x"),
        ("file:///c:", "c:/", "file:///c%3A/"),
        ("file:///c%3A/", "c:/", None),
        ("file:///d%3A/My%20Plugins/100%25/%C3%BCber%23", "d:/My Plugins/100%/über#", None),
        ("file:///d%3A/%F0%9F%9A%80/%E6%8F%92%E4%BB%B6.lua", "d:/\N{ROCKET}/插件.lua", None),
        ("file:///d%3A/a/./b/../c", "d:/a/c", "file:///d%3A/a/c"),
        ("file://server/share/a%20b.lua", "//server/share/a b.lua", None),
        ("file://wsl%24/Debian/home/me", "//wsl$/Debian/home/me", "file://wsl%24/Debian/home/me"),
        ("file:////server/share/a", "//server/share/a", "file://server/share/a"),
    ],
)
def test_windows_paths(
    monkeypatch: pytest.MonkeyPatch, uri: str, path: str, back: str | None
) -> None:
    monkeypatch.setattr("os.name", "nt")
    assert path_of(uri) == path
    assert uri_of(path) == (back or uri)
    assert path_of(uri_of(path)) == path


@given(TEXT, st.integers(0, 70), st.sampled_from(ENCODINGS))
def test_positions_come_back_as_the_offsets_that_they_were(
    text: str, offset: int, encoding: Encoding
) -> None:
    document = Document(text)
    offset = min(offset, len(text))
    at = Ranges(document, encoding).position(offset)
    between = offset > 0 and text[offset - 1 : offset + 1] == "\r\n"
    back = offset_of(document, at["line"], at["character"], encoding)
    assert back == offset - between


@given(TEXT, st.lists(st.integers(-3, 70), max_size=40), st.sampled_from(ENCODINGS))
def test_many_positions_are_what_single_ones_are(
    text: str, offsets: list[int], encoding: Encoding
) -> None:
    document = Document(text)
    many = Ranges(document, encoding)
    for offset in offsets:
        assert many.position(offset) == Ranges(document, encoding).position(offset)


@given(TEXT, TEXT)
def test_the_smallest_edit_makes_the_one_of_the_other(old: str, new: str) -> None:
    edit = smallest_edit(old, new)
    assert apply_edits(old, (edit,)) == new
    common = edit.text[:1] == old[edit.span.start : edit.span.start + 1] != ""
    assert not (common and edit.span.start < edit.span.end)


@pytest.mark.parametrize("given_range", [None, 3, {}, {"start": 1}, {"start": {"line": "x"}}])
def test_an_odd_range_is_the_beginning(given_range: object) -> None:
    assert span_of(Document("abc\n"), given_range, "utf-16") == Span(0, 0)


@given(
    TEXT,
    st.lists(
        st.tuples(*[st.integers(-1, 6)] * 4, TEXT),
        max_size=6,
    ),
    st.sampled_from(ENCODINGS),
)
def test_a_document_stays_what_its_edits_make_of_it(
    text: str, changes: list[tuple[int, int, int, int, str]], encoding: Encoding
) -> None:
    documents = Documents(encoding)
    opened = Opened("file:///a.lua", 1, Document(text))
    sent = [
        {
            "range": {
                "start": {"line": line, "character": character},
                "end": {"line": last, "character": final},
            },
            "text": new,
        }
        for line, character, last, final, new in changes
    ]
    for edit in documents.edits(opened, sent):
        text = apply_edits(text, (edit,))
    assert opened.document.text == text
    documents.edits(opened, [{"text": "whole"}])
    assert opened.document.text == "whole"
