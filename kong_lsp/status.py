"""What kong-lsp sees: folders, rocks, plugins with their modules, configuration, settings."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from kong_lsp.kong import modules as kong_modules
from kong_lsp.report import counted, relative
from kong_lsp.settings import KEYS
from kong_lsp.settings_layers import NOTHING, Known
from kong_lsp.workspace import files
from kong_lsp.workspace.snapshot import PluginTree, Rock, Root, Snapshot

if TYPE_CHECKING:
    from kong_lsp.config.model import Config

Json = dict[str, Any]

_WHY = {
    "template": "a template that a rockspec is made from",
    "old": "an old release: a newer one is kept beside it",
    "laid-out": "a Dockerfile lays the tree out anew",
    "foreign": "something that is not known installs its modules",
    "unknown": "its folder was not read",
}
_SAID = {
    "settings": "as the settings say",
    "the files": "as the files say",
    "nothing": "the newest: no file says which",
}


def status(snapshot: Snapshot, folder: str | None) -> Json:
    """Everything, as JSON; paths are relative to ``folder``, or where that is None to the
    root that they are in, whose own path is whole."""
    return {"roots": [_root(root, folder) for root in snapshot.roots]}


def _root(root: Root, seen_from: str | None) -> Json:
    folder = root.path if seen_from is None else seen_from
    return {
        "path": root.path if seen_from is None else relative(root.path, folder),
        "kong": root.kong.name,
        "kongFrom": _said_by(root),
        "read": root.active,
        "rocks": [_rock(rock, folder) for rock in root.rocks],
        "plugins": [_plugin(root, tree, folder) for tree in root.plugins],
        "configurations": [_config(config, folder) for config in root.configs],
    }


def _said_by(root: Root) -> str:
    if root.asked is not None:
        return "settings"
    return "nothing" if root.guessed else "the files"


def _rock(rock: Rock, folder: str) -> Json:
    return {
        "path": relative(rock.path, folder),
        "package": rock.rockspec.package.value if rock.rockspec.package else None,
        "version": rock.rockspec.version.value if rock.rockspec.version else None,
        "modules": len(rock.listed),
        "plugins": [tree.name for tree in rock.plugins],
        "held": rock.held,
        "notHeld": _WHY[rock.not_held] if rock.not_held else None,
    }


def _plugin(root: Root, tree: PluginTree, folder: str) -> Json:
    rocks = [
        rock
        for rock in root.rocks
        if rock.held and any(own.name == tree.name for own in rock.plugins)
    ]
    needs = {
        module.tail: module.need
        for module in kong_modules.table(root.kong)
        if "*" not in module.tail
    }
    mandatory = [tail for tail, need in needs.items() if need == "mandatory"]
    found = []
    for tail in dict.fromkeys((*mandatory, *sorted(tree.modules))):
        name = f"{tree.key_prefix}.{tail}"
        path = tree.modules.get(tail)
        requirers = root.requirers.get(name, ())
        # `x.init` and `x` are one file: the name that is listed or required stands for both.
        twin = tail.removesuffix(".init")
        if twin != tail and twin in tree.modules and tree.modules[twin] == path:
            continue
        found.append(
            {
                "module": name,
                "kong": needs.get(tail),
                "path": None if path is None else relative(path, folder),
                "listed": [
                    relative(rock.path, folder)
                    for rock in rocks
                    if name in rock.provides or rock.detected
                ],
                "requiredBy": sorted({relative(each.path, folder) for each in requirers}),
            }
        )
    return {"name": tree.name, "folder": relative(tree.folder, folder), "modules": found}


def _config(config: Config, folder: str) -> Json:
    used = dict.fromkeys(use.name for use in config.uses if not use.templated)
    inside: Json = {} if config.inside is None else {"inside": config.name}
    return {
        "path": relative(config.path, folder),
        **inside,
        "kind": config.kind,
        "enabled": [
            {
                "setting": each.written,
                "plugins": [*each.implied, *(item.text for item in each.items)],
            }
            for each in config.enabled
        ],
        "uses": list(used),
    }


def text(told: Json) -> str:
    """The same for people."""
    return "\n".join(_lines(told)) + "\n"


def _lines(told: Json) -> Iterator[str]:
    for root in told["roots"]:
        yield f"{root['path']}: Kong {root['kong']}, {_SAID[root['kongFrom']]}"
        if not root["read"]:
            yield "  not read: nothing of ours is in it"
        for rock in root["rocks"]:
            held = f"; not held to the files: {rock['notHeld']}" if rock["notHeld"] else ""
            ships = f", packages {', '.join(rock['plugins'])}" if rock["plugins"] else ""
            yield f"  rock {rock['path']}: {counted(rock['modules'], 'module')}{ships}{held}"
        for plugin in root["plugins"]:
            yield f"  plugin {plugin['name']} in {plugin['folder']}"
            rows = [("module", "Kong needs it", "on disk", "listed", "required by")]
            rows += [
                (
                    module["module"],
                    module["kong"] or "",
                    "yes" if module["path"] else "no",
                    "yes" if module["listed"] else "no",
                    ", ".join(module["requiredBy"]),
                )
                for module in plugin["modules"]
            ]
            yield from (f"    {line}" for line in table(rows))
        for config in root["configurations"]:
            inside = f", {config['inside']}" if "inside" in config else ""
            yield f"  configuration {config['path']}{inside} ({config['kind']})"
            for each in config["enabled"]:
                yield f"    {each['setting']}: {', '.join(each['plugins'])}"
            if config["uses"]:
                yield f"    uses {', '.join(config['uses'])}"


def table(rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """Rows with their columns below each other."""
    rows = list(rows)
    wide = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(w) for cell, w in zip(row, wide, strict=True)).rstrip()


class Shown(NamedTuple):
    """The value of a setting and where it comes from."""

    value: object
    origin: str


class Told(NamedTuple):
    """All settings by name, and what is wrong with the files that they come from."""

    values: Mapping[str, Shown]
    complaints: tuple[str, ...]


def settings(path: str, folder: str, known: Known | None = None) -> Told:
    """The settings for a file, or for the files of a folder."""
    full = os.path.abspath(path).replace(os.sep, "/")
    if os.path.isdir(full):
        full = f"{full}/x"
    if known is None:
        known = Known(NOTHING, lambda file: files.read(file)[0])
    values = {}
    for key, value, origin in known.origins(full):
        shown = relative(origin, folder) if origin.startswith("/") else origin
        if isinstance(value, tuple) and key.kind in ("rules by files", "severities by rule"):
            value = dict(value)
        values[key.name] = Shown(value, shown)
    file = known.file_for(full)
    problems = known.layer_of(file).problems if file is not None else ()
    named = relative(file, folder) if file is not None else ""
    return Told(values, tuple(f"{named}: {problem.message}" for problem in problems))


def settings_text(told: Told) -> str:
    """The settings as TOML, each with where it comes from."""
    import json

    rows = []
    for key in KEYS:
        value, origin = told.values[key.name]
        if isinstance(value, dict):
            pairs = (
                f"{json.dumps(name)} = {json.dumps(held, ensure_ascii=False)}"
                for name, held in value.items()
            )
            shown = f"{{ {', '.join(pairs)} }}" if value else "{}"
        else:
            shown = json.dumps(value, ensure_ascii=False)
        rows.append((f"{key.name} = {shown}", f"# {origin}"))
    return "\n".join(table(rows)) + "\n"
