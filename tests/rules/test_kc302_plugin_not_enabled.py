from __future__ import annotations

import pytest

from kong_lsp.finding import Finding
from tests.support.checks import check, find_fix
from tests.support.world import Files, apply, findings

PLUGIN = {
    "kong/plugins/hello/handler.lua": 'return { PRIORITY = 1, VERSION = "1.0.0" }\n',
    "kong/plugins/hello/schema.lua": (
        'return { name = "hello", fields = {{ config = { type = "record", fields = {} } }} }\n'
    ),
    "deck/kong.yml": '_format_version: "3.0"\nplugins:\n- name: hello\n',
}


def not_enabled(files: Files, kong_version: str = "auto") -> list[Finding]:
    return [each for each in findings(files, kong_version) if each.code == "KC302"]


FORMS = [
    ("kong.conf", "database = off\nplugins = bundled\n", "plugins = bundled,hello\n"),
    ("kong.conf", "database = off\nplugins = cors, acl  # ours\n", "= cors, acl, hello  # ours\n"),
    ("kong.conf", "database = off\nplugins = a,\\\n  b\n", "plugins = a,\\\n  b,hello\n"),
    ("kong.conf", "database = off\nplugins =\n", "plugins = hello\n"),
    ("kong.conf", "database = off\nplugins = off\n", "plugins = hello\n"),
    ("kong.conf", "database = off\nplugins = bundled\r\n", "plugins = bundled,hello\r\n"),
    (
        "compose.yml",
        "services:\n  kong:\n    environment:\n      KONG_PLUGINS: bundled # x\n",
        "KONG_PLUGINS: bundled,hello # x\n",
    ),
    (
        "compose.yml",
        'services:\n  kong:\n    environment:\n      KONG_PLUGINS: "bundled, cors"\n',
        'KONG_PLUGINS: "bundled, cors, hello"\n',
    ),
    (
        "compose.yml",
        "services:\n  kong:\n    environment:\n    - KONG_PLUGINS=bundled\n",
        "- KONG_PLUGINS=bundled,hello\n",
    ),
    (
        "compose.yml",
        "services:\n  kong:\n    environment:\n    - 'KONG_PLUGINS=bundled'\n",
        "- 'KONG_PLUGINS=bundled,hello'\n",
    ),
    (
        "compose.yml",
        "services:\n  kong:\n    environment:\n      KONG_PLUGINS: >-\n        bundled,\n        cors\n\n",
        "        bundled,\n        cors,hello\n\n",
    ),
    (
        "compose.yml",
        "services:\n  kong:\n    environment: {KONG_PLUGINS: bundled}\n",
        'environment: {KONG_PLUGINS: "bundled,hello"}\n',
    ),
    (
        "compose.yml",
        "services:\n  kong:\n    environment: [KONG_PLUGINS=bundled]\n",
        'environment: ["KONG_PLUGINS=bundled,hello"]\n',
    ),
    (
        "compose.yml",
        "services:\n  kong:\n    environment:\n      KONG_PLUGINS:\n      KONG_DATABASE: off\n",
        "      KONG_PLUGINS: hello\n      KONG_DATABASE: off\n",
    ),
    (
        "pod.yaml",
        (
            "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: k\n    image: kong\n"
            "    env:\n    - name: KONG_PLUGINS\n      value: bundled\n"
        ),
        "      value: bundled,hello\n",
    ),
    (
        "pod.yaml",
        (
            "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: k\n    image: kong\n"
            "    env:\n    - {name: KONG_PLUGINS, value: bundled}\n"
        ),
        '    - {name: KONG_PLUGINS, value: "bundled,hello"}\n',
    ),
    (
        "values.yaml",
        "ingressController: {}\nenv:\n  database: off\n  plugins: bundled\n",
        "  plugins: bundled,hello\n",
    ),
    ("Dockerfile", "FROM kong:3.4\nENV KONG_PLUGINS=bundled\n", "KONG_PLUGINS=bundled,hello\n"),
    ("Dockerfile", "FROM kong:3.4\nENV KONG_PLUGINS bundled\n", "KONG_PLUGINS bundled,hello\n"),
    ("Dockerfile", 'ENV A=1 \\\n  KONG_PLUGINS="bundled"\n', '  KONG_PLUGINS="bundled,hello"\n'),
    (".env", "KONG_PLUGINS=bundled\n", "KONG_PLUGINS=bundled,hello\n"),
    (".env", "KONG_PLUGINS='bundled'\n", "KONG_PLUGINS='bundled,hello'\n"),
    ("kong.conf", "database = off\nplugins = a, b\\#c # d\n", "plugins = a, b\\#c,hello # d\n"),
    (
        "compose.yml",
        'services:\n  kong:\n    environment:\n      KONG_PLUGINS: "bundled,\\x61cl"\n',
        'KONG_PLUGINS: "bundled,\\x61cl,hello"\n',
    ),
    (
        "compose.yml",
        'services:\n  kong:\n    environment:\n      KONG_PLUGINS: "bundled,\\\n        acl"\n',
        '        acl,hello"\n',
    ),
    (
        "compose.yml",
        'services:\n  kong:\n    environment:\n    - "KONG_PLUGINS=bundled,\\x61cl"\n',
        '    - "KONG_PLUGINS=bundled,\\x61cl,hello"\n',
    ),
    (
        "kong-compose.json",
        '{"services": {"kong": {"environment": {"KONG_PLUGINS": "bundled\\u002cacl"}}}}\n',
        '{"KONG_PLUGINS": "bundled\\u002cacl,hello"}}}}\n',
    ),
]


