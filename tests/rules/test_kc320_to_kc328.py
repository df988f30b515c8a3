"""KC320 to KC328: the structure of declarative files."""

from __future__ import annotations

import pytest

from kong_lsp.finding import Severity
from tests.support.checks import check, check_fix, check_none
from tests.support.world import apply, findings

V = "3.9"
HEAD = '_format_version: "3.0"\n'
DBLESS = "database = off\ndeclarative_config = /kong/kong.yml\n"


def codes(text: str, **others: str) -> list[tuple[str, str]]:
    files = {"kong.yml": text, **others}
    return [
        (each.code, text[slice(*each.span)])
        for each in findings(files, V)
        if each.path == "kong.yml"
    ]


def test_mistakes_lie_on_what_is_wrong() -> None:
    text = (
        HEAD
        + "servces: []\n"
        + "services:\n"
        + "- name: acme\n  hosst: example.com\n"
        + '- name: bare\n  host: example.com\n  port: "80"\n'
        + "- name: other\n  host: example.com\n  protocol: htttp\n  routes:\n  - name: home\n"
        + "- name: other\n  host: example.com\n"
        + "plugins:\n- name: key-auth\n  service: acm\n"
    )
    assert codes(text) == [
        ("KC320", "servces"),
        ("KC321", "acme"),
        ("KC320", "hosst"),
        ("KC322", '"80"'),
        ("KC323", "htttp"),
        ("KC324", "home"),
        ("KC326", "other"),
        ("KC325", "acm"),
    ]


@pytest.mark.parametrize(
    ("key", "severity"), [("", Severity.INFORMATION), ("kong.conf", Severity.ERROR)]
)
def test_decks_keys_are_errors_only_where_kong_reads_the_file(key: str, severity: Severity) -> None:
    text = HEAD + "plugins:\n- name: key-auth\n  ordering: {before: {access: [cors]}}\n"
    files = {"kong.yml": text} | ({key: DBLESS} if key else {})
    found = [each for each in findings(files, V) if each.path == "kong.yml"]
    assert [(each.code, each.severity) for each in found] == [("KC328", severity)]


def test_a_file_of_deck_may_hold_what_deck_knows() -> None:
    check_none(
        """
        # file: kong.yml
        _format_version: "3.0"
        _info: {select_tags: [team]}
        consumer_groups:
        - name: gold
        consumers:
        - username: alice
          groups:
          - name: gold
        plugins:
        - name: rate-limiting
          consumer_group: gold
          service: {name: elsewhere}
          ordering: {before: {access: [cors]}}
          config: {minute: 5, policy: cluster}
        """,
        kong_version=V,
    )


def test_a_name_that_another_file_defines_is_let_be() -> None:
    check_none(
        """
        # file: services.yml
        _format_version: "3.0"
        services:
        - name: acme
          host: example.com
        # file: plugins.yml
        _format_version: "3.0"
        plugins:
        - name: key-auth
          service: acme
        """,
        kong_version=V,
    )


def test_names_made_by_templates_may_be_anything() -> None:
    check_none(
        """
        # file: kong.yml
        _format_version: "3.0"
        services:
        - name: ${NAME}
          host: ${HOST}
          port: ${PORT}
        plugins:
        - name: key-auth
          service: acme
        """,
        kong_version=V,
    )


