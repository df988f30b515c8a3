"""Where settings come from, and what holds for a file.

Three layers, later ones win key by key: the defaults; the nearest ``.kong-lsp.toml`` in a
file's own folder or above it; what the editor sends, or the options of the command line.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from posixpath import dirname
from typing import Any, NamedTuple

from kong_lsp.settings import (
    DEFAULTS,
    FILE,
    KEYS,
    RUNS,
    SEVERITIES,
    Key,
    Settings,
    attribute,
    is_rule,
    near_rule,
    near_word,
)


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
            near = near_word(plain(".".join(keys)), known)
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
                        **{attribute(name): value for name, value in each.values.items()}
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
            found.append((key, getattr(settings, attribute(key.name)), origin))
        return found