@pytest.mark.parametrize(("path", "text", "end"), FORMS, ids=lambda part: part[:24])
def test_the_name_is_added_in_the_form_of_the_governing_file(
    path: str, text: str, end: str
) -> None:
    files = {**PLUGIN, path: text}
    (found,) = not_enabled(files)
    assert found.path == "deck/kong.yml"
    assert [each.path for each in found.related] == [path]
    fix = found.fixes[0]
    assert (fix.safety, fix.title.startswith("Add hello to ")) == ("safe", True)
    after = apply(files, fix)
    assert after[path].endswith(end), after[path]
    assert not_enabled(after) == []


HELM = "ingressController: {}\nplugins:\n"


@pytest.mark.parametrize(
    ("text", "after"),
    [
        (
            "  configMaps:\n  - name: my-rewriter\n    pluginName: rewriter # ours\n",
            (
                "  configMaps:\n  - name: my-rewriter\n    pluginName: rewriter # ours\n"
                "  - name: my-hello\n    pluginName: hello\n"
            ),
        ),
        (
            "  configMaps:\n  - name: kong-plugin-rewriter\n    pluginName: rewriter\n",
            (
                "  configMaps:\n  - name: kong-plugin-rewriter\n    pluginName: rewriter\n"
                "  - name: kong-plugin-hello\n    pluginName: hello\n"
            ),
        ),
        (
            "  secrets:\n    - pluginName: rewriter\n      name: 'rewriter'\n  # more\nenv: {}\n",
            (
                "  secrets:\n    - pluginName: rewriter\n      name: 'rewriter'\n"
                "    - pluginName: hello\n      name: 'hello'\n  # more\nenv: {}\n"
            ),
        ),
        (
            (
                "  configMaps:\n  - {pluginName: a, name: a-map}\n  - name: b\n    pluginName: b\n"
                "    subdirectories:\n    - {name: b-sub, path: sub}\n"
            ),
            (
                "  configMaps:\n  - {pluginName: a, name: a-map}\n"
                "  - {pluginName: hello, name: hello-map}\n  - name: b\n    pluginName: b\n"
                "    subdirectories:\n    - {name: b-sub, path: sub}\n"
            ),
        ),
        ("  configMaps:\n  - name: all\n    pluginName: rewriter\n", ""),
        (
            "  configMaps: []\n  preInstalled: rewriter\n",
            "  configMaps: []\n  preInstalled: rewriter,hello\n",
        ),
        (
            "  secrets: []\n  preInstalled: 'a, b'\n",
            "  secrets: []\n  preInstalled: 'a, b, hello'\n",
        ),
    ],
)
def test_helm_values_get_an_entry_like_the_last_one(text: str, after: str) -> None:
    files = {**PLUGIN, "values.yaml": f"{HELM}{text}"}
    (found,) = not_enabled(files)
    if not after:
        assert found.fixes == ()
        return
    (fix,) = found.fixes
    assert (fix.title, fix.safety) == ("Add hello to plugins in values.yaml", "unsafe")
    fixed = apply(files, fix)
    assert fixed["values.yaml"] == HELM + after
    assert not_enabled(fixed) == []


def test_old_kongs_have_a_yaml_list() -> None:
    for text, after in [
        (
            "plugins_available:\n  - cors\n  - 'acl' # last\n\nport: 1\n",
            "plugins_available:\n  - cors\n  - 'acl' # last\n  - 'hello'\n\nport: 1\n",
        ),
        ("plugins_available: [cors]\n", "plugins_available: [cors, hello]\n"),
        ("plugins_available: []\n", "plugins_available: [hello]\n"),
        ("plugins_available:\n", "plugins_available:\n  - hello\n"),
        ("plugins_available:\r\n- cors\r\n", "plugins_available:\r\n- cors\r\n- hello\r\n"),
    ]:
        files = {**PLUGIN, "config/kong.yml": text}
        del files["deck/kong.yml"]
        files["config/db.yml"] = '_format_version: "1.1"\nplugins:\n- name: hello\n'
        (found,) = not_enabled(files, "0.5")
        assert "that has not been enabled in the configuration: hello" in found.message
        assert apply(files, found.fixes[0])["config/kong.yml"] == after


@pytest.mark.parametrize(
    ("kong", "words"),
    [
        ("0.13", "hello plugin is in use but not enabled"),
        ("2.8", "plugin 'hello' not enabled; add it to the 'plugins' configuration property"),
    ],
)
def test_the_words_are_those_of_the_release(kong: str, words: str) -> None:
    key = "custom_plugins" if kong == "0.13" else "plugins"
    (found,) = not_enabled({**PLUGIN, "kong.conf": f"database = off\n{key} = other\n"}, kong)
    assert words in found.message


