"""Entities of one stencil are judged together: what is found must be what each alone gives."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from kong_lsp.analysis import analyze_config
from kong_lsp.finding import Finding
from kong_lsp.syntax.yaml import stencils
from kong_lsp.workspace.workspace import Workspace

_VALUES = {
    "name": (
        "acme",
        "__NAME__",
        "users",
        "12",
        "true",
        "a b",
        '"quoted"',
        "null",
        "x/y",
        "no",
        "1.5",
    ),
    "host": ("example.com", "a b", "10.0.0.1", "999", "-x", "example.com:80", "null", "~"),
    "port": ("80", "8080", "65536", "http", "-1", "8.5", "true", "null", "0x50"),
    "protocol": ("http", "https", "tcp", "grpc", "wrong", "tls", "1"),
    "path": ("/", "/a", "a", "/a//b", "/%zz", "null", "/a b"),
    "retries": ("5", "0", "32768", "many", "5.0"),
    "plugin": ("rate-limiting", "cors", "key-auth", "acme-unknown", "request-termination", "acl"),
    "minute": ("1", "10", "900", "0", "-1", "ten", "null", "1.5"),
    "hour": ("100", "5", "1", "null"),
    "policy": ("local", "redis", "cluster", "other"),
    "flag": ("true", "false", "yes", "1", "maybe", "null"),
    "code": ("200", "503", "99", "600"),
    "list": ("a", "GET", "https://x.example.com", "/v1", "12", "*", "__NAME__", "@HOST@", "null"),
    "id": ("a1b2c3d4-0000-4000-8000-000000000001", "one", "5", "null"),
}


def _line(pad: int, key: str, kind: str) -> str:
    return f"{' ' * pad}{key}: <{kind}>"


def _written(source: random.Random, text: str) -> str:
    """A form with values: mostly good ones, which come first."""

    def value(match: re.Match[str]) -> str:
        values = _VALUES[match[1]]
        return values[0] if source.random() < 0.75 else source.choice(values)

    return re.sub("<([a-z]+)>", value, text)


def _plugin(source: random.Random, pad: int) -> list[str]:
    lines = [_line(pad, "- name", "plugin")]
    if source.random() < 0.3:
        lines.append(_line(pad + 2, "enabled", "flag"))
    if source.random() < 0.9:
        lines.append(" " * (pad + 2) + "config:")
        keys = [("minute", "minute"), ("hour", "hour"), ("policy", "policy")]
        keys += [("fault_tolerant", "flag"), ("status_code", "code"), ("max_age", "retries")]
        for key, kind in source.sample(keys, source.choice((1, 1, 2, 3))):
            lines.append(_line(pad + 4, key, kind))
        if source.random() < 0.3:
            key = source.choice(("origins", "allow", "methods"))
            lines += [" " * (pad + 4) + f"{key}:", " " * (pad + 4) + _item()]
    return lines


def _item() -> str:
    return "- <list>"


def _route(source: random.Random, pad: int) -> list[str]:
    lines = [_line(pad, "- name", "name")]
    if source.random() < 0.8:
        lines += [" " * (pad + 2) + "paths:", " " * (pad + 2) + _item()]
    if source.random() < 0.3:
        lines.append(_line(pad + 2, "strip_path", "flag"))
    if source.random() < 0.1:
        lines.append(" " * (pad + 2) + "expression: http.path == 1")
    if source.random() < 0.4:
        lines += [" " * (pad + 2) + "plugins:", *_plugin(source, pad + 2)]
    return lines


def _service(source: random.Random) -> list[str]:
    lines = [_line(0, "- name", "name")]
    keys = [("host", "host"), ("port", "port"), ("protocol", "protocol"), ("path", "path")]
    keys += [("retries", "retries"), ("id", "id"), ("wrong", "name")]
    for key, kind in source.sample(keys[: source.choice((3, 5, 7))], 3):
        lines.append(_line(2, key, kind))
    if source.random() < 0.6:
        lines += ["  plugins:", *_plugin(source, 2)]
    if source.random() < 0.6:
        lines += ["  routes:", *_route(source, 2)]
    return lines


def _dump(seed: int) -> str:
    source = random.Random(seed)
    version = source.choice(('"3.0"', '"3.0"', '"2.1"', '"1.1"'))
    lines = [f"_format_version: {version}", "services:"]
    forms = [_service(source) for _ in range(4)]
    for _ in range(100):
        lines += source.choice(forms)
    lines.append("consumers:")
    for _ in range(20):
        lines.append(_line(0, source.choice(("- username", "- custom_id")), "name"))
    lines.append("plugins:")
    forms = [_plugin(source, 0) for _ in range(3)]
    for _ in range(60):
        lines += source.choice(forms)
        if source.random() < 0.3:
            lines.append(_line(2, "service", "name"))
    return _written(source, "\n".join(lines) + "\n")


def _found(folder: Path, text: str) -> list[Finding]:
    path = folder / "kong.yaml"
    path.write_text(text, encoding="utf-8")
    workspace = Workspace()
    workspace.add_root(str(folder))
    snapshot = workspace.snapshot()
    (config,) = snapshot.configs()
    return analyze_config(snapshot, config)


@pytest.mark.parametrize("seed", range(8))
def test_what_is_found_is_what_is_found_of_each_entity_alone(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = _dump(seed)
    together = _found(tmp_path, text)
    monkeypatch.setattr(stencils, "find", lambda _: None)
    alone = _found(tmp_path, text)
    assert [str(each) for each in together] == [str(each) for each in alone]
    assert len({each.code for each in alone}) > 5
