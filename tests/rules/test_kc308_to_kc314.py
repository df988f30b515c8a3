"""KC308 to KC314: the values in a plugin's config."""

from __future__ import annotations

import pytest

from kong_lsp.finding import Severity
from tests.support.checks import check, check_fix, check_none
from tests.support.world import apply, findings

HEAD = '_format_version: "3.0"\n'
V = "3.9"


def test_each_kind_of_mistake_lies_on_its_own_place() -> None:
    check(
        """
        # file: kong.yml
        _format_version: "3.0"
        services:
        - name: acme
          host: example.com
          plugins:
          - name: rate-limiting
            config:
              minut: 5
        #     ^^^^^ KC308 Did you mean "minute"?
              hour: "5"
        #           ^^^ KC310 expected a number
              policy: locall
        #             ^^^^^^ KC311 expected one of
          - name: http-log
            config:
        #   ^^^^^^ KC309 "config.http_endpoint" of the plugin http-log
              method: POST
          - name: rate-limiting
            consumer_group: gold
        #   ^^^^^^^^^^^^^^ KC328
            config:
        #   ^^^^^^ KC312 at least one of these fields
              policy: local
        """,
        kong_version=V,
        only="KC3",
    )


def test_configs_of_kubernetes_resources_are_judged() -> None:
    check(
        """
        # file: plugin.yaml
        apiVersion: configuration.konghq.com/v1
        kind: KongPlugin
        metadata:
          name: limit
        plugin: rate-limiting
        config:
          minut: 5
        # ^^^^^ KC308
          hour: 5
          policy: local
        """,
        kong_version=V,
    )


def test_a_resource_that_takes_config_from_elsewhere_lacks_nothing() -> None:
    check_none(
        """
        # file: plugin.yaml
        apiVersion: configuration.konghq.com/v1
        kind: KongPlugin
        metadata:
          name: log
        plugin: http-log
        config:
          method: POST
        configPatches:
        - path: /http_endpoint
          valueFrom: { secretKeyRef: { name: secret, key: url } }
        """,
        kong_version=V,
    )


def test_shared_configs_count_and_are_judged_where_they_stand() -> None:
    check(
        """
        # file: kong.yml
        _format_version: "3.0"
        _plugin_configs:
          limits:
            minute: "5"
        #           ^^^ KC310 "config.minute" of the plugin rate-limiting
            policy: local
        plugins:
        - name: rate-limiting
          _config: limits
          config:
            hour: 100
        """,
        kong_version=V,
    )


def test_an_alias_is_judged_where_its_anchor_is() -> None:
    found = check(
        """
        # file: kong.yml
        _format_version: "3.0"
        services:
        - name: one
          host: example.com
          plugins:
          - name: rate-limiting
            config: &limits
              minute: five
        #             ^^^^ KC310
              policy: local
        - name: two
          host: example.com
          plugins:
          - name: rate-limiting
            config:
              <<: *limits
              hour: 5
        """,
        kong_version=V,
    )
    assert len(found) == 1


@pytest.mark.parametrize(
    "text",
    [
        "- name: unheard-of\n  config: {anything: [1, {a: b}]}",
        "- name: ${PLUGIN}\n  config: {anything: 1}",
        "- name: rate-limiting\n  config: {minute: ${MINUTE}, policy: local}",
        '- name: rate-limiting\n  config: {minute: ${{ env "DECK_M" }}, policy: local}',
        "- name: rate-limiting\n  config: ${CONFIG}",
        "- name: rate-limiting\n  config:\n    {{ toYaml .Values.limits }}\n    policy: local",
        "- name: rate-limiting\n  config: {minute: 5, policy: local, limit_by: ip, path: null}",
        '- name: http-log\n  config: {http_endpoint: "{vault://env/endpoint}"}',
    ],
)
def test_what_is_not_known_is_not_judged(text: str) -> None:
    found = findings({"kong.yml": f"{HEAD}plugins:\n{text}\n"}, V)
    assert [each for each in found if each.code != "KC301"] == []


def test_a_plugin_of_the_workspace_with_a_bundled_name_has_its_own_schema() -> None:
    check(
        """
        -- rock: rate-limiting
        build = { type = "builtin", modules = {
          ["kong.plugins.rate-limiting.handler"] = "kong/plugins/rate-limiting/handler.lua",
          ["kong.plugins.rate-limiting.schema"] = "kong/plugins/rate-limiting/schema.lua",
        } }
        -- handler: kong/plugins/rate-limiting/handler.lua
        -- schema: kong/plugins/rate-limiting/schema.lua
        return { name = "rate-limiting", fields = { { config = { type = "record", fields = {
          { mine = { type = "integer" } },
        } } } } }
        # file: kong.yml
        _format_version: "3.0"
        plugins:
        - name: rate-limiting
          config:
            mine: 5
            minute: 5
        #   ^^^^^^ KC308 unknown field
        """,
        kong_version=V,
    )


