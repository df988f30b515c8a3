"""The walk of a root, and the reading of files."""

from __future__ import annotations

import os
from pathlib import Path

from kong_lsp.workspace import files
from tests.support.trees import empty, plant


def walk(folder: Path, limit: int = files.MAX_FILES) -> tuple[files.Listing, list[str]]:
    said: list[str] = []
    return files.listing(folder.as_posix(), said.append, limit), said


def test_a_walk_knows_files_and_folders_by_exact_case(tmp_path: Path) -> None:
    plant(tmp_path, empty("kong/Handler.lua", "a.lua"))
    listing, said = walk(tmp_path)
    assert (listing.files, listing.folders, listing.unknown, said) == (
        {"kong/Handler.lua", "a.lua"},
        {"kong"},
        set(),
        [],
    )
    assert listing.has("kong/Handler.lua") is True
    assert listing.has("kong/handler.lua") is False


def test_skipped_folders_are_unknown_not_empty(tmp_path: Path) -> None:
    plant(tmp_path, empty(".git/x.lua", "a/node_modules/b/x.lua", "lua_modules/x.lua"))
    listing, _ = walk(tmp_path)
    assert listing.files == set()
    assert listing.has("a/node_modules/b/y.lua") is None
    assert listing.has("a/y.lua") is False


def test_links_to_folders_are_not_followed_and_links_to_files_count(tmp_path: Path) -> None:
    plant(tmp_path, empty("real/x.lua"))
    os.symlink(tmp_path / "real", tmp_path / "linked")
    os.symlink(tmp_path, tmp_path / "real" / "loop")
    os.symlink(tmp_path / "real" / "x.lua", tmp_path / "y.lua")
    os.symlink(tmp_path / "nowhere", tmp_path / "z.lua")
    listing, _ = walk(tmp_path)
    assert listing.files == {"real/x.lua", "y.lua"}
    assert listing.unknown == {"linked", "real/loop"}
    assert [listing.has(path) for path in ("linked/x.lua", "z.lua")] == [None, False]


def test_what_is_no_regular_file_is_not_there(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "acme-1.0-1.rockspec")
    listing, _ = walk(tmp_path)
    assert listing.files == set()


def test_the_cap_is_told_and_makes_the_rest_unknown(tmp_path: Path) -> None:
    plant(tmp_path, empty(*(f"{number}/x.lua" for number in range(20))))
    listing, said = walk(tmp_path, limit=5)
    assert not listing.complete
    assert listing.has("nothing.lua") is None
    assert len(said) == 1
    assert "more than 5 files" in said[0]


def test_the_whole_disk_and_home_folders_are_never_walked(tmp_path: Path) -> None:
    assert not files.may_walk("/")
    assert not files.may_walk(os.path.expanduser("~"))
    assert not files.may_walk(os.path.dirname(os.path.expanduser("~/").rstrip("/")))
    assert files.may_walk(tmp_path.as_posix())


def test_each_way_a_file_can_fail_is_told(tmp_path: Path) -> None:
    plant(tmp_path, {"bad.lua": "caf\udce9", "fine.lua": "é\r\n", "folder/x": ""})
    (tmp_path / "huge.lua").write_bytes(b" " * (files.MAX_BYTES + 1))
    (tmp_path / "zero.lua").write_bytes(b"")
    names = ("bad.lua", "fine.lua", "folder", "huge.lua", "zero.lua", "none.lua", "fine.lua/x")
    found = [files.read(f"{tmp_path.as_posix()}/{name}") for name in names]
    assert [(text, kind) for text, kind, _ in found] == [
        ("caf\udce9", "encoding"),
        ("é\r\n", None),
        (None, "folder"),
        (None, "huge"),
        ("", None),
        (None, "unreadable"),
        (None, "unreadable"),
    ]
    assert found[0][2] == "byte 0xE9 at offset 3 is not UTF-8"
