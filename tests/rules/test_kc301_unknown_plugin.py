from __future__ import annotations

import pytest

from kong_lsp.finding import Severity
from tests.support.checks import check, check_fix, check_none
from tests.support.world import findings

HELLO = {
    "kong/plugins/hello/handler.lua": 'return { PRIORITY = 1, VERSION = "1.0.0" }\n',
    "kong/plugins/hello/schema.lua": (
        'return { name = "hello", fields = {{ config = { type = "record", fields = {} } }} }\n'
    ),
}


def told(files: dict[str, str], kong_version: str = "auto") -> list[tuple[str, Severity, str]]:
    """The KC301 findings: what they stand on, how bad, the first fix's title."""
    return [
        (
            files[each.path][slice(*each.span)],
            each.severity,
            each.fixes[0].title if each.fixes else "",
        )
        for each in findings(files, kong_version)
        if each.code == "KC301"
    ]


W, I = Severity.WARNING, Severity.INFORMATION  # noqa: E741

NESTED = """\
_format_version: "3.0"
services:
- name: a
  url: http://example.com
  plugins:
  - name: {}
  routes:
  - name: r
    paths: [/]
    plugins: [{{ name: cors }}]
"""


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("key-auth", None),
        ("hello", None),
        ("key_auth", (W, "Change to key-auth")),
        ("Key-Auth", (W, "Change to key-auth")),
        ("keyauth", (W, "Change to key-auth")),
        ("rate-limitng", (W, "Change to rate-limiting")),
        ("hallo", (W, "Change to hello")),
        ("kong-plugin-hello", (W, "Change to hello")),
        ("my-own", (I, "")),
        ("jwt2", (I, "")),
        ("jwe", (I, "")),
        ("galileo", (I, "")),
        ("openid-connect", None),
        ("${NAME}", None),
        ('"{{ name }}"', None),
        ("", None),
    ],
)
def test_a_name_in_a_declarative_file(name: str, expected: tuple[Severity, str] | None) -> None:
    files = {**HELLO, "kong.yml": NESTED.format(name)}
    assert told(files) == ([] if expected is None else [(name, *expected)])


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("kong.yml", '_format_version: "1.1"\nplugins:\n- name: hallo\n'),
        ("kong.json", '{"_format_version": "3.0", "plugins": [{"name": "hallo"}]}\n'),
        (
            "k.yaml",
            (
                "apiVersion: configuration.konghq.com/v1\nkind: KongPlugin\n"
                "metadata: {name: h}\nplugin: hallo\n"
            ),
        ),
        ("compose.yml", "services:\n  kong:\n    environment:\n    - KONG_PLUGINS=bundled,hallo\n"),
        ("compose.yml", "services:\n  kong:\n    environment:\n      KONG_PLUGINS: hallo\n"),
        ("kong.conf", "database = off\nplugins = bundled, hallo # ours\n"),
        ("Dockerfile", "FROM kong:3.4\nENV KONG_PLUGINS=bundled,hallo\n"),
        (".env", 'KONG_PLUGINS="bundled, hallo"\n'),
        ("run.sh", "docker run -e KONG_PLUGINS=bundled,hallo kong\n"),
        ("values.yaml", "ingressController: {}\nenv:\n  database: off\n  plugins: bundled,hallo\n"),
        ("spec/a_spec.lua", 'helpers.start_kong({ plugins = "bundled,hallo" })\n'),
        (
            "spec/a_spec.lua",
            'local PLUGIN = "hallo"\nhelpers.get_db_utils(s, nil, { PLUGIN })\n',
        ),
    ],
)
def test_every_kind_of_file_that_names_a_plugin(path: str, text: str) -> None:
    files = {**HELLO, path: text}
    assert told(files) == [("hallo", W, "Change to hello")]
    check_fix(
        "\n".join(f"-- file: {name}\n{content}" for name, content in files.items()),
        "KC301",
        f"-- file: {path}\n{text.replace('hallo', 'hello')}",
    )


def test_ordering_names_plugins_too() -> None:
    check(
        """
        # file: kong.yml
        _format_version: "3.0"
        plugins:
        - name: cors
          ordering:
            before:
              access: [key-auht]
        #              ^^^^^^^^ KC301 Did you mean 'key-auth'?
        """,
        only="KC301",
    )


def test_an_unknown_name_is_told_once_in_a_file() -> None:
    text = '_format_version: "3.0"\nplugins:\n- name: strange\n- name: strange\n'
    assert told({"kong.yml": text}) == [("strange", I, "")]


def test_a_keyword_in_another_case_is_no_keyword() -> None:
    files = {"kong.conf": "database = off\nplugins = Bundled\n"}
    assert told(files) == [("Bundled", W, "Change to bundled")]


def test_a_plugin_of_older_kongs_is_told_with_their_releases() -> None:
    (found,) = findings({"kong.yml": '_format_version: "3.0"\nplugins:\n- name: galileo\n'})
    assert found.message == ("Kong 3.9 does not bundle the plugin 'galileo': Kong 0.8 to 0.12 did.")


@pytest.mark.parametrize(
    "files",
    [
        "# file: kong.conf\nplugins = bundled,gone\npluginserver_names = go\n",
        "# file: .env\nKONG_PLUGINS=bundled,gone\nKONG_GO_PLUGINS_DIR=/p\n",
        "# file: kong.conf\ndatabase = off\nwasm = on\nplugins = bundled,gone\n",
        (
            '# file: kong.yml\n_format_version: "3.0"\ncustom_plugins:\n- name: gone\n'
            "plugins:\n- name: gone\n"
        ),
        '# file: kong.yml\n_format_version: "3.0"\nfilter_chains:\n- filters:\n  - name: keyauth\n',
        (
            "# file: k.yaml\napiVersion: configuration.konghq.com/v1\nkind: KongConsumer\n"
            "metadata:\n  annotations:\n    konghq.com/plugins: keyauth, ratelimiting\n"
        ),
        "# file: values.yaml\nplugins:\n  configMaps:\n  - {pluginName: gone, name: gone}\n",
        "# file: other.yml\nplugins:\n- name: keyauth\n",
    ],
)
def test_names_that_come_from_elsewhere_are_silent(files: str) -> None:
    check_none(files, only="KC301")
