"""YAML edited piece by piece is YAML read from scratch, and what PyYAML reads whole."""

from __future__ import annotations

import importlib.util
import os
import random
from pathlib import Path
from typing import Any

import pytest
import yaml

from kong_lsp.syntax.yaml import cut, edits
from kong_lsp.syntax.yaml.tree import Tree, parse
from kong_lsp.text import Edit, Span

_SPEC = importlib.util.spec_from_file_location(
    "yaml_generator", Path(__file__).with_name("generator.py")
)
assert _SPEC is not None
assert _SPEC.loader is not None
generator: Any = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(generator)

EDITS = int(os.environ.get("YAML_EDITS", "20000"))
"""How many random edits are tried, in all parts together."""

_PARTS = 20
_STEPS = 50
_LEAVES = (40, 100, 2_400)


@pytest.mark.parametrize("part", range(_PARTS))
def test_random_edits_give_the_tree_of_the_final_text(
    part: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    leaf = _LEAVES[part % len(_LEAVES)]
    monkeypatch.setattr(cut, "LEAF_LENGTH", leaf)
    monkeypatch.setattr(edits, "LEAF_LENGTH", leaf)
    for number in range(max(1, EDITS // _PARTS // _STEPS)):
        _edit_at_random(part * 10_000 + number)


def _edit_at_random(seed: int) -> None:
    source = random.Random(seed)
    base = generator.generate(seed)
    text = base
    edited = parse(text)
    for step in range(_STEPS):
        edit = generator.random_edit(source, text)
        if step % (3 if seed % 2 else 12) == 2:
            edit = Edit(Span(0, len(text)), base)
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
        edited = edited.edited(edit)
        assert edited.text == text, (seed, step)
        fresh = parse(text)
        assert _view(edited) == _view(fresh), (seed, step, edit)
        _compare_with_pyyaml(fresh, text, (seed, step, edit))


def _view(tree: Tree) -> Any:
    return generator.ours(tree), generator.problems(tree)


def _compare_with_pyyaml(tree: Tree, text: str, where: Any) -> None:
    nodes, problems = _view(tree)
    whole, refusal = _whole(text)
    if refusal:
        # PyYAML refuses a second anchor of a name, which libyaml and Kong allow.
        assert problems or "duplicate anchor" in refusal, where
    else:
        assert problems == [], where
        assert nodes == whole, where


def _whole(text: str) -> tuple[Any, str]:
    try:
        return generator.theirs(text), ""
    except yaml.YAMLError as error:
        return None, str(error)


def test_typing_and_undoing_at_every_place_gives_the_same_tree() -> None:
    text = generator.generate(11, 20)
    whole = parse(text)
    for offset in range(0, len(text) + 1, 37):
        for typed in ("x", '"', ":", "\n", "- ", "[", "\t"):
            there = whole.edited(Edit(Span(offset, offset), typed))
            assert _view(there) == _view(parse(text[:offset] + typed + text[offset:])), offset
            back = there.edited(Edit(Span(offset, offset + len(typed)), ""))
            assert _view(back) == _view(whole), (offset, typed)


def test_a_file_typed_from_nothing_is_the_file() -> None:
    text = generator.generate(5, 20)
    typed = parse("")
    for offset, character in enumerate(text):
        typed = typed.edited(Edit(Span(offset, offset), character))
    assert typed.text == text
    assert _view(typed) == _view(parse(text))


def _dump(services: int) -> str:
    lines = ['_format_version: "3.0"', "services:"]
    for number in range(services):
        lines += [
            f"- name: service-{number}",
            f"  url: http://service-{number}.example.com",
            "  plugins:",
            "  - name: acme",
            "    config:",
            f"      limit: {number}",
        ]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("indent", ["", "  "])
def test_an_edit_keeps_every_piece_but_those_around_it(indent: str) -> None:
    head, _, items = _dump(2_000).partition("services:\n")
    text = head + "services:\n" + "".join(indent + line for line in items.splitlines(True))
    before = parse(text)
    offset = text.index("service-1000.example")
    after = before.edited(Edit(Span(offset, offset), "x"))
    assert _view(after) == _view(parse(text[:offset] + "x" + text[offset:]))
    old = {id(piece) for piece in before.stream.children[0].children[1].children}
    new = [piece for piece in after.stream.children[0].children[1].children if id(piece) not in old]
    assert len(new) == 1


def test_one_huge_service_is_cut_into_its_routes() -> None:
    lines = ["services:", "- name: one", "  routes:"]
    for number in range(2_000):
        lines += [f"  - name: route-{number}", "    paths:", f"    - /{number}"]
    text = "\n".join(lines) + "\n"
    before = parse(text)
    offset = text.index("route-1000")
    after = before.edited(Edit(Span(offset, offset), "x"))
    pieces = [piece for piece, _ in after.at(offset)]
    assert [piece.kind for piece in pieces] == ["document", "pair", "item", "pair", "item"]
    assert pieces[-1].length < 100
    assert len(before.stream.children[0].children[0].children[0].children[1].children) == 2_000
    assert _view(after) == _view(parse(after.text))
