"""Where a rockspec builds, which plugins it packages, and whether the tree is held to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from kong_lsp.workspace.snapshot import Root
from tests.support.trees import empty, natural, only_rock, rockspec, see

BOTH = natural("acme", "handler", "schema")
FILES = empty(*BOTH.values())


def trees(root: Root) -> list[tuple[str, str, list[str], bool]]:
    return [
        (tree.name, tree.folder[len(root.path) + 1 :], sorted(tree.modules), tree.aliased)
        for tree in root.plugins
    ]


def packaged(root: Root) -> list[tuple[str, str]]:
    return [
        (tree.name, tree.folder[len(root.path) + 1 :])
        for rock in root.rocks
        for tree in rock.plugins
    ]


@pytest.mark.parametrize(
    ("place", "prefix"),
    [
        ("", ""),
        ("rockspecs/", ""),
        ("rockspec/", ""),
        ("kong/plugins/acme/", ""),
        ("plugins/acme/", "plugins/acme/"),
        ("a/b/rockspecs/", "a/b/"),
        ("lua/", "lua/"),
    ],
)
def test_a_rock_builds_where_its_files_are(tmp_path: Path, place: str, prefix: str) -> None:
    root = see(
        tmp_path,
        {
            place + "acme-1.0-1.rockspec": rockspec(BOTH),
            **{prefix + path: text for path, text in FILES.items()},
        },
    )
    rock = only_rock(root)
    assert rock.base == f"{root.path}/{prefix}".rstrip("/")
    assert rock.held
    assert rock.ships == {name: f"{root.path}/{prefix}{path}" for name, path in BOTH.items()}
    assert packaged(root) == [("acme", prefix + "kong/plugins/acme")]


def test_where_nothing_exists_the_longest_beginning_of_a_path_decides(tmp_path: Path) -> None:
    root = see(
        tmp_path,
        {
            "build/acme-1.0-1.rockspec": rockspec(natural("acme", "handler")),
            **empty("kong/plugins/acne/handler.lua"),
        },
    )
    assert only_rock(root).base == root.path


def test_where_nothing_is_there_at_all_a_folder_for_rockspecs_is_not_the_base(
    tmp_path: Path,
) -> None:
    root = see(tmp_path, {"rockspecs/acme-1.0-1.rockspec": rockspec(BOTH)})
    assert only_rock(root).base == root.path
    root = see(tmp_path / "two", {"acme/acme-1.0-1.rockspec": rockspec(BOTH)})
    assert only_rock(root).base == root.path + "/acme"


@pytest.mark.parametrize("folder", ["src", "plugin", "kong/plugins/acme/src", ""])
def test_the_keys_name_a_plugin_whose_folder_does_not(tmp_path: Path, folder: str) -> None:
    inside = folder + "/" if folder else ""
    root = see(
        tmp_path,
        {
            "acme-1.0-1.rockspec": rockspec(
                {
                    "kong.plugins.acme.handler": inside + "handler.lua",
                    "kong.plugins.acme.daos.tokens": inside + "daos/tokens.lua",
                }
            ),
            **empty(
                inside + "handler.lua",
                inside + "schema.lua",
                inside + "daos/tokens.lua",
                "spec/acme_spec.lua",
            ),
        },
    )
    rock = only_rock(root)
    (tree,) = rock.plugins
    assert (tree.name, tree.aliased) == ("acme", True)
    assert sorted(tree.modules) == ["daos.tokens", "handler", "schema"]
    assert root.find(rock, "kong.plugins.acme.schema") == f"{root.path}/{inside}schema.lua"


def test_a_tree_is_found_wherever_kong_plugins_name_is(tmp_path: Path) -> None:
    root = see(
        tmp_path,
        empty(
            "src/kong/plugins/a/handler.lua",
            "plugins/b/kong/plugins/b/handler.lua",
            "plugins/b/kong/plugins/b/migrations/init.lua",
            "kong/plugins/c/lib/x.lua",
        ),
    )
    assert trees(root) == [
        ("c", "kong/plugins/c", ["lib.x"], False),
        ("b", "plugins/b/kong/plugins/b", ["handler", "migrations", "migrations.init"], False),
        ("a", "src/kong/plugins/a", ["handler"], False),
    ]


def test_a_folder_with_handler_and_schema_is_a_plugin_named_like_it(tmp_path: Path) -> None:
    root = see(
        tmp_path,
        empty(
            "custom/acme/handler.lua",
            "custom/acme/schema.lua",
            "runloop/handler.lua",
            "src/handler.lua",
            "src/schema.lua",
        ),
    )
    assert trees(root) == [("acme", "custom/acme", ["handler", "schema"], True)]


def test_a_module_and_its_init_are_one_but_the_plain_file_comes_first(tmp_path: Path) -> None:
    folder = "kong/plugins/acme"
    root = see(tmp_path, empty(f"{folder}/x/init.lua", f"{folder}/y.lua", f"{folder}/y/init.lua"))
    (tree,) = root.plugins
    assert tree.modules == {
        "x": f"{root.path}/{folder}/x/init.lua",
        "x.init": f"{root.path}/{folder}/x/init.lua",
        "y": f"{root.path}/{folder}/y.lua",
        "y.init": f"{root.path}/{folder}/y/init.lua",
    }


def test_each_rock_of_a_monorepo_packages_its_own_trees(tmp_path: Path) -> None:
    files = {}
    for name in ("a", "b"):
        both = natural(name, "handler", "schema")
        files[f"plugins/{name}/{name}-1.0-1.rockspec"] = rockspec(both, name)
        files.update(empty(*(f"plugins/{name}/{path}" for path in both.values())))
    files.update(empty("vendor/kong/kong/plugins/a/handler.lua"))
    root = see(tmp_path, files)
    assert packaged(root) == [("a", "plugins/a/kong/plugins/a"), ("b", "plugins/b/kong/plugins/b")]
    assert all(rock.held for rock in root.rocks)


def test_of_several_plugins_only_the_listed_one_is_packaged(tmp_path: Path) -> None:
    root = see(
        tmp_path,
        {"acme-1.0-1.rockspec": rockspec(BOTH), **FILES, **empty("kong/plugins/other/handler.lua")},
    )
    assert packaged(root) == [("acme", "kong/plugins/acme")]


def held(root: Root) -> dict[str, str | None]:
    return {rock.path[len(root.path) + 1 :]: rock.not_held for rock in root.rocks}


def test_only_the_newest_release_is_held(tmp_path: Path) -> None:
    versions = ["0.9-1", "0.10-1", "0.10-2", "0.2.1-4"]
    files = {f"acme-{each}.rockspec": rockspec(BOTH, "acme", each) for each in versions}
    files["other-0.1-1.rockspec"] = rockspec(BOTH, "other", "0.1-1")
    root = see(tmp_path, {**files, **FILES})
    assert held(root) == {
        "acme-0.10-1.rockspec": "old",
        "acme-0.10-2.rockspec": None,
        "acme-0.2.1-4.rockspec": "old",
        "acme-0.9-1.rockspec": "old",
        "other-0.1-1.rockspec": None,
    }


@pytest.mark.parametrize("version", ["scm-1", "dev-1", "latest-0"])
def test_a_development_version_is_newer_than_any_release(tmp_path: Path, version: str) -> None:
    root = see(
        tmp_path,
        {
            "acme-9.0-1.rockspec": rockspec(BOTH, "acme", "9.0-1"),
            f"acme-{version}.rockspec": rockspec(BOTH, "acme", version),
            **FILES,
        },
    )
    assert held(root) == {"acme-9.0-1.rockspec": "old", f"acme-{version}.rockspec": None}


def test_a_template_is_not_held_and_what_was_made_from_it_is_old(tmp_path: Path) -> None:
    root = see(
        tmp_path,
        {
            "acme-$version.rockspec": rockspec(BOTH, "acme", "$version"),
            "acme-1.0-1.rockspec": rockspec(natural("acme", "gone")),
            **FILES,
        },
    )
    assert held(root) == {"acme-$version.rockspec": "template", "acme-1.0-1.rockspec": "old"}


def test_a_rock_built_by_a_makefile_is_not_held(tmp_path: Path) -> None:
    text = rockspec(BOTH).replace('"builtin"', '"make"')
    root = see(tmp_path, {"acme-1.0-1.rockspec": text})
    assert held(root) == {"acme-1.0-1.rockspec": "foreign"}


DOCKERFILE = """\
FROM kong:2.8
COPY acme/*.rockspec /build/
COPY acme/src /build/kong/plugins/acme
RUN cd /build && luarocks make
"""


def test_a_tree_that_a_dockerfile_lays_out_anew_is_not_held(tmp_path: Path) -> None:
    spec = {"acme/acme-1.0-1.rockspec": rockspec(BOTH)}
    flat = empty("acme/src/handler.lua", "acme/src/schema.lua")
    assert held(see(tmp_path / "a", {**spec, **flat, "Dockerfile": DOCKERFILE})) == {
        "acme/acme-1.0-1.rockspec": "laid-out"
    }
    assert held(see(tmp_path / "b", {**spec, **flat})) == {"acme/acme-1.0-1.rockspec": None}
    assert held(see(tmp_path / "c", {**spec, "Dockerfile": DOCKERFILE})) == {
        "acme/acme-1.0-1.rockspec": None
    }


def test_a_listed_file_outside_the_root_is_looked_for_on_the_disk(tmp_path: Path) -> None:
    (tmp_path / "there.lua").write_text("return {}\n")
    modules = {
        "kong.plugins.acme.handler": "/path/to/handler.lua",
        "kong.plugins.acme.schema": (tmp_path / "there.lua").as_posix(),
        "kong.plugins.acme.api": "../gone.lua",
    }
    root = see(tmp_path / "r", {"acme-1.0-1.rockspec": rockspec(modules)})
    rock = only_rock(root)
    found = [root.exists(rock.file_of(path)) for path in modules.values()]
    assert found == [False, None, False]


def test_a_name_and_its_init_are_provided_alike(tmp_path: Path) -> None:
    modules = {
        "a.init": "a/init.lua",
        "b": "b/init.lua",
        "c": "c.lua",
    }
    rock = only_rock(see(tmp_path, {"acme-1.0-1.rockspec": rockspec(modules)}))
    assert rock.provides == {
        "a.init": "a.init",
        "a": "a.init",
        "b": "b",
        "b.init": "b",
        "c": "c",
    }


def test_what_could_not_be_read_makes_the_list_incomplete(tmp_path: Path) -> None:
    whole = rockspec(BOTH)
    assert only_rock(see(tmp_path / "a", {"acme-1.0-1.rockspec": whole})).complete
    for number, text in enumerate(
        (
            whole.replace('["kong.plugins.acme.schema"] =', '["kong.plugins.acme.schema" ='),
            whole.replace('["kong.plugins.acme.schema"]', '[os.getenv("X")]'),
        )
    ):
        assert not only_rock(see(tmp_path / str(number), {"acme-1.0-1.rockspec": text})).complete


def test_modules_that_luarocks_finds_by_itself_are_shipped(tmp_path: Path) -> None:
    text = (
        'rockspec_format = "3.0"\npackage = "acme"\nversion = "1.0-1"\n'
        'source = { url = "git+https://example.com/r.git" }\n'
    )
    root = see(tmp_path, {"acme-1.0-1.rockspec": text, **FILES})
    rock = only_rock(root)
    assert rock.detected
    assert rock.listed == {}
    assert sorted(rock.ships) == sorted(BOTH)
    assert packaged(root) == [("acme", "kong/plugins/acme")]


KONGS = 'local typedefs = require "kong.db.schema.typedefs"\n'
IMAGE = "FROM kong:3.9\nCOPY . /usr/local/share/lua/5.1/kong/plugins/greeter\n"
OWN = 'require "kong.plugins.acme.access"\n'


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"handler.lua": "", "schema.lua": KONGS}, [("here", "")]),
        ({"plugin/handler.lua": KONGS, "plugin/schema.lua": ""}, [("here", "plugin")]),
        ({"a/src/handler.lua": KONGS, "a/src/schema.lua": ""}, [("a", "a/src")]),
        ({"handler.lua": "", "schema.lua": KONGS, "Dockerfile": IMAGE}, [("greeter", "")]),
        (
            {"handler.lua": OWN, "schema.lua": "", "access.lua": "", "Dockerfile": IMAGE},
            [("acme", "")],
        ),
        ({"handler.lua": "", "schema.lua": ""}, []),
        ({"handler.lua": KONGS}, []),
        ({"spec/plugin/handler.lua": KONGS, "spec/plugin/schema.lua": KONGS}, []),
        (
            {"src/handler.lua": KONGS, "src/schema.lua": "", **FILES},
            [("acme", "kong/plugins/acme")],
        ),
    ],
)
def test_a_plugin_in_a_folder_that_is_not_called_like_it(
    tmp_path: Path, files: dict[str, str], expected: list[tuple[str, str]]
) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    found = [(name, inner) for name, inner, _, _ in trees(see(folder, files))]
    assert found == expected
