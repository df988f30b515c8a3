from __future__ import annotations

import pytest

from kong_lsp import __version__, cli
from kong_lsp.rules import all_rules
from kong_lsp.rules.errors import ERRORS, ErrorText, lookup
from kong_lsp.rules.rule import HEADINGS, page


def test_explain_prints_a_page_by_code_or_name(capsys: pytest.CaptureFixture[str]) -> None:
    told = set()
    for word in ("KM101", "km101", "missing-module-file"):
        assert cli.main(["explain", word]) == 0
        told.add(capsys.readouterr().out)
    (text,) = told
    assert text.startswith("# KM101: missing-module-file (error)\n\n")
    assert "\n## What it does\n" in text
    assert cli.main(["explain", "KM101", "missing-handler"]) == 0
    both = capsys.readouterr().out
    assert both.startswith(text)
    assert both[len(text) :].startswith("\n# KM104: missing-handler (error)\n\n")


def test_explain_of_an_unknown_rule_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["explain", "KM10l"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("kong-lsp: there is no rule KM10l; did you mean KM1")
    assert cli.main(["explain", "zzzzzz"]) == 2
    assert capsys.readouterr().err == (
        "kong-lsp: there is no rule zzzzzz; `kong-lsp rules` lists them\n"
    )
    assert cli.main(["explain", "my own words"]) == 2
    assert capsys.readouterr().err == (
        "kong-lsp: my own words: an error text of Kong or LuaRocks that is not known, and no rule\n"
    )


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.text[:40])
def test_every_error_text_leads_to_its_own_entry(error: ErrorText) -> None:
    said = error.text.replace("…", "acme")
    assert error in lookup(said)
    assert error in lookup(f"2024/01/01 [error] 12#0: init_by_lua error: {said} (stack traceback)")
    known = {module.rule.code for module in all_rules()}
    assert set(error.codes) <= known


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("enabled but not installed", "KC305"),
        ("acme plugin is enabled but not installed;", "KC305"),
        ("is not installed on the system: acme", "KC305"),
        ("acme plugin is in use but not enabled", "KC302"),
        ("plugin 'acme' not enabled; add it to the 'plugins' configuration property", "KC302"),
        ('Plugin "acme" not found', "KC302"),
        ("no configuration schema found for plugin: acme", "KM105"),
        ("error loading plugin schemas: on plugin 'acme': no schema", "KP206"),
        ("module 'kong.plugins.acme.tools' not found:", "KM102"),
        ("module 'kong.plugins.base_plugin' not found", "KP203"),
        ("failed converting legacy schema for acme: unkown legacy field type: x", "KP206"),
        ("PRIORITY field is not a valid integer number", "KP201"),
        ('its VERSION field does not follow the "x.y.z" format', "KP202"),
        ("can't be loaded because it implements both", "KP205"),
        ("returned non-array daos definition table", "KP208"),
        ("migrations index from 'acme' must be a table", "KP209"),
        ("failed to load migration 'kong.plugins.acme.migrations.x' of 'acme' subsystem", "KM112"),
        ("Unknown field modules (using rockspec format 1.0)", "KR004"),
        ("Mandatory field package is missing.", "KR005"),
        ("Type mismatch on field build: expected a table", "KR006"),
        ("Type mismatch on field source.url: expected a string, got number", "KR006"),
        ("invalid value '1.0' does not match [%w.]+-[%d]+", "KR007"),
        ("invalid value 'x' does not match a valid dependency string", "KR008"),
        ("Unknown variable: VERSION", "KR002"),
        ("Could not load rockspec file x (Error loading file: x:3: '}' expected", "KR001"),
        ("Could not load rockspec file x (Error running file: x:3: attempt to index", "KR003"),
        ("Parse error processing dependency 'lua >> 5': Failed to parse constraint", "KR008"),
        ("Inconsistency between rockspec filename (a) and its contents (b).", "KR009"),
    ],
)
def test_explain_leads_from_what_was_said_to_the_page(
    said: str, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["explain", said]) == 0
    assert f"\n# {code}: " in capsys.readouterr().out
    assert cli.main(["explain", *said.split()]) == 0
    assert f"\n# {code}: " in capsys.readouterr().out


def test_explain_of_a_text_without_a_rule_says_what_it_means(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.main(["explain", "duplicate plugin/wasm filter name: acme"]) == 0
    assert capsys.readouterr().out.endswith("have the same name: rename one of them.\n")


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


def test_without_a_command_the_help_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "\n    check     report what is wrong\n" in err


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("chekc", "check"),
        ("check --outputformat json", "--output-format"),
        ("check --selct=KM x", "--select"),
        ("check --output-format concis", "concise"),
        ("status --output", None),
        ("lint", None),
    ],
)
def test_what_was_meant_by_a_misspelt_word_is_told(
    words: str, meant: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        cli.main(words.split())
    hint = capsys.readouterr().err.rpartition("; did you mean ")
    assert hint[2] == f"{meant}?\n" if meant else not hint[0]
