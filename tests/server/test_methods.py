"""Every method, as an editor calls it, in each position encoding."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_lsp
from lsprotocol import types as lsp
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

from kong_lsp.server.convert import offset_of
from kong_lsp.text import Document, Edit, Encoding, Span

ROCKSPEC = """\
local name = "acme" -- "\N{ROCKET}é"
package = "kong-plugin-" .. name
version = "1.0-1"
source = { url = "git+https://example.com/acme.git" }
description = { summary = "\N{ROCKET}", license = "MIT" }
dependencies = {
  "lua >= 5.1",
}
build = {
  type = "builtin",
  modules = { --[[\N{ROCKET}é]] ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
    ["kong.plugins." .. name .. ".log"] = "kong/plugins/acme/logg.lua",
  },
}
"""
HANDLER = """\
local log = require "kong.plugins.acme.log"
return { PRIORITY = 1, VERSION = "1.0.0", log = log }
"""


def encoded(encoding: str) -> lsp.ClientCapabilities:
    capabilities = client_capabilities("visual_studio_code")
    assert capabilities.general is not None
    capabilities.general.position_encodings = [lsp.PositionEncodingKind(encoding)]
    assert capabilities.text_document is not None
    capabilities.text_document.diagnostic = None
    return capabilities


class Editor:
    """A client with the workspace that it works in."""

    def __init__(self, client: LanguageClient, folder: Path, encoding: Encoding) -> None:
        self.client = client
        self.folder = folder
        self.path = folder / "kong-plugin-acme-1.0-1.rockspec"
        self.uri = self.path.as_uri()
        self.encoding = encoding
        self.document = lsp.TextDocumentIdentifier(self.uri)

    def span(self, text: str, line: int = 0, path: str = "") -> lsp.Range:
        """The range of the first ``text`` from a line on, in the encoding of the session."""
        lines = (self.folder / path if path else self.path).read_text().split("\n")
        number = next(n for n in range(line, len(lines)) if text in lines[n])
        head = lines[number][: lines[number].index(text)]
        unit = {"utf-8": 1, "utf-16": 2, "utf-32": 4}[self.encoding]
        little = self.encoding if unit == 1 else f"{self.encoding}-le"
        start, end = (len(part.encode(little)) // unit for part in (head, head + text))
        return span(number, start, end)

    def open(self, path: Path | None = None) -> str:
        path = path or self.path
        item = lsp.TextDocumentItem(path.as_uri(), "lua", 1, path.read_text())
        self.client.text_document_did_open(lsp.DidOpenTextDocumentParams(item))
        return path.as_uri()

    async def published(self, uri: str, *codes: str) -> list[lsp.Diagnostic]:
        """The diagnostics of a document, once they are of these rules."""
        for _ in range(1000):
            found = list(self.client.diagnostics.get(uri, []))
            if [item.code for item in found] == list(codes):
                return found
            await asyncio.sleep(0.01)
        raise AssertionError(f"{found} are not {codes}")


def registered(params: lsp.RegistrationParams) -> None:
    """A client takes what the server registers."""
    assert [item.method for item in params.registrations] == [
        "workspace/didChangeWatchedFiles",
        "workspace/didChangeConfiguration",
    ]


@pytest_lsp.fixture(  # type: ignore[untyped-decorator]
    params=["utf-8", "utf-16", "utf-32"],
    config=ClientServerConfig(server_command=[sys.executable, "-m", "kong_lsp", "serve"]),
)
async def client(
    request: pytest.FixtureRequest, tmp_path: Path, lsp_client: LanguageClient
) -> AsyncIterator[None]:
    for name, text in {
        "kong-plugin-acme-1.0-1.rockspec": ROCKSPEC,
        "kong/plugins/acme/handler.lua": HANDLER,
        "kong/plugins/acme/log.lua": "return {}\n",
        "kong/plugins/acme/schema.lua": 'return { name = "acme", fields = {} }\n',
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    lsp_client.feature(lsp.CLIENT_REGISTER_CAPABILITY)(registered)
    found = await lsp_client.initialize_session(
        lsp.InitializeParams(
            capabilities=encoded(request.param),
            workspace_folders=[lsp.WorkspaceFolder(tmp_path.as_uri(), "acme")],
        )
    )
    assert found.capabilities.position_encoding == request.param
    yield
    await lsp_client.shutdown_session()


@pytest.fixture
def editor(request: pytest.FixtureRequest, client: LanguageClient, tmp_path: Path) -> Editor:
    encoding: Encoding = request.node.callspec.params["client"]
    return Editor(client, tmp_path, encoding)


def at(line: int, character: int) -> lsp.Position:
    return lsp.Position(line, character)


def span(line: int, start: int, end: int) -> lsp.Range:
    return lsp.Range(at(line, start), at(line, end))


@pytest.mark.asyncio
async def test_diagnostics_say_where_why_and_what_helps(editor: Editor) -> None:
    editor.open()
    found = await editor.published(editor.uri, "KM103", "KM101")
    shown = [(item.code, item.severity, item.source, item.range) for item in found]
    assert shown == [
        ("KM103", 1, "kong-lsp", editor.span('"kong.plugins.acme.handler"')),
        ("KM101", 1, "kong-lsp", editor.span('"kong/plugins/acme/logg.lua"')),
    ]
    missing = found[1]
    assert missing.code_description is not None
    assert missing.code_description.href.endswith("/docs/rules/KM101.md")
    assert "kong/plugins/acme/log.lua" in missing.message
    assert isinstance(missing.data, dict)
    assert missing.data["fixes"][0]["title"].startswith("Change")


@pytest.mark.asyncio
async def test_unopened_files_are_told_of_too(editor: Editor) -> None:
    await editor.published(editor.uri, "KM103", "KM101")


@pytest.mark.asyncio
async def test_an_edit_is_followed_and_a_finding_goes_once_it_is_put_right(editor: Editor) -> None:
    editor.open()
    await editor.published(editor.uri, "KM103", "KM101")
    change = lsp.TextDocumentContentChangePartial(text="", range=span(11, 63, 64))
    editor.client.text_document_did_change(
        lsp.DidChangeTextDocumentParams(
            lsp.VersionedTextDocumentIdentifier(2, editor.uri), [change]
        )
    )
    await editor.published(editor.uri, "KM103")


@pytest.mark.asyncio
async def test_completion_of_missing_modules_and_its_documentation(editor: Editor) -> None:
    editor.open()
    found = await editor.client.text_document_completion_async(
        lsp.CompletionParams(editor.document, at(12, 2))
    )
    assert isinstance(found, lsp.CompletionList)
    assert not found.is_incomplete
    first = found.items[0]
    assert first.label == "kong.plugins.acme.schema"
    assert isinstance(first.text_edit, lsp.TextEdit)
    assert first.text_edit.range == span(12, 2, 2)
    assert first.documentation is None
    resolved = await editor.client.completion_item_resolve_async(first)
    assert isinstance(resolved.documentation, lsp.MarkupContent)
    assert resolved.documentation.value.startswith("The shape of the plugin's configuration")


@pytest.mark.asyncio
async def test_hover_of_a_module_and_of_a_field(editor: Editor) -> None:
    editor.open()
    found = await editor.client.text_document_hover_async(
        lsp.HoverParams(editor.document, editor.span("acme.handler").start)
    )
    assert found is not None
    assert isinstance(found.contents, lsp.MarkupContent)
    assert found.contents.value.splitlines() == [
        "**kong.plugins.acme.handler**",
        "",
        (
            "The plugin itself: its phase functions, PRIORITY and VERSION."
            " Kong 3.9 does not start a plugin without it."
        ),
        "",
        "- since Kong 0.1",
        "- file: `kong/plugins/acme/handler.lua`",
        "- installed as `share/lua/5.1/kong/plugins/acme/handler.lua`",
    ]
    entry = '["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua"'
    assert found.range == editor.span(entry)
    found = await editor.client.text_document_hover_async(
        lsp.HoverParams(editor.document, at(1, 3))
    )
    assert found is not None
    assert isinstance(found.contents, lsp.MarkupContent)
    assert 'Value: `"kong-plugin-acme"`' in found.contents.value


@pytest.mark.asyncio
async def test_definition_of_an_entry_and_of_a_require(editor: Editor) -> None:
    editor.open()
    handler = editor.folder / "kong/plugins/acme/handler.lua"
    found = await editor.client.text_document_definition_async(
        lsp.DefinitionParams(editor.document, editor.span("acme.handler").start)
    )
    assert isinstance(found, list)
    assert isinstance(found[0], lsp.LocationLink)
    assert found[0].target_uri == handler.as_uri()
    uri = editor.open(handler)
    found = await editor.client.text_document_definition_async(
        lsp.DefinitionParams(lsp.TextDocumentIdentifier(uri), at(0, 30))
    )
    assert isinstance(found, list)
    assert isinstance(found[0], lsp.LocationLink)
    assert found[0].target_uri == (editor.folder / "kong/plugins/acme/log.lua").as_uri()


@pytest.mark.asyncio
async def test_links_symbols_folding_and_inlay_hints(editor: Editor) -> None:
    editor.open()
    links = await editor.client.text_document_document_link_async(
        lsp.DocumentLinkParams(editor.document)
    )
    assert links is not None
    assert [(link.range, link.target) for link in links] == [
        (
            editor.span("kong/plugins/acme/handler.lua"),
            (editor.folder / "kong/plugins/acme/handler.lua").as_uri(),
        )
    ]
    symbols = await editor.client.text_document_document_symbol_async(
        lsp.DocumentSymbolParams(editor.document)
    )
    assert symbols is not None
    assert [item.name for item in symbols] == [
        "package",
        "version",
        "source",
        "description",
        "dependencies",
        "build",
    ]
    build = symbols[-1]
    assert isinstance(build, lsp.DocumentSymbol)
    assert build.children is not None
    assert [item.name for item in build.children] == ["type", "modules"]
    assert build.children[1].children is not None
    assert [item.name for item in build.children[1].children] == [
        "kong.plugins.acme.handler",
        "kong.plugins.acme.log",
    ]
    folds = await editor.client.text_document_folding_range_async(
        lsp.FoldingRangeParams(editor.document)
    )
    assert folds is not None
    assert [(fold.start_line, fold.end_line) for fold in folds] == [(5, 6), (8, 12), (10, 11)]
    hints = await editor.client.text_document_inlay_hint_async(
        lsp.InlayHintParams(editor.document, lsp.Range(at(0, 0), at(99, 0)))
    )
    assert hints is not None
    assert [(hint.position, hint.label) for hint in hints] == [
        (at(1, 32), '"kong-plugin-acme"'),
        (at(11, 38), '"kong.plugins.acme.log"'),
    ]


@pytest.mark.asyncio
async def test_quick_fixes_are_versioned_and_the_first_safe_one_is_preferred(
    editor: Editor,
) -> None:
    editor.open()
    found = await editor.published(editor.uri, "KM103", "KM101")
    actions = await editor.client.text_document_code_action_async(
        lsp.CodeActionParams(
            editor.document, found[1].range, lsp.CodeActionContext(diagnostics=found)
        )
    )
    assert actions is not None
    first = actions[0]
    assert isinstance(first, lsp.CodeAction)
    assert first.kind == "quickfix"
    assert first.is_preferred
    assert first.diagnostics is not None
    assert [item.message for item in first.diagnostics] == [found[1].message]
    assert first.edit is not None
    assert first.edit.document_changes is not None
    (edited,) = first.edit.document_changes
    assert isinstance(edited, lsp.TextDocumentEdit)
    assert edited.text_document == lsp.OptionalVersionedTextDocumentIdentifier(editor.uri, 1)


@pytest.mark.asyncio
async def test_fix_all_is_found_when_it_is_chosen(editor: Editor) -> None:
    editor.open()
    await editor.published(editor.uri, "KM103", "KM101")
    actions = await editor.client.text_document_code_action_async(
        lsp.CodeActionParams(
            editor.document,
            lsp.Range(at(0, 0), at(0, 0)),
            lsp.CodeActionContext(diagnostics=[], only=[lsp.CodeActionKind.SourceFixAll]),
        )
    )
    assert actions is not None
    (action,) = actions
    assert isinstance(action, lsp.CodeAction)
    assert action.kind == "source.fixAll.kong-lsp"
    assert action.edit is None
    resolved = await editor.client.code_action_resolve_async(action)
    assert resolved.edit is not None
    assert resolved.edit.document_changes is not None
    (edited,) = resolved.edit.document_changes
    assert isinstance(edited, lsp.TextDocumentEdit)
    (edit,) = edited.edits
    assert isinstance(edit, lsp.TextEdit)
    document = Document(ROCKSPEC)
    start, end = (
        offset_of(document, place.line, place.character, editor.encoding)
        for place in (edit.range.start, edit.range.end)
    )
    document.edit(Edit(Span(start, end), edit.new_text))
    wrong = '    ["kong.plugins." .. name .. ".log"] = "kong/plugins/acme/logg.lua",\n'
    right = wrong.replace("logg", "log")
    assert document.text == ROCKSPEC.replace(wrong, right + right.replace("log", "schema"))
