"""Which folders are walked for their configuration, and which files cannot be read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kong_lsp.cli import main
from kong_lsp.workspace import files
from kong_lsp.workspace.workspace import Workspace
from tests.support.trees import plant

COMPOSE = (
    "services:\n  kong:\n    image: kong:3.9\n    environment:\n      KONG_PLUGINS: bundled,,x\n"
)


@pytest.mark.parametrize(
    ("name", "text", "walked"),
    [
        ("compose.yaml", COMPOSE, True),
        ("deploy/docker-compose.prod.yml", COMPOSE, True),
        ("compose.yaml", "services:\n  gate:\n    image: kong/kong-gateway:3.4\n", True),
        ("Dockerfile", "FROM kong:3.4\nCOPY x /x\n", True),
        ("Dockerfile.dev", "FROM alpine\nENV KONG_DATABASE=off\n", True),
        ("kong/prod.env", "KONG_PLUGINS=bundled\n", True),
        ("compose.yaml", "services:\n  web:\n    image: hongkong:1\n", False),
        ("Dockerfile", "FROM nginx\n# kong\n", False),
        ("README.md", "image: kong:3.4\n", False),
        ("values.yaml", COMPOSE, False),
    ],
)
def test_a_folder_that_runs_kong_is_walked(
    tmp_path: Path, name: str, text: str, walked: bool
) -> None:
    found = Workspace()
    found.add_root(plant(tmp_path, {name: text, "src/x.yml": "a: 1\n"}))
    (root,) = found.snapshot().roots
    assert root.active is walked


def test_few_files_are_looked_into(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def beginning(path: str) -> bytes:
        seen.append(path)
        return b""

    monkeypatch.setattr(files, "beginning", beginning)
    found = Workspace()
    found.add_root(plant(tmp_path, {f"{n}/Dockerfile": "FROM x\n" for n in range(200)}))
    assert len(seen) == 50


def test_check_reads_a_folder_with_a_compose_file_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = plant(tmp_path, {"compose.yaml": COMPOSE})
    assert main(["check", "--output-format", "concise", root]) == 1
    assert "KC306" in capsys.readouterr().out


HEAD = '_format_version: "3.0"\nservices:\n'
LARGE = HEAD + "# padding\n" * (files.MAX_BYTES // 10 + 1)


def test_a_configuration_that_cannot_be_read_is_told_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = plant(tmp_path, {"a.yml": LARGE, "other.yml": LARGE[10:], "kong.yml": HEAD})
    Path(root, "kong.conf").write_bytes(b"# caf\xe9\nplugins = bundled\n")
    Path(root, "text.yml").write_bytes(b"a: caf\xe9\n")
    assert main(["check", "--output-format", "concise", root]) == 0
    told = capsys.readouterr().err.splitlines()
    size = os.path.getsize(f"{root}/a.yml")
    assert [line.replace(os.path.relpath(root) + "/", "") for line in told] == [
        f"kong-lsp: a.yml: {size} bytes, more than {files.MAX_BYTES}: not read",
        "kong-lsp: kong.conf: byte 0xE9 at offset 5 is not UTF-8; read all the same",
    ]


def test_a_flaw_goes_when_the_file_is_put_right(tmp_path: Path) -> None:
    found = Workspace()
    root = plant(tmp_path, {"kong.yml": LARGE})
    found.add_root(root)
    (before,) = found.snapshot().roots
    assert [(flaw.path, flaw.kind) for flaw in before.flaws] == [(f"{root}/kong.yml", "huge")]
    Path(root, "kong.yml").write_text(HEAD)
    found.disk_changed([f"{root}/kong.yml"])
    (after,) = found.snapshot().roots
    assert after.flaws == ()
    assert [config.kind for config in after.configs] == ["declarative"]
    Path(root, "kong.yml").write_text(LARGE)
    found.disk_changed([f"{root}/kong.yml"])
    Path(root, "kong.yml").unlink()
    found.disk_changed([f"{root}/kong.yml"])
    (gone,) = found.snapshot().roots
    assert gone.flaws == ()
