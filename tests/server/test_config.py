"""Configuration files, as an editor works on them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.trees import plant
from tests.support.wire import Wire

KONG = """\
_format_version: "3.0"
services:
- name: w\N{ROCKET}b
  host: example.com
  plugins:
  - name: mine
    config:
      url: x
plugins:
- na
"""
FILES = {
    "kong.yml": KONG,
    "kong.conf": "plugins = bundled\n",
    "openapi.yaml": "openapi: 3.0.0\nplugins:\n- name: mine\n",
    "kong/plugins/mine/handler.lua": 'return { PRIORITY = 12, VERSION = "1.0.0" }\n',
    "kong/plugins/mine/schema.lua": (
        'return { name = "mine", fields = { { config = { type = "record", fields = {\n'
        "  { url = { type = 'string', required = true } },\n"
        "} } } } }\n"
    ),
}
BODY = '{"name": "rate-limiting", "config": {"minute": "5"}}\n'
CAN: dict[str, Any] = {
    "workspace": {"workspaceEdit": {"documentChanges": True}},
    "textDocument": {
        "completion": {
            "completionItem": {
                "snippetSupport": True,
                "insertTextModeSupport": {"valueSet": [1, 2]},
                "resolveSupport": {"properties": ["documentation"]},
            }
        },
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}},
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
        "hover": {"contentFormat": ["markdown"]},
    },
    "general": {"positionEncodings": ["utf-16"]},
}


class Editor:
    """A client with a workspace in which kong.yml is open."""

    def __init__(self, wire: Wire, folder: Path) -> None:
        self.wire = wire
        self.folder = folder
        plant(folder, FILES)
        wire.initialize(rootUri=folder.as_uri(), capabilities=CAN)
        wire.open(self.uri("kong.yml"), KONG)

    def uri(self, name: str) -> str:
        return (self.folder / name).as_uri()

    def ask(self, method: str, name: str, line: int = -1, character: int = 0, **more: Any) -> Any:
        """The result of a request about a document, at a position where one is given."""
        params: dict[str, Any] = {"textDocument": {"uri": self.uri(name)}, **more}
        if line >= 0:
            params["position"] = {"line": line, "character": character}
        return self.wire.ask(f"textDocument/{method}", params)["result"]


@pytest.fixture
def editor(tmp_path: Path) -> Iterator[Editor]:
    with Wire() as wire:
        yield Editor(wire, tmp_path)


def span(line: int, start: int, end: int) -> dict[str, Any]:
    return {"start": {"line": line, "character": start}, "end": {"line": line, "character": end}}


def test_an_entry_is_completed_as_a_snippet_and_told_of_when_it_is_looked_at(
    editor: Editor,
) -> None:
    items = editor.ask("completion", "kong.yml", 9, 4)["items"]
    assert items[0]["label"] == "name"
    mine = next(item for item in items if item["label"] == "mine")
    assert mine["textEdit"] == {
        "range": span(9, 2, 4),
        "newText": "name: mine\n  config:\n    url: ${1:example}",
    }
    assert (mine["insertTextFormat"], mine["insertTextMode"]) == (2, 2)
    assert mine["detail"] == "in this workspace, priority 12, version 1.0.0"
    assert "documentation" not in mine
    resolved = editor.wire.ask("completionItem/resolve", mine)["result"]
    assert "- handler: `kong/plugins/mine/handler.lua`" in resolved["documentation"]["value"]


def test_places_behind_wide_characters_are_right(editor: Editor) -> None:
    editor.wire.change(
        editor.uri("kong.yml"), 2, [{"range": span(9, 2, 4), "text": "{name: \N{ROCKET}, na"}]
    )
    (item,) = [
        item
        for item in editor.ask("completion", "kong.yml", 9, 15)["items"]
        if item["label"] == "instance_name"
    ]
    assert item["textEdit"]["range"] == span(9, 13, 15)


def test_hover_and_definition(editor: Editor) -> None:
    found = editor.ask("hover", "kong.yml", 5, 12)
    assert found["range"] == span(5, 10, 14)
    assert found["contents"]["value"].startswith("**mine** — in this workspace\n")
    assert editor.ask("definition", "kong.yml", 5, 12) == [
        {"uri": editor.uri("kong/plugins/mine/handler.lua"), "range": span(0, 0, 0)}
    ]
    assert editor.ask("definition", "kong.yml", 7, 7) == [
        {"uri": editor.uri("kong/plugins/mine/schema.lua"), "range": span(1, 4, 7)}
    ]


def test_references_follow_what_is_typed(editor: Editor) -> None:
    context = {"includeDeclaration": False}
    place = {"uri": editor.uri("kong.yml"), "range": span(5, 10, 14)}
    assert editor.ask("references", "kong.yml", 5, 12, context=context) == [place]
    editor.wire.open(editor.uri("kong.conf"), "plugins = bundled, mine\n")
    assert editor.ask("references", "kong.yml", 5, 12, context=context) == [
        {"uri": editor.uri("kong.conf"), "range": span(0, 19, 23)},
        place,
    ]


def test_a_field_of_the_schema_leads_to_what_sets_it(editor: Editor) -> None:
    schema = "kong/plugins/mine/schema.lua"
    editor.wire.open(editor.uri(schema), FILES[schema])
    for declaration in (False, True):
        context = {"includeDeclaration": declaration}
        found = editor.ask("references", schema, 1, 5, context=context)
        assert (
            found
            == [
                {"uri": editor.uri("kong.yml"), "range": span(7, 6, 9)},
                {"uri": editor.uri(schema), "range": span(1, 4, 7)},
            ][: 1 + declaration]
        )


def test_an_example_of_a_config_is_told(editor: Editor) -> None:
    def ask(*arguments: object) -> Any:
        params = {"command": "kong-lsp.configExample", "arguments": list(arguments)}
        return editor.wire.ask("workspace/executeCommand", params)

    text = "- name: mine\n  config:\n    url: example\n"
    assert ask({"name": "mine", "uri": editor.uri("kong.yml")})["result"] == {"text": text}
    assert ask({"name": "cors"})["result"]["text"].startswith("- name: cors\n  config:\n")
    assert ask({"name": "nothing"})["error"]["message"] == "no schema of a plugin nothing is known"
    assert ask()["error"]["message"] == 'it takes one object: {"name": …}'
    schema = "kong/plugins/mine/schema.lua"
    editor.wire.open(editor.uri(schema), FILES[schema])
    hover = editor.ask("hover", schema, 0, 39)
    assert f"```yaml\n{text}```" in hover["contents"]["value"]


def test_json_beside_kongs_files_is_followed(tmp_path: Path) -> None:
    plant(
        tmp_path, {"kong.yml": '_format_version: "3.0"\n', "limit.json": BODY, "other.json": "{}"}
    )
    uri = (tmp_path / "limit.json").as_uri()
    with Wire() as wire:
        wire.initialize(rootUri=tmp_path.as_uri(), capabilities=CAN)
        assert [item["code"] for item in wire.published(uri)["diagnostics"]] == ["KC310"]
        wire.open(uri, BODY)
        wire.change(uri, 2, [{"text": BODY.replace('"5"', "5")}])
        while found := wire.published(uri)["diagnostics"]:
            assert [item["code"] for item in found] == ["KC310"]
        params = {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 12}}
        said = wire.ask("textDocument/hover", params)["result"]["contents"]["value"]
        assert said.startswith("**rate-limiting** ")
        other = (tmp_path / "other.json").as_uri()
        wire.open(other, "{}")
        asked = {**params, "textDocument": {"uri": other}}
        assert wire.ask("textDocument/hover", asked)["result"] is None


def test_outline_folding_and_workspace_symbols(editor: Editor) -> None:
    found = editor.ask("documentSymbol", "kong.yml")
    assert [item["name"] for item in found] == ["_format_version", "services", "plugins"]
    assert found[1]["children"][0]["selectionRange"] == span(2, 8, 12)
    assert editor.ask("foldingRange", "kong.yml") == [
        {"startLine": first, "endLine": last, "kind": "region"}
        for first, last in ((1, 7), (2, 7), (4, 7), (5, 7), (6, 7), (8, 9))
    ]
    assert editor.wire.ask("workspace/symbol", {"query": "mn"})["result"] == [
        {
            "name": "mine",
            "kind": 2,
            "containerName": "",
            "location": {
                "uri": editor.uri("kong/plugins/mine/handler.lua"),
                "range": span(0, 0, 0),
            },
        }
    ]


def test_the_quick_fix_of_one_file_edits_another(editor: Editor) -> None:
    found = editor.wire.published(editor.uri("kong.yml"))["diagnostics"]
    (finding,) = [item for item in found if item["code"] == "KC302"]
    assert finding["range"] == span(5, 10, 14)
    actions = editor.ask(
        "codeAction", "kong.yml", range=finding["range"], context={"diagnostics": [finding]}
    )
    (changed,) = actions[0]["edit"]["documentChanges"]
    assert changed["textDocument"]["uri"] == editor.uri("kong.conf")
    assert changed["edits"] == [{"range": span(0, 17, 17), "newText": ",mine"}]


def test_required_fields_are_filled_in_as_a_quick_fix_and_defaults_as_a_rewrite(
    editor: Editor,
) -> None:
    text = KONG.replace("      url: x\n", "      # \N{ROCKET}\n")
    editor.wire.change(editor.uri("kong.yml"), 2, [{"text": text}])
    found = editor.ask("codeAction", "kong.yml", range=span(6, 4, 4), context={"diagnostics": []})
    (fill,) = [action for action in found if action["title"] == "Fill in required fields"]
    assert fill["kind"] == "quickfix"
    assert [item["code"] for item in fill["diagnostics"]] == ["KC309"]
    (changed,) = fill["edit"]["documentChanges"]
    assert changed["edits"] == [{"range": span(6, 11, 11), "newText": "\n      url: example"}]
    for only, titles in (("refactor", ["Fill in required fields"]), ("refactor.extract", [])):
        actions = editor.ask(
            "codeAction",
            "kong.yml",
            range=span(5, 4, 4),
            context={"diagnostics": [], "only": [only]},
        )
        assert [action["title"] for action in actions] == titles


@pytest.mark.parametrize("name", ["openapi.yaml", "nowhere.yaml"])
def test_a_document_that_is_not_ours_is_answered_null(editor: Editor, name: str) -> None:
    if name in FILES:
        editor.wire.open(editor.uri(name), FILES[name])
    for method in ("completion", "hover", "definition"):
        assert editor.ask(method, name, 2, 9) is None
    assert editor.ask("references", name, 2, 9, context={"includeDeclaration": True}) is None
    assert editor.ask("documentSymbol", name) is None
    assert editor.ask("foldingRange", name) is None


CONFIG_MAP = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: kong
data:
  kong.yml: |
    _format_version: "3.0"
    # \N{ROCKET}
    plugins:
    - name: mine
      config:
        urll: x
"""


def test_a_text_inside_a_file_is_worked_on_like_a_file(editor: Editor) -> None:
    uri = editor.uri("cm.yaml")
    editor.wire.open(uri, CONFIG_MAP)
    told = editor.wire.published(uri)["diagnostics"]
    found = {item["code"]: item["range"] for item in told}
    assert found["KC308"] == span(11, 8, 12)
    actions = editor.ask(
        "codeAction", "cm.yaml", range=span(11, 8, 12), context={"diagnostics": told}
    )
    (edit,) = [each for each in actions if each["title"] == 'Change to "url"']
    ((change,),) = [each["edits"] for each in edit["edit"]["documentChanges"]]
    assert (change["range"], change["newText"]) == (span(11, 8, 12), "url")
    editor.wire.change(uri, 2, [{"range": span(11, 8, 15), "text": "ur"}])
    (item,) = [
        item
        for item in editor.ask("completion", "cm.yaml", 11, 10)["items"]
        if item["label"] == "url"
    ]
    assert item["textEdit"]["range"] == span(11, 8, 10)
    hover = editor.ask("hover", "cm.yaml", 9, 14)
    assert hover["contents"]["value"].startswith("**mine**")
    assert hover["range"] == span(9, 12, 16)
