"""Whatever is typed, what is known is what a fresh look at the final text would tell.

The tree, the values and the findings of a rockspec of Kong's size are held against those
of the same text read anew, after 20,000 random edits; and every truncation of a rockspec
is read, completed and keeps its findings outside the damage.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from kong_lsp.analysis import analyze_rock
from kong_lsp.features.completion import completion
from kong_lsp.finding import Finding
from kong_lsp.rockspec.model import ModuleEntry, Rockspec
from kong_lsp.syntax.lua.pieces import Piece
from kong_lsp.syntax.lua.values import Entry, Place, Table, Value
from kong_lsp.text import Edit, Span
from kong_lsp.workspace.workspace import Workspace
from tests.support.world import Files, analyze, write
from tests.test_fixes import fixtures

EDITS = 2_500
SEEDS = 8
COMPARED_EVERY = 125

SNIPPETS = (
    *"\"',;{}[]()=.-#\n x1",
    "..",
    "--",
    "--[[",
    "[[",
    "]]",
    " end",
    "function() ",
    "\nlocal part = 'p1'\n",
    '\n    ["kong.plugins.p1.more"] = "kong/plugins/p1/api.lua",',
    "handler",
    "build.modules.x = 1\n",
)


def files_of_kongs_size() -> dict[str, str]:
    """A rock of 600 modules; the entries of every fifth plugin are computed."""
    entries = []
    files = {}
    for number in range(100):
        name = f"p{number}"
        for tail in ("handler", "schema", "api", "daos", "log.buffer", "log.queue"):
            path = f"kong/plugins/{name}/{tail.replace('.', '/')}.lua"
            files[path] = "return {}\n"
            if tail == "handler":
                need = f'local _ = require "kong.plugins.{name}.log.queue"'
                files[path] = f'{need}\nreturn {{ PRIORITY = 10, VERSION = "1.0.0" }}\n'
            elif tail == "schema":
                files[path] = f'return {{ name = "{name}", fields = {{}} }}\n'
            if number % 5:
                entries.append(f'    ["kong.plugins.{name}.{tail}"] = "{path}",')
            else:
                rest = tail.replace(".", "/")
                entries.append(
                    f'    ["kong.plugins." .. part .. "{number}.{tail}"] = '
                    f'"kong/plugins/" .. part .. "{number}/{rest}.lua", -- {tail}'
                )
    body = "\n".join(entries)
    files["big-1.0-1.rockspec"] = f"""\