def test_entities_of_the_workspaces_own_plugins_may_stand_at_the_top() -> None:
    check_none(
        """
        -- handler: kong/plugins/acme/handler.lua
        -- schema: kong/plugins/acme/schema.lua
        -- file: kong/plugins/acme/daos.lua
        return {}
        # file: kong.yml
        _format_version: "3.0"
        acme_keys:
        - name: one
        """,
        kong_version=V,
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("hosst: example.com", "host: example.com"),
        ('host: example.com\n  port: "80"', "host: example.com\n  port: 80"),
        ("host: example.com\n  protocol: htttp", "host: example.com\n  protocol: http"),
        ("host: example.com\n  tags: team", "host: example.com\n  tags: [team]"),
        (
            "host: example.com\n  path: /\n  tags: [5]",
            'host: example.com\n  path: /\n  tags: ["5"]',
        ),
    ],
)
def test_a_fix_mends_the_entity(before: str, after: str) -> None:
    text, wanted = (f"{HEAD}services:\n- name: acme\n  {part}\n" for part in (before, after))
    found = findings({"kong.yml": text}, V)
    fixes = [fix for each in found for fix in each.fixes if fix.safety == "safe"]
    assert len(fixes) == 1
    check_fix(
        f"# file: kong.yml\n{text}", fixes[0].title, f"# file: kong.yml\n{wanted}", kong_version=V
    )
    assert findings({"kong.yml": wanted}, V) == []


@pytest.mark.parametrize(
    ("given", "fixed"), [("3.0", '"3.0"'), ("3", '"3.0"'), ("1.1", '"1.1"'), ("'9.9'", '"3.0"')]
)
def test_a_format_version_is_put_right(given: str, fixed: str) -> None:
    check_fix(
        f"# file: kong.yml\n_format_version: {given}\nservices: []\n",
        "KC327",
        f"# file: kong.yml\n_format_version: {fixed}\nservices: []\n",
        kong_version=V,
    )


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_missing_format_version_is_added(end: str) -> None:
    text = "services:\n- name: acme\n  host: example.com\n"
    before, after = (
        f"# file: kong.yml\n{each.replace(chr(10), end)}" for each in (text, HEAD + text)
    )
    check_fix(before, "KC327", after, kong_version=V)


def test_a_reference_that_is_near_is_put_right() -> None:
    rest = "services:\n- name: acme\n  host: example.com\nplugins:\n- name: key-auth\n  service: "
    check_fix(
        f"# file: kong.yml\n{HEAD}{rest}acm\n",
        "KC325",
        f"# file: kong.yml\n{HEAD}{rest}acme\n",
        kong_version=V,
    )


PART = HEAD + "plugins:\n- name: key-auth\n  service: acme\n"


@pytest.mark.parametrize(
    ("beside", "found"),
    [
        ({}, ["KC325"]),
        ({"deck/base.yaml": HEAD + "services: []\n"}, ["KC325"]),
        ({"deck/base.yaml": HEAD + "services: [{name: acme, host: example.com}]\n"}, []),
        ({"deck/base.yaml": HEAD + "_info: {select_tags: [a]}\nservices: []\n"}, []),
        ({"deck/base.yaml": HEAD + "_konnect: {control_plane_name: a}\n"}, []),
        ({"other/base.yaml": HEAD + "_info: {select_tags: [a]}\nservices: []\n"}, ["KC325"]),
        (
            {
                "deck/base.yaml": HEAD + "_info: {select_tags: [a]}\nservices: []\n",
                "deck/kong.conf": "database = off\ndeclarative_config = /kong/part.yaml\n",
            },
            ["KC325"],
        ),
    ],
)
def test_what_deck_reads_with_others_may_name_what_only_kong_has(
    beside: dict[str, str], found: list[str]
) -> None:
    told = findings({"deck/part.yaml": PART, **beside}, V)
    assert [each.code for each in told if each.path == "deck/part.yaml"] == found


def test_what_a_url_that_is_made_sets_is_not_known() -> None:
    check_none(
        """
        # file: kong.yml
        _format_version: "3.0"
        services:
        - name: acme
          url: http://$ACME_HOST:4000/x
          protocol: ws
        """,
        kong_version=V,
    )


