"""What a workspace keeps, reads again and forgets."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from kong_lsp.text import Edit, Span
from kong_lsp.workspace import files, workspace
from kong_lsp.workspace.snapshot import Root
from kong_lsp.workspace.workspace import Workspace, project_of
from tests.support.trees import empty, natural, plant, rockspec

if TYPE_CHECKING:
    import pytest

BOTH = natural("acme", "handler", "schema")
SPEC = "acme-1.0-1.rockspec"
HANDLER = "kong/plugins/acme/handler.lua"
FILES = {SPEC: rockspec(BOTH), **empty(*BOTH.values())}


def given(folder: Path, planted: dict[str, str] = FILES) -> tuple[Workspace, str]:
    found = Workspace()
    root = plant(folder, planted)
    found.add_root(root, whole=True)
    return found, root


def only(found: Workspace) -> Root:
    (root,) = found.snapshot().roots
    return root


def test_nothing_changed_nothing_new(tmp_path: Path) -> None:
    found, root = given(tmp_path)
    before = found.snapshot()
    found.disk_changed([root + "/.git/index"])
    found.add_root(root + "/")
    assert found.snapshot() is before or found.snapshot().roots == before.roots


def test_a_keystroke_in_a_rockspec_keeps_all_but_its_rock(tmp_path: Path) -> None:
    other = natural("other", "handler")
    planted = {**FILES, "other-1.0-1.rockspec": rockspec(other, "other")}
    found, root = given(tmp_path, {**planted, **empty(*other.values())})
    found.open(f"{root}/{SPEC}", FILES[SPEC])
    before = only(found)
    at = FILES[SPEC].index("handler.lua")
    found.change(f"{root}/{SPEC}", Edit(Span(at, at + 1), "j"))
    after = only(found)
    assert after.rocks[0] is not before.rocks[0]
    assert after.rocks[1] is before.rocks[1]
    assert (after.lua, after.requirers, after.modules, after.plugins, after.listing) == (
        before.lua,
        before.requirers,
        before.modules,
        before.plugins,
        before.listing,
    )
    assert list(after.rocks[0].ships) == ["kong.plugins.acme.schema"]
    assert list(before.rocks[0].ships) == list(BOTH)


def required(root: Root) -> dict[str, list[str]]:
    return {
        module: [each.path[len(root.path) + 1 :] for each in found]
        for module, found in root.requirers.items()
    }


def test_requires_follow_buffers_and_the_disk(tmp_path: Path) -> None:
    found, root = given(tmp_path)
    path = f"{root}/{HANDLER}"
    assert required(only(found)) == {}
    found.open(path, 'local a = require "a"\n')
    assert required(only(found)) == {"a": [HANDLER]}
    found.change(path, Edit(Span(19, 20), "b"))
    assert required(only(found)) == {"b": [HANDLER]}
    Path(path).write_text('require "c"\nrequire "c"\n')
    found.disk_changed([path])
    assert required(only(found)) == {"b": [HANDLER]}
    found.close(path)
    assert required(only(found)) == {"c": [HANDLER, HANDLER]}
    os.unlink(path)
    found.disk_changed([path])
    assert required(only(found)) == {}
    assert path not in only(found).lua


def test_new_and_deleted_files_are_seen_with_their_folders(tmp_path: Path) -> None:
    found, root = given(tmp_path)
    added = f"{root}/kong/plugins/new/handler.lua"
    plant(tmp_path, empty("kong/plugins/new/handler.lua"))
    found.disk_changed([added])
    assert only(found).exists(added) is True
    assert "kong.plugins.new.handler" in only(found).modules
    os.unlink(added)
    os.rmdir(os.path.dirname(added))
    found.disk_changed([os.path.dirname(added)])
    assert only(found).exists(added) is False
    assert "kong.plugins.new.handler" not in only(found).modules


def test_a_buffer_that_was_never_saved_counts_as_a_file_until_it_is_closed(tmp_path: Path) -> None:
    found, root = given(tmp_path, {SPEC: FILES[SPEC]})
    path = f"{root}/{HANDLER}"
    found.open(path, "return {}\n")
    assert only(found).exists(path) is True
    found.close(path)
    assert only(found).exists(path) is False


def test_a_deleted_file_is_gone_though_its_buffer_is_open(tmp_path: Path) -> None:
    found, root = given(tmp_path)
    path = f"{root}/{HANDLER}"
    found.open(path, "return {}\n")
    os.unlink(path)
    found.disk_changed([path])
    assert only(found).exists(path) is False


def test_a_closed_rockspec_is_what_the_disk_says(tmp_path: Path) -> None:
    found, root = given(tmp_path)
    path = f"{root}/{SPEC}"
    found.open(path, "")
    assert only(found).rocks[0].listed == {}
    assert found.snapshot().text(path) == ""
    found.close(path)
    assert list(only(found).rocks[0].listed) == list(BOTH)
    assert found.snapshot().text(path) == FILES[SPEC]


def test_texts_come_from_buffers_first(tmp_path: Path) -> None:
    found, root = given(tmp_path)
    found.open(f"{root}/{HANDLER}", "-- new")
    snapshot = found.snapshot()
    assert snapshot.text(f"{root}/{HANDLER}") == "-- new"
    assert snapshot.text(f"{root}/kong/plugins/acme/schema.lua") == "return {}\n"
    assert snapshot.text(f"{root}/none.lua") is None


def test_flaws_are_data(tmp_path: Path) -> None:
    os.mkdir(tmp_path / "c-1.0-1.rockspec")
    (tmp_path / "huge-1.0-1.rockspec").write_bytes(b" " * (files.MAX_BYTES + 1))
    found, root = given(tmp_path, {**FILES, "b-1.0-1.rockspec": "-- caf\udce9\n"})
    flaws = [(flaw.path[len(root) + 1 :], flaw.kind) for flaw in only(found).flaws]
    assert flaws == [
        ("b-1.0-1.rockspec", "encoding"),
        ("c-1.0-1.rockspec", "folder"),
        ("huge-1.0-1.rockspec", "huge"),
    ]
    names = [rock.path[len(root) + 1 :] for rock in only(found).rocks]
    assert names == [SPEC, "b-1.0-1.rockspec"]


def test_a_root_without_anything_of_ours_is_only_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    walked: list[str] = []
    whole = files.listing

    def listing(root: str, log: files.Log, exclude: tuple[str, ...]) -> files.Listing:
        walked.append(root)
        return whole(root, log, exclude=exclude)

    monkeypatch.setattr(files, "listing", listing)
    root = plant(tmp_path, {"src/main.c": "", "lib/x.lua": ""})
    found = Workspace()
    found.add_root(root)
    assert (walked, only(found).active, only(found).exists(root + "/none")) == ([], False, False)
    plant(tmp_path, FILES)
    found.disk_changed([f"{root}/{SPEC}"])
    assert (walked, only(found).active) == ([root], True)


def test_the_look_gives_up_in_a_large_root_until_a_rockspec_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workspace, "LOOK_ENTRIES", 5)
    planted = {f"deep/deep/{path}": text for path, text in FILES.items()}
    root = plant(tmp_path, {**planted, **{f"{number}.txt": "" for number in range(9)}})
    found = Workspace()
    found.add_root(root)
    assert not only(found).active
    found.open(f"{root}/deep/deep/{SPEC}", FILES[SPEC])
    assert only(found).active
    assert [rock.base for rock in only(found).rocks] == [f"{root}/deep/deep"]


def test_a_home_folder_as_root_is_not_walked_but_a_rockspec_in_it_has_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    said: list[str] = []
    root = plant(tmp_path, {f"work/{path}": text for path, text in FILES.items()})
    found = Workspace(said.append)
    found.add_root(root)
    assert [root.active for root in found.snapshot().roots] == [False]
    assert len(said) == 1
    found.open(f"{root}/work/{SPEC}", FILES[SPEC])
    rock = found.snapshot().rock_at(f"{root}/work/{SPEC}")
    assert rock is not None
    assert (rock.base, rock.held) == (f"{root}/work", True)
    found.close(f"{root}/work/{SPEC}")
    assert [each.path for each in found.snapshot().roots] == [root]


def test_a_rockspec_outside_every_root_is_judged_where_it_is(tmp_path: Path) -> None:
    root = plant(tmp_path, {**FILES, ".git/HEAD": ""})
    found = Workspace()
    found.open(f"{root}/{SPEC}", FILES[SPEC])
    assert [(each.path, each.active) for each in found.snapshot().roots] == [(root, True)]
    found.add_root(root)
    found.close(f"{root}/{SPEC}")
    assert [each.path for each in found.snapshot().roots] == [root]
    found.remove_root(root)
    assert found.snapshot().roots == ()


def test_the_project_of_a_file_is_its_checkout(tmp_path: Path) -> None:
    root = plant(tmp_path, {"r/.git/HEAD": "", "r/a/b/x": "", "s/x": ""})
    assert project_of(f"{root}/r/a/b/x") == f"{root}/r"


def test_work_can_stop_and_go_on(tmp_path: Path) -> None:
    planted = {f"kong/plugins/acme/{n}.lua": f'require "m{n}"\n' for n in range(5)}
    found, _ = given(tmp_path, {**FILES, **planted})
    steps = found.work()
    next(steps)
    next(steps)
    steps.close()
    assert sorted(only(found).requirers) == [f"m{n}" for n in range(5)]


def test_the_migrations_of_a_tree_follow_its_index(tmp_path: Path) -> None:
    index = "kong/plugins/acme/migrations/init.lua"
    found, root = given(tmp_path, {**FILES, index: 'return { "000_base" }\n'})

    def names() -> list[str]:
        (tree,) = only(found).plugins
        return [each.name for each in tree.migrations or ()]

    assert names() == ["000_base"]
    found.open(f"{root}/{index}", 'return { "000_base", "001_more" }\n')
    assert names() == ["000_base", "001_more"]


def test_a_rock_in_a_root_within_a_root_is_there_once(tmp_path: Path) -> None:
    root = plant(tmp_path, {f"inner/{path}": text for path, text in FILES.items()})
    found = Workspace()
    found.add_root(root, whole=True)
    found.add_root(root + "/inner", whole=True)
    assert [(each.path, len(each.rocks)) for each in found.snapshot().roots] == [
        (root, 0),
        (root + "/inner", 1),
    ]
    found.remove_root(root + "/inner")
    assert [(each.path, len(each.rocks)) for each in found.snapshot().roots] == [(root, 1)]
