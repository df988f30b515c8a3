"""Required fields and defaults, filled in to the entry of a plugin."""

from __future__ import annotations

import json
from textwrap import dedent

import pytest

from kong_lsp.features.config_fill import DEFAULTS, REQUIRED, config_actions
from kong_lsp.kong.releases import NEWEST
from kong_lsp.kong.schema import catalogue
from kong_lsp.text import apply_edits
from tests.support.places import asked
from tests.support.world import findings

HEAD = '_format_version: "3.0"\n'


def filled(text: str, title: str) -> str | None:
    """The cursor's file once the action is taken; None where it is not offered."""
    with asked(dedent(text)) as at:
        for action in config_actions(at.snapshot, at.path, at.text, at.offset):
            if action.title == title:
                return apply_edits(at.text, action.edits)
    return None


def entry(lines: str, title: str = REQUIRED) -> str | None:
    """The same for a list of plugins in kong.yml, which is all that is shown."""
    after = filled(f"# file: kong.yml\n{HEAD}{dedent(lines)}", title)
    return None if after is None else after.removeprefix(HEAD)


def test_an_entry_without_a_config_gets_one() -> None:
    assert entry("""\
        plugins:
        - name: ldap$0-auth
        - name: cors
    """) == dedent("""\
        plugins:
        - name: ldap-auth
          config:
            ldap_host: example
            base_dn: example
            attribute: example
        - name: cors
    """)


@pytest.mark.parametrize("config", ["config:", "config: # later", "config: {}", "config: null"])
def test_an_empty_config_is_filled_in(config: str) -> None:
    comment = " # later" if "#" in config else ""
    assert (
        entry(f"plugins:\n- name: http-l$0og\n  {config}\n  enabled: true\n")
        == f"plugins:\n- name: http-log\n  config:{comment}\n"
        '    http_endpoint: "http://example.com"\n  enabled: true\n'
    )


def test_what_is_required_within_records_and_lists_is_added_where_it_belongs() -> None:
    schema = """
        # file: kong/plugins/acme/handler.lua
        return { PRIORITY = 1, VERSION = "1.0.0" }
        # file: kong/plugins/acme/schema.lua
        return { name = "acme", fields = { { config = { type = "record", fields = {
          { server = { type = "record", fields = {
            { host = { type = "string", required = true } },
            { port = { type = "integer", required = true, default = 80 } },
            { tls = { type = "record", fields = {
              { name = { type = "string", required = true, one_of = { "a", "b" } } },
            } } },
          } } },
          { rules = { type = "array", elements = { type = "record", fields = {
            { path = { type = "string", required = true, starts_with = "/" } },
            { size = { type = "integer", default = 3 } },
          } } } },
        } } } } }
        # file: kong.yml
        _format_version: "3.0"
        plugins:
        - name: acme
          config:
            server:
              port: 8080
            rules:
            - size: 1
            - path: /x$0
    """
    head = "\n- name: acme\n  config:\n"
    assert filled(schema, REQUIRED) == (
        f"{HEAD}plugins:{head}    server:\n      port: 8080\n      tls:\n"
        "        name: a\n      host: example\n    rules:\n    - size: 1\n      path: /\n    - path: /x\n"
    )
    assert filled(schema, DEFAULTS) == (
        f"{HEAD}plugins:{head}    server:\n      port: 8080\n"
        "    rules:\n    - size: 1\n    - path: /x\n      size: 3\n"
    )


def test_the_file_keeps_its_indentation_quotes_and_line_ends() -> None:
    text = (
        "plugins:\n    - name: 'rate-limiting'\n      config:\n"
        "          policy: 'redis' # x$0\n          redis:\n              port: 6379\n"
        "      tags: ['a']\n    - name: cors\n"
    )
    assert entry(text) == text.replace("$0", "").replace(
        "6379\n", "6379\n              host: 'example'\n          second: 1\n"
    )
    after = filled("# file: kong.yml\n" + (HEAD + text).replace("\n", "\r\n"), REQUIRED)
    assert after is not None
    assert after.count("\n") == after.count("\r\n") == 11


def test_brackets_stay_brackets() -> None:
    text = "plugins: [{name: http-log, config: {method: POST}}, {name: ldap-auth, config: {}}]\n"
    assert entry(text.replace("auth", "au$0th")) == text.replace(
        "config: {}", "config: {ldap_host: example, base_dn: example, attribute: example}"
    )
    assert entry(text.replace("POST", "PO$0ST")) == text.replace(
        "POST", 'POST, http_endpoint: "http://example.com"'
    )


