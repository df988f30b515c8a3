"""Configurations that stand as text in other files: found, judged and edited in their place."""

from __future__ import annotations

import random

import pytest

from kong_lsp.config import reading
from kong_lsp.config.model import Config
from kong_lsp.features.config_definition import config_definition
from kong_lsp.features.config_hover import config_hover
from kong_lsp.text import Edit, Span, apply_edits
from tests.support.checks import check, check_fix, check_none
from tests.support.config_places import complete, labels
from tests.support.configs import config_of
from tests.support.places import asked

V = "3.9"
PLUGIN = """\
-- file: kong/plugins/greeter/handler.lua
return { PRIORITY = 10, VERSION = "1.0.0", access = function() end }
-- file: kong/plugins/greeter/schema.lua
return { name = "greeter", fields = { { config = { type = "record", fields = {
  { limit = { type = "integer", required = true } },
  { mode = { type = "string", one_of = { "fast", "slow" } } },
} } } } }
"""


def test_the_files_of_a_config_map_are_judged_where_they_stand() -> None:
    check(
        """
# file: cm.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: kong
data:
  kong.conf: |
    # settings
    plugins = bundled,greeter,,greeter
#                             ^ KC306 An empty item
  notes.txt: |
    plugins: [x]
  kong.yml: |
    ---
    _format_version: "3.0"

    services:
    - name: one
      host: example.com
      routes:
      - name: r
        paths: [/x]
        plugins:
        - name: greetr
#               ^^^^^^ KC301 Did you mean 'greeter'
        - name: greeter
          config:
            limit: x
#                  ^ KC310 expected an integer
    plugins:
    - name: key-auth
      servce: one
#     ^^^^^^ KC320 Did you mean "service"
    - name: cors
      service: two
#              ^^^ KC325 no such entry
"""
        + PLUGIN,
        kong_version=V,
        only="KC3",
    )


def test_secrets_lists_and_several_documents_are_looked_into() -> None:
    check(
        """
# file: all.yaml
apiVersion: v1
kind: Secret
stringData:
  kong.yaml: |-
    _format_version: "3.0"
    plugins:
    - name: jwt
      config: {bad: 1}
#              ^^^ KC308
---
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: ConfigMap
  data:
    dbless.yml: |
      _format_version: "3.0"
      plugins:
      - name: jwt
        config: {worse: 1}
#                ^^^^^ KC308
""",
        kong_version=V,
        only="KC3",
    )


def test_the_chart_and_compose_have_kong_read_their_texts() -> None:
    check(
        """
# file: values.yaml
env:
  database: "off"
dblessConfig:
  config: |
    _format_version: "3.0"
    _info: {}
#   ^^^^^ KC328
    plugins:
    - name: jwt
      config: {bad: 1}
#              ^^^ KC308
# file: stack/compose.yaml
services:
  kong:
    image: kong:3.4
    environment:
      KONG_DECLARATIVE_CONFIG: /kong/kong.yml
      KONG_PLUGINS: bundled
    configs:
    - source: dbless
      target: /kong/kong.yml
configs:
  dbless:
    content: |
      _format_version: "3.0"
      plugins:
      - name: greeter
#             ^^^^^^^ KC302 not enabled: it is not in KONG_PLUGINS in stack/compose.yaml
        config: {limit: 1}
        ordering: {}
#       ^^^^^^^^ KC328
"""
        + PLUGIN,
        only="KC3",
    )


@pytest.mark.parametrize(
    "header", ["kong.yml: >\n", 'kong.yml: "', "nginx.conf: |\n", "kong.yml: |\n    ---\n"]
)
def test_what_is_no_literal_text_of_kong_is_let_be(header: str) -> None:
    body = '    _format_version: "3.0"\n    ---\n    plugins: [{name: jwt, config: {bad: 1}}]\n'
    if header.endswith('"'):
        body = '_format_version: \\"3.0\\"\\nplugins: [{name: jwt, config: {bad: 1}}]"\n'
    check_none(
        f"# file: cm.yaml\napiVersion: v1\nkind: ConfigMap\ndata:\n  {header}{body}",
        kong_version=V,
    )


def test_fixes_keep_the_indentation_of_the_text() -> None:
    before = """
# file: cm.yaml
apiVersion: v1
kind: ConfigMap
data:
  kong.yml: |
    _format_version: "3.0"
    plugins:
    - name: greeter
      config:
        mode: fast
# file: values.yaml
env: {database: "off"}
dblessConfig:
  config: |
    _format_version: "3.0"
    plugins: []
"""
    check_fix(
        before + PLUGIN,
        "KC309",
        """
# file: cm.yaml
apiVersion: v1
kind: ConfigMap
data:
  kong.yml: |
    _format_version: "3.0"
    plugins:
    - name: greeter
      config:
        mode: fast
        limit: 1
""",
        kong_version=V,
    )


def test_a_plugin_is_added_to_the_list_in_the_same_file() -> None:
    check_fix(
        """
# file: cm.yaml
apiVersion: v1
kind: ConfigMap
data:
  kong.yml: |
    _format_version: "3.0"
    plugins:
    - name: greeter
      config: {limit: 1}
  kong.conf: |
    plugins = bundled
    log_level = debug
"""
        + PLUGIN,
        "KC302",
        """
# file: cm.yaml
apiVersion: v1
kind: ConfigMap
data:
  kong.yml: |
    _format_version: "3.0"
    plugins:
    - name: greeter
      config: {limit: 1}
  kong.conf: |
    plugins = bundled,greeter
    log_level = debug
""",
        kong_version=V,
    )


