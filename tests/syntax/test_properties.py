"""kong.conf and KONG_* values, by the lexical rules of each range of releases."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kong_lsp.syntax.properties import Properties, parse, parse_variable

NOW = (3, 9)


def values(text: str, release: tuple[int, ...] = NOW) -> dict[str, str]:
    return {entry.key: entry.value.text for entry in parse(text, release).entries}


def items(text: str, release: tuple[int, ...] = NOW) -> list[str]:
    return [item.text for item in parse(text, release).entries[0].value.items]


def marked(text: str, found: Properties) -> list[tuple[str, str, list[str]]]:
    """Each entry's key, value and items as they stand in the text."""
    return [
        (
            text[entry.key_span.start : entry.key_span.end],
            text[entry.value.span.start : entry.value.span.end],
            [text[item.span.start : item.span.end] for item in entry.value.items],
        )
        for entry in found.entries
    ]


def test_entries_know_their_spans() -> None:
    text = "# a remark\n\n  lua.package-path = ./?.lua;;  # path\nplugins=bundled, acme ,\n"
    found = parse(text, NOW)
    assert marked(text, found) == [
        ("lua.package-path", "./?.lua;;", ["./?.lua;;"]),
        ("plugins", "bundled, acme ,", ["bundled", "acme", ""]),
    ]
    first, second = found.entries
    assert (first.key, first.written) == ("lua_package_path", "lua.package-path")
    assert text[first.lines.start : first.lines.end] == ("  lua.package-path = ./?.lua;;  # path\n")
    assert [text[span.start : span.end] for span in found.comments] == ["# a remark"]
    assert found.find("plugins") is second


def test_the_first_equals_sign_splits_and_a_colon_does_not() -> None:
    text = "a = b = c\nd: e\n"
    found = parse(text, NOW)
    assert [(entry.key, entry.value.text) for entry in found.entries] == [("a", "b = c")]
    assert [text[span.start : span.end] for span in found.strays] == ["d: e"]


def test_keys_keep_their_case() -> None:
    assert parse("Plugins = x\n", NOW).find("plugins") is None


def test_both_comment_signs_start_a_comment_line_only_at_its_start() -> None:
    assert values("; a = 1\n  # b = 2\nc = 3 ; 4\n") == {"c": "3 ; 4"}


def test_a_backslash_joins_lines_and_skips_comments_between() -> None:
    text = "plugins = bundled, \\  \n  # not this\n  acme,\\\r\nother\r\nx = 1\r\n"
    found = parse(text, NOW)
    entry = found.entries[0]
    assert entry.continued
    assert [item.text for item in entry.value.items] == ["bundled", "acme", "other"]
    assert [text[item.span.start : item.span.end] for item in entry.value.items] == [
        "bundled",
        "acme",
        "other",
    ]
    assert text[entry.lines.start : entry.lines.end].endswith("other\r\n")
    assert values(text)["x"] == "1"


def test_a_backslash_at_the_end_of_the_file_loses_the_line() -> None:
    text = "a = 1\nplugins = bundled, \\\n"
    found = parse(text, NOW)
    assert found.find("plugins") is None
    assert found.unfinished is not None
    assert text[found.unfinished.start : found.unfinished.end] == "plugins = bundled, \\\n"


def test_keys_below_a_section_are_flagged() -> None:
    found = parse("a = 1\n[kong]\nplugins = bundled\n [not] = a section\n", NOW)
    assert [(entry.key, entry.section) for entry in found.entries] == [
        ("a", None),
        ("plugins", "kong"),
        ("_not_", "kong"),
    ]
    assert found.find("plugins") is None
    assert [section.name for section in found.sections] == ["kong"]
    assert [section.name for section in parse("[kong\n", NOW).sections] == [None]


def test_the_last_duplicate_wins() -> None:
    found = parse("a = 1\nplugins = x\na = 2\n", NOW)
    assert [(entry.value.text, entry.overridden) for entry in found.entries] == [
        ("1", True),
        ("x", False),
        ("2", False),
    ]
    entry = found.find("a")
    assert entry is not None
    assert entry.value.text == "2"