def test_a_list_without_bundled_unloads_all_that_kong_brings() -> None:
    files = {
        **PLUGIN,
        "kong.conf": "database = off\nplugins = hello\n",
        "deck/kong.yml": '_format_version: "3.0"\nplugins:\n- name: cors\n- name: hello\n',
    }
    (found,) = not_enabled(files)
    assert [fix.title for fix in found.fixes] == [
        "Add cors to plugins in kong.conf",
        "Add bundled to plugins in kong.conf",
    ]
    for fix in found.fixes:
        assert not_enabled(apply(files, fix)) == []


def test_the_environment_replaces_the_file() -> None:
    files = {
        **PLUGIN,
        "kong.conf": "database = off\nplugins = bundled,hello\n",
        "compose.yml": "services:\n  kong:\n    environment:\n      KONG_PLUGINS: bundled\n",
    }
    (found,) = not_enabled(files)
    assert found.message.startswith(
        "The plugin 'hello' is not enabled: kong.conf lists it, but KONG_PLUGINS in compose.yml "
        "replaces that list."
    )
    assert [each.path for each in found.related] == ["compose.yml", "kong.conf"]


def test_a_kongplugin_resource_uses_its_plugin() -> None:
    check(
        """
        # file: k.yaml
        apiVersion: configuration.konghq.com/v1
        kind: KongPlugin
        metadata:
          name: other
        plugin: hello
        #       ^^^^^ KC302 plugins in values.yaml
        # file: values.yaml
        ingressController: {}
        env:
          database: off
          plugins: bundled
        # handler: kong/plugins/hello/handler.lua
        # schema: kong/plugins/hello/schema.lua
        """,
        only="KC302",
    )


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"compose.yml": "services:\n  kong:\n    environment:\n      KONG_PLUGINS: ${P}\n"},
        {"compose.yml": "services:\n  kong:\n    environment:\n      KONG_PLUGINS: a,${P}\n"},
        {"kong.conf": "database = off\nplugins = bundled,hello\n"},
        {"kong.conf": "database = off\nplugins = {vault://env/p}\n"},
        {"other/kong.conf": "database = off\nplugins = bundled\n"},
        {"kong.conf": "database = off\nplugins = bundled\n", ".env": "KONG_PLUGINS=hello\n"},
        {"values.yaml": "plugins:\n  configMaps:\n  - {pluginName: hello, name: hello}\n"},
        {"run.sh": "export KONG_PLUGINS=bundled\n"},
    ],
)
def test_what_may_be_enabled_is_silent(more: Files) -> None:
    assert not_enabled({**PLUGIN, **more}) == []


@pytest.mark.parametrize(
    ("name", "plugins"),
    [
        ("openid-connect", "bundled"),
        ("galileo", "bundled"),
        ("${NAME}", "bundled"),
        ("key-auth", "Bundled"),
    ],
)
def test_names_of_which_one_cannot_be_sure_are_silent(name: str, plugins: str) -> None:
    files = {
        "kong.conf": f"database = off\nplugins = {plugins}\n",
        "kong.yml": f'_format_version: "3.0"\nplugins:\n- name: {name}\n',
    }
    assert not_enabled(files) == []


def test_one_mistake_is_told_once() -> None:
    files = {
        **PLUGIN,
        "kong.conf": "database = off\nplugins = bundled,hallo\n",
        "deck/kong.yml": '_format_version: "3.0"\nplugins:\n- name: hello\n',
    }
    assert [each.code for each in findings(files)] == ["KC301"]
    fixed = apply(files, find_fix(findings(files), "KC301"))
    assert findings(fixed) == []


def test_another_kong_further_up_says_nothing_of_what_a_nearer_one_reads() -> None:
    near = "services:\n  kong:\n    environment:\n      KONG_DECLARATIVE_CONFIG: /etc/{}\n"
    files = {
        "compose.yml": "services:\n  kong:\n    environment:\n      KONG_PLUGINS: acl\n",
        "small/kong.yml": '_format_version: "3.0"\nplugins:\n- name: cors\n',
    }
    other = {**files, "small/compose.yml": near.format("other.yml")}
    assert [each.path for each in not_enabled(other)] == ["small/kong.yml"]
    assert not_enabled({**files, "small/compose.yml": near.format("kong.yml")}) == []


def test_a_list_in_quotes_that_are_part_of_it_is_malformed_and_no_more() -> None:
    environment = 'services:\n  k:\n    environment:\n    - KONG_PLUGINS="bundled,hello"\n'
    deck = {"deck/kong.yml": '_format_version: "3.0"\nplugins:\n- name: hello\n- name: cors\n'}
    files = {**PLUGIN, **deck, "compose.yml": environment}
    assert {each.code for each in findings(files) if each.code.startswith("KC3")} == {"KC306"}
