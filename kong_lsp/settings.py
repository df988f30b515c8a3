"""Settings: which there are, and what they mean for a finding."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple, TypedDict

from kong_lsp.finding import Finding, Severity
from kong_lsp.workspace.files import matches

FILE = ".kong-lsp.toml"
SEVERITIES = ("error", "warning", "information", "hint", "off")
RUNS = ("onType", "onSave")


class Key(NamedTuple):
    """One setting: its name, what it holds, its default as TOML, and what it does."""

    name: str
    kind: str
    default: str
    doc: str


KEYS = (
    Key(
        "kong_version",
        "release",
        '"auto"',
        'The release of Kong that the files are for, such as `"3.4"`. `"auto"` takes it from what '
        "the workspace says (dependencies, image tags, `_format_version`), else the newest.",
    ),
    Key(
        "kong_source",
        "path",
        '""',
        "A checkout of Kong, or the folder that it is installed in (`/usr/local`, or "
        "`/usr/local/share/lua/5.1/kong`), for a Kong newer than 3.9 or one that was changed: its "
        "plugins, their schemas and its version hold instead of those that kong-lsp knows. "
        "`kong_version` still wins where it is set.",
    ),
    Key(
        "plugins",
        "names",
        "[]",
        "Plugins that exist although neither Kong bundles them nor the folders hold them: "
        '`["my-company-auth"]`.',
    ),
    Key(
        "select",
        "rules",
        "[]",
        'Only these rules: codes, beginnings of codes or names (`["KM", "rock-name"]`). '
        "Empty means all.",
    ),
    Key("ignore", "rules", "[]", "Not these rules."),
    Key(
        "per-file-ignores",
        "rules by files",
        "{}",
        'Rules that are off in some files: `{ "vendor/*" = ["KP", "KM108"] }`.',
    ),
    Key(
        "severity",
        "severities by rule",
        "{}",
        "Another severity for a rule: `error`, `warning`, `information`, `hint`, or `off`.",
    ),
    Key(
        "exclude",
        "files",
        "[]",
        "Files and folders in which nothing is reported. Folders are not looked into either: name "
        "one in `roots` if its plugins are to count as known.",
    ),
    Key(
        "roots",
        "folders",
        "[]",
        "Further folders to read, relative to the file that says so: their plugins count as known.",
    ),
    Key(
        "diagnostics.run",
        "run",
        '"onType"',
        "When an editor is told of findings: `onType`, or only `onSave`.",
    ),
)
"""Every setting, in the order of the documentation."""


class OfKong(TypedDict):
    """What ``Workspace.configure`` takes."""

    kong_version: str
    kong_source: str
    plugins: tuple[str, ...]


class Settings(NamedTuple):
    """What holds for a file. Globs, folders and ``kong_source`` are absolute, with ``/``."""

    kong_version: str = "auto"
    kong_source: str = ""
    plugins: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    severity: tuple[tuple[str, str], ...] = ()
    exclude: tuple[str, ...] = ()
    roots: tuple[str, ...] = ()
    run: str = "onType"

    @property
    def of_kong(self) -> OfKong:
        """What says which Kong the files are for, and its plugins."""
        return {
            "kong_version": self.kong_version,
            "kong_source": self.kong_source,
            "plugins": self.plugins,
        }

    def wants(self, code: str, path: str = "") -> bool:
        """Whether findings of a rule (in the file ``path``) are to be shown."""
        if self.select and not any(means(word, code) for word in self.select):
            return False
        if any(means(word, code) for word in self.ignore):
            return False
        if any(means(word, code) and level == "off" for word, level in self.severity):
            return False
        return not any(
            matches(glob, path) and any(means(word, code) for word in words)
            for glob, words in self.per_file_ignores
        )

    def excluded(self, path: str) -> bool:
        """Whether nothing is to be reported in the file ``path``."""
        return any(matches(glob, path) for glob in self.exclude)

    def judge(self, finding: Finding) -> Finding | None:
        """The finding as it is to be shown, None where it is not."""
        if self is DEFAULTS:
            return finding
        if self.excluded(finding.path) or not self.wants(finding.code, finding.path):
            return None
        # The longest word is the one that says most exactly which rule it means.
        levels = [(len(word), level) for word, level in self.severity if means(word, finding.code)]
        if not levels:
            return finding
        return finding._replace(severity=Severity[max(levels)[1].upper()])


DEFAULTS = Settings()


def means(word: str, code: str) -> bool:
    """Whether a code, the beginning of one, or a name means the rule ``code``."""
    if _CODE.fullmatch(word):
        return code.startswith(word.upper())
    return rule_names().get(code) == word.lower()


_CODE = re.compile("[Kk](?:[A-Za-z][0-9]{0,3})?")


@lru_cache(maxsize=1)
def rule_names() -> dict[str, str]:
    """Every rule's name by its code."""
    from kong_lsp.rules import all_rules

    return {module.rule.code: module.rule.name for module in all_rules()}


def near_word(word: str, known: Iterable[str]) -> str:
    """The one of ``known`` that was probably meant, else nothing."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, list(known), 1)), "")


def is_rule(word: str) -> bool:
    """Whether ``word`` means some rule."""
    return bool(word) and any(means(word, code) for code in rule_names())


def near_rule(word: str) -> str:
    """The name or code that was probably meant, else nothing."""
    names = rule_names()
    near = near_word(word.lower(), [*names.values(), *(code.lower() for code in names)])
    return near.upper() if near.upper() in names else near


def default(name: str) -> object:
    """What holds where nobody says anything."""
    return getattr(DEFAULTS, attribute(name))


def attribute(name: str) -> str:
    """The field of ``Settings`` that holds the setting ``name``."""
    return "run" if name == "diagnostics.run" else name.replace("-", "_")


# --- the schema of the file


def schema() -> dict[str, Any]:
    """The JSON schema of ``.kong-lsp.toml``."""
    from kong_lsp.kong.releases import RELEASES

    word = {"type": "string"}
    words = {"type": "array", "items": word, "uniqueItems": True}
    rule = {
        "anyOf": [
            {"enum": [*rule_names(), *rule_names().values()]},
            {"type": "string", "pattern": f"^{_CODE.pattern}$"},
        ]
    }
    rules = {"type": "array", "items": rule, "uniqueItems": True}
    kinds: dict[str, dict[str, Any]] = {
        "release": {"enum": ["auto", *(release.name for release in RELEASES)]},
        "path": word,
        "rules": rules,
        "rules by files": {"type": "object", "additionalProperties": rules},
        "severities by rule": {
            "type": "object",
            "propertyNames": rule,
            "additionalProperties": {"enum": list(SEVERITIES)},
        },
        "files": words,
        "folders": words,
        "names": words,
        "run": {"enum": list(RUNS)},
    }
    properties: dict[str, Any] = {}
    for key in KEYS:
        told = {"description": key.doc, **kinds[key.kind]}
        group, dot, inner = key.name.partition(".")
        if dot:
            held = properties.setdefault(
                group, {"type": "object", "properties": {}, "additionalProperties": False}
            )
            held["properties"][inner] = told
        else:
            properties[group] = told
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": FILE,
        "description": "Settings of kong-lsp for the files below this one.",
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }
