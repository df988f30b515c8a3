"""Settings: which there are, where each comes from, and what holds for a file.

Three layers, later ones win key by key: the defaults; the nearest ``.kong-lsp.toml`` in a
file's own folder or above it; what the editor sends, or the options of the command line.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from posixpath import dirname
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


class Problem(NamedTuple):
    """What is wrong with a setting: ``keys`` lead to it, ``word`` is the part of a list.

    ``near`` is the key that was probably meant where ``unknown`` tells that there is no such.
    """

    keys: tuple[str, ...]
    message: str
    word: str = ""
    unknown: bool = False
    near: str = ""


class Layer(NamedTuple):
    """What one place says, by the names of ``KEYS``."""

    origin: str
    values: Mapping[str, Any]
    problems: tuple[Problem, ...] = ()


NOTHING = Layer("", {})


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


# --- one layer


def layer(given: object, origin: str, folder: str, before: Mapping[str, Any]) -> Layer:
    """Read what one place says; ``folder`` is what its paths are relative to.

    What is wrong is told, and what ``before`` had for it stays.
    """
    if not isinstance(given, dict):
        return Layer(origin, before, (Problem((), "the settings must be a table"),))
    known = {plain(key.name): key for key in KEYS}
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for keys, value in _flat(given):
        key = known.get(plain(".".join(keys)))
        if key is None:
            near = _near(plain(".".join(keys)), known)
            meant = known[near].name if near else ""
            hint = f"did you mean {meant}?" if meant else f"known: {', '.join(_names())}"
            told = f"there is no setting {'.'.join(keys)}; {hint}"
            problems.append(Problem(keys, told, "", True, meant))
            continue
        wrong = list(_wrong(key, keys, value, folder))
        if any(not each.word for each in wrong):
            problems += wrong
            if key.name in before:
                values[key.name] = before[key.name]
            continue
        problems += wrong
        values[key.name] = _taken(key, value, folder)
    return Layer(origin, values, tuple(problems))


def plain(key: object) -> str:
    """A key as it is compared: ``kongVersion``, ``kong-version`` and ``kong_version`` are one."""
    return str(key).lower().replace("-", "").replace("_", "")


def _flat(given: Mapping[Any, Any]) -> Iterable[tuple[tuple[str, ...], Any]]:
    for key, value in given.items():
        if plain(key) == "diagnostics" and isinstance(value, dict):
            for inner, held in value.items():
                yield (str(key), str(inner)), held
        else:
            yield (str(key),), value


def _names() -> list[str]:
    return [key.name for key in KEYS]


def _near(word: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, list(known), 1)), "")


def _wrong(key: Key, keys: tuple[str, ...], value: object, folder: str) -> Iterable[Problem]:
    name = key.name
    if key.kind == "release":
        from kong_lsp.kong import releases

        if not isinstance(value, str) or (value != "auto" and releases.find(value) is None):
            yield _must_be(keys, name, 'a release of Kong, such as "3.4", or "auto"', value)
    elif key.kind == "path":
        if not isinstance(value, str):
            yield _must_be(keys, name, "a path", value)
        elif value:
            from kong_lsp.plugin.kong_tree import folder_of

            if folder_of(_absolute(value, folder, glob=False)) is None:
                kong = "the folder of a Kong, with kong/meta.lua in it"
                yield _must_be(keys, name, kong, value)
    elif key.kind == "run":
        if value not in RUNS:
            yield _must_be(keys, name, '"onType" or "onSave"', value)
    elif key.kind in ("files", "folders", "names"):
        if not _is_words(value):
            yield _must_be(keys, name, f"a list of {key.kind}", value)
    elif key.kind == "rules":
        yield from _wrong_rules(name, keys, value)
    elif not isinstance(value, dict):
        yield _must_be(keys, name, f"a table of {key.kind}", value)
    elif key.kind == "rules by files":
        for glob, words in value.items():
            yield from _wrong_rules(name, (*keys, str(glob)), words)
    else:
        for word, level in value.items():
            yield from _wrong_rules(name, (*keys, str(word)), [str(word)])
            if level not in SEVERITIES:
                one = f"one of {', '.join(SEVERITIES)}"
                yield _must_be((*keys, str(word)), f"{name}.{word}", one, level)


def _must_be(keys: tuple[str, ...], name: str, what: str, value: object) -> Problem:
    import json

    shown = json.dumps(value, ensure_ascii=False, default=str)
    return Problem(keys, f'"{name}" must be {what}, not {shown}')


def _is_words(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) for word in value)


def _wrong_rules(name: str, keys: tuple[str, ...], value: object) -> Iterable[Problem]:
    if not isinstance(value, list) or not _is_words(value):
        yield _must_be(keys, name, 'a list of rules, such as ["KM", "rock-name"]', value)
        return
    for word in value:
        if not is_rule(word):
            near = near_rule(word)
            hint = f"; did you mean {near}?" if near else ""
            yield Problem(keys, f"there is no rule {word}{hint}", word, near=near)


def is_rule(word: str) -> bool:
    """Whether ``word`` means some rule."""
    return bool(word) and any(means(word, code) for code in rule_names())


def near_rule(word: str) -> str:
    """The name or code that was probably meant, else nothing."""
    names = rule_names()
    near = _near(word.lower(), [*names.values(), *(code.lower() for code in names)])
    return near.upper() if near.upper() in names else near


def _taken(key: Key, value: Any, folder: str) -> Any:
    if key.kind in ("rules", "names"):
        return tuple(value)
    if key.kind in ("files", "folders"):
        return tuple(_absolute(each, folder, glob=key.kind == "files") for each in value)
    if key.kind == "rules by files":
        return tuple(
            (_absolute(str(glob), folder, glob=True), tuple(words)) for glob, words in value.items()
        )
    if key.kind == "severities by rule":
        return tuple((str(word), level) for word, level in value.items())
    if key.kind == "path":
        return _absolute(value, folder, glob=False) if value else ""
    return value


def _absolute(path: str, folder: str, *, glob: bool) -> str:
    path = path.replace(os.sep, "/")
    if glob and "/" not in path.rstrip("/"):
        path = f"**/{path}"
    return os.path.normpath(os.path.join(folder, path)).replace(os.sep, "/")


# --- the file


def read_toml(text: str) -> tuple[dict[str, Any] | None, Problem | None]:
    """The tables of a settings file, or why it cannot be read (``word`` is ``LINE:COLUMN``)."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib  # type: ignore[import-not-found, unused-ignore]
    try:
        return tomllib.loads(text), None
    except RecursionError:
        return None, Problem((), "this is nested too deeply")
    except tomllib.TOMLDecodeError as error:
        place = re.search(r" \(at line (\d+), column (\d+)\)$", str(error))
        last = text.count("\n") + 1, len(text) - text.rfind("\n")
        where = f"{place[1]}:{place[2]}" if place else f"{last[0]}:{last[1]}"
        return None, Problem((), f"this is no TOML: {error}", where)


