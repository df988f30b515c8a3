"""Code actions: each finding's fixes, and all of a kind at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from lsprotocol import types

from kong_lsp import fixes
from kong_lsp.analysis import analyze_config, analyze_plugin, analyze_rock
from kong_lsp.features.config_fill import REQUIRED, config_actions
from kong_lsp.finding import Change, CreateFile, Finding, TextChange, change
from kong_lsp.judging import judged
from kong_lsp.server.changes import first_safe, workspace_edit
from kong_lsp.server.convert import Json, path_of
from kong_lsp.server.diagnostics import diagnostic
from kong_lsp.server.handshake import ACTION_KINDS, ADD_MODULES, FIX_ALL, REWRITE, capability
from kong_lsp.server.session import Session
from kong_lsp.settings import rule_names
from kong_lsp.suppressions import insertion
from kong_lsp.text import Span, smallest_edit
from kong_lsp.workspace.snapshot import Snapshot

if TYPE_CHECKING:
    from kong_lsp.server.app import Server

_LACKING = frozenset({"KC309", "KC312"})
"""The rules that find fields of a plugin's config missing."""
MISSING_MODULES = frozenset({"KM102", "KM103", "KM112", "KM114"})
"""The rules that miss a module in ``build.modules``, and can put it in."""


def register_for(server: Server, capabilities: object) -> None:
    """Answer code actions for a client that takes them as literals, not as commands."""
    if capability(capabilities, "textDocument", "codeAction", "codeActionLiteralSupport") is None:
        return
    options = types.CodeActionOptions(code_action_kinds=list(ACTION_KINDS), resolve_provider=True)
    server.answer(types.TEXT_DOCUMENT_CODE_ACTION, code_action, options)
    server.answer(types.CODE_ACTION_RESOLVE, resolve)


async def code_action(session: Session, params: types.CodeActionParams) -> list[Json] | None:
    """textDocument/codeAction"""
    path = path_of(params.text_document.uri)
    if path is None or path not in session.documents.opened:
        return None
    await session.diagnostics.settled()
    if path in session.diagnostics.unsaved:
        return []
    snapshot = session.snapshot()
    span = session.documents.span(path, params.range)
    findings = session.diagnostics.findings(path)
    here = _under(session, path, span, findings)
    wanted = params.context.only
    found: list[Json] = []
    if _asked("quickfix", wanted):
        found += _quick_fixes(session, here, snapshot)
        found += _of_a_kind(session, path, here, findings)
        found += _ignoring(session, path, here, snapshot)
    if _asked("quickfix", wanted) or _asked(REWRITE, wanted):
        found += [
            action
            for action in _fillings(session, path, span, here, snapshot)
            if _asked(action["kind"], wanted)
        ]
    if _asked(FIX_ALL, wanted) and any(first_safe(item) for item in findings):
        codes = sorted({item.code for item in findings})
        found.append(
            _later(session, path, "Fix all problems that can be fixed safely", FIX_ALL, codes)
        )
    if _asked(ADD_MODULES, wanted):
        concerned = findings if wanted else here
        missing = {item.code for item in concerned if first_safe(item)} & MISSING_MODULES
        if missing:
            codes = sorted(MISSING_MODULES)
            found.append(_later(session, path, "Add all missing modules", ADD_MODULES, codes))
    return [item for item in found if "edit" in item or "data" in item]


def _under(session: Session, path: str, span: Span, findings: Iterable[Finding]) -> list[Finding]:
    """The findings in a range; where none is, those that start on its lines, because some
    clients (ALE) send the range of a word beside the cursor."""
    found = [
        item for item in findings if item.span.start <= span.end >= span.start <= item.span.end
    ]
    if found:
        return found
    document = session.documents.opened[path].document
    first, last = (document.position(at).line for at in span)
    return [item for item in findings if first <= document.position(item.span.start).line <= last]


def _asked(kind: str, wanted: Collection[str] | None) -> bool:
    return not wanted or any(kind == word or kind.startswith(f"{word}.") for word in wanted)


def _quick_fixes(session: Session, here: Iterable[Finding], snapshot: Snapshot) -> list[Json]:
    found = []
    for finding in here:
        preferred = first_safe(finding)
        for fix in finding.fixes:
            edit = workspace_edit(session, fix.changes, snapshot)
            if edit is None:
                continue
            action: Json = {
                "title": fix.title,
                "kind": "quickfix",
                "diagnostics": [diagnostic(session, finding, snapshot)],
                "edit": edit,
            }
            if fix is preferred and session.client.preferred:
                action["isPreferred"] = True
            found.append(action)
    return found


