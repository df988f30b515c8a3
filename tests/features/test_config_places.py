"""Hover, definition, references, outline and folding of configuration files."""

from __future__ import annotations

from textwrap import indent

import pytest

from kong_lsp.features.config_definition import config_definition
from kong_lsp.features.config_hover import config_hover
from kong_lsp.features.config_symbols import config_folds, config_symbols
from kong_lsp.features.references import references
from kong_lsp.features.symbols import Symbol
from kong_lsp.features.workspace_symbols import workspace_symbols
from kong_lsp.text import Span
from tests.support.places import asked

REST = """
-- rock: kong-plugin-acme
build = { type = "builtin", modules = {
  ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
} }
-- file: kong/plugins/acme/handler.lua
return { PRIORITY = 12, VERSION = "1.0", access = function() end }
-- file: kong/plugins/acme/schema.lua
return { name = "acme", fields = { { config = { type = "record", fields = {
  { url = { type = "string", required = true } },
  { redis = { type = "record", fields = { { host = { type = "string" } } } } },
} } } } }
-- file: kong.conf
plugins = bundled, acme
-- file: plugin.yaml
apiVersion: configuration.konghq.com/v1
kind: KongPlugin
metadata: { name: mine }
plugin: acme
"""
DECLARATIVE = """
-- file: kong.yml
_format_version: "3.0"
services:
- name: web
  host: example.com
  plugins:
  - name: acme
    config:
      url: x
      redis:
        host: y
routes:
- name: r
  service: web
  plugins:
  - name: rate-limiting
    config: { minute: 5, policy: local }
  - name: nobody
"""
ANNOTATED = """
-- file: service.yaml
apiVersion: v1
kind: Service
metadata:
  name: s
  annotations:
    konghq.com/plugins: mine, other
"""


def on(text: str, where: str) -> str:
    """The fixture with its cursor in the middle of ``where``, and the other files."""
    middle = text.index(where) + len(where) // 2
    return text[:middle] + "$0" + text[middle:] + REST


def hovered(text: str) -> str | None:
    with asked(text) as at:
        found = config_hover(at.snapshot, at.path, at.text, at.offset)
        return None if found is None else found.text


ACME = """\
**acme** — in this workspace

- handler: `kong/plugins/acme/handler.lua`
- shipped by `kong-plugin-acme-1.0-1.rockspec`
- PRIORITY 12
- VERSION 1.0
- phases: access
- modules that Kong 3.9 loads: `handler`, `schema`
- enabled in `kong.conf`"""


def test_hover_on_a_plugin_of_the_workspace_tells_all_that_is_known() -> None:
    assert hovered(on(DECLARATIVE, "acme")) == ACME


def test_hover_on_a_plugin_tells_of_a_module_that_is_missing() -> None:
    text = "-- file: kong.conf\ndatabase = off\nplugins = bet$0a\n-- handler: kong/plugins/beta/handler.lua\n"
    assert "`handler`, `schema` **not there**" in (hovered(text) or "")


@pytest.mark.parametrize(
    ("where", "says"),
    [
        ("rate-limiting", "**rate-limiting** — bundled with Kong 3.9"),
        ("rate-limiting", "- PRIORITY 910\n- VERSION 3.9.1\n- phases: access"),
        ("minute", "**config.minute** — number\n\n- more than 0\n\nOf the plugin `rate-limiting`"),
        ("local", "- default: `local`\n- one of: `local`, `redis`"),
        ("url", "**config.url** — string\n\n- mandatory\n\nOf the plugin `acme`"),
        ("host: y", "**config.redis.host** — string"),
        ("host: example", "**host** — string\n\n- mandatory"),
        ("service: web", "**service** — string"),
        ("ce: web\n", "**web** — services\n\n- defined in `kong.yml`"),
        ("services", "**services** — array of records"),
    ],
)
def test_hover_tells_of_names_and_fields(where: str, says: str) -> None:
    assert says in (hovered(on(DECLARATIVE, where)) or "")


