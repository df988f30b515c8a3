"""Entries put into YAML and JSON: the data is what it should be, whatever the style."""

from __future__ import annotations

import json
from copy import deepcopy
from itertools import pairwise
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from kong_lsp.config import walk, writing
from kong_lsp.config.model import Config
from kong_lsp.syntax.yaml.tree import parse
from kong_lsp.text import apply_edits
from tests.support.merging import merged

SCALARS = st.sampled_from(
    [None, True, 0, 1.5, -3, "", "a", "a b", "yes", "null", "1", "http://x", "a: b", "- x", "# c",
     "it's", 'say "x"', "two\nlines\n", "é", "a\\b", "{vault://env/x}", "{a, [b]}", "*x", "&y"]
)  # fmt: skip
KEYS = st.sampled_from(["a", "b", "c", "d e", "1", "x-y", "é"])
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=8,
)
MAPPINGS = st.dictionaries(KEYS, VALUES, min_size=1, max_size=4)


@st.composite
def additions(draw: st.DrawFn, value: Any) -> dict[str | int, Any]:
    """A tree of what is to be added to a mapping, some of it deep inside."""
    tree: dict[str | int, Any] = {}
    for name in draw(st.lists(st.sampled_from(["n", "m o", "7"]), unique=True)):
        if name not in value:
            tree[name] = draw(VALUES)
    for key, part in value.items():
        if draw(st.booleans()):
            continue
        if isinstance(part, dict) and part:
            tree[key] = draw(additions(part))
        elif isinstance(part, list):
            items = {
                number: draw(additions(item))
                for number, item in enumerate(part, 1)
                if isinstance(item, dict) and item and draw(st.booleans())
            }
            if items:
                tree[key] = items
        elif part is None or part == {}:
            tree[key] = draw(VALUES)
    return tree


@st.composite
def written(draw: st.DrawFn) -> tuple[str, str, Any]:
    """A file's name, its text and what it says."""
    value = draw(MAPPINGS)
    if draw(st.booleans()):
        indent = draw(st.sampled_from([None, 2, 4, "\t"]))
        return "/kong.json", json.dumps(value, indent=indent, ensure_ascii=False), value
    text = yaml.safe_dump(
        value,
        indent=draw(st.sampled_from([2, 4])),
        default_flow_style=draw(st.sampled_from([False, None, True])),
        default_style=draw(st.sampled_from([None, None, "'", '"'])),
        allow_unicode=True,
    )
    if draw(st.booleans()):
        text = text.replace("\n", "\r\n")
    return "/kong.yml", text, value


@given(st.data())
@settings(deadline=None, max_examples=400)
def test_what_is_added_is_there_and_all_else_as_it_was(data: st.DataObject) -> None:
    path, text, value = data.draw(written())
    tree = data.draw(additions(value))
    parsed = parse(text)
    config = Config(path, "declarative", (), parsed)
    (root,) = walk.roots(parsed)
    style = writing.style_of(config, root, text)
    edits = writing.added(config, root, tree, text, style)
    if edits is None:
        assert "!!" in text
        return
    after = apply_edits(text, tuple(edits))
    wanted = merged(deepcopy(value), tree)
    assert (json.loads if path.endswith(".json") else yaml.safe_load)(after) == wanted, after
    spans = sorted(edit.span for edit in edits)
    assert all(one.end <= other.start for one, other in pairwise(spans))