def test_a_fault_of_the_text_is_told_and_one_of_the_file_spares_it() -> None:
    check(
        """
# file: cm.yaml
apiVersion: v1
kind: ConfigMap
data:
  kong.yml: |
    _format_version: "3.0"
    services:
    - name: "one
#           ^^^^ KC307
""",
        kong_version=V,
    )


TEXT = """
-- file: cm.yaml
apiVersion: v1
kind: ConfigMap
data:
  kong.yml: |
    _format_version: "3.0"
    services:
    - name: web
      host: example.com
    plugins:
    - name: greeter
      service: {0}
      config:
        {1}
  more: x
"""


def test_names_and_keys_are_completed_inside() -> None:
    at_key = TEXT.replace("{0}", "web").replace("{1}", "li$0") + PLUGIN
    assert complete(at_key, "limit") == (
        TEXT.replace("-- file: cm.yaml\n", "")
        .lstrip("\n")
        .replace("{0}", "web")
        .replace("{1}", "limit: ")
    )
    at_value = TEXT.replace("{0}", "web").replace("{1}", "mode: $0") + PLUGIN
    assert labels(at_value) == ["fast", "slow"]
    at_name = TEXT.replace("{0}", "$0").replace("{1}", "limit: 1") + PLUGIN
    assert labels(at_name) == ["web"]
    conf = TEXT.replace("more: x", "kong.conf: |\n    plugins = bundled, gr$0") + PLUGIN
    assert "greeter" in labels(conf)


def test_a_block_of_a_plugin_fits_the_text() -> None:
    text = """
-- file: cm.yaml
apiVersion: v1
kind: ConfigMap
data:
  kong.yml: |
    _format_version: "3.0"
    plugins:
    - $0
"""
    made = complete(text + PLUGIN, "greeter", snippet=True)
    assert made.endswith(
        "    plugins:\n    - name: greeter\n      config:\n        limit: ${1:1}\n"
    )


def test_hover_and_definition_are_of_what_is_inside() -> None:
    text = TEXT.replace("{0}", "w$0eb").replace("{1}", "limit: 1") + PLUGIN
    with asked(text) as at:
        (target,) = config_definition(at.snapshot, at.path, at.text, at.offset)
        assert at.text[slice(*target.span)] == "web"
        assert target.span.start < target.origin.start
    text = TEXT.replace("{0}", "web").replace("{1}", "li$0mit: 1") + PLUGIN
    with asked(text) as at:
        found = config_hover(at.snapshot, at.path, at.text, at.offset)
        assert found is not None
        assert at.text[slice(*found.span)] == "limit"
        assert "mandatory" in found.text


def dump(services: int) -> str:
    """A ConfigMap with a declarative file of so many services."""
    lines = ["apiVersion: v1", "kind: ConfigMap", "data:", "  kong.conf: |", "    plugins = a,b"]
    lines += ["  kong.yml: |", '    _format_version: "3.0"', "    services:"]
    for number in range(services):
        lines += [f"    - name: service-{number}", "      host: h", "      plugins:"]
        lines += [f"      - name: p-{number}"]
    return "\n".join([*lines, "  end: x", ""])


def said(config: Config | None) -> list[object]:
    """What the texts of a file say, each with its place."""
    found: list[object] = []
    for each in config.inner if config is not None else ():
        found += [(each.name, use.name, each.span(use.at)) for use in each.uses]
        found += [(each.name, made.name, each.span(made.at)) for made in each.definitions]
        found += [
            (each.name, item.text, each.span(item.at))
            for listed in each.enabled
            for item in listed.items
        ]
    return found


def test_after_any_edits_a_text_says_what_it_would_say_anew() -> None:
    chance = random.Random(3)
    text = dump(30)
    tree = reading.opened("/r/cm.yaml", text)
    config = reading.read("/r/cm.yaml", "yaml", tree)
    for _ in range(300):
        start = chance.randrange(len(text))
        end = min(len(text), start + chance.choice((0, 0, 1, 3)))
        put = chance.choice(("x", "\n", "  ", "- ", "a: b\n", "    plugins:\n", "", '"', "|"))
        edit = Edit(Span(start, end), put)
        text = apply_edits(text, (edit,))
        tree = reading.changed("/r/cm.yaml", tree, edit)
        if isinstance(tree, str):
            break
        config = reading.read("/r/cm.yaml", "yaml", tree, config)
        assert said(config) == said(reading.read("/r/cm.yaml", "yaml", text))
        if len(text) > 6000 or chance.random() < 0.1:
            text = dump(30)
            tree = reading.opened("/r/cm.yaml", text)
            config = reading.read("/r/cm.yaml", "yaml", tree)


def test_an_edit_keeps_the_entities_that_it_does_not_touch() -> None:
    text = dump(200)
    tree = reading.opened("/r/cm.yaml", text)
    before = reading.read("/r/cm.yaml", "yaml", tree)
    at = text.index("service-150")
    tree = reading.changed("/r/cm.yaml", tree, Edit(Span(at, at), "x"))
    after = reading.read("/r/cm.yaml", "yaml", tree, before)
    assert before is not None
    assert after is not None
    old = {id(part) for part in before.inner[1].parts}
    new = [part for part in after.inner[1].parts if id(part) not in old]
    assert len(new) <= 2


def test_a_file_without_texts_of_kong_is_none_of_ours() -> None:
    assert config_of("/r/cm.yaml", "kind: ConfigMap\ndata:\n  a.yml: |\n    x: 1\n") is None
