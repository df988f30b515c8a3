from __future__ import annotations

import pytest

from tests.support.checks import check, check_none
from tests.support.world import findings


def test_what_libyaml_refuses_is_told_at_its_place() -> None:
    check(
        """
        # file: kong.yml
        _format_version: "3.0"
        services:
        - name: a
          url: "http://example.com
        #      ^^^^^^^^^^^^^^^^^^^ KC307 while scanning a quoted scalar
        """
    )


@pytest.mark.parametrize(
    ("text", "todo"),
    [
        ("services: [a, b\n", "Close the bracket."),
        ('services:\n- name: "a\n', "Close the quote."),
        ("services:\n- name: *nothing\n", "found undefined alias 'nothing'."),
        ('services:\n- name: "a\\.b"\n', "write a backslash as \\\\."),
        ("services:\n- name: a\n  url: http: //a\n", "it has a colon in it."),
        ("services:\n- name: a\n   url: http://a\n", "Indent it as far as its neighbours."),
        ("plugins:\n- name: cors\n\tenabled: true\n", "YAML takes no tab there."),
    ],
)
def test_each_kind_of_mistake_is_one_finding_that_says_what_to_do(text: str, todo: str) -> None:
    found = findings({"kong.yml": f'_format_version: "3.0"\n{text}'})
    (message,) = (each.message for each in found if each.code == "KC307")
    assert message.endswith(todo)


@pytest.mark.parametrize(
    "text",
    [
        "name: x\njobs: [a, b\n",
        'openapi: 3.0.0\npaths: {a: "b\n',
        "services:\n  web:\n    image: 'nginx\n",
        '_format_version: "3.0"\nservices:\n{{- if .x }}\n   c: [1\n{{- end }}\n- name: b\n',
        '_format_version: "3.0"\nservices:\n{% for x in y %}\n- b: [\n{% endfor %}\n',
        '_format_version: "3.0"\nservices:\n- name: ${{ env "DECK_X" }}\n',
    ],
)
def test_other_peoples_files_and_templates_are_silent(text: str) -> None:
    check_none(f"# file: kong-files/a.yml\n{text}", only="KC307")