def test_json_stays_json() -> None:
    text = """\
        # file: kong.json
        {
          "_format_version": "3.0",
          "plugins": [
            {
              "name": "http-log$0",
              "config": {
                "method": "POST"
              }
            },
            { "name": "ldap-auth" }
          ]
        }
    """
    after = filled(text, DEFAULTS)
    assert after is not None
    (plugin, _) = json.loads(after)["plugins"]
    assert plugin["config"]["queue"]["initial_retry_delay"] == 0.01
    assert '\n        "method": "POST",\n        "content_type": "application/json",\n' in after
    again = filled(text.replace("$0", "").replace("ldap", "ld$0ap"), REQUIRED)
    assert again is not None
    assert (
        '{ "name": "ldap-auth", "config": '
        '{"ldap_host": "example", "base_dn": "example", "attribute": "example"} }' in again
    )


def test_a_block_scalar_at_the_end_is_left_alone() -> None:
    assert (
        entry("""\
        plugins:
        - name: post-function
          config:
            access:
            - |+
              x()$0
        - name: http-log
    """)
        is None
    )
    assert entry("""\
        plugins:
        - name: http-log
          config:
            content_type: |
              x$0

        - name: cors
    """) == dedent("""\
        plugins:
        - name: http-log
          config:
            http_endpoint: "http://example.com"
            content_type: |
              x

        - name: cors
    """)


def test_a_resource_of_kubernetes_is_filled_in() -> None:
    text = """\
        # file: plugin.yaml
        apiVersion: configuration.konghq.com/v1
        kind: KongPlugin
        metadata:
          name: log
        plugin: http-log$0
    """
    after = filled(text, REQUIRED)
    assert after is not None
    assert after.endswith('plugin: http-log\nconfig:\n  http_endpoint: "http://example.com"\n')
    assert filled(text + "        configFrom: {}\n", REQUIRED) is None


@pytest.mark.parametrize(
    "lines",
    [
        "plugins:\n- name: ht$0tp-log\n  config: ${CONFIG}\n",
        "plugins:\n- name: ht$0tp-log\n  config: {{ config }}\n",
        "plugins:\n- name: ht$0tp-log\n  config:\n    http_endpoint: ${URL}\n",
        "plugins:\n- name: unkn$0own\n",
        "plugins:\n- name: co$0rs\n",
        "services$0:\n- name: x\n  host: y\nplugins:\n- name: http-log\n",
        "x: &x {method: POST}\nplugins:\n- name: ht$0tp-log\n  config: *x\n",
        "x:\nplugins:\n- name: http-log\n  config: &x\n    method: PO$0ST\n",
        "plugins:\n- name: ht$0tp-log\n  config: {method: [}\n",
    ],
)
def test_nothing_is_offered_where_nothing_is_known_to_be_missing(lines: str) -> None:
    assert entry(lines) is None


def test_what_decks_shared_configs_give_is_not_missing() -> None:
    shared = "_plugin_configs:\n  log:\n    http_endpoint: http://x\n"
    assert entry(f"{shared}plugins:\n- name: ht$0tp-log\n  _config: log\n") is None
    assert entry(f"{shared}plugins:\n- name: ht$0tp-log\n  _config: log\n", DEFAULTS) is not None
    assert entry("_plugin_configs:\n  log: {method: POST}\nplugins:\n- name: ht$0tp-log\n"
                 "  _config: log\n") is not None  # fmt: skip


def test_deprecated_fields_and_those_that_a_shorthand_sets_are_no_defaults() -> None:
    after = entry(
        "plugins:\n- name: rate-lim$0iting\n  config: { second: 1, redis_port: 7000 }\n", DEFAULTS
    )
    assert after is not None
    assert "redis: {timeout" in after.replace(", port: 6379", "")
    assert "redis_host" not in after
    assert "port: 6379" not in after


STYLES = {
    "plain": "plugins:\n- name: NAME$0\n",
    "empty": "plugins:\n- name: NAME$0\n  config:\n",
    "deep": "services:\n    -   name: x\n        host: y\n        plugins:\n"
    "            -   name: 'NAME$0'\n                config: {}\n",
    "flow": "plugins: [{name: NAME$0, config: {}}]\n",
}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("title", [REQUIRED, DEFAULTS])
def test_for_every_bundled_plugin_it_leaves_nothing_missing_and_nothing_new(
    style: str, title: str
) -> None:
    for name in catalogue.names(NEWEST):
        text = HEAD + STYLES[style].replace("NAME", name)
        after = filled(f"# file: kong.yml\n{text}", title)
        first = told(text.replace("$0", ""))
        if after is None:
            assert title == DEFAULTS or not missing(first), name
            continue
        left = told(after)
        assert left <= first | told(f"{HEAD}plugins:\n- name: {name}\n"), (name, after)
        assert title == DEFAULTS or not missing(left), (name, after)
        again = after.replace(name, f"{name}$0", 1)
        assert filled(f"# file: kong.yml\n{again}", title) is None, (name, after)


def told(text: str) -> set[str]:
    return {each.message for each in findings({"kong.yml": text}, "3.9")}


def missing(messages: set[str]) -> list[str]:
    return [each for each in messages if "missing" in each or "must be non-empty" in each]
