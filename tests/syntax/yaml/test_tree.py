"""What a YAML tree says: nodes with spans, problems with places, templates left alone."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kong_lsp.syntax.yaml.nodes import plain_data, plain_type
from kong_lsp.syntax.yaml.tree import Alias, At, Mapping, Scalar, Tree, parse, uses_libyaml
from kong_lsp.text import Edit, Span


def plain(tree: Tree) -> list[Any]:
    """Every document as lists of pairs, lists and values; "?" for what nobody can know."""

    def of(at: At | None) -> Any:
        if at is None:
            return None
        if isinstance(at.node, Alias):
            return "*" + at.node.name
        if isinstance(at.node, Scalar):
            return "?" if at.node.templated else at.node.data
        if isinstance(at.node, Mapping):
            return {_hashable(of(key)): of(value) for key, value in tree.pairs(at)}
        return [of(item) for item in tree.items(at)]

    return [of(root) for root in tree.roots()]


def _hashable(key: Any) -> Any:
    return repr(key) if isinstance(key, (dict, list)) else key


def problems(text: str) -> list[tuple[str, str, str]]:
    """Kind, marked text and message of every problem."""
    return [
        (problem.kind, text[span.start : span.end], problem.message)
        for _, problem, span in parse(text).all_problems()
    ]


def test_pyyaml_has_its_c_loader_here() -> None:
    assert uses_libyaml()


def test_nodes_know_their_spans() -> None:
    text = '---\nservices:\n- name: "a\\tb"\n  tags: [x, &t !!str 7]\n'
    tree = parse(text)
    found = []
    (root,) = tree.roots()
    assert root is not None
    services = tree.get(root, "services")
    assert services is not None
    for item in tree.items(services):
        for key, value in tree.pairs(item):
            for node in (key, value):
                span = tree.span(node)
                found.append(text[span.start : span.end])
        span = tree.span(item)
        found.append(text[span.start : span.end])
    assert found == [
        "name",
        '"a\\tb"',
        "tags",
        "[x, &t !!str 7]",
        'name: "a\\tb"\n  tags: [x, &t !!str 7]',
    ]
    assert plain(tree) == [{"services": [{"name": "a\tb", "tags": ["x", "7"]}]}]


def test_a_cut_collection_ends_with_its_last_entry() -> None:
    lines = "".join(f"- name: service-{number}\n  port: 80\n" for number in range(500))
    text = "services:\n" + lines + "\n# the end\nplugins: []\n"
    tree = parse(text)
    (root,) = tree.roots()
    assert root is not None
    services = tree.get(root, "services")
    assert services is not None
    span = tree.span(services)
    assert text[span.start : span.start + 6] == "- name"
    assert text[span.end - 8 : span.end] == "port: 80"
    assert text[tree.span(root).end - 2 : tree.span(root).end] == "[]"


def test_the_path_to_an_offset_goes_from_the_root_in() -> None:
    text = "a:\n  b:\n  - c: word\n"
    path = parse(text).path(text.index("word") + 1)
    assert [type(at.node).__name__ for at in path] == [
        "Mapping",
        "Mapping",
        "Sequence",
        "Mapping",
        "Scalar",
    ]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("~", "null", None),
        ("Null", "null", None),
        ("yes", "bool", True),
        ("Off", "bool", False),
        ("y", "str", "y"),
        ("tRue", "str", "tRue"),
        ("0", "int", 0),
        ("-12", "int", -12),
        ("1_000", "int", 1000),
        ("010", "int", 8),
        ("08", "int", 8),
        ("0x1F", "int", 31),
        ("0b101", "int", 5),
        ("0o7", "str", "0o7"),
        ("1:30", "int", 90),
        ("1.5", "float", 1.5),
        ("1e3", "float", 1000.0),
        (".5", "float", 0.5),
        ("-.inf", "float", float("-inf")),
        ("1.2.3", "str", "1.2.3"),
        ("3.0", "float", 3.0),
        ("2001-01-01", "str", "2001-01-01"),
        ("-", "str", "-"),
        ("1a", "str", "1a"),
    ],
)
def test_plain_scalars_have_the_types_that_kong_gives_them(
    text: str, kind: str, value: object
) -> None:
    assert (plain_type(text), plain_data(text)) == (kind, value)


def test_quotes_and_tags_make_types_explicit() -> None:
    assert plain(parse("a: '1'\nb: \"null\"\nc: !!str 1\nd: !!int '3'\ne: |\n  1\n")) == [
        {"a": "1", "b": "null", "c": "1", "d": 3, "e": "1\n"}
    ]


def test_duplicate_keys_are_kept() -> None:
    tree = parse("a: 1\nb: 2\na: 3\n")
    (root,) = tree.roots()
    assert root is not None
    assert [key.node.value for key, _ in tree.pairs(root) if isinstance(key.node, Scalar)] == [
        "a",
        "b",
        "a",
    ]
    found = tree.get(root, "a")
    assert found is not None
    assert isinstance(found.node, Scalar)
    assert found.node.data == 3


def test_aliases_are_references_to_the_last_anchor_before_them() -> None:
    text = "a: &x 1\nb: *x\nc: &x 2\nd: *x\ne: &self\n  - *self\nf: *no\n---\ng: *x\n"
    tree = parse(text)
    first, _ = tree.roots()
    assert first is not None
    shown = [tree.get(first, key) for key in "bd"]
    assert [at and at.node.value for at in shown if at and isinstance(at.node, Scalar)] == [
        "1",
        "2",
    ]
    assert problems(text) == [
        ("alias", "*no", "found undefined alias 'no'"),
        ("alias", "*x", "found undefined alias 'x'"),
    ]


def test_a_bomb_of_aliases_stays_small() -> None:
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 40)]
    tree = parse("\n".join(lines))
    assert tree.all_problems() == []


@pytest.mark.parametrize("text", ["[" * 5_000, "- " * 5_000, "a: " + "{a: " * 3_000, "? " * 5_000])
def test_hostile_nesting_is_told_and_neither_crashes_nor_hangs(text: str) -> None:
    tree = parse(text)
    assert tree.text == text
    assert len(tree.all_problems()) == 1


def test_documents_are_told_apart() -> None:
    assert plain(parse("# first\n---\na: 1\n...\n---\n- b\n--- c\n---\n")) == [
        {"a": 1},
        ["b"],
        "c",
        None,
    ]
    assert plain(parse("# nothing\n")) == []


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_a_byte_order_mark_change_nothing(newline: str, mark: str) -> None:
    text = mark + "a:\n- b: 1\n  c: |\n    x\n    y\nd: [1,\n2]\n".replace("\n", newline)
    tree = parse(text)
    assert tree.all_problems() == []
    assert plain(tree) == [{"a": [{"b": 1, "c": "x\ny\n"}], "d": [1, 2]}]


def test_json_is_yaml() -> None:
    text = '{\n"services": [\n{"name": "a"},\n{"name": "b"}\n]\n}\n'
    assert plain(parse(text)) == [{"services": [{"name": "a"}, {"name": "b"}]}]
    assert problems(text) == []


COLON = "could not find expected ':' while scanning a simple key"
ITEM = "did not find expected '-' indicator while parsing a block collection"
KEY = "did not find expected key while parsing a block mapping"
VALUES = "mapping values are not allowed in this context"


@pytest.mark.parametrize(
    ("text", "problem", "kept"),
    [
        (
            "services:\n- name: a\n  url\n  port: 1\n- name: b\n",
            ("colon", "url", COLON),
            {"services": [{"name": "a", "port": 1}, {"name": "b"}]},
        ),
        ("- na\n  port: 1\n- name: b\n", ("colon", "na", COLON), [{"port": 1}, {"name": "b"}]),
        (
            "config:\n  minu\n  hour: 1\nb: 2\n",
            ("colon", "minu", COLON),
            {"config": {"hour": 1}, "b": 2},
        ),
        (
            "services\n- name: a\nplugins:\n- name: b\n",
            ("colon", "services", COLON),
            {"services": [{"name": "a"}], "plugins": [{"name": "b"}]},
        ),
        ("_fo\n_format: 1\na: 2\n", ("colon", "_fo", COLON), {"_format": 1, "a": 2}),
        (
            'a: "x\nb: 1\nc: "y"\n',
            ("quote", '"x', "found unexpected end of stream while scanning a quoted scalar"),
            {"a": "?", "b": 1, "c": "y"},
        ),
        (
            "a: [1, 2\nb: 1\n",
            ("bracket", "[", "did not find expected ',' or ']' while parsing a flow sequence"),
            {"a": [1, 2], "b": 1},
        ),
        (
            "a: {x: 1\nb: 2\n",
            ("bracket", "{", "did not find expected ',' or '}' while parsing a flow mapping"),
            {"a": {"x": 1}, "b": 2},
        ),
        (
            "a:\n\t- b\nc: 1\n",
            (
                "tab",
                "\t",
                "found character that cannot start any token while scanning for the next token",
            ),
            {"a": None, "c": 1},
        ),
        (
            "a:\n  b: 1\n c: 2\nd: 1\n",
            ("indentation", "c:", KEY),
            {"a": {"b": 1, "c": 2}, "d": 1},
        ),
        ("a:\n  - b\n  c: 2\n  - d\ne: 1\n", ("syntax", "c:", ITEM), {"a": ["b", "d"], "e": 1}),
        ("a: 1\n  b: 2\nc: 3\n", ("indentation", ":", VALUES), {"a": "1 b", "c": 3}),
        ("a: b: c\nd: 1\n", ("value", ":", VALUES), {"a": "b", "d": 1}),
        (
            "a: 1\x01\nb: 2\n",
            ("character", "\x01", "control characters are not allowed"),
            {"a": "1\ufffd", "b": 2},
        ),
        (
            "a: 1\n...\nb: 2\n",
            ("syntax", "...", "did not find expected <document start>"),
            {"a": 1},
        ),
    ],
)
def test_a_mistake_is_one_problem_and_the_rest_stays(
    text: str, problem: tuple[str, str, str], kept: object
) -> None:
    assert problems(text) == [problem]
    assert plain(parse(text))[0] == kept


def test_neighbours_that_are_all_out_of_place_are_one_problem() -> None:
    text = "a:\n  - x\n" + "b: 1\n  - y\n".replace("b: 1\n", "  k: 1\n  l: 2\n  m: 3\n")
    assert problems(text) == [("syntax", "k:", ITEM)]


def test_templates_are_left_where_they_stand_and_make_values_unknown() -> None:
    text = """\
