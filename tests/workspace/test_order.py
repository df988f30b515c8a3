"""What is seen hangs on what there is, and not on the order in which it came."""

from __future__ import annotations

import gc
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kong_lsp.text import Edit, Span
from kong_lsp.workspace import files, link
from kong_lsp.workspace.snapshot import Rock
from kong_lsp.workspace.workspace import Workspace
from tests.support.trees import empty, natural, plant, rockspec

if TYPE_CHECKING:
    import pytest

BOTH = natural("acme", "handler", "schema")
SPEC = "acme-1.0-1.rockspec"
HANDLER = "kong/plugins/acme/handler.lua"
FILES = {SPEC: rockspec(BOTH), **empty(*BOTH.values())}
REQUIRES = 'return require "kong.plugins.acme.schema"\n'
KONG = '_format_version: "3.0"\nplugins:\n- name: acme\n'


def given(folder: Path, files: dict[str, str] = FILES) -> tuple[Workspace, str]:
    found = Workspace()
    root = plant(folder, files)
    found.add_root(root)
    return found, root


def requirers(found: Workspace) -> list[str]:
    """The files that require something."""
    return sorted(
        file.path for root in found.snapshot().roots for file in root.lua.values() if file.requires
    )


def configs(found: Workspace) -> list[str]:
    return [os.path.basename(config.path) for config in found.snapshot().configs()]


def test_a_buffer_counts_that_was_open_before_its_folder(tmp_path: Path) -> None:
    root = plant(tmp_path, FILES)
    found = Workspace()
    found.open(f"{root}/{HANDLER}", REQUIRES)
    assert found.roots == []
    found.open(f"{root}/{SPEC}", FILES[SPEC])
    assert requirers(found) == [f"{root}/{HANDLER}"]


def test_a_folder_without_a_project_goes_with_the_file_that_it_was_opened_for(
    tmp_path: Path,
) -> None:
    root = plant(tmp_path, FILES)
    found = Workspace()
    found.open(f"{root}/{SPEC}", FILES[SPEC])
    found.open(f"{root}/{HANDLER}", REQUIRES)
    found.close(f"{root}/{SPEC}")
    assert found.roots == []


def test_single_files_have_the_same_folder_in_any_order(tmp_path: Path) -> None:
    root = plant(tmp_path, {**FILES, "inner/kong.yml": KONG})
    texts = {f"{root}/{SPEC}": FILES[SPEC], f"{root}/inner/kong.yml": KONG}
    for paths in (list(texts), list(reversed(texts))):
        found = Workspace()
        for path in paths:
            found.open(path, texts[path])
        assert found.roots == [root]


def test_a_given_folder_takes_over_what_was_opened_alone(tmp_path: Path) -> None:
    root = plant(tmp_path, {"inner/kong.yml": KONG, **FILES})
    found = Workspace()
    found.open(f"{root}/inner/kong.yml", KONG)
    assert found.roots == [f"{root}/inner"]
    found.add_root(root)
    assert found.roots == [root]


def test_an_empty_file_opens_its_folder_once_it_is_kongs(tmp_path: Path) -> None:
    root = plant(tmp_path, FILES)
    found = Workspace()
    found.open(f"{root}/x.yml", "")
    found.change(f"{root}/x.yml", Edit(Span(0, 0), KONG))
    assert found.roots == [root]


def test_an_outer_folder_reads_the_disk_once_an_inner_one_has_the_buffer(tmp_path: Path) -> None:
    found, root = given(tmp_path, {f"inner/{name}": text for name, text in FILES.items()})
    path = f"{root}/inner/{HANDLER}"
    found.open(path, REQUIRES)
    found.add_root(f"{root}/inner")
    found.close(path)
    assert requirers(found) == []


def test_a_new_buffer_is_there_whatever_happens_to_other_folders(tmp_path: Path) -> None:
    found, root = given(tmp_path)
    found.open(f"{root}/kong/plugins/acme/new.lua", "return {}\n")
    os.mkdir(f"{root}/other")
    found.disk_changed([f"{root}/other"])
    assert found.snapshot().exists(f"{root}/kong/plugins/acme/new.lua") is True


def test_a_file_is_gone_with_its_folder_though_its_buffer_is_open(tmp_path: Path) -> None:
    found, root = given(tmp_path)
    found.open(f"{root}/{HANDLER}", "return {}\n")
    shutil.rmtree(f"{root}/kong")
    found.disk_changed([f"{root}/kong"])
    assert found.snapshot().exists(f"{root}/{HANDLER}") is False
    found.change(f"{root}/{HANDLER}", Edit(Span(0, 0), "\n"))
    assert found.snapshot().exists(f"{root}/{HANDLER}") is False


def test_a_root_goes_and_comes_back(tmp_path: Path) -> None:
    found, root = given(tmp_path / "root")
    os.rename(root, f"{root}-away")
    found.disk_changed([root])
    assert list(found.snapshot().rocks()) == []
    os.rename(f"{root}-away", root)
    found.disk_changed([tmp_path.as_posix()])
    assert [rock.path for rock in found.snapshot().rocks()] == [f"{root}/{SPEC}"]


def test_a_folder_without_kong_is_read_once_it_has_some(tmp_path: Path) -> None:
    found, root = given(tmp_path, {"readme.md": ""})
    assert configs(found) == []
    plant(tmp_path, {"kong.yml": KONG})
    found.disk_changed([f"{root}/kong.yml"])
    assert configs(found) == ["kong.yml"]


