"""Which list of plugins governs which file, and which names exist."""

from __future__ import annotations

from pathlib import Path

import pytest

from kong_lsp.config.model import Config
from kong_lsp.workspace import link
from kong_lsp.workspace.snapshot import Root
from tests.support.trees import empty, natural, rockspec, see
from tests.support.world import findings

DECLARATIVE = '_format_version: "3.0"\nplugins:\n- name: widget\n- name: cors\n'


def compose(plugins: str, more: str = "") -> str:
    return f'services:\n  kong:\n    environment:\n      KONG_PLUGINS: "{plugins}"\n{more}'


def config(root: Root, name: str) -> Config:
    (found,) = (each for each in root.configs if each.path == f"{root.path}/{name}")
    return found


def governing(root: Root, name: str) -> tuple[list[str], list[str], bool]:
    """The files whose lists govern a file, what it uses and is not enabled, completeness."""
    file = config(root, name)
    enabled = link.enabled_for(root, file)
    missing = [use.name for use in file.uses if use.name not in enabled.names]
    return (
        [each.config.path.removeprefix(root.path + "/") for each in enabled.lists],
        missing,
        enabled.complete,
    )


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, ([], ["widget", "cors"], False)),
        ({"kong.conf.default": "plugins = bundled\n"}, ([], ["widget", "cors"], False)),
        ({"compose.yml": compose("bundled")}, (["compose.yml"], ["widget"], True)),
        ({"compose.yml": compose("bundled, widget")}, (["compose.yml"], [], True)),
        ({"compose.yml": compose("widget")}, (["compose.yml"], ["cors"], True)),
        ({"compose.yml": compose("off,widget")}, (["compose.yml"], ["widget", "cors"], True)),
        ({"compose.yml": compose("bundled,off,widget")}, (["compose.yml"], [], True)),
        ({"compose.yml": compose("")}, (["compose.yml"], ["widget", "cors"], True)),
        ({"compose.yml": compose("bundled,${X}")}, (["compose.yml"], ["widget"], False)),
        (
            {"a/compose.yml": compose("widget"), "compose.yml": compose("bundled")},
            (["a/compose.yml"], ["cors"], True),
        ),
        ({"b/compose.yml": compose("bundled")}, ([], ["widget", "cors"], False)),
        (
            {"compose.yml": compose("bundled"), "compose.test.yml": compose("widget")},
            (["compose.test.yml", "compose.yml"], [], True),
        ),
        (
            {"Dockerfile": "ENV KONG_PLUGINS=widget\n", "a/run.sh": "export KONG_PLUGINS=cors\n"},
            (["Dockerfile"], ["cors"], True),
        ),
    ],
)
def test_the_nearest_lists_upward_govern(
    tmp_path: Path, files: dict[str, str], expected: tuple[list[str], list[str], bool]
) -> None:
    root = see(tmp_path, {"a/b/kong.yml": DECLARATIVE, **files})
    assert governing(root, "a/b/kong.yml") == expected


def test_a_file_with_lists_of_its_own_is_governed_by_them(tmp_path: Path) -> None:
    text = (
        "apiVersion: configuration.konghq.com/v1\nkind: KongPlugin\nmetadata: {name: a}\n"
        "plugin: widget\n---\napiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: k\n"
        "    image: kong\n    env:\n    - {name: KONG_PLUGINS, value: bundled}\n"
    )
    root = see(tmp_path, {"k.yaml": text, "compose.yml": compose("widget")})
    assert governing(root, "k.yaml") == (["k.yaml"], ["widget"], True)


def test_a_list_counts_for_the_releases_that_read_it(tmp_path: Path) -> None:
    files = {
        "kong.yml": DECLARATIVE,
        "compose.yml": "services:\n  kong:\n    image: kong:0.13\n    environment:\n"
        "      KONG_CUSTOM_PLUGINS: widget\n      KONG_PLUGINS: x\n",
    }
    assert governing(see(tmp_path / "old", files), "kong.yml") == (["compose.yml"], [], True)
    files["compose.yml"] = files["compose.yml"].replace("0.13", "3.4")
    new = see(tmp_path / "new", files)
    assert governing(new, "kong.yml") == (["compose.yml"], ["widget", "cors"], True)


