"""Which Kong a workspace is for."""

from __future__ import annotations

from pathlib import Path

import pytest

from kong_lsp.workspace.workspace import Workspace
from tests.support.trees import plant, rockspec


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