def test_hover_on_an_annotation_tells_the_plugin_of_the_resource() -> None:
    assert hovered(on(ANNOTATED, "mine")) == (
        "**mine** — KongPlugin\n\n- defined in `plugin.yaml`\n- plugin: `acme`"
    )


@pytest.mark.parametrize("where", ["nobody", 'version: "3', "name: r\n"])
def test_nothing_is_said_of_what_is_not_known(where: str) -> None:
    found = hovered(on(DECLARATIVE, where))
    assert found is None or found.startswith(("**_format_version**", "**name**", "**r**"))


def test_nothing_is_said_of_other_files() -> None:
    assert hovered("-- file: x.yaml\nplugins:\n- name: ac$0me\n" + REST) is None
    assert hovered("-- file: x.lua\nreturn ac$0me\n" + REST) is None


@pytest.mark.parametrize(
    ("text", "where", "target"),
    [
        (DECLARATIVE, "acme", ("kong/plugins/acme/handler.lua", "")),
        (DECLARATIVE, "ce: web\n", ("kong.yml", "web")),
        (DECLARATIVE, "url", ("kong/plugins/acme/schema.lua", "url")),
        (DECLARATIVE, "host: y", ("kong/plugins/acme/schema.lua", "host")),
        (DECLARATIVE, "rate-limiting", None),
        (DECLARATIVE, "minute", None),
        (ANNOTATED, "mine", ("plugin.yaml", "mine")),
        (ANNOTATED, "other", None),
    ],
)
def test_definition(text: str, where: str, target: tuple[str, str] | None) -> None:
    with asked(on(text, where)) as at:
        found = [
            (at.relative(each.path), (at.snapshot.text(each.path) or "")[slice(*each.span)])
            for each in config_definition(at.snapshot, at.path, at.text, at.offset)
        ]
    assert found == ([target] if target else [])


REQUIRING = "-- file: a.lua\nlocal h = require 'kong.plugins.acme.handler'\n"


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (DECLARATIVE + REST, "acme"),
        (REST + DECLARATIVE, "kong.plugins.acme.handler"),
        (REQUIRING + DECLARATIVE + REST, "kong.plugins.acme"),
    ],
)
def test_references_to_a_plugin_are_found_in_files_of_every_kind(text: str, where: str) -> None:
    with asked(on(text, where).removesuffix(REST)) as at:
        found = [
            (at.relative(each.path), (at.snapshot.text(each.path) or "")[slice(*each.span)])
            for each in references(at.snapshot, at.path, at.offset, declaration=True)
        ]
    assert found == [
        ("kong-plugin-acme-1.0-1.rockspec", '"kong.plugins.acme.handler"'),
        ("kong.conf", "acme"),
        ("kong.yml", "acme"),
        ("kong/plugins/acme/handler.lua", ""),
        ("plugin.yaml", "acme"),
    ]


def test_references_to_an_entity_and_to_a_resource() -> None:
    with asked(on(DECLARATIVE, "e: web")) as at:
        found = references(at.snapshot, at.path, at.offset, declaration=False)
        assert [at.text[each.span.start - 9 : each.span.end] for each in found] == ["service: web"]
    with asked(on(ANNOTATED, "mine")) as at:
        found = references(at.snapshot, at.path, at.offset, declaration=True)
        assert [at.relative(each.path) for each in found] == ["plugin.yaml", "service.yaml"]


def test_the_outline_is_the_entities_as_they_lie_in_each_other() -> None:
    def shown(items: tuple[Symbol, ...]) -> list[object]:
        return [(item.name, item.kind, shown(item.children)) for item in items]

    with asked(DECLARATIVE + REST) as at:
        found = config_symbols(at.snapshot, at.path)
        assert found is not None
        for item in found:
            assert item.span.start <= item.selection.start <= item.selection.end <= item.span.end
    assert shown(found) == [
        ("_format_version", "string", []),
        ("services", "table", [("web", "table", [("plugins", "table", [("acme", "module", [])])])]),
        (
            "routes",
            "table",
            [
                (
                    "r",
                    "table",
                    [
                        (
                            "plugins",
                            "table",
                            [("rate-limiting", "module", []), ("nobody", "module", [])],
                        )
                    ],
                )
            ],
        ),
    ]


