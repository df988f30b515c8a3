"""What is at the cursor of a Lua file is found in a time in proportion to the text."""

from __future__ import annotations

import gc
import time

import pytest

from kong_lsp.features.cursor import in_comment
from kong_lsp.features.lua_place import lua_place, returned

SIZE = 100_000


@pytest.mark.parametrize(
    "unit", ["(", "{", "[", "({", "f(x,", "{},", "({}),", "a={", "function(", ")", "x,", "-- a\n"]
)
@pytest.mark.parametrize("part", [1, 2])
def test_hostile_text_costs_little(unit: str, part: int) -> None:
    def spent(size: int) -> float:
        text = unit * (size // len(unit))
        started = time.process_time()
        lua_place(text, len(text) // part)
        return time.process_time() - started

    gc.disable()  # the other tests' objects are no matter of ours
    try:
        assert spent(SIZE) < 3 * spent(SIZE // 2) + 0.1
    finally:
        gc.enable()


def test_what_is_returned_is_found_at_the_end_alone() -> None:
    assert returned("local A = {}\nreturn A\n") == "A"
    assert returned("return A") == "A"
    assert returned("return return_table ;\n\n") == "return_table"
    assert returned("return A\nlocal b\n") is None
    assert returned("return A" + " " * SIZE + "b") is None


def test_a_comment_is_open_up_to_the_end_of_its_line_or_its_brackets() -> None:
    assert in_comment("  -- a")
    assert in_comment("--[[ a\n b")
    assert in_comment("--[=[ a ]] b")
    assert in_comment("--[[ a ]] -- b")
    assert in_comment("--")
    assert not in_comment("-- a\n")
    assert not in_comment("--[[ a ]]")
    assert not in_comment("--[[ a\n ]] ")
    assert not in_comment("-" * SIZE + "\n")