port: ${PORT}
host: {{ .Values.host }}
key: ${{ env "DECK_KEY" }}
part: x-{{ .Values.x | quote }}-y
list: [${A}, {{ b }}, c]
quoted: "{{ env "X" }}"
{{- if .Values.acme }}
plugins:
  {{- toYaml .Values.plugins | nindent 2 }}
{% for x in y %}
- name: acme
{% endfor %}
{{- end }}
block: |
  local t = {{1, 2}, {3}}
  {{ include "x" }}
"""
    tree = parse(text)
    assert tree.all_problems() == []
    (root,) = tree.roots()
    assert root is not None
    values = {
        key.node.value: value.node.value
        for key, value in tree.pairs(root)
        if isinstance(key.node, Scalar) and isinstance(value.node, Scalar)
    }
    assert values == {
        "port": "${PORT}",
        "host": "{{ .Values.host }}",
        "key": '${{ env "DECK_KEY" }}',
        "part": "x-{{ .Values.x | quote }}-y",
        "quoted": '{{ env "X" }}',
        "block": 'local t = {{1, 2}, {3}}\n{{ include "x" }}\n',
    }
    assert plain(tree) == [
        {
            "port": "?",
            "host": "?",
            "key": "?",
            "part": "?",
            "list": ["?", "?", "c"],
            "quoted": "?",
            "plugins": [{"name": "acme"}],
            "block": "?",
        }
    ]


def test_a_value_that_a_template_line_may_give_is_unknown() -> None:
    assert plain(parse("a:\n  {{ toYaml .x | nindent 2 }}\nb:\nc: 1\n")) == [
        {"a": "?", "b": None, "c": 1}
    ]


def test_pieces_are_found_by_offset_and_know_their_start() -> None:
    text = "a: 1\nb:\n" + "".join(f"  - name: item-{number}\n" for number in range(300))
    tree = parse(text)
    found = tree.at(text.index("item-200"))
    assert [piece.kind for piece, _ in found] == ["document", "pair", "item"]
    piece, start = found[-1]
    assert text[start : start + piece.length] == "  - name: item-200\n"
    assert tree.start_of(piece) == start


_FRAGMENTS = [
    *"ab:-#'\"[]{},&*!|>%@`?~ \t\n\r\\",
    "\n- ",
    "\n  ",
    ": ",
    "\n---\n",
    "\n...\n",
    "\ufeff",
    "\u2028",
    "\x85",
    "é",
    "\0",
    "\ud800",
    "\ue000",
    "{{",
    "}}",
    "${",
    "{%",
    "%}",
    "\n%TAG ! x\n",
    "k: v\n",
]
_TEXTS = st.lists(st.sampled_from(_FRAGMENTS), max_size=40).map("".join)


@settings(max_examples=500, deadline=None)
@given(_TEXTS)
def test_any_text_is_read_and_given_back(text: str) -> None:
    tree = parse(text)
    assert tree.text == text
    plain(tree)
    for _, problem, span in tree.all_problems():
        assert 0 <= span.start <= span.end <= len(text), problem
    for offset in range(len(text) + 1):
        for at in tree.path(offset):
            span = tree.span(at)
            assert 0 <= span.start <= offset <= span.end <= len(text)


@settings(max_examples=300, deadline=None)
@given(_TEXTS, _TEXTS, st.integers(0, 200), st.integers(0, 20))
def test_any_edit_of_any_text_gives_the_tree_of_the_final_text(
    text: str, typed: str, start: int, length: int
) -> None:
    start = min(start, len(text))
    end = min(start + length, len(text))
    after = text[:start] + typed + text[end:]
    edited = parse(text).edited(Edit(Span(start, end), typed))
    fresh = parse(after)
    assert edited.text == after
    assert plain(edited) == plain(fresh)
    assert [(p, s) for _, p, s in edited.all_problems()] == [
        (p, s) for _, p, s in fresh.all_problems()
    ]