def test_entities_of_two_workspaces_may_be_called_alike() -> None:
    text = """
        # file: kong.yml
        _format_version: "3.0"
        workspaces:
        - id: 213e4358-0611-4a0f-8b6a-e1a0df608a04
          name: one
        - id: 84c4e4b7-a307-4478-8875-27a484599159
          name: two
        consumers:
        - id: 1bd69f90-741c-4e75-834e-94155d6e3f5d
          username: bob
          ws_id: 213e4358-0611-4a0f-8b6a-e1a0df608a04
        - id: 8df2d29b-fb8f-45b2-b90d-4b7fdbaa92e7
          username: bob
          ws_id: 84c4e4b7-a307-4478-8875-27a484599159
        plugins:
        - name: cors
          ws_id: 213e4358-0611-4a0f-8b6a-e1a0df608a04
        - name: cors
          ws_id: 84c4e4b7-a307-4478-8875-27a484599159
        """
    check_none(text, kong_version=V, only="KC326")


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        (
            "services:\n- name: a\n  hostt: example.com\n",
            {"KC320": ['Change to "host"', 'Remove "hostt"'], "KC321": []},
        ),
        (
            "services:\n- name: a\n  hostt: example.com\n- name: b\n  path: /x\n",
            {
                "KC320": ['Change to "host"', 'Remove "hostt"'],
                "KC321": [],
                "KC321 b": ['Add "host"'],
            },
        ),
        (
            "services:\n- {name: a, other: example.com}\n",
            {"KC320": [], "KC321": ['Add "host"']},
        ),
        (
            "plugins:\n- name: http-log\n  config:\n    http_endpint: http://x.org/\n",
            {"KC308": ['Change to "http_endpoint"', 'Remove "http_endpint"'], "KC309": []},
        ),
        (
            "plugins:\n- name: http-log\n  config:\n    methd: POST\n",
            {
                "KC308": ['Change to "method"', 'Remove "methd"'],
                "KC309": ['Add "http_endpoint"'],
            },
        ),
        (
            (
                "plugins:\n- name: openid\n- name: ldap-auth\n"
                "  config: {ldap_hots: h, base_dn: d, attribute: a}\n"
            ),
            {
                "KC301": [],
                "KC308": ['Change to "ldap_host"'],
                "KC309": [],
            },
        ),
    ],
)
def test_a_field_that_is_only_misspelt_is_renamed_and_not_added(
    text: str, titles: dict[str, list[str]]
) -> None:
    text = HEAD + text
    offered: dict[str, list[str]] = {}
    for each in findings({"kong.yml": text}, V):
        code = f"{each.code} {text[slice(*each.span)]}" if each.code in offered else each.code
        offered[code] = [fix.title for fix in each.fixes]
    assert offered == titles


def test_unsafe_fixes_too_leave_one_field_where_one_is_misspelt() -> None:
    files = {"kong.yml": HEAD + "services:\n- name: a\n  hostt: example.com\n"}
    for finding in findings(files, V):
        for fix in finding.fixes:
            if fix.title.startswith("Change"):
                files = apply(files, fix)
    assert files["kong.yml"] == HEAD + "services:\n- name: a\n  host: example.com\n"
    assert findings(files, V) == []


def test_a_plugin_may_stand_once_for_each_of_what_only_newer_kongs_scope_it_by() -> None:
    text = HEAD + "plugins:\n- name: key-auth\n  {0}: small\n- name: key-auth\n  {0}: large\n"
    codes = {
        key: [each.code for each in findings({"kong.yml": text.format(key)}, V)]
        for key in ("_comment", "model", "team")
    }
    assert codes == {
        "_comment": ["KC326"],
        "model": ["KC328", "KC328"],
        "team": ["KC320", "KC320"],
    }


def test_the_models_of_a_file_of_deck_are_what_deck_knows() -> None:
    text = HEAD + "ai_models:\n- name: small\nplugins:\n- name: key-auth\n  model: small\n"
    assert findings({"kong.yml": text}, V) == []


def test_a_path_that_kong_refuses_is_told_with_what_it_begins_with() -> None:
    check(
        """
        # file: kong.yml
        _format_version: "3.0"
        routes:
        - name: a
          paths: [~^/a, /a]
        #         ^^^^ KC323 "should start with: / or ~/"
        """,
        kong_version=V,
    )
