"""Configuration files are found, and followed while they change."""

from __future__ import annotations

from pathlib import Path

from kong_lsp.text import Edit, Span
from kong_lsp.workspace import link
from kong_lsp.workspace.workspace import Workspace
from tests.support.trees import empty, plant

KONG = '_format_version: "3.0"\nplugins:\n- name: acme\n'
PLUGIN = empty("kong/plugins/acme/handler.lua")


def world(folder: Path, files: dict[str, str]) -> tuple[Workspace, str]:
    workspace = Workspace()
    root = plant(folder, files)
    workspace.add_root(root)
    return workspace, root


def uses(workspace: Workspace) -> dict[str, list[str]]:
    """The plugins that each configuration file names, by the file's name."""
    return {
        config.path.rpartition("/")[2]: [use.name for use in config.uses]
        for config in workspace.snapshot().configs()
    }


def test_an_edit_is_seen_at_once(tmp_path: Path) -> None:
    workspace, root = world(tmp_path, {**PLUGIN, "kong.yml": KONG, "other.yml": "a: 1\n"})
    assert uses(workspace) == {"kong.yml": ["acme"]}
    path = f"{root}/kong.yml"
    workspace.open(path, KONG)
    at = KONG.index("acme")
    workspace.change(path, Edit(Span(at, at), "x-"))
    assert uses(workspace) == {"kong.yml": ["x-acme"]}
    assert workspace.snapshot().text(path) == KONG.replace("acme", "x-acme")
    workspace.close(path)
    assert uses(workspace) == {"kong.yml": ["acme"]}


def test_a_file_becomes_one_of_kong_and_is_none_again(tmp_path: Path) -> None:
    workspace, root = world(tmp_path, {**PLUGIN, "x.yml": "plugins:\n- name: acme\n"})
    path = f"{root}/x.yml"
    workspace.open(path, "plugins:\n- name: acme\n")
    assert uses(workspace) == {}
    workspace.change(path, Edit(Span(0, 0), '_format_version: "3.0"\n'))
    assert uses(workspace) == {"x.yml": ["acme"]}
    workspace.change(path, Edit(Span(0, 1), "x"))
    assert uses(workspace) == {}
    assert workspace.snapshot().text(path) == 'xformat_version: "3.0"\nplugins:\n- name: acme\n'


def test_what_changes_on_the_disk_is_followed(tmp_path: Path) -> None:
    workspace, root = world(tmp_path, PLUGIN)
    assert uses(workspace) == {}
    file = tmp_path / "kong.yml"
    file.write_text(KONG)
    workspace.disk_changed([f"{root}/kong.yml"])
    assert uses(workspace) == {"kong.yml": ["acme"]}
    file.write_text(KONG.replace("acme", "other"))
    workspace.disk_changed([f"{root}/kong.yml"])
    assert uses(workspace) == {"kong.yml": ["other"]}
    file.write_text("a: 1\n")
    workspace.rescan()
    assert uses(workspace) == {}
    file.write_text(KONG)
    workspace.rescan()
    file.unlink()
    workspace.disk_changed([f"{root}/kong.yml"])
    assert uses(workspace) == {}


def test_a_buffer_hides_the_disk(tmp_path: Path) -> None:
    workspace, root = world(tmp_path, {**PLUGIN, "kong.yml": KONG})
    path = f"{root}/kong.yml"
    workspace.open(path, KONG.replace("acme", "mine"))
    (tmp_path / "kong.yml").write_text(KONG.replace("acme", "theirs"))
    workspace.disk_changed([path])
    assert uses(workspace) == {"kong.yml": ["mine"]}
    workspace.rescan()
    assert uses(workspace) == {"kong.yml": ["mine"]}
    workspace.close(path)
    assert uses(workspace) == {"kong.yml": ["theirs"]}


def test_a_root_without_plugins_is_read_once_a_file_of_kong_is_opened(tmp_path: Path) -> None:
    workspace, root = world(tmp_path, {"a/api.yml": KONG, "b/other.yml": KONG, "c.yml": "a: 1\n"})
    assert uses(workspace) == {}
    workspace.open(f"{root}/c.yml", "a: 1\n")
    assert uses(workspace) == {}
    workspace.open(f"{root}/a/api.yml", KONG)
    assert uses(workspace) == {"api.yml": ["acme"], "other.yml": ["acme"]}


def test_a_file_named_as_kongs_configuration_makes_a_root_ours(tmp_path: Path) -> None:
    workspace, _ = world(tmp_path, {"a/kong.yml": KONG, "b/other.yml": KONG})
    assert uses(workspace) == {"kong.yml": ["acme"], "other.yml": ["acme"]}


def test_tests_that_start_kong_are_configuration(tmp_path: Path) -> None:
    spec = 'helpers.start_kong({ plugins = "bundled,acme" })\n'
    workspace, root = world(tmp_path, {**PLUGIN, "spec/acme/a_spec.lua": spec})
    (config,) = workspace.snapshot().configs()
    assert [each.names for each in config.enabled] == [("bundled", "acme")]
    workspace.open(f"{root}/spec/acme/a_spec.lua", spec.replace("acme", "x"))
    (config,) = workspace.snapshot().configs()
    assert [each.names for each in config.enabled] == [("bundled", "x")]
    workspace.change(f"{root}/spec/acme/a_spec.lua", Edit(Span(0, 20), "none"))
    assert list(workspace.snapshot().configs()) == []


def test_a_configuration_file_belongs_to_the_innermost_root(tmp_path: Path) -> None:
    workspace, root = world(
        tmp_path, {**PLUGIN, "inner/kong.yml": KONG, **empty("inner/handler.lua")}
    )
    workspace.add_root(f"{root}/inner", whole=True)
    outer, inner = workspace.snapshot().roots
    assert (len(outer.configs), len(inner.configs)) == (0, 1)


def test_a_file_that_compose_takes_variables_from_is_read_whatever_its_name(
    tmp_path: Path,
) -> None:
    files = {
        "compose.yml": "services:\n  kong:\n    image: kong\n    env_file: [conf/kong.list]\n",
        "conf/kong.list": "KONG_PLUGINS=bundled\n",
        "kong.yml": KONG.replace("acme", "widget"),
    }
    workspace, root = world(tmp_path, {**PLUGIN, **files})
    assert sorted(uses(workspace)) == ["compose.yml", "kong.list", "kong.yml"]
    snapshot = workspace.snapshot()
    config = snapshot.config_at(f"{root}/kong.yml")
    assert config is not None
    enabled = link.enabled_for(snapshot.roots[0], config)
    assert [each.config.path for each in enabled.lists] == [f"{root}/conf/kong.list"]
    (tmp_path / "conf/kong.list").write_text("KONG_PLUGINS=bundled,widget\n")
    workspace.disk_changed([f"{root}/conf/kong.list"])
    enabled = link.enabled_for(workspace.snapshot().roots[0], config)
    assert "widget" in enabled.names
