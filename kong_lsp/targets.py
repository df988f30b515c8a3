"""What the command line was told to check, as a workspace and the rocks in it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

from kong_lsp.analysis import analyze_config, analyze_plugin, analyze_rock
from kong_lsp.config.sniff import form_of
from kong_lsp.finding import Finding
from kong_lsp.judging import judged, of_settings
from kong_lsp.rockspec.model import is_rockspec
from kong_lsp.settings_layers import NOTHING, Known, Layer
from kong_lsp.workspace import files
from kong_lsp.workspace.snapshot import Flaw, Rock, Snapshot
from kong_lsp.workspace.survey import SPEC_FOLDERS
from kong_lsp.workspace.workspace import Workspace, project_of

if TYPE_CHECKING:
    from kong_lsp.config.model import Config
    from kong_lsp.workspace.sources import PluginSource


class Unusable(Exception):
    """What was asked for cannot be checked; each argument is a line that says why."""


@dataclass(slots=True)
class Targets:
    """Files and folders (absolute, with ``/``) in a workspace that holds them all.

    ``complaints`` are for standard error; ``failed`` tells that something that was asked
    for could not be read.
    """

    workspace: Workspace
    settings: Known
    paths: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    failed: bool = False

    def rocks(self, snapshot: Snapshot) -> list[Rock]:
        """The rocks that the targets belong to, or that lie below them."""
        return [
            rock for rock in snapshot.rocks() if any(concerns(rock, path) for path in self.paths)
        ]

    def plugins(self, snapshot: Snapshot) -> list[PluginSource]:
        """The plugins that the targets belong to, or that lie below them."""
        packaged = {
            (tree.name, tree.folder) for rock in self.rocks(snapshot) for tree in rock.plugins
        }
        return [
            plugin
            for plugin in snapshot.plugin_sources()
            if (plugin.tree.name, plugin.tree.folder) in packaged
            or any(
                file == path or file.startswith(path + "/")
                for path in self.paths
                for file in plugin.tree.modules.values()
            )
        ]

    def configs(self, snapshot: Snapshot) -> list[Config]:
        """The configuration files that are targets, or lie below them."""
        return [
            config
            for config in snapshot.configs()
            if any(config.path == path or config.path.startswith(path + "/") for path in self.paths)
        ]

    def findings(self, snapshot: Snapshot) -> list[Finding]:
        """What is wrong with these rocks, plugins and configuration files, by path and place."""
        found = {
            finding: None
            for rock in filter(self._judged, self.rocks(snapshot))
            for finding in analyze_rock(snapshot, rock, self._rule_failed)
        }
        for plugin in filter(self._judged, self.plugins(snapshot)):
            found.update(dict.fromkeys(analyze_plugin(snapshot, plugin, self._rule_failed)))
        for config in filter(self._judged, self.configs(snapshot)):
            found.update(dict.fromkeys(analyze_config(snapshot, config, self._rule_failed)))
        by_path: dict[str, list[Finding]] = {
            path: [] for path in self._with_comments(snapshot) if self._asked(path)
        }
        for finding in sorted(found, key=by_place):
            by_path.setdefault(finding.path, []).append(finding)
        judgements = [
            judged(path, snapshot.text(path), by_path[path], self.settings.of(path))
            for path in sorted(by_path)
        ]
        judgements += self._of_settings(snapshot)
        return sorted(chain.from_iterable(judgements), key=by_place)

    def _judged(self, subject: Rock | PluginSource | Config) -> bool:
        return not self.settings.of(subject.path).excluded(subject.path)

    def _asked(self, path: str) -> bool:
        return any(path == each or path.startswith(each + "/") for each in self.paths)

    def _with_comments(self, snapshot: Snapshot) -> Iterator[str]:
        """The files in which a comment may switch a rule off."""
        for root in snapshot.roots:
            yield from (path for path, file in root.lua.items() if file.suppresses)
        yield from (rock.path for rock in snapshot.rocks())
        yield from (config.path for config in snapshot.configs())

    def _of_settings(self, snapshot: Snapshot) -> Iterator[list[Finding]]:
        """What is wrong with the settings files that were asked for by way of what they govern."""
        for file in self.settings.files():
            text = snapshot.text(file) or ""
            layer = self.settings.layer_of(file)
            if layer.problems:
                yield of_settings(file, text, layer, self.settings.of(file))

    def _rule_failed(
        self, code: str, subject: Rock | PluginSource | Config, error: Exception
    ) -> None:
        self.failed = True
        shown = os.path.relpath(subject.path)
        self.complaints.append(
            f"{shown}: {code} failed ({type(error).__name__}: {error}): please report this"
        )


def concerns(rock: Rock, path: str) -> bool:
    """Whether ``rock`` lies at or below ``path``, or packages what does."""

    def at(other: str) -> bool:
        return other == path or other.startswith(path + "/")

    return (
        at(rock.path)
        or any(map(at, rock.files))
        or any(at(file) for plugin in rock.plugins for file in plugin.modules.values())
    )


def by_place(finding: Finding) -> tuple[str, int, int, str, str]:
    """The order in which findings are told."""
    return finding.path, *finding.span, finding.code, finding.message


def gather(
    paths: Sequence[str],
    over: Layer = NOTHING,
    *,
    stdin_path: str | None = None,
    stdin: str | None = None,
) -> Targets:
    """The workspace for ``paths``, the current folder if there are none.

    ``over`` are settings that hold for all files. ``stdin`` is the text of the file
    ``stdin_path``, which need not exist. Raises ``Unusable`` if no path can be checked.
    """
    complaints: list[str] = []
    workspace = Workspace(complaints.append)
    typed = {absolute(stdin_path): stdin} if stdin_path is not None else {}
    settings = Known(over, lambda path: typed.get(path) or files.read(path)[0])
    targets = Targets(workspace, settings, complaints=complaints)
    if stdin_path is not None and stdin is not None:
        path = absolute(stdin_path)
        _refuse_other(path, stdin_path)
        _add_root(targets, _root_of_file(path))
        targets.workspace.open(path, stdin)
        targets.paths.append(path)
    if stdin_path is None or paths:
        for given in paths or ["."]:
            try:
                _add(targets, given)
            except Unusable as error:
                complaints += error.args
                targets.failed = True
    if not targets.paths:
        raise Unusable(*complaints)
    _settle(targets)
    _tell_flaws(targets)
    return targets


def _add_root(targets: Targets, root: str) -> None:
    exclude = targets.settings.of(f"{root}/x").exclude
    targets.workspace.add_root(root, whole=True, exclude=exclude)


def _settle(targets: Targets) -> None:
    """Let the settings of each root have their effect on what is read."""
    workspace = targets.workspace
    further = []
    for root in workspace.roots:
        for folder in targets.settings.of(f"{root}/x").roots:
            if os.path.isdir(folder):
                further.append(folder)
            else:
                targets.complaints.append(f"{folder}: a root that is no folder")
    workspace.read_further(further)
    for root in workspace.roots:
        workspace.configure(**targets.settings.of(f"{root}/x").of_kong, root=root)


def absolute(path: str) -> str:
    """The absolute path with ``/``; links are resolved in its folders, not in its name."""
    if os.path.isdir(path):
        full = os.path.realpath(path)
    else:
        folder, name = os.path.split(os.path.abspath(path))
        full = os.path.join(os.path.realpath(folder), name)
    return full.replace(os.sep, "/")


def _refuse_other(path: str, given: str) -> None:
    if not is_rockspec(path) and not path.endswith(".lua") and form_of(path, any_json=True) is None:
        raise Unusable(f"{given}: neither a rockspec, a Lua file, nor a configuration of Kong's")


def _add(targets: Targets, given: str) -> None:
    if not os.path.exists(given):
        if os.path.islink(given):
            raise Unusable(f"{given}: a link to {os.readlink(given)}, which does not exist")
        hint = "; what comes on standard input needs --stdin-filename" if given == "-" else ""
        raise Unusable(f"{given}: no such file or folder{hint}")
    path = absolute(given)
    if os.path.isdir(given):
        if is_rockspec(path):
            raise Unusable(f"{given}: a folder, not a rockspec")
        _add_folder(targets, given, path)
        return
    _refuse_other(path, given)
    if not os.path.isfile(given):
        raise Unusable(f"{given}: not a regular file")
    text, kind, detail = files.read(path)
    if text is None and kind:
        raise Unusable(describe(Flaw(given, kind, detail)))
    workspace = targets.workspace
    _add_root(targets, _root_of_file(path))
    if is_rockspec(path) and workspace.snapshot().rock_at(path) is None:
        _add_root(targets, os.path.dirname(path))
    if text is not None and path.endswith(".json") and form_of(path) is None:
        workspace.open(path, text)
    targets.paths.append(path)


def _add_folder(targets: Targets, given: str, path: str) -> None:
    if not files.may_walk(path):
        raise Unusable(f"{given}: too large a folder to work in; name one inside it")
    if not os.access(path, os.R_OK | os.X_OK):
        raise Unusable(f"{given}: permission denied")
    workspace = targets.workspace
    root = path
    if os.path.basename(path).lower() in SPEC_FOLDERS:
        root = _root_of_file(f"{path}/x")
    _add_root(targets, root)
    targets.paths.append(path)
    if not targets.rocks(workspace.snapshot()):
        above = _root_of_file(f"{path}/x")
        if above != root:
            workspace.remove_root(root)
            _add_root(targets, above)


def _root_of_file(path: str) -> str:
    """The folder to work in for one file: what is under version control together, else
    the nearest folder above that has a rockspec, else the one that holds ``kong/plugins``,
    else its own."""
    project = project_of(path)
    if os.path.exists(f"{project}/.git"):
        return project
    folder = os.path.dirname(path)
    while files.may_walk(folder):
        for place in ("", *SPEC_FOLDERS):
            try:
                names = os.listdir(f"{folder}/{place}")
            except OSError:
                continue
            if any(map(is_rockspec, names)):
                named_for_them = os.path.basename(folder).lower() in SPEC_FOLDERS
                return os.path.dirname(folder) if named_for_them else folder
        folder = os.path.dirname(folder)
    holder, layout, _ = path.rpartition("/kong/plugins/")
    return holder if layout and files.may_walk(holder) else project


def _tell_flaws(targets: Targets) -> None:
    snapshot = targets.workspace.snapshot()
    flaws = [
        flaw
        for root in snapshot.roots
        for flaw in root.flaws
        if any(flaw.path == path or flaw.path.startswith(path + "/") for path in targets.paths)
    ]
    folder = os.getcwd()
    targets.complaints += _described(flaws, folder)
    if not (targets.rocks(snapshot) or targets.plugins(snapshot) or targets.configs(snapshot)):
        if any(flaw.kind != "encoding" for flaw in flaws):
            targets.failed = True
        else:
            shown = ", ".join(os.path.relpath(path, folder) for path in targets.paths)
            targets.complaints.append(
                f"{shown}: no rockspec, no plugin and no configuration of Kong's there"
            )


def _described(flaws: Iterable[Flaw], folder: str) -> list[str]:
    return [describe(flaw._replace(path=os.path.relpath(flaw.path, folder))) for flaw in flaws]


def describe(flaw: Flaw) -> str:
    """What is the matter with a file, in one line."""
    end = {
        "encoding": "; read all the same",
        "huge": ": not read",
        "folder": "",
        "unreadable": ": not read",
    }[flaw.kind]
    return f"{flaw.path}: {flaw.detail}{end}"
