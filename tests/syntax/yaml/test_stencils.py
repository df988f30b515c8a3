"""Pieces that differ in simple values alone are composed once, and read as libyaml reads them."""

from __future__ import annotations

import importlib.util
import random
from pathlib import Path
from typing import Any

import pytest
import yaml

from kong_lsp.syntax.yaml.pieces import Piece
from kong_lsp.syntax.yaml.tree import Tree, parse

_SPEC = importlib.util.spec_from_file_location(
    "yaml_generator", Path(__file__).with_name("generator.py")
)
assert _SPEC is not None
assert _SPEC.loader is not None
generator: Any = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(generator)

_PLAIN = ("acme", "a b", "12", "1:30", "a:b", "/v1/x", "a - b", "x^y(z)|w", "0x1F", ".", "null")
_ODD = (
    "a: b", "a #b", "x:", "x :y", "- x", "plain\n    goes on", "|\n    text", "'q'", '"q"', "[a]",
    "[a,\n    b]", "{a: b}", "a, b", "~", "é", "a\tb", "-", "a  b", "a ", " a", "?", "x" * 1_100,
    "", "# c", "a\n\n    b", "!!str a", "%a", "@a", "a'b", "a]", "a}", "${X}", "a\r",
)  # fmt: skip
_FORM = (
    "- name: <>\n  config:\n    k: <>\n    l:\n    - <>\n",
    "- - <>\n  - k: <>\n",
    "- k: <>\r\n",
)


def _text(seed: int) -> str:
    source = random.Random(seed)
    text = source.choice(_FORM) * 12
    while "<>" in text:
        values = _ODD if source.random() < 0.03 else _PLAIN
        text = text.replace("<>", source.choice(values), 1)
    return text


def _view(tree: Tree) -> Any:
    return generator.ours(tree), generator.problems(tree)


@pytest.mark.parametrize("seeds", [range(start, start + 60) for start in range(0, 600, 60)])
def test_each_piece_is_what_libyaml_reads(seeds: range) -> None:
    for seed in seeds:
        text = _text(seed)
        nodes, problems = _view(parse(text))
        try:
            expected = generator.theirs(text)
        except yaml.YAMLError:
            assert problems, (seed, text)
        else:
            assert (nodes, problems) == (expected, []), (seed, text)


def _pieces(text: str) -> tuple[Piece, ...]:
    parse(text)
    parse(text)
    return parse(text).stream.children[0].children


def test_pieces_of_one_stencil_share_it_and_have_their_own_values() -> None:
    first, second = _pieces("- name: a\n  port: 80\n- name: longer\n  port: 8080\n")
    assert first.stencil is second.stencil is not None
    assert (first.values, second.values) == (("a", "80"), ("longer", "8080"))


@pytest.mark.parametrize("value", ["'a'", "[a]", "a\n  b", "|\n  a", "&x a", "*x", "a # b"])
def test_what_is_no_simple_value_is_no_slot(value: str) -> None:
    (piece,) = _pieces(f"- name: {value}\n")
    assert piece.values == ()