local part = "p"
package = "big"
version = "1.0-1"
source = {{ url = "git+https://example.com/big.git", tag = "1.0" }}
description = {{
  summary = [[many
  modules]],
  license = "MIT",
}}
dependencies = {{ "lua >= 5.1", "luasocket" }}
build = {{
  type = "builtin",
  modules = {{
{body}
  }},
}}
for i = 1, 2 do dependencies[#dependencies + 1] = "dep" .. i end
"""
    return files


def test_the_generated_rockspec_is_clean(tmp_path: Path) -> None:
    assert fresh(tmp_path, files_of_kongs_size(), None)[1] == []


@pytest.mark.parametrize("seed", range(SEEDS))
def test_random_edits_give_what_the_final_text_gives(seed: int, tmp_path: Path) -> None:
    source = random.Random(seed)
    files = files_of_kongs_size()
    original = text = files["big-1.0-1.rockspec"]
    root = tmp_path.resolve().as_posix()
    path = f"{root}/big-1.0-1.rockspec"
    write(root, files)
    workspace = Workspace()
    workspace.add_root(root)
    workspace.open(path, text)
    undo: Edit | None = None
    for step in range(EDITS):
        if step % 50 == 0:
            edit, undo = Edit(Span(0, len(text)), original), None
        elif undo is not None:
            edit, undo = undo, None
        else:
            edit = random_edit(source, text)
            if source.random() < 0.7:
                old = text[edit.span.start : edit.span.end]
                undo = Edit(Span(edit.span.start, edit.span.start + len(edit.text)), old)
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
        workspace.change(path, edit)
        if step % 25 == 0:
            workspace.snapshot()
        if step % COMPARED_EVERY == COMPARED_EVERY - 1:
            snapshot = workspace.snapshot()
            rock = snapshot.rock_at(path)
            assert rock is not None
            assert rock.rockspec.tree.text == text
            assert told(rock.rockspec) == told_anew(text), (seed, step)
            found = [each for told_of in analyze(snapshot).values() for each in told_of]
            assert found == fresh(tmp_path, {}, (path, text))[1], (seed, step)


def random_edit(source: random.Random, text: str) -> Edit:
    start = source.randrange(len(text) + 1)
    kind = source.random()
    if kind < 0.6:
        return Edit(Span(start, start), source.choice(SNIPPETS))
    end = min(len(text), start + source.choice((1, 1, 1, 2, 6, 60)))
    return Edit(Span(start, end), "" if kind < 0.85 else source.choice(SNIPPETS))


def fresh(
    folder: Path, files: Files, opened: tuple[str, str] | None
) -> tuple[Workspace, list[Finding]]:
    """A new workspace over the folder, and what it finds."""
    root = folder.resolve().as_posix()
    write(root, files)
    workspace = Workspace()
    workspace.add_root(root)
    if opened:
        workspace.open(*opened)
    return workspace, [each for found in analyze(workspace.snapshot()).values() for each in found]


def told_anew(text: str) -> Any:
    from kong_lsp.rockspec.model import read
    from kong_lsp.syntax.lua.tree import parse

    return told(read(parse(text)))


def told(rockspec: Rockspec) -> Any:
    """All that a rockspec says, with absolute spans, as data that can be compared."""
    tree = rockspec.tree
    evaluation = rockspec.evaluation

    def span(place: Place | None) -> Span | None:
        return None if place is None else tree.span(place)

    def value(known: Value) -> Any:
        if isinstance(known, Table):
            entries = [(key, entry(each)) for key, each in known.entries.items()]
            return (span(known.at), known.open, entries, [entry(each) for each in known.written])
        parts = getattr(known, "parts", ())
        return (
            type(known).__name__,
            getattr(known, "value", None),
            [(part.start, part.end, span(part.place)) for part in parts],
        )

    def entry(each: Entry) -> Any:
        return (
            value(each.key),
            value(each.value),
            *map(span, (each.key_at, each.value_at, each.at)),
        )

    def module(each: ModuleEntry) -> Any:
        return each.name, each.path, each.overwritten, span(each.entry.at)

    def piece(each: Piece) -> Any:
        children = None if each.children is None else [piece(child) for child in each.children]
        return each.kind, each.head, children, each.tail, each.node, each.problems

    return (
        [piece(each) for each in tree.pieces],
        tree.sound,
        {name: entry(each) for name, each in evaluation.globals.items()},
        [(name, span(place)) for name, place in evaluation.reads],
        [(each.message, span(each.at)) for each in evaluation.failures],
        [module(each) for each in rockspec.modules],
        (rockspec.format, rockspec.build_type, rockspec.complete),
    )


SMALL = {
    "kong-plugin-acme-1.0-1.rockspec": """\
local plugin_name = "acme"
package = "kong-plugin-" .. plugin_name
version = "1.0-1"
source = { url = "git+https://example.com/acme.git", tag = "1.0" }
description = { summary = "x", license = "MIT" }
dependencies = { "lua >= 5.1", "lua >> 5" }
build = {
  type = "builtin",
  modules = {
    ["kong.plugins." .. plugin_name .. ".handler"] = "kong/plugins/acme/hander.lua",
    ["kong.plugins.acme.shema"] = "kong/plugins/acme/schema.lua",
    ["kong.plugins.acme.api"] = "kong/plugins/acme/api.lua",
  },
}
foo = 1
""",
    "kong/plugins/acme/handler.lua": 'local _ = require "kong.plugins.acme.tools"\nreturn {}\n',
    "kong/plugins/acme/schema.lua": "return {}\n",
    "kong/plugins/acme/tools.lua": "return {}\n",
}


def test_every_truncation_is_read_completed_and_keeps_findings_before_the_damage(
    tmp_path: Path,
) -> None:
    """Only of the text before the statement or entry that is cut off may it be asked."""
    root = tmp_path.resolve().as_posix()
    write(root, SMALL)
    name = "kong-plugin-acme-1.0-1.rockspec"
    path = f"{root}/{name}"
    whole = SMALL[name]
    workspace = Workspace()
    workspace.add_root(root)
    workspace.open(path, whole)
    misspelt = {"KM101", "KM106", "KR008"}
    expected = {
        (each.code, each.span)
        for each in analyze(workspace.snapshot())[path]
        if each.code in misspelt
    }
    assert {code for code, _ in expected} == misspelt
    for stop in range(len(whole), -1, -1):
        text = whole[:stop]
        workspace.open(path, text)
        snapshot = workspace.snapshot()
        rock = snapshot.rock_at(path)
        assert rock is not None
        found = {(each.code, each.span) for each in analyze(snapshot).get(path, [])}
        pieces = rock.rockspec.tree.at(max(0, len(text.rstrip()) - 1))
        damaged = rock.rockspec.tree.start_of(pieces[-1]) if pieces else stop
        kept = {each for each in expected if each[1].end < damaged}
        assert kept <= found, (stop, text[-40:])
        for item in completion(snapshot, path, text, stop, {}):
            assert item.label


def test_a_fixture_cut_off_anywhere_is_read_and_completed(tmp_path: Path) -> None:
    """Every rockspec of every fixture, cut off at a place in each stretch of 40 characters."""
    source = random.Random(7)
    for number, (where, files) in enumerate(fixtures()):
        folder = (tmp_path / str(number)).resolve().as_posix()
        write(folder, files)
        workspace = Workspace()
        workspace.add_root(folder, whole=True)
        for name, text in files.items():
            if not name.endswith(".rockspec"):
                continue
            path = f"{folder}/{name}"
            workspace.open(path, text)
            for start in range(0, len(text), 40):
                stop = min(len(text), start + source.randrange(40))
                workspace.open(path, text[:stop])
                snapshot = workspace.snapshot()
                rock = snapshot.rock_at(path)
                assert rock is not None, where
                analyze_rock(snapshot, rock, failed_on)
                completion(snapshot, path, text[:stop], stop, {})


def failed_on(code: str, subject: object, error: Exception) -> None:
    raise AssertionError(code) from error
