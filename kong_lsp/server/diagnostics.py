"""Findings, kept up to date, and the client told of them: once, by one publisher.

Each rock and each configuration file has its own findings. What a keystroke changes is looked at first and told at
once; the others of the workspace, whose findings could depend on it, follow in
slices that let other messages in between.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from lsprotocol import types

from kong_lsp.analysis import analyze_config, analyze_plugin, analyze_rock, prepare_config
from kong_lsp.finding import SUPPRESSION, Finding
from kong_lsp.judging import judged, of_settings
from kong_lsp.rules.rule import page_url
from kong_lsp.server.changes import fix_data
from kong_lsp.server.convert import Json, path_of
from kong_lsp.server.garbage import garbage_uncollected
from kong_lsp.text import Edit, Span
from kong_lsp.workspace.snapshot import Rock, Snapshot
from kong_lsp.workspace.sources import PluginSource

if TYPE_CHECKING:
    from kong_lsp.config.model import Config
    from kong_lsp.server.app import Server
    from kong_lsp.server.session import Session

Subject: TypeAlias = "Rock | PluginSource | Config"

SLICE = 0.005
"""Seconds after which other messages are let in."""

ABSENCE = frozenset("KR005 KR011 KM102 KM103 KM104 KM105 KM112 KM114 KM115".split())
"""Rules that miss something. They are silent on a text that does not parse, where nothing
can be said to be absent; what they said before stays, or it would flicker at every quote."""

TAGS = {"unnecessary": 1, "deprecated": 2}


@dataclass(slots=True)
class Known:
    """The findings of one rock or configuration file, and of what they were found.

    ``around`` is what the rules look at besides the subject; ``missing`` are the findings of
    absence of its last text that parsed. ``commented`` tells that a comment in the subject, which
    is not open, may switch rules off.
    """

    subject: Subject
    around: tuple[object, ...]
    others: tuple[object, ...]
    findings: tuple[Finding, ...]
    missing: tuple[Finding, ...]
    commented: bool = False


@dataclass(slots=True)
class Shown:
    """What the client was told, or would be, of one file."""

    findings: tuple[Finding, ...] = ()
    items: list[Json] = field(default_factory=list)
    result: int = 0


class Diagnostics:
    """The findings of every file of a session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[str, Known] = {}
        self._shown: dict[str, Shown] = {}
        self._touched: set[str] = set()
        self._opened: set[str] = set()
        self._stale = False
        self._task: asyncio.Task[None] | None = None
        self._results = 0
        self._refreshing = False
        self._state = object()
        self._commented: dict[str, tuple[object, frozenset[str]]] = {}
        self.unsaved: set[str] = set()

    # --- what makes findings stale

    def edited(self, path: str, edits: Iterable[Edit]) -> None:
        """The text of an open document has changed."""
        known = self._known.get(path)
        if known is not None and known.missing:
            for edit in edits:
                known.missing = tuple(_moved(finding, path, edit) for finding in known.missing)
        if self._session.settings.of(path).run == "onSave":
            self.unsaved.add(path)
            self._touched.add(path)
        else:
            self.touch(path)

    def saved(self, path: str) -> None:
        """A file was saved: those who want to be told then are told."""
        self.unsaved.discard(path)
        self.touch(path)

    def settings_changed(self) -> None:
        """Other settings hold: everything is to be judged again."""
        self._state = object()
        settings = self._session.settings
        self.unsaved = {path for path in self.unsaved if settings.of(path).run == "onSave"}

    def opened(self, path: str) -> None:
        """A document was opened: the client is told of it even if there is nothing."""
        self._opened.add(path)
        self.touch(path)

    def closed(self, path: str) -> None:
        """A document was closed: what the disk says is told."""
        self.unsaved.discard(path)
        self.touch(path)

    def touch(self, *paths: str) -> None:
        """The findings may have changed, and positions in these files."""
        self._touched.update(paths)
        self._stale = True
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._refresh())

    async def settled(self) -> None:
        """Wait until the findings are those of the newest text."""
        while self._task is not None and not self._task.done():
            await asyncio.shield(self._task)

    # --- what is known

    def findings(self, path: str) -> tuple[Finding, ...]:
        """The findings in one file, in the order of their places."""
        return self._shown[path].findings if path in self._shown else ()

    def of_subject(self, path: str) -> tuple[Finding, ...]:
        """The findings of the rock, plugin or configuration file at ``path``, in whatever file."""
        return self._known[path].findings if path in self._known else ()

    def items(self, path: str) -> Shown:
        """What is to be told of one file."""
        return self._shown.get(path) or Shown()

    def paths(self) -> list[str]:
        """The files of which there was anything to tell."""
        return sorted(self._shown)

    # --- work

    async def _refresh(self) -> None:
        started = time.perf_counter()
        while self._stale:
            self._stale = False
            snapshot = self._session.snapshot()
            with garbage_uncollected():
                for _ in self._analyze(snapshot):
                    if time.perf_counter() - started > SLICE:
                        await asyncio.sleep(0)
                        started = time.perf_counter()
                    if self._stale:
                        break
                else:
                    self._tell(snapshot)

    def _analyze(self, snapshot: Snapshot) -> Iterator[None]:
        """Bring all findings up to date, those of what has changed first."""
        now: dict[str, tuple[Subject, tuple[object, ...], tuple[object, ...]]] = {}
        everywhere = tuple(
            each for root in snapshot.roots for each in (root.listing, root.modules, *root.rocks)
        )
        configs = tuple(each for root in snapshot.roots for each in root.configs)
        for root in snapshot.roots:
            if root.path in self._session.workspace.further:
                continue
            around: tuple[object, ...] = (
                root.listing,
                root.lua,
                root.modules,
                root.plugins,
                root.kong,
                root.guessed,
                root.elsewhere,
                self._state,
            )
            others = (*everywhere, *root.configs)
            for rock in root.rocks:
                now[rock.path] = rock, around, others
            asked = tuple(each for rock in root.rocks for each in _of_a_rock(rock))
            for plugin in root.plugin_sources:
                now[plugin.path] = plugin, around, asked
            for config in root.configs:
                if config.inside is not None:
                    continue
                now[config.path] = config, around, (*everywhere, *configs, root.schemas)
        for path in self._known.keys() - now.keys():
            del self._known[path]
        later = []
        for path, (subject, around, beside) in now.items():
            known = self._known.get(path)
            if known is None or known.subject is not subject or not _same(known.around, around):
                if not isinstance(subject, (Rock, PluginSource)):
                    yield from prepare_config(snapshot, subject)
                self._analyze_one(snapshot, subject, around, beside)
                yield
            elif not _same(known.others, beside):
                later.append((subject, around, beside))
        if later:
            self._tell(snapshot)
            for subject, around, beside in later:
                self._analyze_one(snapshot, subject, around, beside)
                yield

    def _analyze_one(
        self,
        snapshot: Snapshot,
        subject: Subject,
        around: tuple[object, ...],
        others: tuple[object, ...],
    ) -> None:
        path = subject.path
        if self._session.settings.of(path).excluded(path):
            self._known[path] = Known(subject, around, others, (), ())
            return
        if isinstance(subject, Rock):
            found = self._session.wanted(analyze_rock(snapshot, subject))
            found, missing = self._steadied(subject, found)
        elif isinstance(subject, PluginSource):
            found, missing = self._session.wanted(analyze_plugin(snapshot, subject)), ()
        else:
            found, missing = self._session.wanted(analyze_config(snapshot, subject)), ()
        commented = (
            not isinstance(subject, PluginSource)
            and path not in self._session.documents.opened
            and SUPPRESSION in (snapshot.text(path) or "")
        )
        self._known[path] = Known(subject, around, others, found, missing, commented)

    def _steadied(
        self, rock: Rock, found: tuple[Finding, ...]
    ) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
        """The findings, and those of absence among them; where the text does not parse,
        with those of absence that were there before."""
        tree = rock.rockspec.tree
        if tree.sound and not any(piece.flawed for piece in tree.pieces):
            return found, tuple(finding for finding in found if finding.code in ABSENCE)
        known = self._known.get(rock.path)
        missing = known.missing if known is not None else ()
        new = {(finding.code, finding.message) for finding in found}
        kept = (item for item in missing if (item.code, item.message) not in new)
        return (*found, *kept), missing

    def _tell(self, snapshot: Snapshot) -> None:
        by_path: dict[str, list[Finding]] = {}
        for known in self._known.values():
            for finding in known.findings:
                by_path.setdefault(finding.path, []).append(finding)
        commented = self._files_with_comments(snapshot)
        for path in (*commented, *self._session.documents.opened):
            self._session.settings.file_for(path)
        for file in self._session.settings.files():
            by_path[file] = self._of_settings(file, snapshot)
        elsewhere = False
        for path in sorted(by_path.keys() | self._shown.keys() | self._opened | commented):
            changed = self._update(
                path, by_path.get(path, []), snapshot, commented=path in commented
            )
            if changed or path in self._opened:
                self._opened.discard(path)
                elsewhere = elsewhere or path not in self._touched
                if not self._session.client.pulls:
                    self._push(path)
            gone = not self._shown[path].items and path not in self._session.documents.opened
            if gone and not self._session.client.pulls:
                del self._shown[path]
        self._touched.clear()
        if elsewhere and self._session.client.pulls and self._session.client.refreshes:
            self._ask_to_pull()

    def _files_with_comments(self, snapshot: Snapshot) -> set[str]:
        """The files in which a comment may switch a rule off."""
        found: set[str] = set()
        for root in snapshot.roots:
            known = self._commented.get(root.path)
            if known is None or known[0] is not root.lua:
                paths = frozenset(path for path, file in root.lua.items() if file.suppresses)
                known = self._commented[root.path] = root.lua, paths
            found |= known[1]
        found.update(path for path, known in self._known.items() if known.commented)
        opened = self._session.documents.opened
        return {path for path in found if path not in opened} | {
            path for path, document in opened.items() if document.commented
        }

    def _of_settings(self, file: str, snapshot: Snapshot) -> list[Finding]:
        settings = self._session.settings
        layer = settings.layer_of(file)
        if not layer.problems:
            return []
        return of_settings(file, snapshot.text(file) or "", layer, settings.of(file))

    def _update(
        self, path: str, found: list[Finding], snapshot: Snapshot, *, commented: bool
    ) -> bool:
        """Convert the findings of one file; tells whether the client would see a change."""
        if commented and path not in self.unsaved:
            settings = self._session.settings.of(path)
            found = judged(path, snapshot.text(path), found, settings)
        shown = self._shown.get(path)
        if shown is None:
            shown = self._shown[path] = Shown()
        findings = tuple(sorted(dict.fromkeys(found), key=lambda item: (item.span, item.code)))
        if findings == shown.findings and path not in self._touched:
            return False
        shown.findings = findings
        items = [
            item
            for finding in findings
            if (item := diagnostic(self._session, finding, snapshot)) is not None
        ]
        if items == shown.items:
            return False
        shown.items = items
        self._results += 1
        shown.result = self._results
        return True

    def _push(self, path: str) -> None:
        documents = self._session.documents
        params: Json = {"uri": documents.uri(path), "diagnostics": self._shown[path].items}
        version = documents.version(path)
        if version is not None and self._session.client.diagnostic_versions:
            params["version"] = version
        self._session.protocol.tell(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, params)

    def _ask_to_pull(self) -> None:
        """Have the client pull again; one such request at a time."""
        if self._refreshing:
            return
        self._refreshing = True

        def answered(_: object) -> None:
            self._refreshing = False

        future = self._session.protocol.ask(types.WORKSPACE_DIAGNOSTIC_REFRESH, None)
        future.add_done_callback(answered)