def _fillings(
    session: Session, path: str, span: Span, here: Iterable[Finding], snapshot: Snapshot
) -> Iterator[Json]:
    """What can be filled in to the plugin's entry at a range: required fields as a quick fix
    where the range has a finding that they mend."""
    text = session.documents.opened[path].document.text
    for title, edits in config_actions(snapshot, path, text, span.start):
        edit = workspace_edit(session, (change(path, *edits),), snapshot)
        mended = [item for item in here if title == REQUIRED and item.code in _LACKING]
        told = [diagnostic(session, item, snapshot) for item in mended]
        action: Json = {"title": title, "kind": "quickfix" if told else REWRITE, "edit": edit}
        yield {**action, "diagnostics": told} if told else action


def _ignoring(
    session: Session, path: str, here: Iterable[Finding], snapshot: Snapshot
) -> list[Json]:
    """Actions that write a comment which switches a rule off on its line."""
    text = session.documents.opened[path].document.text
    found = []
    told = set()
    for finding in here:
        if finding.code in told or finding.code.startswith("KX"):
            continue
        told.add(finding.code)
        edit = insertion(path, text, finding)
        if edit is not None:
            action: Json = {
                "title": f"Ignore {finding.code} ({rule_names().get(finding.code)}) here",
                "kind": "quickfix",
                "diagnostics": [diagnostic(session, finding, snapshot)],
                "edit": workspace_edit(session, (change(path, edit),), snapshot),
            }
            found.append(action)
    return found


def _of_a_kind(
    session: Session,
    path: str,
    here: Iterable[Finding],
    findings: Iterable[Finding],
) -> list[Json]:
    """Actions that put right all findings of the kinds that are under the cursor."""
    fixable = [finding.code for finding in findings if first_safe(finding)]
    codes = dict.fromkeys(finding.code for finding in here)
    found = []
    for code in codes:
        if fixable.count(code) > 1:
            title = f"Fix all {rule_names().get(code, code)} problems"
            found.append(_later(session, path, title, "quickfix", [code]))
    return found


def _later(session: Session, path: str, title: str, kind: str, codes: list[str]) -> Json:
    """An action whose edit is found when it is chosen, where the client can wait for it."""
    action: Json = {"title": title, "kind": kind}
    if session.client.lazy_edits:
        action["data"] = {"uri": session.documents.uri(path), "codes": codes}
    elif (edit := edit_all(session, path, frozenset(codes))) is not None:
        action["edit"] = edit
    return action


async def resolve(session: Session, action: types.CodeAction) -> Json:
    """codeAction/resolve; Neovim also asks it of an action that has its edit already."""
    answer = session.protocol.plain(action)
    path = path_of(capability(action.data, "uri"))
    codes = capability(action.data, "codes")
    if action.edit is None and path is not None and isinstance(codes, list):
        await session.diagnostics.settled()
        edit = edit_all(session, path, frozenset(map(str, codes)))
        if edit is not None:
            answer["edit"] = edit
    return answer


def edit_all(session: Session, path: str, codes: frozenset[str]) -> Json | None:
    """The edit that puts right all that these rules find in one file and can be put right
    safely. It is tried out in memory, fix after fix, and undone before anybody looks."""
    workspace = session.workspace
    before = session.snapshot()

    def find(snapshot: Snapshot) -> list[Finding]:
        found: list[Finding] = []
        for rock in snapshot.rocks():
            if concerned(rock.path):
                found += analyze_rock(snapshot, rock)
        for plugin in snapshot.plugin_sources():
            if concerned(plugin.path):
                found += analyze_plugin(snapshot, plugin)
        for config in snapshot.configs():
            if concerned(config.path):
                found += analyze_config(snapshot, config)
        here = [finding for finding in session.wanted(found) if finding.path == path]
        left = judged(path, snapshot.text(path), here, session.settings.of(path))
        return [finding for finding in left if finding.code in codes]

    def concerned(subject: str) -> bool:
        return any(item.path == path for item in session.diagnostics.of_subject(subject))

    result = None
    touched: set[str] = set()
    try:
        result = fixes.repair(workspace, find, unsafe=False)
        touched = set(result.after)
    finally:
        for name in touched:
            opened = session.documents.opened.get(name)
            if opened is None:
                workspace.close(name)
            else:
                workspace.open(name, opened.document.text)
    changes: list[Change] = []
    for name, after in result.after.items():
        old = result.before[name]
        if old is None:
            changes.append(CreateFile(name, after))
        elif old != after:
            changes.append(TextChange(name, (smallest_edit(old, after),)))
    return workspace_edit(session, changes, before) if changes else None