class Known:
    """What settings hold where. ``over`` is the layer over all files; ``text`` gives the text
    of a file by its path, open buffers first.

    A file that cannot be read any more keeps what it last said.
    """

    def __init__(self, over: Layer, text: Callable[[str], str | None]) -> None:
        self.over = over
        self._text = text
        self._above: dict[str, str | None] = {}
        self._files: dict[str, tuple[str, Layer]] = {}
        self._merged: dict[str | None, Settings] = {}

    def change(self, over: Layer | None = None) -> None:
        """Look at everything anew, on the next question."""
        if over is not None:
            self.over = over
        self._above.clear()
        self._merged.clear()

    def file_for(self, path: str) -> str | None:
        """The settings file that governs ``path``."""
        folder = dirname(path)
        if folder not in self._above:
            file = f"{folder}/{FILE}"
            if os.path.isfile(file):
                self._above[folder] = file
            elif dirname(folder) == folder:
                self._above[folder] = None
            else:
                self._above[folder] = self.file_for(folder)
        return self._above[folder]

    def files(self) -> list[str]:
        """The settings files that govern what was asked for."""
        return sorted({file for file in self._above.values() if file is not None})

    def of(self, path: str) -> Settings:
        """The settings for the file ``path``."""
        file = self.file_for(path)
        settings = self._merged.get(file)
        if settings is None:
            settings = DEFAULTS
            for each in ([] if file is None else [self.layer_of(file)]) + [self.over]:
                if each.values:
                    settings = settings._replace(
                        **{_attribute(name): value for name, value in each.values.items()}
                    )
            self._merged[file] = settings
        return settings

    def layer_of(self, file: str) -> Layer:
        """What a settings file says now."""
        text = self._text(file) or ""
        known = self._files.get(file)
        if known is None or known[0] != text or known[1].problems:  # what lacked may be there
            before = known[1].values if known is not None else {}
            given, problem = read_toml(text)
            if problem is not None:
                made = Layer(file, before, (problem,))
            else:
                made = layer(given, file, dirname(file), before)
            known = self._files[file] = text, made
        return known[1]

    def origins(self, path: str) -> list[tuple[Key, object, str]]:
        """Every setting for ``path``, its value, and where it comes from."""
        file = self.file_for(path)
        layers = [self.over, *([] if file is None else [self.layer_of(file)])]
        settings = self.of(path)
        found = []
        for key in KEYS:
            origin = next((each.origin for each in layers if key.name in each.values), "default")
            found.append((key, getattr(settings, _attribute(key.name)), origin))
        return found


def default(name: str) -> object:
    """What holds where nobody says anything."""
    return getattr(DEFAULTS, _attribute(name))


def _attribute(name: str) -> str:
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