def _same(left: tuple[object, ...], right: tuple[object, ...]) -> bool:
    return len(left) == len(right) and all(a is b for a, b in zip(left, right, strict=True))


def _of_a_rock(rock: Rock) -> Iterator[object]:
    """What the rules over a plugin's sources ask of the rocks beside it."""
    yield rock.rockspec.version.value if rock.rockspec.version else None
    yield from sorted(name for name in rock.provides if not name.startswith("kong.plugins."))
    yield from rock.plugins


def _moved(finding: Finding, path: str, edit: Edit) -> Finding:
    """The finding after an edit, without its fixes, which were for the text before it."""
    if finding.path != path:
        return finding if not finding.fixes else finding._replace(fixes=())
    grown = len(edit.text) - (edit.span.end - edit.span.start)
    start, end = (
        at if at <= edit.span.start else max(edit.span.start, at + grown) for at in finding.span
    )
    return finding._replace(span=Span(start, max(start, end)), fixes=(), related=())


def diagnostic(session: Session, finding: Finding, snapshot: Snapshot) -> Json | None:
    """The ``Diagnostic`` of a finding; None where its file cannot be read."""
    ranges = session.documents.ranges(finding.path, snapshot)
    if ranges is None:
        return None
    client = session.client
    item: Json = {
        "range": ranges.range(finding.span),
        "severity": int(finding.severity),
        "code": finding.code,
        "source": "kong-lsp",
        "message": finding.message,
    }
    if client.code_description:
        item["codeDescription"] = {"href": page_url(finding.code)}
    tags = [TAGS[tag] for tag in finding.tags if TAGS[tag] in client.tags]
    if tags:
        item["tags"] = tags
    if client.related:
        related = [
            {
                "location": {
                    "uri": session.documents.uri(other.path),
                    "range": where.range(other.span),
                },
                "message": other.message,
            }
            for other in finding.related
            if (where := session.documents.ranges(other.path, snapshot)) is not None
        ]
        if related:
            item["relatedInformation"] = related
    if client.data and finding.fixes:
        item["data"] = fix_data(session, finding, snapshot)
    return item