def test_names_and_why_they_exist(tmp_path: Path) -> None:
    files = {
        **empty("kong/plugins/widget/handler.lua", "kong/plugins/widget/schema.lua"),
        "r-1.0-1.rockspec": rockspec(natural("shipped", "handler"), "kong-plugin-r", "1.0-1"),
        "kong.yml": DECLARATIVE + "custom_plugins:\n- name: streamed\n",
        "values.yaml": "plugins:\n  configMaps:\n  - pluginName: mounted\n",
    }
    names = link.names_for(see(tmp_path, files))
    assert names.own == ("mounted", "shipped", "streamed", "widget")
    assert {name: names.origins.get(name) for name in ("widget", "shipped", "streamed")} == {
        "widget": "tree",
        "shipped": "rock",
        "streamed": "file",
    }
    assert names.origins["mounted"] == "installed"
    assert names.origins["cors"] == "bundled"
    assert names.origins["openid-connect"] == "enterprise"
    assert names.origins["galileo"] == "other"
    assert "nope" not in names
    assert names.packages == {"kong-plugin-r": ("shipped",)}
    assert not names.open


@pytest.mark.parametrize(
    ("variable", "is_open"),
    [
        ("KONG_PLUGINSERVER_NAMES: js", True),
        ("KONG_GO_PLUGINS_DIR: 'off'", False),
        ("KONG_GO_PLUGINS_DIR: /go", True),
        ("KONG_WASM: 'on'", True),
        ("KONG_WASM: 'off'", False),
    ],
)
def test_other_names_may_exist_with_plugin_servers(
    tmp_path: Path, variable: str, is_open: bool
) -> None:
    text = compose("bundled", f"      {variable}\n")
    assert link.names_for(see(tmp_path, {"compose.yml": text})).open is is_open


def test_the_names_stay_the_same_object_while_nothing_changes(tmp_path: Path) -> None:
    files = {"kong.yml": DECLARATIVE, **empty("kong/plugins/widget/handler.lua")}
    first, second = see(tmp_path, files), see(tmp_path, files)
    assert link.names_for(first) is link.names_for(first)
    assert link.names_for(second) is not link.names_for(first)


def test_each_file_is_for_the_image_that_it_names(tmp_path: Path) -> None:
    files = {
        "a/compose.yml": "services: {k: {image: 'kong:2.8', environment: {KONG_PLUGINS: a}}}\n",
        "b/compose.yml": "services: {k: {image: 'kong:3.4', environment: {KONG_PLUGINS: a}}}\n",
        "kong.yml": DECLARATIVE,
    }
    root = see(tmp_path, files)
    names = ("a/compose.yml", "b/compose.yml", "kong.yml")
    assert [str(link.release_for(root, config(root, name))) for name in names] == [
        "2.8",
        "3.4",
        "3.4",
    ]


def test_who_has_kong_read_a_declarative_file(tmp_path: Path) -> None:
    text = compose("bundled", "      KONG_DECLARATIVE_CONFIG: /etc/kong/my.yml\n")
    root = see(tmp_path, {"c/my.yml": DECLARATIVE, "kong.yml": DECLARATIVE, "compose.yml": text})
    assert link.read_by_kong(root, config(root, "c/my.yml")) is config(root, "compose.yml")
    assert link.read_by_kong(root, config(root, "kong.yml")) is None


def test_the_environment_replaces_the_list_of_a_file(tmp_path: Path) -> None:
    files = {
        "kong.yml": DECLARATIVE,
        "kong.conf": "plugins = bundled,widget\n",
        "compose.yml": compose("bundled"),
    }
    root = see(tmp_path / "both", files)
    assert governing(root, "kong.yml") == (["compose.yml"], ["widget"], True)
    enabled = link.enabled_for(root, config(root, "kong.yml"))
    assert [each.config.kind for each in enabled.hidden] == ["kong.conf"]
    del files["compose.yml"]
    root = see(tmp_path / "file", files)
    assert governing(root, "kong.yml") == (["kong.conf"], [], True)


def test_a_conf_among_fixtures_governs_nothing_but_kong_conf_does() -> None:
    uses = '_format_version: "3.0"\nplugins:\n- name: cors\n'
    for name, governed in (("kong.conf", True), ("to-strip.conf", False)):
        found = findings(
            {
                f"spec/fixtures/{name}": "plugins = none\nadmin_listen = off\n",
                "spec/fixtures/x.yml": uses,
            },
            "3.9",
        )
        assert ("KC302" in {each.code for each in found}) is governed
