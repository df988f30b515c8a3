"""Whatever the text: eight times as much of it takes about eight times as long."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

import pytest

from kong_lsp import suppressions
from kong_lsp.config import reading
from kong_lsp.config.shell import read_shell
from kong_lsp.features.yaml_cursor import yaml_cursor
from kong_lsp.features.yaml_lines import read_line, scalar
from kong_lsp.finding import Finding, Fix, Severity, TextChange
from kong_lsp.fixes import compatible
from kong_lsp.plugin.glance import plainly_sound
from kong_lsp.rules.kr import syntax_error
from kong_lsp.settings import DEFAULTS
from kong_lsp.spelling import nearest
from kong_lsp.syntax.lua import tree as lua
from kong_lsp.syntax.properties import parse as read_properties
from kong_lsp.syntax.yaml import stencils, templates
from kong_lsp.syntax.yaml import tree as yaml
from kong_lsp.text import Edit, Span, apply_edits
from kong_lsp.workspace.workspace import Workspace
from tests.support.lone import lone_rock
from tests.support.world import findings

NO_SNAPSHOT = Workspace().snapshot()

HANDLER = 'local X = { PRIORITY = 1, VERSION = "1.0" }\nreturn X'


def _sort(text: str) -> object:
    every = [Finding("KC306", Severity.ERROR, "", "x", Span(at, at)) for at in range(len(text))]
    return suppressions.sort("/x.yml", text, every[::20], DEFAULTS)


def _edited(text: str) -> object:
    return apply_edits(text, tuple(Edit(Span(at, at + 1), "b") for at in range(len(text))))


def _cursor(text: str) -> object:
    return yaml_cursor(text, len(text), None)


def _middle(text: str) -> object:
    return yaml_cursor(text, 4, None)


def _near(text: str) -> object:
    return nearest(text, [text[:-3] + "abc"])


def _conf(text: str) -> object:
    return findings({"kong.conf": text})


def _rockspec(text: str) -> object:
    return list(syntax_error.check(NO_SNAPSHOT, lone_rock("/x-1.0-1.rockspec", text)))


def _merged(at: int) -> str:
    return f"a{at}: &a{at} {{<<: [*a{at - 1}, *a{at - 1}], x: 1}}" if at else "a0: &a0 {}"


def _listed(at: int) -> str:
    return f"a{at}: &a{at} [*a{at - 1}, *a{at - 1}]" if at else "a0: &a0 [b]"


def _aliases(text: str) -> object:
    lines = ["_format_version: '3.0'", *map(_merged, range(len(text) // 40))]
    return findings({"kong.yml": "\n".join(lines)})


def _shared(text: str) -> object:
    lines = ["services:", "  kong:", "    image: kong:3.9", "    environment: {KONG_PLUGINS: a}"]
    lines += map(_listed, range(len(text) // 20))
    return reading.read("docker-compose.yml", "yaml", "\n".join(lines))


def _together(text: str) -> object:
    found = Finding("KC306", Severity.ERROR, "", "x", Span(0, 0))
    fixes = [
        Fix("", (TextChange("x", (Edit(Span(at, at + 1), "b"),)),)) for at in range(0, len(text), 4)
    ]
    return compatible([(found, each) for each in fixes])


def _properties(text: str) -> object:
    return read_properties(text, (3, 9))


def _shell(text: str) -> object:
    return read_shell("x.sh", text)


def _glance(text: str) -> object:
    return plainly_sound(text, (3, 9))


@pytest.mark.parametrize(
    ("read", "before", "unit", "after"),
    [
        (templates.hide, "a: ", "{{", "\n"),
        (templates.hide, "a: ", "${", "\n"),
        (templates.hide, "a: ", "{% ", "\n"),
        (templates.hide, "", "{{ a }}{% b %}", "x\n"),
        (templates.hide, "{{", "%}#", "\n"),
        (yaml.parse, "a", " ", "b\n"),
        (yaml.parse, "a:\n  b", " ", "c\n  d: e\n"),
        (stencils.split, "a: ", "x - ", '"\n'),
        (stencils.split, "a: ", "x", '"\n'),
        (_cursor, "a: '", "#", "' "),
        (_middle, "a: b", " ", "c\n"),
        (read_line, "a", " ", "b"),
        (scalar, "a", " ", "b"),
        (_properties, "a", " ", "b\n"),
        (_properties, "", "a\\\n", "= b\n"),
        (_conf, "database = off\nplugins = ", ",", "a\n"),
        (_shell, "", "KONG_PLUGINS=a ", "\n"),
        (_shell, "curl kong:8001/plugins ", "; curl ", "\n"),
        (_glance, HANDLER, "\n", "x"),
        (lua.parse, "", "}", "\n"),
        (lua.parse, "", "end ", "\n"),
        (lua.parse, "", "a={\n", "\n"),
        (lua.parse, "a = ", "1", "q"),
        (lua.parse, 'a = "', "\\z  ", "\n"),
        (_sort, "", "a # kong-lsp: ignore[KC306]\n", ""),
        (_sort, "a ", "# kong-lsp: ignore[KC301] ", "\n"),
        (_edited, "", "a", ""),
        (_together, "", "a", ""),
        (_aliases, "", "a", ""),
        (_shared, "", "a", ""),
        (_rockspec, "a = {", 'a"b"', "}\n"),
        (_near, "", "a", "xyz"),
    ],
)
def test_time_grows_as_the_text_does(
    read: Callable[[str], object], before: str, unit: str, after: str
) -> None:
    def spent(size: int) -> float:
        text = before + unit * (size // len(unit)) + after
        started = time.process_time()
        read(text)
        return time.process_time() - started

    spent(80)  # what is loaded first
    gc.disable()  # the other tests' objects are no matter of ours
    try:
        small = min(spent(5_000) for _ in range(2))
        assert spent(40_000) < 20 * small + 0.05
    finally:
        gc.enable()