# --- pulled


def register(server: Server) -> None:
    """Answer the requests for diagnostics, for a client that pulls them."""
    options = types.DiagnosticOptions(
        identifier="kong-lsp", inter_file_dependencies=True, workspace_diagnostics=True
    )
    server.answer(types.TEXT_DOCUMENT_DIAGNOSTIC, pull, options)
    server.answer(types.WORKSPACE_DIAGNOSTIC, pull_all)


async def pull(session: Session, params: types.DocumentDiagnosticParams) -> Json:
    """textDocument/diagnostic"""
    await session.diagnostics.settled()
    path = path_of(params.text_document.uri)
    shown = session.diagnostics.items(path) if path is not None else Shown()
    return _report(shown, params.previous_result_id)


async def pull_all(session: Session, params: types.WorkspaceDiagnosticParams) -> Json:
    """workspace/diagnostic"""
    await session.started.wait()
    await session.diagnostics.settled()
    before = {path_of(item.uri): item.value for item in params.previous_result_ids}
    items: list[Any] = []
    for path in session.diagnostics.paths():
        report = _report(session.diagnostics.items(path), before.get(path))
        report["uri"] = session.documents.uri(path)
        report["version"] = session.documents.version(path)
        items.append(report)
    return {"items": items}


def _report(shown: Shown, before: str | None) -> Json:
    result = str(shown.result)
    if before == result:
        return {"kind": "unchanged", "resultId": result}
    return {"kind": "full", "resultId": result, "items": shown.items}