def test_quotes_are_kept_and_flagged() -> None:
    value = parse('plugins = "bundled,foo"\n', NOW).entries[0].value
    assert value.quoted
    assert [(item.text, item.quoted) for item in value.items] == [
        ('"bundled', True),
        ('foo"', True),
    ]


@pytest.mark.parametrize(
    ("text", "number"),
    [("8", 8.0), ("0x10", 16.0), ("-1.5", -1.5), ("1e3", 1000.0), ("8MB", None), ("x", None)],
)
def test_values_that_look_numeric_are_numbers(text: str, number: float | None) -> None:
    assert parse(f"a = {text}\n", NOW).entries[0].value.number == number


@pytest.mark.parametrize(
    ("written", "by_release"),
    [
        ("foo#bar", {(0, 10, 3): "foo", (0, 10, 4): "fo", (3, 1): "fo", (3, 2): "foo"}),
        ("foo # bar", {(0, 9): "foo", (0, 14): "foo", (2, 8): "foo", (3, 9): "foo"}),
        ("#bar", {(0, 9): "", (0, 11): "#bar", (3, 1): "#bar", (3, 2): ""}),
        ("a\\#b", {(0, 10, 3): "a\\", (0, 10): "a#b", (2, 8): "a#b", (3, 9): "a#b"}),
        ("a\\#b # c", {(0, 10): "a#b", (3, 9): "a#b"}),
    ],
)
def test_number_signs_in_values_mean_what_each_release_takes_them_for(
    written: str, by_release: dict[tuple[int, ...], str]
) -> None:
    found = {release: values(f"a = {written}\n", release)["a"] for release in by_release}
    assert found == by_release


def test_items_are_trimmed_from_0_10_on() -> None:
    assert items("custom_plugins = a, b\n", (0, 9)) == ["a", " b"]
    assert items("custom_plugins = a, b\n", (0, 10)) == ["a", "b"]


@pytest.mark.parametrize(
    ("release", "text"),
    [((0, 14), "a,b"), ((1, 3), "a,b"), ((1, 4), "a,b #c"), ((3, 1), "a,b #c"), ((3, 9), "a,b #c")],
)
def test_a_variable_has_a_comment_before_1_4_only(release: tuple[int, ...], text: str) -> None:
    assert parse_variable("a,b #c", release).text == text


def test_a_variable_is_split_like_a_value() -> None:
    value = parse_variable(" bundled, acme ,{vault://env/x}", NOW)
    assert [(item.text, item.span, item.is_reference) for item in value.items] == [
        ("bundled", (1, 8), False),
        ("acme", (10, 14), False),
        ("{vault://env/x}", (16, 31), True),
    ]


def test_an_empty_value_has_no_items() -> None:
    assert items("plugins =\n") == []
    assert parse_variable("", NOW).items == ()


_TEXTS = st.text(alphabet="ab=,#;\\[]\"' \t\r\n.-0x{é\ufeff", max_size=60)
_RELEASES = st.sampled_from([(0, 9), (0, 10, 3), (0, 10, 4), (1, 4), (2, 8), (3, 2), (3, 9)])


@settings(max_examples=500, deadline=None)
@given(_TEXTS, _RELEASES)
def test_any_text_is_read_and_spans_stay_inside(text: str, release: tuple[int, ...]) -> None:
    found = parse(text, release)
    for entry in found.entries:
        spans = [entry.key_span, entry.value.span, *(item.span for item in entry.value.items)]
        for span in spans:
            assert entry.lines.start <= span.start <= span.end <= entry.lines.end <= len(text)
        assert text[entry.key_span.start : entry.key_span.end].startswith(entry.written[:1])
    value = parse_variable(text, release)
    assert 0 <= value.span.start <= value.span.end <= len(text)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab, =.-", max_size=40), _RELEASES)
def test_an_item_is_what_its_span_covers(text: str, release: tuple[int, ...]) -> None:
    for item in parse_variable(text, release).items:
        assert text[item.span.start : item.span.end] == item.text
