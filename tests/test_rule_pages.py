"""Every rule's docstring is its page, and the page's examples are true."""

from __future__ import annotations

import re

import pytest

from kong_lsp.rules import all_rules
from kong_lsp.rules.rule import HEADINGS, RuleModule, page
from tests.support import fixture
from tests.support.world import findings


def code(module: RuleModule) -> str:
    return module.rule.code


@pytest.mark.parametrize("module", all_rules(), ids=code)
def test_a_comment_that_a_page_tells_to_write_switches_off(module: RuleModule) -> None:
    for told in re.findall(r"`(-- kong-lsp: .*?)`", module.__doc__ or ""):
        found = findings({"acme-1.0-1.rockspec": f"{told}\n"})
        assert "KX902" not in {each.code for each in found}, told


def codes_in(text: str) -> set[str]:
    return {each.code for each in findings(fixture.read(text).files)}


def test_codes_and_names_are_used_once_and_in_order() -> None:
    codes = [module.rule.code for module in all_rules()]
    names = {module.rule.name for module in all_rules()}
    assert len(set(codes)) == len(names) == len(codes)
    for family in {each[:2] for each in codes}:
        members = [each for each in codes if each.startswith(family)]
        assert members == sorted(members)


@pytest.mark.parametrize("module", all_rules(), ids=code)
def test_a_page_has_a_title_and_the_fixed_headings(module: RuleModule) -> None:
    read = page(module.__doc__)
    assert tuple(read.sections) == HEADINGS
    assert all(read.sections.values())
    assert read.title.endswith(".")


@pytest.mark.parametrize("module", all_rules(), ids=code)
def test_the_example_fires(module: RuleModule) -> None:
    assert module.rule.code in codes_in(page(module.__doc__).example)


@pytest.mark.parametrize("module", all_rules(), ids=code)
def test_what_to_use_instead_has_no_findings(module: RuleModule) -> None:
    assert codes_in(page(module.__doc__).instead) == set()
