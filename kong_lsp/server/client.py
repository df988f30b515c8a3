"""What the client at the other end can do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from kong_lsp.server.handshake import capability, position_encoding, pulls
from kong_lsp.text import Encoding


@dataclass(frozen=True, slots=True)
class Client:
    """The client's capabilities, as far as they change what we send.

    Protocol names: ``pulls`` textDocument/diagnostic, ``refreshes``
    workspace/diagnostic/refresh, ``versions`` versioned document edits
    (``documentChanges``), ``creates`` and ``renames`` file operations in them (Neovim names
    these and not ``documentChanges``),
    ``watches`` dynamically registered file watchers, ``configures``
    workspace/configuration, ``nests`` hierarchical document symbols, ``links``
    LocationLink, ``indents`` lines of a snippet indented as the one it is put in, ``folds``
    how many folding ranges it takes.
    """

    encoding: Encoding
    pulls: bool
    refreshes: bool
    related: bool
    tags: frozenset[int]
    code_description: bool
    data: bool
    diagnostic_versions: bool
    versions: bool
    creates: bool
    renames: bool
    watches: bool
    configures: bool
    reconfigures: bool
    progress: bool
    snippets: bool
    indents: bool
    folds: int
    markdown: bool
    lazy: frozenset[str]
    nests: bool
    links: bool
    preferred: bool
    lazy_edits: bool
    applies: bool


def client_of(capabilities: object) -> Client:
    """Read ``ClientCapabilities``; what is missing or malformed counts as cannot."""

    def has(path: str) -> bool:
        return capability(capabilities, *path.split(".")) is True

    def values(path: str) -> list[object]:
        found = capability(capabilities, *path.split("."))
        return found if isinstance(found, list) else []

    edits = "workspace.workspaceEdit"
    shown = "textDocument.publishDiagnostics"
    if pulls(capabilities) and capability(capabilities, "textDocument", "diagnostic").keys() & {
        "relatedInformation",
        "tagSupport",
        "codeDescriptionSupport",
        "dataSupport",
    }:
        shown = "textDocument.diagnostic"
    item = "textDocument.completion.completionItem"
    operations = values(f"{edits}.resourceOperations")
    return Client(
        encoding=cast("Encoding", position_encoding(capabilities)),
        pulls=pulls(capabilities),
        refreshes=has("workspace.diagnostics.refreshSupport"),
        related=has(f"{shown}.relatedInformation"),
        tags=frozenset(
            tag for tag in values(f"{shown}.tagSupport.valueSet") if isinstance(tag, int)
        ),
        code_description=has(f"{shown}.codeDescriptionSupport"),
        data=has(f"{shown}.dataSupport"),
        diagnostic_versions=has("textDocument.publishDiagnostics.versionSupport"),
        versions=has(f"{edits}.documentChanges"),
        creates="create" in operations,
        renames="rename" in operations,
        watches=has("workspace.didChangeWatchedFiles.dynamicRegistration"),
        configures=has("workspace.configuration"),
        reconfigures=has("workspace.didChangeConfiguration.dynamicRegistration"),
        progress=has("window.workDoneProgress"),
        snippets=has(f"{item}.snippetSupport"),
        indents=2 in values(f"{item}.insertTextModeSupport.valueSet"),
        folds=_number(capability(capabilities, "textDocument", "foldingRange", "rangeLimit")),
        markdown="markdown" in values("textDocument.hover.contentFormat"),
        lazy=frozenset(
            name for name in values(f"{item}.resolveSupport.properties") if isinstance(name, str)
        ),
        nests=has("textDocument.documentSymbol.hierarchicalDocumentSymbolSupport"),
        links=has("textDocument.definition.linkSupport"),
        preferred=has("textDocument.codeAction.isPreferredSupport"),
        lazy_edits="edit" in values("textDocument.codeAction.resolveSupport.properties"),
        applies=has("workspace.applyEdit"),
    )


def _number(value: object, otherwise: int = 5000) -> int:
    return value if isinstance(value, int) and value > 0 else otherwise
