from __future__ import annotations

import pytest

from kong_lsp import __version__, cli
from kong_lsp.rules import all_rules
from kong_lsp.rules.rule import HEADINGS, page


def test_explain_prints_a_page_by_code_or_name(capsys: pytest.CaptureFixture[str]) -> None:
    told = set()
    for word in ("KM101", "km101", "missing-module-file"):
        assert cli.main(["explain", word]) == 0
        told.add(capsys.readouterr().out)
    (text,) = told
    assert text.startswith("# KM101: missing-module-file (error)\n\n")
    assert "\n## What it does\n" in text


def test_explain_of_an_unknown_rule_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["explain", "KM10l"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("kong-lsp: there is no rule KM10l; did you mean KM1")
    assert cli.main(["explain", "zzzzzz"]) == 2
    assert capsys.readouterr().err == (
        "kong-lsp: there is no rule zzzzzz; `kong-lsp rules` lists them\n"
    )


def test_rules_lists_each_rule_on_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["rules"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines] == [
        [module.rule.code, module.rule.name] for module in all_rules()
    ]


def test_codes_and_names_are_unique_and_codes_in_order() -> None:
    codes = [module.rule.code for module in all_rules()]
    families = {code[:2]: None for code in codes}
    assert codes == [
        code for family in families for code in sorted(set(codes)) if code[:2] == family
    ]
    assert len({module.rule.name for module in all_rules()}) == len(codes)


def test_every_page_has_a_title_and_the_known_headings() -> None:
    for module in all_rules():
        found = page(module.__doc__)
        assert found.title.endswith("."), module.rule.code
        unknown = set(found.sections) - set(HEADINGS)
        assert not unknown, (module.rule.code, unknown)
        assert {"What it does", "Example", "Use instead"} <= set(found.sections), module.rule.code


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as done:
        cli.main(["--version"])
    assert done.value.code == 0
    assert capsys.readouterr().out == f"kong-lsp {__version__}\n"
