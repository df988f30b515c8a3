"""Files in a temporary folder, what is found in them, and fixes applied to them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from tempfile import TemporaryDirectory

from kong_lsp.analysis import analyze_config, analyze_plugin, analyze_rock
from kong_lsp.config.model import Config
from kong_lsp.finding import Change, CreateFile, Finding, Fix, RenameFile, TextChange
from kong_lsp.judging import judged, of_settings
from kong_lsp.settings import FILE
from kong_lsp.settings_layers import NOTHING, Known
from kong_lsp.text import apply_edits
from kong_lsp.workspace.snapshot import Rock, Snapshot
from kong_lsp.workspace.sources import PluginSource
from kong_lsp.workspace.workspace import Workspace

Files = Mapping[str, str]


def findings(files: Files, kong_version: str = "auto") -> list[Finding]:
    """All findings of a workspace that holds these files, by path and place; all paths in
    them are relative. A rule that fails is an error."""
    with TemporaryDirectory() as folder:
        root = os.path.realpath(folder).replace(os.sep, "/")
        workspace = Workspace()
        write(root, files)
        workspace.configure(kong_version=kong_version)
        workspace.add_root(root, whole=True)
        seen = workspace.snapshot()
        found = analyze(seen)
        known = Known(NOTHING, seen.text)
        shown = []
        for path in sorted({*found, *(f"{root}/{name}" for name in files)}):
            shown += judged(path, seen.text(path), found.get(path, ()), known.of(path))
            if path.endswith(FILE):
                text = seen.text(path) or ""
                shown += of_settings(path, text, known.layer_of(path), known.of(path))
        return [relative(each, root) for each in shown]


def analyze(snapshot: Snapshot) -> dict[str, list[Finding]]:
    """What is wrong with all rocks, plugins and configuration files: per file that has findings,
    by place and code. A rule that fails is an error."""
    found: dict[Finding, None] = {}
    for rock in snapshot.rocks():
        found.update(dict.fromkeys(analyze_rock(snapshot, rock, _failed)))
    for plugin in snapshot.plugin_sources():
        found.update(dict.fromkeys(analyze_plugin(snapshot, plugin, _failed)))
    for config in snapshot.configs():
        found.update(dict.fromkeys(analyze_config(snapshot, config, _failed)))
    by_path: dict[str, list[Finding]] = {}
    for each in sorted(found, key=lambda each: (each.path, each.span, each.code, each.message)):
        by_path.setdefault(each.path, []).append(each)
    return by_path


def snapshot(root: str, files: Files, kong_version: str = "auto") -> Snapshot:
    """Write the files below ``root``, and take a snapshot of it."""
    write(root, files)
    workspace = Workspace()
    workspace.configure(kong_version=kong_version)
    workspace.add_root(root, whole=True)
    return workspace.snapshot()


def write(root: str, files: Files) -> None:
    """Write the files below ``root``, line ends as they are."""
    for path, text in files.items():
        full = f"{root}/{path}"
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
            file.write(text)


def apply(files: Files, fix: Fix) -> dict[str, str]:
    """The files after a fix, whose paths are relative."""
    changed = dict(files)
    for change in fix.changes:
        match change:
            case TextChange(path, edits):
                changed[path] = apply_edits(changed[path], edits)
            case CreateFile(path, text):
                assert path not in changed, f"{path} is there already"
                changed[path] = text
            case RenameFile(old, new):
                assert new not in changed, f"{new} is there already"
                changed[new] = changed.pop(old)
    return changed


def relative(finding: Finding, root: str) -> Finding:
    """The finding with all its paths relative to ``root``."""

    def inner(path: str) -> str:
        return path.removeprefix(root + "/")

    fixes = []
    for fix in finding.fixes:
        changes: list[Change] = []
        for change in fix.changes:
            match change:
                case RenameFile(old, new):
                    changes.append(RenameFile(inner(old), inner(new)))
                case TextChange() | CreateFile():
                    changes.append(change._replace(path=inner(change.path)))
        fixes.append(fix._replace(changes=tuple(changes)))
    related = tuple(each._replace(path=inner(each.path)) for each in finding.related)
    return finding._replace(path=inner(finding.path), related=related, fixes=tuple(fixes))


def _failed(code: str, subject: Rock | PluginSource | Config, error: Exception) -> None:
    raise AssertionError(f"{code} failed on {subject.path}") from error
