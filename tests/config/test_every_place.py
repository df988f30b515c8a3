"""Every place in Kong's and its tools' files that names a plugin, one by one.

The rows are those of what Kong 3.9, decK, the ingress controller, the operator and the Helm
chart read; for each what it names, or that it names none.
"""

from __future__ import annotations

import pytest

from tests.support.configs import said

HEAD = '_format_version: "3.0"\n'
SHOP = "apiVersion: configuration.konghq.com/v1\nmetadata: {name: n, namespace: shop}\n"
OPERATOR = "apiVersion: gateway-operator.konghq.com/v1beta1\nmetadata: {name: n}\n"


def named(path: str, text: str) -> list[str]:
    """What a file says of plugins: uses, lists, resources and references to those."""
    kinds = ("plugin ", "ordering ", "custom ", "cloned ", "installed ", "filter ", "resource ")
    return [
        line
        for line in said(path, text)[1:]
        if line.startswith(
            (*kinds, "defines plugin", "defines resource", "names resource", "names plugin")
        )
        or " environment " in line
        or " file " in line
    ]


@pytest.mark.parametrize("path", ["any.yml", "any.yaml", "kong.json"])
def test_a_declarative_file_may_end_in_any_of_three(path: str) -> None:
    text = '{"_format_version": "3.0", "plugins": [{"name": "x"}]}'
    assert named(path, text) == ["plugin x"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("plugins:\n- name: x\n", ["plugin x"]),
        ("plugins:\n- {id: i, name: x, instance_name: y, enabled: false}\n", ["plugin x"]),
        ("services:\n- name: s\n  plugins:\n  - name: x\n", ["plugin x of services s"]),
        ("routes:\n- name: r\n  plugins:\n  - name: x\n", ["plugin x of routes r"]),
        ("consumers:\n- username: c\n  plugins:\n  - name: x\n", ["plugin x of consumers c"]),
        (
            "services:\n- name: s\n  routes:\n  - name: r\n    plugins:\n    - name: x\n",
            ["plugin x of routes r"],
        ),
        ("plugins:\n- name: x\n  service: s\n  route: r\n  consumer: c\n", ["plugin x"]),
        ("_comment: name\n_ignore: [{name: x}]\n_transform: false\nplugins: []\n", []),
        ("keyauth_credentials:\n- {key: x, consumer: c}\n", []),
        ("vaults:\n- {name: env, prefix: p}\n", []),
        ("filter_chains:\n- service: s\n  filters:\n  - name: x\n", ["filter x of filter_chains"]),
    ],
)
def test_what_kong_itself_reads(text: str, wanted: list[str]) -> None:
    assert named("kong.yml", HEAD + text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "consumer_groups:\n- name: g\n  plugins:\n  - name: x\n",
            ["plugin x of consumer_groups g"],
        ),
        (
            "_plugin_configs:\n  shared: {a: 1}\nplugins:\n- name: x\n  _config: shared\n",
            ["plugin x", "defines plugin_config shared", "names plugin_config shared"],
        ),
        (
            "plugins:\n- name: x\n  ordering: {before: {access: [y]}, after: {rewrite: [z]}}\n",
            ["plugin x", "ordering y", "ordering z"],
        ),
        ("custom_plugins:\n- {name: x, schema: s, handler: h}\n", ["custom x", "defines plugin x"]),
        ("cloned_plugins:\n- {name: x, ref: y}\n", ["cloned x", "defines plugin x"]),
        ("partials:\n- {name: p, type: redis-ee}\nplugins: []\n", []),
        ("rbac_roles:\n- {name: admin}\nplugins: []\n", []),
        ("_info: {select_tags: [x]}\n_konnect: {control_plane_name: c}\nplugins: []\n", []),
        ("_workspace: w\nplugins:\n- name: x\n", ["plugin x"]),
        ('plugins:\n- name: ${{ env "DECK_X" }}\n', ["plugin ?"]),
    ],
)
def test_what_only_deck_reads(text: str, wanted: list[str]) -> None:
    assert named("deck.yml", HEAD + text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("kind: KongPlugin\nplugin: x\nconfig: {a: 1}\n", ["plugin x", "defines resource n as x"]),
        (
            "kind: KongPlugin\nplugin: x\nconfigFrom: {secretKeyRef: {name: s, key: k}}\n",
            ["plugin x", "defines resource n as x"],
        ),
        (
            "kind: KongPlugin\nplugin: x\nordering: {before: {access: [y]}}\n",
            ["plugin x", "defines resource n as x"],
        ),
        ("kind: KongClusterPlugin\nplugin: x\n", ["plugin x", "defines resource n as x"]),
        (
            "kind: KongPluginBinding\nspec: {pluginRef: {kind: KongPlugin, name: r}}\n",
            ["resource r", "names resource r in shop"],
        ),
        (
            "kind: KongPluginBinding\nspec: {pluginRef: {kind: KongClusterPlugin, name: r}}\n",
            ["resource r", "names resource r in shop"],
        ),
        (
            "kind: KongCustomEntity\nspec: {type: t, parentRef: {kind: KongPlugin, name: r}}\n",
            ["resource r", "names resource r in shop"],
        ),
        ("kind: KongCustomEntity\nspec: {type: t, parentRef: {kind: Other, name: r}}\n", []),
    ],
)
def test_resources_of_the_ingress_controller(text: str, wanted: list[str]) -> None:
    assert _scoped(SHOP + text) == wanted


