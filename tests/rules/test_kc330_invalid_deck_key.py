"""KC330: what decK refuses of its own keys; and its service packages, read and judged."""

from __future__ import annotations

from tests.support.checks import check, check_fix, check_none
from tests.support.config_places import complete, labels
from tests.support.configs import said

V = "3.9"
HEAD = '_format_version: "3.0"\n'


def test_each_kind_of_fault_lies_on_its_own_place() -> None:
    check(
        """
# file: deck.yaml
_format_version: "3.0"
_info:
  select_tag: [a]
# ^^^^^^^^^^ KC330 "_info.select_tag": decK refuses the file: Additional property select_tag is not
  skip_hash_for_basic_auth: "true"
#                            ^^^^ KC330 Invalid type. Expected: boolean, given: string. Did you mean true?
  defaults:
    service: {retries: 3}
    consumer: {}
#   ^^^^^^^^ KC330 Additional property consumer is not allowed
_konnect:
  control_plane: default
# ^^^^^^^^^^^^^ KC330
_workspace: 5
#           ^ KC330 Invalid type. Expected: string, given: integer
_plugin_configs:
  limits: {minute: 5}
plugins:
- name: rate-limiting
  _config: limit
#          ^^^^^ KC330 _plugin_config "limit" not found. Did you mean limits?
service_packages:
- name: a
  versions:
  - version: "1"
    implementation: {type: kong-gateway}
#   ^^^^^^^^^^^^^^ KC330 kong is required
""",
        kong_version=V,
        only="KC330",
    )


def test_what_is_near_is_put_right() -> None:
    text = "# file: deck.yaml\n" + HEAD + "_info:\n  select_tag: [a]\n"
    check_fix(text, "KC330", text.replace("select_tag", "select_tags"), kong_version=V)
    text = (
        "# file: deck.yaml\n"
        + HEAD
        + "_plugin_configs: {limits: {minute: 5}}\nplugins:\n- name: rate-limiting\n  _config: limit\n"
    )
    check_fix(text, "KC330", text.replace("_config: limit\n", "_config: limits\n"), kong_version=V)


def test_other_files_may_hold_the_shared_configuration() -> None:
    check_none(
        "# file: a/one.yaml\n"
        + HEAD
        + "plugins:\n- name: rate-limiting\n  _config: limits\n# file: a/two.yaml\n"
        + HEAD
        + "_plugin_configs: {limits: {minute: 5}}\n",
        kong_version=V,
        only="KC330",
    )


def test_files_of_kong_and_templates_are_let_be() -> None:
    kong = "# file: kong.yml\n" + HEAD + "_info: {x: 1}\n# file: kong.conf\n"
    check_none(kong + "declarative_config = /kong.yml\n", kong_version=V, only="KC330")
    check_none(
        "# file: deck.yaml\n" + HEAD + '_konnect:\n  control_plane_name: ${{ env "DECK_X" }}\n',
        kong_version=V,
        only="KC330",
    )


PACKAGES = """\
_format_version: "3.0"
service_packages:
- name: pack
  versions:
  - version: "1"
    implementation:
      type: kong-gateway
      kong:
        service:
          name: web
          host: example.com
          plugins:
          - name: {0}
          routes:
          - name: r
            paths: [/]
            plugins:
            - name: cors
              config: {{{1}}}
"""


def test_the_services_of_packages_are_read() -> None:
    assert said("deck.yaml", PACKAGES.format("jwt", "")) == [
        "declarative",
        "plugin jwt of services web",
        "plugin cors of routes r",
        "defines service_packages pack",
        "defines services web",
        "defines routes r",
    ]


def test_the_services_of_packages_are_judged() -> None:
    check(
        "# file: deck.yaml\n"
        + PACKAGES.format("corss", "bad: 1").replace(
            "          routes:",
            "#                 ^^^^^ KC301 Did you mean 'cors'\n          routes:",
        )
        + "#                      ^^^ KC308\n",
        kong_version=V,
        only="KC3",
    )


def test_the_keys_of_deck_are_completed() -> None:
    text = "-- file: deck.yaml\n" + HEAD + "_konnect:\n  control_plane_name: x\n"
    assert {"_info", "_plugin_configs", "service_packages"} <= set(labels(text + "$0"))
    assert "select_tags" in labels(text + "_info:\n  $0")
    made = complete(text + "service_packages:\n- name: a\n  versions:\n  - vers$0", "version")
    assert made.endswith("  - version: ")
    inside = PACKAGES.format("jwt", "").replace("host: example.com", "re$0")
    assert {"retries", "read_timeout"} <= set(labels("-- file: deck.yaml\n" + inside))
