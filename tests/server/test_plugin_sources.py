"""Findings in a plugin's own files, and in the configurations that its schema describes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.places import plant
from tests.support.wire import Json, Wire

SCHEMA = """\
return {
  name = "acme",
  fields = { { config = { type = "record", fields = {
    { host = { type = "string" } },
  } } } },
}
"""
FILES = {
    "kong/plugins/acme/handler.lua": 'return { PRIORITY = 1, VERSION = "1.0.0" }\n',
    "kong/plugins/acme/schema.lua": SCHEMA,
    "kong.yml": '_format_version: "3.0"\nplugins:\n- name: acme\n  config:\n    host: example.com\n',
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    plant(tmp_path.as_posix(), FILES)
    return tmp_path


def start(wire: Wire, folder: Path) -> None:
    wire.initialize(workspaceFolders=[{"uri": folder.as_uri(), "name": "acme"}])


def codes(published: Json) -> list[str]:
    return [item["code"] for item in published["diagnostics"]]


def test_a_configuration_is_told_of_when_the_schema_changes(folder: Path) -> None:
    schema = (folder / "kong/plugins/acme/schema.lua").as_uri()
    config = (folder / "kong.yml").as_uri()
    with Wire() as wire:
        start(wire, folder)
        wire.open(config, FILES["kong.yml"])
        assert codes(wire.published(config)) == []
        wire.open(schema, SCHEMA)
        assert codes(wire.published(schema)) == []
        wire.change(schema, 2, [{"text": SCHEMA.replace("host", "port")}])
        published = wire.published(config)
        assert codes(published) == ["KC308"]
        assert published["diagnostics"][0]["range"]["start"] == {"line": 4, "character": 4}
        wire.change(schema, 3, [{"text": SCHEMA}])
        assert codes(wire.published(config)) == []


def test_a_handler_is_told_of_while_it_is_typed(folder: Path) -> None:
    handler = (folder / "kong/plugins/acme/handler.lua").as_uri()
    with Wire() as wire:
        start(wire, folder)
        text = FILES["kong/plugins/acme/handler.lua"]
        wire.open(handler, text)
        assert codes(wire.published(handler)) == []
        wire.change(handler, 2, [{"text": text.replace("1,", "1.5,")}])
        assert codes(wire.published(handler)) == ["KP201"]
        wire.change(handler, 3, [{"text": text}])
        assert codes(wire.published(handler)) == []


SNIPPETS = {
    "textDocument": {
        "completion": {"completionItem": {"snippetSupport": True}},
        "hover": {"contentFormat": ["markdown"]},
    }
}


def at(uri: str, text: str, before: str) -> Json:
    """The position after a piece of text."""
    lines = text[: text.index(before) + len(before)].split("\n")
    position = {"line": len(lines) - 1, "character": len(lines[-1])}
    return {"textDocument": {"uri": uri}, "position": position}


def test_a_schema_is_completed_and_explained_while_it_is_typed(folder: Path) -> None:
    uri = (folder / "kong/plugins/acme/schema.lua").as_uri()
    text = 'local typedefs = require "kong.db.schema.typedefs"\n' + SCHEMA.replace(
        "},\n  } } } },", "},\n    { port = typedefs.\n  } } } },"
    )
    with Wire() as wire:
        wire.initialize(
            workspaceFolders=[{"uri": folder.as_uri(), "name": "acme"}], capabilities=SNIPPETS
        )
        wire.open(uri, text)
        found = wire.ask("textDocument/completion", at(uri, text, "= typedefs."))["result"]
        port = next(item for item in found["items"] if item["label"] == "port")
        assert port["detail"] == "integer, between { 0, 65535 }"
        assert port["textEdit"]["newText"] == "port"
        text = text.replace("= typedefs.", '= { type = "integer", bet')
        wire.change(uri, 3, [{"text": text}])
        found = wire.ask("textDocument/completion", at(uri, text, ", bet"))["result"]
        between = next(item for item in found["items"] if item["label"] == "between")
        assert between["insertTextFormat"] == 2
        assert between["textEdit"]["newText"] == "between = { ${1:0}, ${2:100} },"
        hover = wire.ask("textDocument/hover", at(uri, text, "{ ty"))["result"]
        assert hover["contents"]["value"].startswith("**type** — The type of the value.")


def test_a_handler_is_completed_and_explained_while_it_is_typed(folder: Path) -> None:
    uri = (folder / "kong/plugins/acme/handler.lua").as_uri()
    text = (
        'local Acme = { PRIORITY = 1000, VERSION = "1.0.0" }\n\nfunction Acme:acc\n\nreturn Acme\n'
    )
    with Wire() as wire:
        wire.initialize(
            workspaceFolders=[{"uri": folder.as_uri(), "name": "acme"}], capabilities=SNIPPETS
        )
        wire.open(uri, text)
        found = wire.ask("textDocument/completion", at(uri, text, ":acc"))["result"]
        access = found["items"][0]
        assert (access["label"], access["kind"]) == ("access", 3)
        assert access["textEdit"]["newText"] == "access(conf)\n\t$0\nend"
        hover = wire.ask("textDocument/hover", at(uri, text, "PRIOR"))["result"]
        assert "priority 1000 among the plugins of Kong 3.9" in hover["contents"]["value"]
        text = text.replace("function Acme:acc", 'require "kong.plugins.acme."')
        wire.change(uri, 2, [{"text": text}])
        found = wire.ask("textDocument/completion", at(uri, text, "plugins.acme."))["result"]
        assert [item["label"] for item in found["items"]] == ["schema"]
