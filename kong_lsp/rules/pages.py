"""The rules' pages as text: for ``kong-lsp explain`` and ``rules``, docs/ and the README."""

from __future__ import annotations

import re
from inspect import cleandoc

from kong_lsp.finding import Severity
from kong_lsp.rules import all_rules
from kong_lsp.rules.errors import ERRORS, lookup
from kong_lsp.rules.rule import RuleModule, page


def find(word: str) -> RuleModule | None:
    """The rule of this code or name, in any case."""
    for module in all_rules():
        if word.lower() in (module.rule.code.lower(), module.rule.name):
            return module
    return None


def about_error(said: str) -> str | None:
    """What to make of an error text of Kong or LuaRocks, in Markdown; None where it is none
    that is known. The page of the likeliest rule is part of it."""
    found = lookup(said)
    if not found:
        return None
    best = found[0]
    told = f'{best.by} says "{best.text}".\n{best.means}\n'
    codes = list(dict.fromkeys(code for error in found for code in error.codes))
    named = {module.rule.code: module for module in all_rules()}
    for code in codes:
        told += f"\n- {code} ({named[code].rule.name}): {title(named[code])}"
    if best.codes:
        told += f"\n\n{text(named[best.codes[0]])}"
    return told.rstrip("\n") + "\n"


def errors(link: str) -> str:
    """A table of every error text and its rules; ``link`` is the folder of the pages."""
    rows = "".join(
        f"| {error.by} | {_code(error.text)} | {error.means} | "
        f"{' '.join(f'[{code}]({link}{code}.md)' for code in error.codes)} |\n"
        for error in ERRORS
    )
    return "| says | text | meaning | rules |\n|---|---|---|---|\n" + rows


def _code(text: str) -> str:
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def severity_word(module: RuleModule) -> str:
    """``error``, ``warning``, ``information`` or ``hint``."""
    return Severity(module.rule.severity).name.lower()


def title(module: RuleModule) -> str:
    """What the rule finds, in one line."""
    return " ".join(page(module.__doc__).title.split()).replace("``", "`")


def has_fix(module: RuleModule) -> bool:
    """Whether the page tells of a fix."""
    return not page(module.__doc__).sections.get("Fix", "None").startswith("None")


def text(module: RuleModule) -> str:
    """The whole page in Markdown."""
    rule = module.rule
    head = f"# {rule.code}: {rule.name} ({severity_word(module)})"
    body = re.sub("(?<!`)``(?!`)", "`", cleandoc(module.__doc__ or ""))
    return f"{head}\n\n{body}\n"


def listing() -> str:
    """A line for each rule: code, name, severity, what it finds."""
    wide = max((len(module.rule.name) for module in all_rules()), default=0)
    return "".join(
        f"{module.rule.code}  {module.rule.name:<{wide}}  {severity_word(module):<11}"
        f"  {title(module)}\n"
        for module in all_rules()
    )


def table(link: str) -> str:
    """The rules as a Markdown table; ``link`` is the folder of the pages."""
    rows = [
        f"| [{module.rule.code}]({link}{module.rule.code}.md) | {module.rule.name}"
        f" | {severity_word(module)} | {'✎' if has_fix(module) else ''} | {title(module)} |\n"
        for module in all_rules()
    ]
    return "| code | name | severity | fix | finds |\n|---|---|---|---|---|\n" + "".join(rows)
