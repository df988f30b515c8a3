"""A new plugin in a folder: its files, and its line in the list of plugins there."""

from __future__ import annotations

import os
from posixpath import dirname

from kong_lsp.config import edits
from kong_lsp.features.rename import Refused, check_name
from kong_lsp.finding import Change, CreateFile, TextChange
from kong_lsp.kong import new_plugin as model
from kong_lsp.kong.releases import NEWEST, Release
from kong_lsp.rockspec.model import is_rockspec
from kong_lsp.settings import FILE
from kong_lsp.workspace.link import read
from kong_lsp.workspace.snapshot import Root, Snapshot

_LISTING = ("compose", "dotenv", "kong.conf")
_FIRST_CONF = (0, 9)
_ROCK = "kong-plugin-"


def new_plugin(snapshot: Snapshot, folder: str, name: str, release: Release) -> tuple[Change, ...]:
    """What makes the plugin ``name`` in ``folder`` (absolute, may be absent). Raises
    ``Refused`` where one of its files is there already, or the name is taken."""
    root = snapshot.root_of(f"{folder}/-")
    check_name(name, root)
    bare = name.removeprefix(_ROCK)
    if bare != name:
        raise Refused(f"{name} is how the rock of a plugin {bare} is called: take {bare}")
    if holds_rockspec(folder):
        raise Refused(f"{folder} holds a rockspec already: take another folder")
    wanted = {f"{folder}/{path}": text for path, text in model.files(name, release).items()}
    enabled = _enabled(snapshot, root, folder, name, release) if root is not None else None
    conf = f"{folder}/kong.conf"
    if enabled is None and release.number >= _FIRST_CONF and not os.path.lexists(conf):
        wanted[conf] = model.setting(name, release) + "\n"
    held = NEWEST if root is None else root.kong
    if release != held and not _has_settings(folder):
        wanted[f"{folder}/{FILE}"] = f'kong_version = "{release}"\n'
    readme = f"{folder}/README.md"
    if os.path.lexists(readme):
        del wanted[readme]
    for path in wanted:
        if os.path.lexists(path):
            raise Refused(f"{path} is there already")
    made = [CreateFile(path, text) for path, text in wanted.items()]
    return (*made, enabled) if enabled is not None else tuple(made)


def _has_settings(folder: str) -> bool:
    """Whether settings are made in ``folder`` or above it."""
    above = dirname(folder)
    return os.path.lexists(f"{folder}/{FILE}") or (above != folder and _has_settings(above))


def holds_rockspec(folder: str) -> bool:
    """Whether a rockspec is in ``folder`` itself."""
    try:
        return any(is_rockspec(name) for name in os.listdir(folder))
    except OSError:
        return False


def _enabled(
    snapshot: Snapshot, root: Root, folder: str, name: str, release: Release
) -> TextChange | None:
    """The edit that adds the plugin to the list that is nearest above ``folder``."""
    while folder.startswith(root.path):
        for config in sorted(root.configs, key=lambda each: each.kind):
            if dirname(config.path) != folder or config.kind not in _LISTING:
                continue
            text = snapshot.text(config.path)
            for enabled in config.enabled:
                if text is not None and read(enabled, release) and not enabled.templated:
                    made = edits.added(config, enabled, [name], text)
                    if made is not None:
                        return TextChange(config.path, made)
        folder = dirname(folder)
    return None