def test_other_files_have_no_outline() -> None:
    for path in ("x.yaml", "compose.yaml", "kong.conf"):
        with asked(f"-- file: {path}\nplugins: x\n{DECLARATIVE}") as at:
            assert config_symbols(at.snapshot, at.path) is None


def test_a_manifest_shows_its_resources() -> None:
    with asked(ANNOTATED + REST) as at:
        found = config_symbols(at.snapshot, at.path)
    assert found is not None
    assert [(item.name, item.detail) for item in found] == [("s", "Service")]


TEXT = """\
_format_version: "3.0"
services:
- name: web
  url: http://example.com
  plugins:
  - name: acme
"""
SHOWN: list[object] = [
    ("_format_version", "_format_version", []),
    ("services", "services", [("web", "web", [("plugins", "plugins", [("acme", "acme", [])])])]),
]


@pytest.mark.parametrize(
    ("path", "head", "pad", "wanted"),
    [
        (
            "cm.yaml",
            (
                "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n---\n"
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kong}\ndata:\n"
                "  kong.conf: |\n    plugins = bundled\n  kong.yml: |\n"
            ),
            4,
            [
                ("shop", "shop", []),
                ("kong", "kong", [("kong.conf", "", []), ("kong.yml", "", SHOWN)]),
            ],
        ),
        (
            "values.yaml",
            "ingressController: {}\ndblessConfig:\n  config: |\n",
            4,
            [("kong.yml", "", SHOWN)],
        ),
        (
            "compose.yaml",
            (
                "services: {kong: {image: kong, environment: {KONG_DATABASE: 'off'}}}\n"
                "configs:\n  declared:\n    content: |\n"
            ),
            6,
            [("declared.yml", "", SHOWN)],
        ),
    ],
)
def test_the_outline_goes_into_texts(path: str, head: str, pad: int, wanted: list[object]) -> None:
    def shown(items: tuple[Symbol, ...], outer: Span) -> list[object]:
        found: list[object] = []
        for item in items:
            span = item.span
            assert outer.start <= span.start <= item.selection.start
            assert item.selection.end <= span.end <= outer.end
            found.append((item.name, at.text[slice(*item.selection)], shown(item.children, span)))
        return found

    with asked(f"-- file: {path}\n{head}{indent(TEXT, ' ' * pad)}$0{REST}") as at:
        found = config_symbols(at.snapshot, at.path)
        assert shown(found or (), Span(0, len(at.text))) == wanted


def test_entries_of_more_than_one_line_fold() -> None:
    text = "# a\n# b\nx:\n- a: 1\n  b:\n    c: 2\n\n- d\ny:\n  - e: 1\n    # z\n    f: 2"
    assert config_folds(text, 100) == [
        (0, 1, "comment"),
        (2, 7, "region"),
        (3, 5, "region"),
        (4, 5, "region"),
        (8, 11, "region"),
        (9, 11, "region"),
    ]
    assert config_folds(text, 3) == [(0, 1, "comment"), (2, 7, "region"), (8, 11, "region")]
    assert config_folds("", 100) == []


@pytest.mark.parametrize(
    ("query", "found"),
    [("", ["acme", "mine"]), ("AM", ["acme"]), ("mn", ["mine"]), ("x", [])],
)
def test_workspace_symbols_are_plugins_and_resources(query: str, found: list[str]) -> None:
    with asked(DECLARATIVE + REST) as at:
        symbols = workspace_symbols(at.snapshot, query)
    assert [each.name for each in symbols] == found
    if query == "":
        assert [each.inside for each in symbols] == ["kong-plugin-acme", "acme"]


def test_every_place_can_be_asked() -> None:
    with asked(DECLARATIVE + ANNOTATED + REST) as at:
        for path in (at.path, f"{at.root}/service.yaml", f"{at.root}/kong.conf"):
            text = at.snapshot.text(path) or ""
            for offset in range(len(text) + 1):
                config_hover(at.snapshot, path, text, offset)
                config_definition(at.snapshot, path, text, offset)
                references(at.snapshot, path, offset, declaration=True)
