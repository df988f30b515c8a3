"""Completion in configuration files."""

from __future__ import annotations

import pytest

from tests.support.config_places import complete, labels, proposals

PLUGIN = """
-- rock: kong-plugin-acme
build = { type = "builtin", modules = {
  ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
} }
-- file: kong/plugins/acme/handler.lua
return { PRIORITY = 12, VERSION = "1.0", access = function() end }
-- file: kong/plugins/acme/schema.lua
return { name = "acme", fields = { { config = { type = "record", fields = {
  { url = { type = "string", required = true } },
  { mode = { type = "string", default = "fast", one_of = { "fast", "slow" } } },
  { port = { type = "integer", default = 80, between = { 0, 65535 } } },
  { on = { type = "boolean", default = true } },
  { names = { type = "array", elements = { type = "string", one_of = { "a", "b" } } } },
  { redis = { type = "record", required = false, fields = {
    { host = { type = "string", required = true } }, { port = { type = "integer" } } } } },
  { old = { type = "string", deprecation = { message = "x", removal_in_version = "4.0" } } },
} } } } }
"""
HEAD = '_format_version: "3.0"\n'
KONG_PLUGIN = """\
apiVersion: configuration.konghq.com/v1
kind: KongPlugin
metadata:
  name: limit
plugin: rate-limiting
"""
POD = """\
apiVersion: v1
kind: Pod
spec:
  containers:
  - name: kong
    env:
    - name: KONG_PLUGINS
      value: bundled,$0
"""


def kong(text: str) -> str:
    return f"-- file: kong.yml\n{HEAD}{text}\n{PLUGIN}"


def file(path: str, text: str) -> str:
    return f"-- file: {path}\n{text}\n{PLUGIN}"


def completed(text: str, label: str, *, snippet: bool = False) -> str:
    """The file after the proposal, without the lines that all of these share."""
    return complete(text, label, snippet=snippet).removeprefix(HEAD).rstrip("\n")


# --- names of plugins


@pytest.mark.parametrize(
    "text",
    [
        kong("plugins:\n- name: $0"),
        kong("plugins:\n- name: ac$0"),
        kong('plugins:\n- name: "a$0"'),
        kong('plugins:\n- name: "a$0'),
        kong("plugins:\n- config: {}\n  name: $0\n- name: x"),
        kong("services:\n- name: s\n  routes:\n  - plugins:\n    - name: $0"),
        kong("consumer_groups:\n- name: gold\n  plugins:\n  - name: $0"),
        kong("plugins: [{name: $0}]"),
        kong("plugins: [{name: a$0"),
        file("kong.json", '{"_format_version": "3.0", "plugins": [{"name": "$0"}]}'),
        kong("plugins:\n- name: x\n  ordering:\n    before:\n      access:\n      - $0"),
        file("kong.yml", "plugins_available:\n  - key-auth\n  - $0"),
        file("kong.yml", "plugins_available: [key-auth, $0]"),
        file("kong.yml", "custom_plugins:\n  - $0"),
        file("p.yaml", KONG_PLUGIN.replace("rate-limiting", "$0")),
        file("values.yaml", "env: {database: off}\nplugins:\n  configMaps:\n  - pluginName: $0"),
        file("spec/a_spec.lua", 'helpers.start_kong({ plugins = "bundled,$0" })'),
        file("spec/a_spec.lua", 'helpers.get_db_utils(s, t, { "$0" })'),
    ],
)
def test_plugins_of_the_workspace_come_first_wherever_a_name_may_stand(text: str) -> None:
    assert labels(text)[0] == "acme"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("kong.conf", "database = off\nplugins = $0"),
        ("kong.conf", "database = off\nplugins=bundled, ac$0"),
        ("kong.conf", "database = off\nplugins = bundled,\\\n  a$0"),
        ("kong.conf", "database = off\nplugins = bundled,$0, key-auth"),
        ("compose.yaml", "services:\n  kong:\n    environment:\n      KONG_PLUGINS: $0"),
        ("compose.yaml", "services:\n  kong:\n    environment:\n      KONG_PLUGINS: bundled,$0"),
        ("compose.yaml", 'services:\n  kong:\n    environment:\n      KONG_PLUGINS: "bundled,$0'),
        ("compose.yaml", "services:\n  kong:\n    environment:\n    - KONG_PLUGINS=bundled,a$0"),
        ("compose.yaml", 'services:\n  kong:\n    environment:\n    - "KONG_PLUGINS=$0"'),
        ("compose.yaml", "services: {kong: {environment: {KONG_PLUGINS: $0}}}"),
        ("Dockerfile", "FROM kong:3.4\nENV KONG_PLUGINS=bundled,$0"),
        ("Dockerfile", "FROM kong:3.4\nENV KONG_PLUGINS bundled,$0"),
        ("Dockerfile", "FROM kong:3.4\nENV KONG_DATABASE=off \\\n  KONG_PLUGINS=$0"),
        (".env", "KONG_PLUGINS=bundled,$0"),
        (".env", 'export KONG_PLUGINS="bundled,$0"'),
        ("run.sh", "docker run -e KONG_PLUGINS=bundled,$0 kong"),
        ("values.yaml", "env:\n  database: off\n  plugins: bundled,$0\ningressController: {}"),
        ("pod.yaml", POD),
    ],
)
def test_items_of_lists_of_plugins_in_every_form(path: str, text: str) -> None:
    found = labels(file(path, text))
    assert found[0] == "acme"
    assert ("bundled" in found) == ("bundled" not in text)
    assert "rate-limiting" in found


def test_what_a_list_has_is_not_proposed_again() -> None:
    assert "key-auth" not in labels(file("kong.conf", "database=off\nplugins = key-auth,$0"))
    assert "key-auth" not in labels(file("kong.yml", "plugins_available:\n- key-auth\n- $0"))
    assert "cors" not in labels(file("kong.conf", "database=off\nplugins = $0, cors"))


def test_an_item_of_a_list_is_put_in_where_it_belongs() -> None:
    text = file("kong.conf", "database = off\nplugins = bundled, a$0, key-auth # x")
    assert "plugins = bundled, acme, key-auth # x" in complete(text, "acme")


def test_names_tell_their_origin_priority_and_version() -> None:
    found = {item.label: item.detail for item in proposals(kong("plugins:\n- name: $0"))}
    assert found["acme"] == "in this workspace, priority 12, version 1.0"
    assert found["rate-limiting"] == "bundled with Kong 3.9, priority 910, version 3.9.1"


def test_only_what_the_files_release_bundles_is_proposed() -> None:
    new = labels(file("Dockerfile", "FROM kong:3.9\nENV KONG_PLUGINS=$0"))
    old = labels(file("Dockerfile", "FROM kong:2.8\nENV KONG_PLUGINS=$0"))
    assert "ai-proxy" in new
    assert "ai-proxy" not in old


# --- whole entries


@pytest.mark.parametrize(
    ("begun", "done"),
    [
        ("- $0", "- name: acme\n  config:\n    url: ${1:example}"),
        ("- a$0", "- name: acme\n  config:\n    url: ${1:example}"),
        ("  $0", "  - name: acme\n    config:\n      url: ${1:example}"),
        ("  - a$0", "  - name: acme\n    config:\n      url: ${1:example}"),
    ],
)
def test_a_plugin_is_put_in_with_the_fields_that_it_needs(begun: str, done: str) -> None:
    assert completed(kong(f"plugins:\n{begun}"), "acme", snippet=True) == f"plugins:\n{done}"


def test_a_client_without_snippets_gets_the_name_alone() -> None:
    assert completed(kong("plugins:\n- a$0"), "acme") == "plugins:\n- name: acme"
    assert completed(kong("plugins: [a$0]"), "acme") == "plugins: [{name: acme}]"


def test_an_entry_that_has_keys_gets_no_other_plugin() -> None:
    assert "acme" not in labels(kong("plugins:\n- na$0\n  config: {}"))


# --- keys


def test_keys_of_the_file() -> None:
    found = labels(kong("services: []\n$0"))
    assert {"routes", "plugins", "consumers", "upstreams", "certificates"} <= set(found)
    assert "services" not in found
    assert "_format_version" not in found
    assert labels(file("kong.yml", "$0"))[0] == "_format_version"


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("services:\n- $0", ["host"]),
        ("services:\n- name: a\n  $0", ["host"]),
        ("services:\n- name: a\n  h$0\n  port: 1", ["host"]),
        ("plugins:\n- na$0", ["name"]),
        ("upstreams:\n- $0", ["name"]),
        ("upstreams:\n- name: a\n  targets:\n  - $0", ["target"]),
        ("consumers:\n- username: a\n  acls:\n  - $0", ["group"]),
        ("services: [{$0}]", ["host"]),
    ],
)
def test_keys_that_must_be_there_come_first(text: str, first: list[str]) -> None:
    found = proposals(kong(text))
    assert [item.label for item in found if "mandatory" in item.detail][:1] == first
    assert found[0].label == first[0]


def test_a_key_comes_with_what_follows_it() -> None:
    assert completed(kong("services:\n- h$0"), "host") == "services:\n- host: "
    assert completed(kong("services:\n- h$0: x"), "host") == "services:\n- host: x"
    assert completed(kong("services:\n- name: a\n  r$0"), "routes", snippet=True) == (
        "services:\n- name: a\n  routes:\n  - name: $1"
    )


def test_the_indentation_of_lists_is_that_of_the_file() -> None:
    text = kong("services:\n  - name: a\n    r$0")
    assert completed(text, "routes", snippet=True) == (
        "services:\n  - name: a\n    routes:\n      - name: $1"
    )


def test_keys_that_kong_fills_in_or_the_place_gives_are_left_out() -> None:
    found = labels(kong("services:\n- name: a\n  routes:\n  - name: r\n    $0"))
    assert "created_at" not in found
    assert "service" not in found
    assert "paths" in found


# --- config


CONFIG = "plugins:\n- name: acme\n  config:\n"


def test_fields_of_config_the_mandatory_first_the_deprecated_last() -> None:
    found = proposals(kong(f"{CONFIG}    $0"))
    assert [(item.label, item.detail) for item in found] == [
        ("url", "string, mandatory"),
        ("mode", "string, default fast"),
        ("names", "array of strings"),
        ("on", "boolean, default true"),
        ("port", "integer, default 80, 0 to 65535"),
        ("redis", "record"),
        ("old", "string, deprecated"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        f"{CONFIG}    $0",
        f"{CONFIG}    u$0",
        f"{CONFIG}    mode: fast\n    $0\n- name: b",
        "plugins:\n- config:\n    $0\n  name: acme",
        "plugins: [{name: acme, config: {$0}}]",
        "plugins:\n- {config: {$0}, name: acme}",
        "_plugin_configs:\n  x:\n    $0\nplugins:\n- name: acme\n  _config: x",
        f"services:\n- name: s\n  {CONFIG.replace(chr(10), chr(10) + '  ')}    $0",
    ],
)
def test_fields_of_config_wherever_the_name_stands(text: str) -> None:
    assert labels(kong(text))[0] == "url"


def test_fields_of_config_in_a_kongplugin() -> None:
    text = KONG_PLUGIN.replace("rate-limiting", "acme") + "config:\n  $0"
    assert labels(file("p.yaml", text))[0] == "url"
    assert labels(file("p.yaml", KONG_PLUGIN + "config:\n  min$0"))[:1] != ["url"]


@pytest.mark.parametrize(
    ("label", "snippet"),
    [
        ("url", "    url: $1"),
        ("mode", "    mode: ${1|fast,slow|}"),
        ("on", "    on: ${1|false,true|}"),
        ("port", "    port: ${1:80}"),
        ("names", "    names:\n    - ${1|a,b|}"),
        ("redis", "    redis:\n      host: $1"),
    ],
)
def test_a_field_opens_as_its_type_asks_for(label: str, snippet: str) -> None:
    assert completed(kong(f"{CONFIG}    $0"), label, snippet=True) == CONFIG + snippet


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{CONFIG}    mode: $0", ["fast", "slow"]),
        (f"{CONFIG}    mode: s$0", ["fast", "slow"]),
        (f'{CONFIG}    mode: "$0"', ["fast", "slow"]),
        (f"{CONFIG}    on: $0", ["true", "false"]),
        (f"{CONFIG}    port: $0", ["80"]),
        (f"{CONFIG}    names:\n    - $0", ["a", "b"]),
        (f"{CONFIG}    names: [a, $0]", ["a", "b"]),
        (f"{CONFIG}    names:\n      $0", ["a", "b"]),
        (f"{CONFIG}    redis:\n      $0", ["host", "port"]),
        ("services:\n- protocol: gr$0", []),
        ("routes:\n- path_handling: $0", ["v0", "v1"]),
    ],
)
def test_values(text: str, expected: list[str]) -> None:
    found = labels(kong(text))
    assert found == expected if expected else "grpcs" in found


def test_a_value_that_would_be_read_as_something_else_is_quoted() -> None:
    assert complete(file("kong.yml", "_format_version: $0"), "3.0") == '_format_version: "3.0"\n\n'
    text = complete(file("kong.yml", '_format_version: "$0"'), "3.0")
    assert text == '_format_version: "3.0"\n\n'


# --- names of entities and resources


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("services:\n- name: a\n- name: b\nroutes:\n- service: $0", ["a", "b"]),
        ("services:\n- name: a\nroutes:\n- service:\n    name: $0", ["a"]),
        ("services:\n- name: a\nroutes:\n- service: {name: $0}", ["a"]),
        ("routes:\n- name: r\nplugins:\n- name: acme\n  route: $0", ["r"]),
        ("consumers:\n- username: u\nplugins:\n- name: acme\n  consumer: $0", ["u"]),
        ("_plugin_configs:\n  x: {}\nplugins:\n- name: acme\n  _config: $0", ["x"]),
    ],
)
def test_names_of_what_the_file_defines(text: str, expected: list[str]) -> None:
    assert labels(kong(text)) == expected


@pytest.mark.parametrize("value", ["$0", "other, $0", '"$0"', "l$0"])
def test_an_annotation_names_resources_of_other_files(value: str) -> None:
    service = (
        "apiVersion: v1\nkind: Service\nmetadata:\n  annotations:\n"
        f"    konghq.com/plugins: {value}\n-- file: p.yaml\n{KONG_PLUGIN}"
    )
    found = proposals(file("service.yaml", service))
    assert [(item.label, item.detail) for item in found] == [("limit", "rate-limiting")]


# --- silence


@pytest.mark.parametrize(
    "text",
    [
        kong("# $0"),
        kong("plugins: # $0"),
        kong("plugins:\n- name: acme\n  config:\n    url: |\n      $0"),
        kong("plugins:\n- name: unheard-of\n  config:\n    $0"),
        kong("plugins:\n- name: acme\n  config:\n    nowhere:\n      $0"),
        file("other.yaml", "jobs:\n  a: $0"),
        file("openapi.yaml", "openapi: 3.0.0\npaths:\n  $0"),
        file("kong.conf", "# plugins = $0\ndatabase = off"),
        file("kong.conf", "my_own = $0\npg_host = x"),
        file("a.lua", "return $0"),
    ],
)
def test_nothing_is_proposed_where_nothing_is_known(text: str) -> None:
    assert labels(text) == []


def test_every_place_of_a_broken_file_can_be_asked() -> None:
    broken = (
        f"{HEAD}plugins:\n- name: [acme\n  config: {{url: 'x\n   - - na\nservices: - a: |\n"
        '  b\n? x\n: "y\n\troutes: *a\n&b !c d: }}]\n'
    )
    for offset in range(len(broken) + 1):
        labels(file("kong.yml", broken[:offset] + "$0" + broken[offset:]))
        labels(file("kong.yml", broken[:offset] + "$0"))


CALLS = {
    "a form": "curl -s http://localhost:8001/services/x/plugins -d 'name=@' -d config.minute=5\n",
    "HTTPie": "http :8001/routes/x/plugins name=@ config.minute:=5\n",
    "JSON": """curl -X POST kong:8001/plugins --json '{"name": "@", "enabled": true}'\n""",
    "Terraform": 'resource "kong_plugin" "x" {\n  name = "@"\n}\n',
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    ("typed", "name"), [("", "acme"), ("", "jwt"), ("acm", "acme"), ("rate-", "rate-limiting")]
)
def test_the_name_of_a_plugin_in_a_call_of_the_admin_api(call: str, typed: str, name: str) -> None:
    path = "main.tf" if call == "Terraform" else "setup.sh"
    text = CALLS[call].replace("@", f"{typed}$0")
    assert completed(file(path, text), name) == CALLS[call].replace("@", name).rstrip("\n")


def test_a_name_that_is_made_gets_no_proposals() -> None:
    text = 'curl localhost:8001/services/x/plugins -d "name=$NA$0ME"\n'
    assert labels(file("setup.sh", text)) == []
