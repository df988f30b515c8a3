"""Which Kong a workspace is for."""

from __future__ import annotations

from pathlib import Path

import pytest

from kong_lsp.workspace.release import of_folder
from kong_lsp.workspace.workspace import Workspace
from tests.support.trees import plant, rockspec
from tests.support.world import findings


def chosen(folder: Path, files: dict[str, str], setting: str = "auto") -> str:
    workspace = Workspace()
    workspace.add_root(plant(folder, {"a-1.0-1.rockspec": rockspec({}), **files}), whole=True)
    workspace.configure(kong_version=setting)
    return str(workspace.snapshot().roots[0].kong)


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("kong", "3.9"),
        ("kong >= 3.0", "3.9"),
        ("kong >= 0.14, < 2.0", "1.5"),
        ("kong ~> 2.8", "2.8"),
        ("kong == 3.4.2", "3.4"),
        ("kong < 0.11", "0.10"),
        ("kong-plugin-x == 0.1", "3.9"),
        ("kong >= 77", "3.9"),
        ("kong ???", "3.9"),
    ],
)
def test_a_dependency_on_kong_bounds_it(tmp_path: Path, asked: str, name: str) -> None:
    text = rockspec({}) + f'dependencies = {{ "lua >= 5.1", "{asked}" }}\n'
    assert chosen(tmp_path, {"a-1.0-1.rockspec": text}) == name


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Dockerfile", "FROM kong:2.8.1-alpine\n"),
        ("docker/Dockerfile.test", "FROM kong/kong-gateway:2.8\n"),
        ("docker-compose.yml", "services: { k: { image: 'kong:2.8' } }\n"),
        (".pongo/pongorc", "--cassandra\nKONG_VERSION=2.8.x\n"),
        (".github/workflows/ci.yml", "env:\n  KONG_VERSION: '2.8.5'\n"),
        ("Makefile", "test:\n\tKONG_VERSION=2.8.1 pongo run\n"),
        (".travis.yml", "env: [KONG_VERSION=1.5.x, KONG_VERSION=2.8.x]\n"),
    ],
)
def test_files_of_builds_and_tests_name_it(tmp_path: Path, path: str, text: str) -> None:
    assert chosen(tmp_path, {path: text}) == "2.8"


def test_what_is_no_kong_image_names_nothing(tmp_path: Path) -> None:
    text = "FROM nokia/kong-oidc:1.0\nFROM kong:latest\nFROM kong/deck:1.2\n"
    assert chosen(tmp_path, {"Dockerfile": text}) == "3.9"


@pytest.mark.parametrize(
    ("asked", "guessed"),
    [("kong >= 0.10", True), ("kong >= 3.0", False), ("kong >= 0.10, < 3.0", False)],
)
def test_a_lower_bound_of_an_older_major_release_does_not_say_which(
    tmp_path: Path, asked: str, guessed: bool
) -> None:
    text = rockspec({}) + f'dependencies = {{ "{asked}" }}\n'
    workspace = Workspace()
    workspace.add_root(plant(tmp_path, {"a-1.0-1.rockspec": text}), whole=True)
    assert workspace.snapshot().roots[0].guessed is guessed


def test_a_named_kong_that_the_dependency_forbids_does_not_count(tmp_path: Path) -> None:
    text = rockspec({}) + 'dependencies = { "kong >= 3.0" }\n'
    files = {"a-1.0-1.rockspec": text, "Dockerfile": "FROM kong:2.8\n"}
    assert chosen(tmp_path, files) == "3.9"


def test_the_setting_wins(tmp_path: Path) -> None:
    assert chosen(tmp_path, {"Dockerfile": "FROM kong:2.8\n"}, "0.10.4") == "0.10"


@pytest.mark.parametrize(("version", "name"), [("0.10.2-0", "0.10"), ("latest-0", "master")])
def test_kongs_own_tree_is_for_itself(tmp_path: Path, version: str, name: str) -> None:
    files = {"kong.rockspec": rockspec({}, "kong", version), "Dockerfile": "FROM kong:2.8\n"}
    assert chosen(tmp_path, files) == name


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/r/kong-versions/2.3.1/kong.conf", "2.3"),
        ("/r/kong-versions/2.8.4.10/kong/spec/kong_tests.conf", "2.8"),
        ("/r/kong-versions/3.10.0.1/kong.yml", "master"),
        ("/r/versions/2.3.1/kong/x.yml", "2.3"),
        ("/r/kong-2.8/kong.yml", "2.8"),
        ("/r/kong-3.4.2/conf/a.conf", "3.4"),
        ("/r/Kong-Gateway-3.4/deck.yaml", "3.4"),
        ("/r/kong-3.4.2/kong/2.3.1/kong.conf", "2.3"),
        ("/r/2.8.1/kong.conf", "2.8"),
        ("/r/orders/1.0.0/kong.yml", None),
        ("/r/2.8.1/other.conf", None),
        ("/r/2.8/kong.conf", None),
        ("/r/kong-plugin-x/1.2.0/kong.conf", None),
        ("/r/1.2.0/kong/plugins/x/kong.yml", "1.2"),
        ("/r/kong-2/kong.conf", None),
        ("/r/kong-1.9.0/kong.conf", None),
        ("/r/kong-77.0.0/kong.conf", None),
        ("/r/charts/kong-2.8.0/ci/x.yaml", None),
        ("/r/kong-2.8.0.conf", None),
    ],
)
def test_a_folder_named_as_a_kong_says_which(path: str, name: str | None) -> None:
    found = of_folder(path)
    assert (found and str(found)) == name


OLD = "database = cassandra\ncassandra_keyspace = k\n"


def codes(files: dict[str, str], setting: str = "auto") -> list[tuple[str, str]]:
    return [(each.path, each.code) for each in findings(files, setting)]


def test_files_in_folders_of_several_kongs_are_judged_each_by_its_own() -> None:
    files = {
        "kong-versions/2.3.1/kong.conf": OLD,
        "kong-versions/3.3.0/kong.conf": OLD,
        "kong-versions/3.4.0/kong.conf": OLD,
    }
    ignored = [("kong-versions/3.4.0/kong.conf", each) for each in ("KC304", "KC316")]
    assert sorted(codes(files)) == ignored
    assert {path for path, _ in codes(files, "3.9")} == files.keys()


def test_an_image_says_more_than_the_folder() -> None:
    compose = (
        "services:\n  kong:\n    image: kong:3.4\n"
        "    environment: {KONG_GO_PLUGINS_DIR: d, KONG_DATABASE: postgres}\n"
    )
    assert codes({"kong-2.8/compose.yml": compose}) == [("kong-2.8/compose.yml", "KC304")]


def test_a_folder_is_no_kong_where_its_declarative_file_is_for_a_newer_one() -> None:
    service = "services:\n- name: a\n  host: example.com\n"
    new = f'_format_version: "3.0"\n{service}  enabled: true\n'
    assert codes({"kong/1.0.0/kong.yml": new, "kong/2.8.0/kong.yml": new}) == []
    old = f'_format_version: "2.1"\n{service}  enabled: true\n'
    assert codes({"kong-2.6.0/kong.yml": old}) == []


def test_the_values_of_a_chart_lie_in_folders_named_by_the_chart() -> None:
    values = "ingressController: {}\nenv: {cassandra_keyspace: k}\n"
    assert codes({"kong-2.8.0/values.yaml": values}) == codes({"kong/values.yaml": values})
