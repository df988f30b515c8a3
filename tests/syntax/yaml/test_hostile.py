"""Texts that were read in a time that doubled with each line or template."""

from __future__ import annotations

import pytest

from kong_lsp.syntax.yaml.templates import hide
from kong_lsp.syntax.yaml.tree import parse

MANY = 500


@pytest.mark.parametrize(
    ("text", "documents"),
    [
        ("# a licence\r\n" * MANY + "a: 1\r\n---\r\nb: 2\r\n", 2),
        ("a: 1\r\n...\r\n" + "# c\r\n" * MANY + "x\r\n", 1),
        ("%YAML 1.1\r\n" * MANY + "x\r\n---\r\na: 1\r\n", 2),
    ],
)
def test_comments_and_directives_with_windows_line_ends(text: str, documents: int) -> None:
    assert len(parse(text).documents) == documents


def test_a_line_of_many_templates_and_something_else() -> None:
    line = "{{ a }} {% b %} " * MANY + "x\n"
    assert "{{" not in hide(line)
    assert "{{" not in hide("{{ a }} " * MANY + "x\n")
    assert hide("{{ a }} {% b %} {{ c }}\n")[0] == "#"