@pytest.mark.parametrize(
    "kind", ["Ingress", "Service", "HTTPRoute", "KongConsumer", "KongConsumerGroup"]
)
@pytest.mark.parametrize("annotation", ["konghq.com/plugins", "plugins.konghq.com"])
def test_annotations_name_resources(kind: str, annotation: str) -> None:
    text = (
        f"apiVersion: v1\nkind: {kind}\nmetadata:\n  name: n\n  namespace: shop\n  annotations:\n"
        f"    {annotation}: a, other:b\n"
    )
    assert _scoped(text) == [
        "resource a",
        "resource b",
        "names resource a in shop",
        "names resource b in other",
    ]


def test_filters_of_routes_name_resources() -> None:
    text = (
        "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {namespace: shop}\n"
        "spec:\n  rules:\n  - filters:\n    - type: ExtensionRef\n"
        "      extensionRef: {group: configuration.konghq.com, kind: KongPlugin, name: r}\n"
        "    - type: ExtensionRef\n      extensionRef: {group: x, kind: Other, name: s}\n"
    )
    assert _scoped(text) == ["resource r", "names resource r in shop"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("kind: KongPluginInstallation\nspec: {image: i}\n", ["installed n"]),
        (
            "kind: DataPlane\nspec: {pluginsToInstall: [{name: x, namespace: y}]}\n",
            ["installed x"],
        ),
        (
            (
                "kind: GatewayConfiguration\nspec:\n  dataPlaneOptions:\n    pluginsToInstall:\n"
                "    - name: x\n"
            ),
            ["installed x"],
        ),
    ],
)
def test_resources_of_the_operator(text: str, wanted: list[str]) -> None:
    assert named("operator.yaml", OPERATOR + text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "plugins: {configMaps: [{name: m, pluginName: x}]}\n",
            ["installed x", "plugins environment list: ['bundled', 'x']"],
        ),
        (
            "plugins:\n  secrets:\n  - {name: m, pluginName: x, subdirectories: [{name: s, path: p}]}\n",
            ["installed x", "plugins environment list: ['bundled', 'x']"],
        ),
        (
            "plugins: {configMaps: [], preInstalled: 'x,y'}\n",
            ["plugins environment list: ['bundled', 'x', 'y']"],
        ),
        (
            "env: {database: 'off', plugins: 'bundled,x'}\n",
            ["plugins environment comma: ['bundled', 'x']"],
        ),
        ("env: {database: 'off'}\ncustomEnv: {plugins: x}\n", []),
    ],
)
def test_values_of_the_chart(text: str, wanted: list[str]) -> None:
    assert named("values.yaml", "ingressController: {}\n" + text) == wanted


@pytest.mark.parametrize(
    ("path", "text", "wanted"),
    [
        ("kong.conf", "plugins = bundled,x\n", ["plugins file comma: ['bundled', 'x']"]),
        ("kong.conf", "# x\ncustom_plugins = x\n", ["custom_plugins file comma: ['x']"]),
        ("kong.yml", "plugins_available: [x]\n", ["plugins_available file list: ['x']"]),
        ("kong.yml", "custom_plugins: [x]\n", ["custom_plugins file list: ['x']"]),
        ("Dockerfile", "ENV KONG_PLUGINS=x\n", ["KONG_PLUGINS environment comma: ['x']"]),
        (".env", "KONG_CUSTOM_PLUGINS=x\n", ["KONG_CUSTOM_PLUGINS environment comma: ['x']"]),
        (
            "run.sh",
            "docker run -e KONG_PLUGINS=x kong\n",
            ["KONG_PLUGINS environment comma: ['x']"],
        ),
        ("kong.conf", "pluginserver_names = go\nwasm_filters = user\n", []),
    ],
)
def test_lists_of_plugins_to_load(path: str, text: str, wanted: list[str]) -> None:
    assert named(path, text) == wanted


@pytest.mark.parametrize(
    ("call", "wanted"),
    [
        (
            'curl -X POST http://localhost:8001/services/s/plugins --data "name=x" --data config.a=1',
            ["plugin x of services s"],
        ),
        ("curl kong:8001/plugins/ -d name=x", ["plugin x"]),
        ("curl -F name=x -F config.a=@f $KONG/routes/r/plugins", ["plugin x of routes r"]),
        ("curl http://kong/consumers/c/plugins --form 'name=x'", ["plugin x of consumers c"]),
        ("""curl -d '{"config": {"name": "y"}, "name": "x"}' kong:8001/plugins""", ["plugin x"]),
        ("http :8001/plugins name=x config.a:=1", ["plugin x"]),
    ],
)
def test_calls_of_the_admin_api(call: str, wanted: list[str]) -> None:
    assert named("run.sh", f"#!/bin/sh\n{call}\n") == wanted
    assert named("Makefile", f"all:\n\t@{call} || true\n") == wanted
    jobs = f"on: push\njobs:\n  test:\n    steps:\n    - run: |\n        {call}\n"
    assert named("ci.yml", jobs) == wanted


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ('  name        = "x"\n  config_json = "{}"\n', ["plugin x"]),
        ('  name = "x-${var.y}"\n', ["plugin ?"]),
        ("  name = var.x\n", ["plugin ?"]),
        ("  enabled = true\n", []),
    ],
)
def test_resources_of_terraform(body: str, wanted: list[str]) -> None:
    assert named("main.tf", f'resource "kong_plugin" "r" {{\n{body}}}\n') == wanted
    assert named("main.tf", f'resource "other_plugin" "kong_plugin" {{\n{body}}}\n') == []


def _scoped(text: str) -> list[str]:
    return named("all.yaml", text)
