"""What clients cannot do, and how they spell things."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.support.trees import natural, plant, rockspec
from tests.support.wire import Json, Wire

NAME = "corp-1.0-1.rockspec"
FILES = {
    NAME: rockspec(
        {**natural("corp", "handler", "schema"), "kong.plugins.corp.log": "kong/\N{ROCKET}.lua"},
        "corp",
    ),
    "kong/plugins/corp/handler.lua": 'return { PRIORITY = 1, VERSION = "1.0.0" }\n',
    "kong/plugins/corp/schema.lua": 'return { name = "corp", fields = {} }\n',
    "kong/plugins/corp/log.lua": "return {}\n",
    "kong.yml": '_format_version: "3.0"\nplugins:\n- name: corp\n- \n',
}
ACTIONS: Json = {
    "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix"]}}}
}
FOLDER = "caf\N{LATIN SMALL LETTER E WITH ACUTE} \N{ROCKET} 100%#?+&=,"


@pytest.fixture
def wire() -> Iterator[Wire]:
    with Wire() as made:
        yield made


def missing(wire: Wire, uri: str) -> Json:
    """The finding of the file that is not there, once it is told of under this URI."""
    while True:
        for item in wire.published(uri)["diagnostics"]:
            if item["code"] == "KM101":
                found: Json = item
                return found


def text_document(uri: str, **more: Any) -> Json:
    return {"textDocument": {"uri": uri}, **more}


def lower_hex(uri: str) -> str:
    """As VS Code escapes: hexadecimal digits in lower case, and more than is needed."""
    path = uri.removeprefix("file://")
    head = path.replace(":", "%3A")
    parts = head.split("%")
    return "file://" + parts[0] + "".join("%" + part[:2].lower() + part[2:] for part in parts[1:])


SPELLINGS: dict[str, Callable[[Path], str]] = {
    "python": lambda path: path.as_uri(),
    "vscode": lambda path: lower_hex("file://" + quote(path.as_posix(), safe="/")),
    "everything": lambda path: "file://" + quote(path.as_posix(), safe="/-._~"),
    "unescaped": lambda path: "file://" + path.as_posix().replace("%", "%25").replace("#", "%23"),
    "localhost": lambda path: "file://localhost" + quote(path.as_posix()),
    "one slash": lambda path: "file:" + quote(path.as_posix()),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_document_is_known_by_the_uri_that_the_client_calls_it_by(
    wire: Wire, tmp_path: Path, spelling: str
) -> None:
    plant(tmp_path / FOLDER, FILES)
    spell = SPELLINGS[spelling]
    wire.initialize(rootUri=spell(tmp_path / FOLDER), capabilities={"textDocument": ACTIONS})
    uri = spell(tmp_path / FOLDER / NAME)
    wire.open(uri, FILES[NAME])
    found = missing(wire, uri)
    context: Json = {"diagnostics": [found]}
    asked = text_document(uri, range=found["range"], context=context)
    (first, *_) = wire.ask("textDocument/codeAction", asked)["result"]
    assert list(first["edit"]["changes"]) == [uri]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_what_the_client_has_not_open_is_named_as_it_names_the_folder(
    wire: Wire, tmp_path: Path, spelling: str
) -> None:
    plant(tmp_path / FOLDER, FILES)
    root = SPELLINGS[spelling](tmp_path / FOLDER)
    wire.initialize(rootUri=root)
    missing(wire, f"{root}/{NAME}")


RENAMING: Json = {
    "workspace": {
        "fileOperations": {"willRename": True},
        "workspaceEdit": {"documentChanges": True, "resourceOperations": ["create", "rename"]},
    }
}


@pytest.mark.parametrize(
    "root",
    [
        "file:///c%3A/Users/me/kong%20plugin",
        "file:///C:/Users/me/kong%20plugin",
        "file:///d%3a/plugins",
        "file://server/share/kong%20plugin",
        "file://wsl%24/Debian/home/me",
    ],
)
def test_drives_and_shares_keep_the_spelling_of_the_client(wire: Wire, root: str) -> None:
    wire.initialize(rootUri=root, capabilities=RENAMING)
    for path, text in FILES.items():
        wire.open(f"{root}/{path}", text)
    rock = f"{root}/{NAME}"
    assert {each["code"] for each in wire.published(rock)["diagnostics"]} == {"KR011"}
    folder = f"{root}/kong/plugins"
    moved = {"oldUri": f"{folder}/corp/schema.lua", "newUri": f"{folder}/corp/form.lua"}
    edit = wire.ask("workspace/willRenameFiles", {"files": [moved]})["result"]
    assert [each["textDocument"]["uri"] for each in edit["documentChanges"]] == [rock]
    lines = FILES[NAME].split("\n")
    (line,) = [i for i, text in enumerate(lines) if "corp.schema" in text]
    at = {"line": line, "character": lines[line].index("corp.schema")}
    named = text_document(rock, position=at, newName="brand-new")
    changes = wire.ask("textDocument/rename", named)["result"]["documentChanges"]
    assert [each["textDocument"]["uri"] for each in changes if "kind" not in each] == [
        rock,
        f"{root}/kong.yml",
        f"{folder}/corp/schema.lua",
    ]
    assert [(each["oldUri"], each["newUri"]) for each in changes if "kind" in each] == [
        (f"{folder}/corp", f"{folder}/brand-new")
    ]


@pytest.mark.parametrize("way", ["workspaceFolders", "rootUri", "rootPath", "none"])
def test_the_folder_comes_by_any_way_or_from_the_document(
    wire: Wire, tmp_path: Path, way: str
) -> None:
    plant(tmp_path, FILES)
    uri = (tmp_path / NAME).as_uri()
    given: dict[str, Json] = {
        "workspaceFolders": {"workspaceFolders": [{"uri": tmp_path.as_uri(), "name": "x"}]},
        "rootUri": {"rootUri": tmp_path.as_uri()},
        "rootPath": {"rootPath": str(tmp_path)},
        "none": {"workspaceFolders": None},
    }
    wire.initialize(**given[way])
    wire.open(uri, FILES[NAME])
    missing(wire, uri)


def test_a_client_that_can_do_nothing_is_asked_for_nothing(wire: Wire, tmp_path: Path) -> None:
    plant(tmp_path, FILES)
    wire.initialize(rootUri=tmp_path.as_uri())
    uri = (tmp_path / NAME).as_uri()
    wire.open(uri, FILES[NAME])
    found = missing(wire, uri)
    assert set(found) == {"range", "severity", "code", "source", "message"}
    assert [each["method"] for each in wire.seen if "id" in each and "method" in each] == []


@pytest.mark.parametrize("path", [NAME, "kong.yml"])
def test_a_client_without_snippets_gets_plain_text(wire: Wire, tmp_path: Path, path: str) -> None:
    plant(tmp_path, FILES)
    wire.initialize(rootUri=tmp_path.as_uri())
    uri = (tmp_path / path).as_uri()
    wire.open(uri, FILES[path])
    place = {"line": 3, "character": 2}
    if path == NAME:
        place = {"line": FILES[path].split("\n").index("} }"), "character": 0}
    asked = text_document(uri, position=place)
    items = wire.ask("textDocument/completion", asked)["result"]["items"]
    assert items
    assert all(item.get("insertTextFormat", 1) == 1 for item in items)
    assert not any("$" in item["textEdit"]["newText"] for item in items)


@pytest.mark.parametrize(
    ("encodings", "chosen", "unit"),
    [
        (["utf-8"], "utf-8", 4),
        (["utf-32"], "utf-32", 1),
        (["utf-7"], "utf-16", 2),
        ([], "utf-16", 2),
        (None, "utf-16", 2),
    ],
)
def test_columns_are_in_the_encoding_that_was_agreed_on(
    wire: Wire, tmp_path: Path, encodings: list[str] | None, chosen: str, unit: int
) -> None:
    plant(tmp_path, FILES)
    capabilities = {} if encodings is None else {"general": {"positionEncodings": encodings}}
    offered = wire.initialize(rootUri=tmp_path.as_uri(), capabilities=capabilities)
    assert offered["positionEncoding"] == chosen
    uri = (tmp_path / NAME).as_uri()
    wire.open(uri, FILES[NAME])
    at = missing(wire, uri)["range"]
    assert at["end"]["character"] - at["start"]["character"] == len('"kong/.lua"') + unit


def test_fixes_are_offered_for_the_word_beside_the_finding_too(wire: Wire, tmp_path: Path) -> None:
    plant(tmp_path, FILES)
    wire.initialize(rootUri=tmp_path.as_uri(), capabilities={"textDocument": ACTIONS})
    uri = (tmp_path / NAME).as_uri()
    wire.open(uri, FILES[NAME])
    line = missing(wire, uri)["range"]["start"]["line"]

    def titles(number: int) -> list[str]:
        start, end = {"line": number, "character": 4}, {"line": number, "character": 8}
        context: Json = {"diagnostics": []}
        asked = text_document(uri, range={"start": start, "end": end}, context=context)
        return [item["title"] for item in wire.ask("textDocument/codeAction", asked)["result"]]

    assert any("kong/plugins/corp/log.lua" in title for title in titles(line))
    assert not any("kong/plugins/corp/log.lua" in title for title in titles(line - 1))