def test_text_that_does_not_parse_is_judged_around_it() -> None:
    found = findings(
        {
            "kong.yml": HEAD + "plugins:\n- name: cors\n  config:\n    max_age: 'x\n"
            "- name: rate-limiting\n  config: {minute: five, policy: local}\n"
        },
        V,
    )
    assert {each.code for each in found} <= {"KC307", "KC310"}


def test_a_file_of_an_old_format_is_held_to_what_old_and_new_kongs_refuse() -> None:
    text = '_format_version: "1.1"\nplugins:\n- name: ip-restriction\n  config: {whitelist: [1.1.1.1]}\n'
    assert findings({"kong.yml": text}) == []
    assert [each.code for each in findings({"kong.yml": text}, V)] == ["KC312", "KC308"]


def test_a_newer_kong_may_have_fields_that_are_not_known() -> None:
    text = HEAD + "plugins:\n- name: cors\n  config: {brand_new: 1, max_age: x}\n"
    found = findings({"kong.yml": text}, "3.12")
    assert [(each.code, each.severity) for each in found] == [("KC310", Severity.WARNING)]


def test_enterprise_may_have_fields_that_are_not_known() -> None:
    text = HEAD + "plugins:\n- name: openid-connect\n- name: cors\n  config: {brand_new: 1}\n"
    found = [each for each in findings({"kong.yml": text}, V) if each.code == "KC308"]
    assert [each.severity for each in found] == [Severity.WARNING]


FIXES = {
    "KC308": (
        "config:\n    minut: 5\n    policy: local",
        "config:\n    minute: 5\n    policy: local",
    ),
    "KC310": ('config: {minute: "5", policy: local}', "config: {minute: 5, policy: local}"),
    "KC311": ("config: {minute: 5, policy: locale}", "config: {minute: 5, policy: local}"),
    "KC314": (
        "minute: 5\n  config:\n    policy: local",
        "config:\n    policy: local\n    minute: 5",
    ),
}


@pytest.mark.parametrize("code", FIXES)
def test_a_fix_mends_the_config(code: str) -> None:
    before, after = (f"{HEAD}plugins:\n- name: rate-limiting\n  {text}\n" for text in FIXES[code])
    fix = check_fix(
        f"# file: kong.yml\n{before}", code, f"# file: kong.yml\n{after}", kong_version=V
    )
    assert fix.safety == "safe"
    assert findings({"kong.yml": after}, V) == []


def test_a_boolean_is_quoted_for_a_string_and_a_scalar_put_into_a_list() -> None:
    before = HEAD + "plugins:\n- name: cors\n  config:\n    methods: GET\n"
    after = HEAD + "plugins:\n- name: cors\n  config:\n    methods: [GET]\n"
    check_fix(f"# file: kong.yml\n{before}", "KC310", f"# file: kong.yml\n{after}", kong_version=V)
    before = HEAD + "plugins:\n- name: file-log\n  config:\n    path: 5\n"
    found = findings({"kong.yml": before}, V)
    assert [each.code for each in found] == ["KC310"]


def test_a_missing_field_is_offered_with_an_example() -> None:
    before = HEAD + "plugins:\n- name: http-log\n  config:\n    method: POST\n"
    found = findings({"kong.yml": before}, V)
    (fix,) = found[0].fixes
    assert (fix.title, fix.safety) == ('Add "http_endpoint"', "unsafe")


def test_deprecated_fields_move_together() -> None:
    fix = check_fix(
        """
        # file: kong.yml
        _format_version: "3.0"
        plugins:
        - name: rate-limiting
          config:
            minute: 5
            policy: redis
            redis_host: redis.example.com
            fault_tolerant: true
            redis_port: 6380
        """,
        "KC313",
        """
        # file: kong.yml
        _format_version: "3.0"
        plugins:
        - name: rate-limiting
          config:
            minute: 5
            policy: redis
            redis:
              host: redis.example.com
              port: 6380
            fault_tolerant: true
        """,
        kong_version=V,
    )
    assert fix.safety == "safe"


def test_a_deprecated_field_beside_its_replacement_is_silent() -> None:
    check_none(
        """
        # file: kong.yml
        _format_version: "3.0"
        plugins:
        - name: rate-limiting
          config:
            minute: 5
            policy: redis
            redis_host: redis.example.com
            redis_port: 6379
            redis:
              host: redis.example.com
              port: 6379
        """,
        kong_version=V,
    )


