"""The settings that an editor sends, in whatever wrapping."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from functools import cache

from kong_lsp.kong import releases
from kong_lsp.rules import ROCK_RULES, config_rules

SECTION = "konglsp"

OF_THE_CLIENT = frozenset(
    "args enable enabled importstrategy interpreter log loglevel path server"
    " shownotifications trace".split()
)
"""Keys of the same section that an editor's extension keeps for itself."""


@dataclass(frozen=True, slots=True)
class Settings:
    """``kong_version`` is a release (``"3.9"``) or ``"auto"``; ``select`` and ``ignore``
    are codes, beginnings of codes, or names of rules. An empty ``select`` is all."""

    kong_version: str = "auto"
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()

    def wants(self, code: str) -> bool:
        """Whether findings of this rule are to be shown."""
        selected = not self.select or any(_means(word, code) for word in self.select)
        return selected and not any(_means(word, code) for word in self.ignore)


def _means(word: str, code: str) -> bool:
    return code.startswith(word.upper()) or rule_names().get(code) == word.lower()


@cache
def rule_names() -> dict[str, str]:
    """Every rule's name by its code."""
    rules = [module.rule for module in ROCK_RULES] + [module.rule for module in config_rules()]
    return {rule.code: rule.name for rule in rules}


def read_settings(given: object, before: Settings) -> tuple[Settings, list[str]]:
    """The settings after ``given``, and what is wrong with it.

    ``given`` is the section or an object that holds it (``{"kong-lsp": {…}}``); keys are
    taken as ``kong_version``, ``kongVersion`` or ``kong-version``. What is not there
    keeps its value; what is wrong is left out.
    """
    if given is None:
        return before, []
    if not isinstance(given, dict):
        return before, ["kong-lsp: the settings are not an object"]
    for key, value in given.items():
        if _plain(key) == SECTION and isinstance(value, dict):
            return read_settings(value, before)
    known = {_plain(item.name): item.name for item in fields(Settings)}
    complaints = []
    after = before
    for key, value in given.items():
        name = known.get(_plain(key))
        if _plain(key).partition(".")[0] in OF_THE_CLIENT:
            continue
        if name is None:
            near = get_close_matches(_plain(key), known, 1)
            hint = f", did you mean {known[near[0]]}?" if near else f"; known: {_listed(known)}"
            complaints.append(f"kong-lsp: unknown setting {key}{hint}")
        elif name == "kong_version":
            if isinstance(value, str) and (value == "auto" or releases.find(value) is not None):
                after = replace(after, kong_version=value)
            else:
                complaints.append(f'kong-lsp: kong_version is no Kong release or "auto": {value}')
        elif isinstance(value, list) and all(isinstance(word, str) for word in value):
            rules = tuple(value)
            after = (
                replace(after, select=rules) if name == "select" else replace(after, ignore=rules)
            )
            complaints += [
                f"kong-lsp: {name} names no rule: {word}"
                for word in value
                if not any(_means(word, code) for code in rule_names())
            ]
        else:
            complaints.append(f"kong-lsp: {name} is no list of rules: {value}")
    return after, complaints


def _plain(key: object) -> str:
    return str(key).lower().replace("-", "").replace("_", "")


def _listed(known: dict[str, str]) -> str:
    return ", ".join(known.values())
