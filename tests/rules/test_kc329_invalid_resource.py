"""KC329: what Kubernetes refuses of a KongPlugin beside its config."""

from __future__ import annotations

import pytest

from kong_lsp.finding import Severity
from tests.support.checks import check, check_fix, check_none
from tests.support.config_places import labels
from tests.support.world import findings

V = "3.9"
HEAD = """
# file: plugin.yaml
apiVersion: configuration.konghq.com/v1
kind: {kind}
metadata:
  name: limit
"""
PLUGIN = HEAD.format(kind="KongPlugin") + "plugin: key-auth\n"


def test_each_kind_of_fault_lies_on_its_own_place() -> None:
    check(
        PLUGIN
        + """confg: {}
#^^^^ KC329 unknown field "confg"
config: {}
configFrom:
#^^^^^^^^^ KC329 Using both config and configFrom fields is not allowed
  secretKeyRef:
# ^^^^^^^^^^^^ KC329 "configFrom.secretKeyRef.key" of the KongPlugin limit: Kubernetes refuses
    name: secret
    namespace: other
#   ^^^^^^^^^ KC329 unknown field "configFrom.secretKeyRef.namespace"
disabled: "true"
#          ^^^^ KC329 must be of type boolean: "string". Did you mean true?
instance_name: 5
#              ^ KC329 must be of type string: "integer"
protocols:
- http
- htpps
# ^^^^^ KC329 "protocols[1]" of the KongPlugin limit: Kubernetes refuses it: Unsupported value: "htpps"
run_on: second
ordering:
  before:
    access: jwt
#           ^^^ KC329 must be of type array: "string"
  afterwards: {}
# ^^^^^^^^^^ KC329 unknown field "ordering.afterwards"
""",
        kong_version=V,
        only="KC329",
    )


def test_a_plugin_is_named_but_by_parts_that_kustomize_puts_together() -> None:
    text = HEAD.format(kind="KongClusterPlugin") + "config:\n  minute: 5\n"
    marked = text.replace("metadata:", "#     ^^^^^^^^^^^^^^^^^ KC329 Required value\nmetadata:", 1)
    check(marked, kong_version=V, only="KC329")
    check_none(text + "# file: kustomization.yaml\nresources: []\n", only="KC329")
    check_none(text.replace("config:\n", "$patch: delete\nconfig:\n"), only="KC329")


def test_a_cluster_plugin_names_the_namespace_of_its_secret() -> None:
    check(
        HEAD.format(kind="KongClusterPlugin")
        + """plugin: key-auth
configPatches:
- path: /key
  valueFrom:
    secretKeyRef:
#   ^^^^^^^^^^^^ KC329 "configPatches[0].valueFrom.secretKeyRef.namespace"
      name: a
      key: b
""",
        kong_version=V,
        only="KC329",
    )


def test_an_unknown_key_is_a_warning_and_the_rest_errors() -> None:
    text = {"p.yaml": PLUGIN.split("\n", 2)[2] + "confg: {}\ndisabled: 5\n"}
    found = [each for each in findings(text, V) if each.code == "KC329"]
    assert [each.severity for each in found] == [Severity.WARNING, Severity.ERROR]


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("protocol: [http]\n", "protocols: [http]\n"),
        ("protocols: [http, tcpp]\n", "protocols: [http, tcp]\n"),
        ('disabled: "false"\n', "disabled: false\n"),
    ],
)
def test_what_is_near_is_put_right(wrong: str, right: str) -> None:
    check_fix(PLUGIN + wrong, "KC329", PLUGIN + right, kong_version=V)


@pytest.mark.parametrize(
    "rest",
    [
        "protocols: {{ .Values.protocols }}\n",
        "{{- if .Values.extra }}\ndisabled: true\n{{- end }}\n",
        "disabled: {{ .Values.disabled }}\nconfig:\n",
        "consumerRef: joe\nrun_on: first\nstatus: {}\nordering: {before: {access: [jwt]}}\n",
    ],
)
def test_templates_and_sound_resources_are_silent(rest: str) -> None:
    check_none(PLUGIN + rest, kong_version=V, only="KC329")


def test_other_versions_of_the_api_are_let_be() -> None:
    check_none(PLUGIN.replace("/v1\n", "/v1alpha1\n") + "x: 1\n", kong_version=V, only="KC329")


def test_keys_and_words_are_completed() -> None:
    text = PLUGIN.replace("# file", "-- file")
    assert {"config", "configFrom", "configPatches", "protocols"} <= set(labels(text + "$0"))
    assert "status" not in labels(text + "$0")
    assert "grpc" in labels(text + "protocols:\n- $0")
    assert "secretKeyRef" in labels(text + "configFrom:\n  $0")
    assert "access" in labels(text + "ordering:\n  before:\n    $0")