def test_a_configuration_comes_back_as_it_was(tmp_path: Path) -> None:
    found, root = given(tmp_path, {**FILES, "kong.yml": KONG})
    for _ in range(2):
        os.rename(f"{root}/kong.yml", tmp_path / "aside")
        found.disk_changed([f"{root}/kong.yml"])
        assert configs(found) == []
        os.rename(tmp_path / "aside", f"{root}/kong.yml")
        found.disk_changed([f"{root}/kong.yml"])
        assert configs(found) == ["kong.yml"]


def test_a_configuration_in_a_folder_is_read_again_when_it_is_no_longer_excluded(
    tmp_path: Path,
) -> None:
    found, root = given(tmp_path, {**FILES, "conf/kong.yml": KONG})
    for globs, seen in (((), ["kong.yml"]), ((f"{root}/conf",), []), ((), ["kong.yml"])):
        found.exclude(root, globs)
        assert configs(found) == seen


def test_an_excluded_folder_is_not_entered_though_it_is_new(tmp_path: Path) -> None:
    found, root = given(tmp_path)
    found.exclude(root, (f"{root}/conf",))
    plant(tmp_path, {"conf/kong.yml": KONG})
    found.disk_changed([f"{root}/conf/kong.yml"])
    assert configs(found) == []


def test_json_is_read_beside_a_file_of_kongs_alone(tmp_path: Path) -> None:
    planted = {**FILES, "conf/x.json": '{"_format_version": "3.0", "services": []}\n'}
    found, root = given(tmp_path, planted)
    assert configs(found) == []
    plant(tmp_path, {"conf/kong.yml": KONG})
    found.disk_changed([f"{root}/conf/kong.yml"])
    assert configs(found) == ["kong.yml", "x.json"]
    os.unlink(f"{root}/conf/kong.yml")
    found.disk_changed([f"{root}/conf/kong.yml"])
    assert configs(found) == []


def test_an_included_file_is_read_as_long_as_one_includes_it(tmp_path: Path) -> None:
    compose = "services:\n  kong:\n    image: kong:3.4\n    env_file: prod.vars\n"
    planted = {**FILES, "compose.yaml": compose, "prod.vars": "KONG_PLUGINS=bundled\n"}
    found, root = given(tmp_path, planted)
    assert configs(found) == ["compose.yaml", "prod.vars"]
    found.open(f"{root}/prod.vars", planted["prod.vars"])
    assert configs(found) == ["compose.yaml", "prod.vars"]
    found.close(f"{root}/prod.vars")
    plant(
        tmp_path,
        {"compose.yaml": compose.replace("env_file: prod.vars", "environment: [KONG_PLUGINS=off]")},
    )
    found.disk_changed([f"{root}/compose.yaml"])
    assert configs(found) == ["compose.yaml"]


def test_nothing_is_left_of_a_skipped_file_that_was_open(tmp_path: Path) -> None:
    found, root = given(tmp_path)
    for name, text in (("venv/kong.yml", KONG), ("venv/x.lua", REQUIRES)):
        found.open(f"{root}/{name}", text)
        found.close(f"{root}/{name}")
    assert configs(found) == []
    assert requirers(found) == []


def test_a_folder_named_like_a_rockspec_is_no_flaw_once_it_is_gone(tmp_path: Path) -> None:
    found, root = given(tmp_path)
    os.mkdir(f"{root}/x-1.0-1.rockspec")
    found.disk_changed([f"{root}/x-1.0-1.rockspec"])
    assert [flaw.kind for flaw in found.snapshot().roots[0].flaws] == ["folder"]
    os.rmdir(f"{root}/x-1.0-1.rockspec")
    found.disk_changed([f"{root}/x-1.0-1.rockspec"])
    assert found.snapshot().roots[0].flaws == ()


def test_a_source_that_was_away_when_it_was_looked_at_is_read_when_it_is_back(
    tmp_path: Path,
) -> None:
    found, root = given(tmp_path, {**FILES, HANDLER: "return { PRIORITY = 1 }\n"})
    (before,) = found.snapshot().plugin_sources()
    os.rename(f"{root}/{HANDLER}", tmp_path / "aside")
    assert before.handler is not None
    assert before.handler.table is None
    os.rename(tmp_path / "aside", f"{root}/{HANDLER}")
    found.disk_changed([f"{root}/{HANDLER}"])
    (after,) = found.snapshot().plugin_sources()
    assert after.handler is not None
    assert after.handler.table is not None


def test_many_changes_of_folders_are_one_walk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, root = given(tmp_path, {**FILES, **empty(*(f"lib/{n}/x.lua" for n in range(20)))})
    walked: list[str] = []
    walk = files.listing

    def listing(path: str, *given: Any, **named: Any) -> files.Listing:
        walked.append(path)
        return walk(path, *given, **named)

    monkeypatch.setattr(files, "listing", listing)
    found.disk_changed([f"{root}/lib/{n}" for n in range(20)])
    assert walked == [root]


def test_nothing_is_kept_of_the_texts_before(tmp_path: Path) -> None:
    found, root = given(tmp_path)
    path = f"{root}/{SPEC}"
    found.open(path, FILES[SPEC])
    for _ in range(50):
        found.change(path, Edit(Span(0, 0), "-- x\n"))
        link.names_for(found.snapshot().roots[0])
    gc.collect()
    kept = [each for each in gc.get_objects() if isinstance(each, Rock) and each.path == path]
    assert len(kept) < 5
