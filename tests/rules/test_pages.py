"""Every rule's page is complete, and its two examples do what they say."""

from __future__ import annotations

import pytest

from kong_lsp.rules import all_rules
from kong_lsp.rules.rule import HEADINGS, RuleModule, page
from tests.support import fixture
from tests.support.world import findings

every_rule = pytest.mark.parametrize("module", all_rules(), ids=lambda module: module.rule.code)


@every_rule
def test_a_page_has_every_heading_in_order(module: RuleModule) -> None:
    assert tuple(page(module.__doc__).sections) == HEADINGS


@every_rule
def test_the_example_makes_the_rule_fire(module: RuleModule) -> None:
    files = fixture.read(page(module.__doc__).example).files
    assert module.rule.code in [finding.code for finding in findings(files)]


@every_rule
def test_what_to_use_instead_makes_it_silent(module: RuleModule) -> None:
    files = fixture.read(page(module.__doc__).instead).files
    assert module.rule.code not in [finding.code for finding in findings(files)]


@pytest.mark.parametrize("family", ["KR", "KM", "KC"])
def test_the_rules_of_a_family_are_in_the_order_of_their_codes(family: str) -> None:
    codes = [module.rule.code for module in all_rules() if module.rule.code.startswith(family)]
    assert codes == sorted(set(codes))


def test_a_name_is_given_once() -> None:
    names = [module.rule.name for module in all_rules()]
    assert len(set(names)) == len(names)