def test_only_the_part_that_is_edited_is_judged_again() -> None:
    from kong_lsp.rules.kc import judged
    from kong_lsp.text import Edit, Span
    from kong_lsp.workspace.workspace import Workspace
    from tests.support.places import asked

    entry = "- name: rate-limiting\n  config: {minute: %d, policy: local}\n  service: s%d\n"
    text = HEAD + "plugins:\n" + "".join(entry % (n, n) for n in range(1, 301))
    with asked(f"# file: kong.yml\n{text}") as at:
        workspace = Workspace()
        workspace.configure(kong_version=V)
        workspace.add_root(at.root, whole=True)
        workspace.open(at.path, text)

        def found() -> set[str]:
            snapshot = workspace.snapshot()
            config = snapshot.config_at(at.path)
            assert config is not None
            return {each.code for each in judged.problems(snapshot, config)}

        assert found() == {"KC325"}
        place = text.index("minute: 150") + 8
        workspace.change(at.path, Edit(Span(place, place + 3), "x"))
        assert found() == {"KC325", "KC310"}
        workspace.change(at.path, Edit(Span(place, place + 1), "150"))
        assert found() == {"KC325"}


def test_the_image_of_enterprise_makes_warnings_of_errors() -> None:
    for image, severity in (
        ("kong:3.5", Severity.ERROR),
        ("kong/kong-gateway:3.5.0.3", Severity.WARNING),
        ("kong/kong-gateway:latest", Severity.WARNING),
    ):
        files = {
            "compose.yaml": "services:\n  kong:\n    environment:\n      KONG_DATABASE: 'off'\n"
            f"    image: {image}\n",
            "kong.yml": HEAD + "plugins:\n- name: oauth2\n  config: {persistent: true}\n",
        }
        (found,) = [each for each in findings(files, "auto") if each.code == "KC308"]
        assert found.severity == severity


def test_of_unlike_copies_of_a_plugin_that_beside_a_file_holds_else_none() -> None:
    schema = (
        'return {{ name = "hello", fields = {{ {{ config = {{ type = "record", fields = {{'
        ' {{ {} = {{ type = "string" }} }} }} }} }} }} }}\n'
    )
    handler = 'return { PRIORITY = 1, VERSION = "1.0.0" }\n'
    plugins = HEAD + "plugins:\n- name: hello\n  config: {word: hi}\n"
    files = {
        "kong.yml": plugins,
        "one/config/kong.yml": plugins,
        "one/kong/plugins/hello/handler.lua": handler,
        "one/kong/plugins/hello/schema.lua": schema.format("text"),
        "two/kong.yml": plugins,
        "two/plugins/hello/handler.lua": handler,
    }
    alike = {**files, "two/plugins/hello/schema.lua": schema.format("text")}
    assert {(each.path, each.code) for each in findings(alike, V)} == {
        ("kong.yml", "KC308"),
        ("one/config/kong.yml", "KC308"),
        ("two/kong.yml", "KC308"),
    }
    unlike = {**files, "two/plugins/hello/schema.lua": schema.format("word")}
    assert [(each.path, each.code) for each in findings(unlike, V)] == [
        ("one/config/kong.yml", "KC308")
    ]


@pytest.mark.parametrize(
    ("release", "name", "config", "ending", "fixed"),
    [
        ("3.4", "acl", "whitelist: [a]", 'the last to take it, as "allow".', "allow: [a]"),
        ("3.4", "pre-function", "functions: [a]", "Kong 2.8 was the last to take it.", None),
        ("2.8", "correlation-id", "functions: [a]", '"unknown field".', None),
        ("3.4", "rate-limiting", "redis: {}", "Kong 3.6 is the first to take it.", None),
    ],
)
def test_a_field_of_another_release_is_told_with_that(
    release: str, name: str, config: str, ending: str, fixed: str | None
) -> None:
    files = {"kong.yml": HEAD + f"plugins:\n- name: {name}\n  config:\n    {config}\n"}
    (found,) = (each for each in findings(files, release) if each.code == "KC308")
    assert found.message.endswith(ending)
    safe = [apply(files, fix) for fix in found.fixes if fix.safety == "safe"]
    assert [each["kong.yml"] for each in safe] == (
        [files["kong.yml"].replace(config, fixed)] if fixed else []
    )


def test_a_field_of_kong_enterprise_is_told_only_where_kong_itself_reads_the_file() -> None:
    text = HEAD + "plugins:\n- name: pre-function\n  config: {access: [a], ws_close: []}\n"
    text += "- name: ai-proxy\n  config: {auth: {azure_client_id: a}}\n"
    assert [each for each in findings({"kong.yml": text}, V) if each.code == "KC308"] == []
    compose = "services:\n  kong:\n    environment: {KONG_DECLARATIVE_CONFIG: /kong.yml}\n"
    found = findings({"kong.yml": text, "compose.yml": compose}, V)
    told = [each.message for each in found if each.code == "KC308"]
    assert [each.split('"')[1] for each in told] == [
        "config.ws_close",
        "config.auth.azure_client_id",
    ]
    assert all(each.endswith("Only Kong Enterprise has it.") for each in told)
