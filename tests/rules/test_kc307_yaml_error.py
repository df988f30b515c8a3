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
    "text",
    [
        '_format_version: "3.0"\nservices: [a, b\n',
        '_format_version: "3.0"\nservices:\n- name: *nothing\n',
        '_format_version: "3.0"\nplugins:\n- name: cors\n\tenabled: true\n',
    ],
)
def test_each_kind_of_mistake_is_one_finding(text: str) -> None:
    found = [each.code for each in findings({"kong.yml": text})]
    assert found.count("KC307") == 1


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
