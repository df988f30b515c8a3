"""What YAML files of each kind say, and which say nothing."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.support.configs import config_of, said


def test_plugins_of_a_declarative_file_at_any_depth() -> None:
    text = """\
        _format_version: "3.0"
        services:
        - name: acme
          url: http://acme
          plugins:
          - name: a
            config: { x: 1 }
          routes:
          - name: r
            plugins:
            - {name: b}
        - name: other
          client_certificate: { id: c1 }
        routes:
        - service: acme
          plugins: [{name: "c"}]
        consumers:
        - username: joe
          groups:
          - name: gold
          plugins:
          - name: d
        consumer_groups:
        - name: gold
          plugins:
          - name: e
        upstreams:
        - name: up
          targets:
          - target: a:80
        plugins:
        - name: 'f'
          service: acme
          consumer: { username: joe }
          _config: shared
          ordering:
            before:
              access: [a, b]
        - name: ${{ env "DECK_NAME" }}
        filter_chains:
        - filters:
          - name: g
        _plugin_configs:
          shared: {}
        custom_plugins:
        - name: h
          schema: return {}
        """
    assert said("x.yml", text) == [
        "declarative",
        "plugin a of services acme",
        "plugin b of routes r",
        "plugin c of routes",
        "plugin d of consumers joe",
        "plugin e of consumer_groups gold",
        "plugin f",
        "ordering a",
        "ordering b",
        "plugin ?",
        "filter g of filter_chains",
        "custom h",
        "defines services acme",
        "defines routes r",
        "defines services other",
        "defines consumers joe",
        "defines consumer_groups gold",
        "defines upstreams up",
        "defines targets a:80",
        "defines plugin_config shared",
        "defines plugin h",
        "names certificates c1",
        "names services acme",
        "names consumer_groups gold",
        "names services acme",
        "names consumers joe",
        "names plugin_config shared",
    ]


def test_the_entities_of_a_declarative_file_and_the_keys_at_its_top() -> None:
    text = """\
        _format_version: "3.0"
        services:
        - name: acme
          routes:
          - plugins:
            - name: a
              _config: x
            - 3
        keyauth_credentials: []
        plugins: {}
        """
    config = config_of("x.yml", dedent(text))
    assert config is not None
    assert [(each.collection, each.owner) for each in config.entities] == [
        ("services", ""),
        ("routes", "services acme"),
        ("plugins", "routes"),
        ("plugins", "routes"),
    ]
    assert [(mark.key, mark.top) for mark in config.marks] == [
        ("_format_version", True),
        ("services", True),
        ("_config", False),
        ("keyauth_credentials", True),
        ("plugins", True),
    ]


def test_a_declarative_file_in_json() -> None:
    text = '{"_format_version": "1.1", "plugins": [{"name": "a"}]}'
    assert said("anything.json", text) == ["declarative", "plugin a"]


def test_a_declarative_file_by_its_name_alone() -> None:
    assert said("kong.yml", "services:\n- name: s\n  plugins:\n  - name: a\n") == [
        "declarative",
        "plugin a of services s",
        "defines services s",
    ]
    assert said("x.yml", "services:\n- name: s\n  plugins:\n  - name: a\n") == []


@pytest.mark.parametrize(
    ("keys", "dialect"),
    [
        ("_info: {}", "deck"),
        ("_plugin_configs: {}", "deck"),
        ("_comment: x", "kong"),
        ("_comment: x\n_info: {}", "deck"),
        ("services: []", "unknown"),
    ],
)
def test_who_reads_a_declarative_file(keys: str, dialect: str) -> None:
    config = config_of("x.yml", f'_format_version: "3.0"\n{keys}\n')
    assert config is not None
    assert (config.dialect, config.format_version) == (dialect, "3.0")


def test_the_settings_of_kong_before_0_9() -> None:
    text = """\
        plugins_available:
          - key-auth
          - "acme"
        database: cassandra
        nginx: |
          worker_processes auto;
        """
    assert said("any.yml", text) == [
        "kong.yml",
        "plugins_available file list: ['key-auth', 'acme']",
        "database = cassandra",
        "nginx = worker_processes auto;\n",
    ]
    assert said("kong.yml", "custom_plugins: [a, {{ b }}]\n") == [
        "kong.yml",
        "custom_plugins file list: ['a', '?']",
    ]


def test_a_compose_file() -> None:
    text = """\
        x-env: &env
          KONG_DATABASE: "off"
        services:
          kong:
            image: kong:3.4-alpine
            environment:
              <<: *env
              KONG_PLUGINS: bundled, acme
              OTHER: x
          data:
            image: "${IMAGE:-kong}"
            environment:
            - KONG_PLUGINS=bundled,b
            - "KONG_PLUGINS=c"
            - KONG_PG_HOST=${HOST}
        """
    assert said("compose.yaml", text) == [
        "compose",
        "KONG_PLUGINS environment comma in kong: ['bundled', 'acme']",
        "KONG_PLUGINS environment comma in data: ['bundled', 'b']",
        "KONG_PLUGINS environment comma in data: ['c']",
        "database = off",
        "pg_host = ?",
        "images 3.4",
    ]


def test_a_workflow() -> None:
    text = """\
        on: push
        jobs:
          test:
            steps:
            - run: make
              env:
                KONG_PLUGINS: "bundled,${{ matrix.plugin }}"
        """
    assert said(".github/workflows/x.yml", text) == [
        "workflow",
        "KONG_PLUGINS environment comma in test: ['bundled', '?']",
    ]


def test_kubernetes_manifests() -> None:
    text = """\
        apiVersion: configuration.konghq.com/v1
        kind: KongPlugin
        metadata: { name: limit, namespace: shop }
        plugin: rate-limiting
        config: { minute: 5 }
        ---
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata:
          name: i
          annotations:
            konghq.com/plugins: limit, other:log,
        ---
        apiVersion: apps/v1
        kind: Deployment
        spec:
          template:
            spec:
              containers:
              - name: proxy
                image: kong/kong-gateway:3.9
                env:
                - name: KONG_PLUGINS
                  value: bundled,acme
                - name: KONG_PG_PASSWORD
                  valueFrom: { secretKeyRef: { name: s, key: k } }
        ---
        apiVersion: gateway-operator.konghq.com/v1alpha1
        kind: KongPluginInstallation
        metadata:
          name: acme
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        spec:
          rules:
          - filters:
            - type: ExtensionRef
              extensionRef: { group: configuration.konghq.com, kind: KongPlugin, name: limit }
        """
    assert said("all.yaml", text) == [
        "kubernetes",
        "plugin rate-limiting",
        "resource limit",
        "resource log",
        "installed acme",
        "resource limit",
        "KONG_PLUGINS environment comma in proxy: ['bundled', 'acme']",
        "pg_password = ?",
        "defines resource limit as rate-limiting",
        "names resource limit",
        "names resource log in other",
        "names resource limit",
        "images 3.9 enterprise",
    ]


def test_what_pods_take_their_variables_from() -> None:
    text = """\
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: proxy }
        data:
          KONG_DATABASE: "off"
          KONG_PLUGINS: bundled,acme
          greeting: KONG_PLUGINS
        ---
        apiVersion: v1
        kind: Secret
        metadata: { name: keys }
        data: { KONG_PG_USER: a29uZw== }
        stringData: { KONG_PG_PASSWORD: x }
        ---
        apiVersion: kustomize.config.k8s.io/v1beta1
        kind: Kustomization
        configMapGenerator:
        - name: proxy
          literals: [KONG_LOG_LEVEL=info, other=1]
    """
    assert said("all.yaml", text) == [
        "kubernetes",
        "KONG_PLUGINS environment comma in proxy: ['bundled', 'acme']",
        "database = off",
        "pg_password = x",
        "log_level = info",
    ]


def test_a_resource_may_stand_further_in() -> None:
    text = " apiVersion: configuration.konghq.com/v1\n kind: KongPlugin\n plugin: cors\n"
    assert said("cors.yaml", text) == ["kubernetes", "plugin cors"]


def test_values_of_the_helm_chart() -> None:
    text = """\
        image:
          repository: kong
          tag: "3.4"
        env:
          database: "off"
        plugins:
          configMaps:
          - name: cm
            pluginName: acme
          preInstalled: "x, y"
        """
    assert said("values.yaml", text) == [
        "helm",
        "installed acme",
        "plugins environment list: ['bundled', 'acme', 'x', 'y']",
        "database = off",
        "images 3.4",
    ]


def test_values_of_the_helm_chart_by_the_name_of_their_file() -> None:
    text = "env:\n  plugins: acme\nproxy: {}\n"
    assert said("kong/values.yaml", text) == ["helm", "plugins environment comma: ['acme']"]
    assert said("web/values.yaml", text) == []


def test_a_list_of_their_own_replaces_that_of_the_chart() -> None:
    text = """\
        kong:
          ingressController: { enabled: true }
          env:
            database: "off"
            plugins: bundled,b
          plugins:
            secrets:
            - pluginName: a
        """
    assert said("values.yaml", text) == [
        "helm",
        "installed a",
        "plugins environment comma: ['bundled', 'b']",
        "database = off",
    ]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("docker-compose.yml", "services:\n  db:\n    environment:\n      POSTGRES_USER: x\n"),
        (".github/workflows/x.yml", "on: push\njobs:\n  a:\n    env:\n      KONG_VERSION: 3.4\n"),
        ("openapi.yml", "openapi: 3.0.0\nservices: []\nplugins: []\npaths: {}\n"),
        ("values.yaml", "image: { repository: nginx }\nenv: { plugins: a }\n"),
        ("values.yaml", "plugins:\n  preInstalled: a\n"),
        ("deployment.yaml", "apiVersion: v1\nkind: Service\nmetadata: { name: kong }\n"),
        ("mkdocs.yml", "plugins:\n- search\n"),
        ("kong-info.json", '{"plugins": ["bundled"], "nginx_conf": "/etc/kong.conf"}\n'),
        ("x.yml", "custom_plugins: 3\n- [\n"),
        ("x.yml", "- _format_version\n"),
        ("x.yml", "# custom_plugins\n"),
        ("x.yml", "_format_version: '1.0'\npatches:\n- selectors: [$..services]\n"),
        ("x.yml", "_format_version: '1.0'\nadd-plugins:\n- selectors: [$..services]\n"),
        ("x.yml", ""),
    ],
)
def test_files_of_others_say_nothing(path: str, text: str) -> None:
    assert said(path, text) == []
