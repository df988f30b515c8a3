"""Calls of Kong's admin API in scripts, and Terraform: what they name, and what is not theirs."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from kong_lsp.config.model import Config
from kong_lsp.config.shell import read_shell
from kong_lsp.config.terraform import read_terraform
from tests.support.checks import check, check_fix, check_none
from tests.support.configs import config_of, said

PLUGIN = """\
-- rock: kong-plugin-greeter
build = { type = "builtin", modules = {
  ["kong.plugins.greeter.handler"] = "kong/plugins/greeter/handler.lua",
  ["kong.plugins.greeter.schema"] = "kong/plugins/greeter/schema.lua",
} }
-- handler: kong/plugins/greeter/handler.lua
-- schema: kong/plugins/greeter/schema.lua
"""


def called(script: str) -> list[str]:
    """What a script says of plugins, beside a setting that makes it Kong's."""
    return said("run.sh", f"export KONG_LOG_LEVEL=info\n{script}\n")[1:-1]


@pytest.mark.parametrize(
    "script",
    [
        "curl -i -X POST \\\n  --url http://localhost:8001/plugins \\\n  --data 'name=x'",
        "curl -XPOST http://localhost:8001/plugins -d 'config.a=1&name=x&enabled=true'",
        "curl -X POST $(KONG_ADMIN)/plugins -dname=x",
        "curl --data-urlencode 'name=x' https://localhost:8444/team/plugins | jq .",
        "curl kong:8001/plugins -F 'name=x;type=text/plain'",
        'curl kong:8001/plugins -d "{\\"name\\": \\"x\\"}"',
        """curl kong:8001/plugins --json '{\n "config": {"a": '$A'},\n "name": "x"\n}'""",
        "curl ${KONG_URL}/plugins -d name=x > /dev/null",
        "for i in 1; do curl kong:8001/plugins -d name=x; done",
        """bash -c "curl kong:8001/plugins \\\n --data 'name=x'"\necho "name=y\"""",
        "http --form POST https://kong.example.com/plugins name=x",
        "xh post :8001/plugins name=x",
        "URL=$(curl kong:8001/plugins -d name=x)",
    ],
)
def test_however_a_call_is_written(script: str) -> None:
    assert called(script) == ["plugin x"]


@pytest.mark.parametrize(
    "script",
    [
        "# curl kong:8001/plugins -d name=x",
        "curl kong:8001/services -d name=x",
        "curl kong:8001/plugins/b2a1 -X PATCH -d name=x",
        "curl kong:8001/plugins/enabled -d name=x",
        "curl http://grafana:3000/api/plugins -d name=x",
        "curl http://127.0.0.1:9180/apisix/admin/plugins -d name=x",
        "curl $HOST/plugins -d name=x",
        "curl -G kong:8001/plugins -d name=x",
        "curl -X GET kong:8001/plugins -d name=x",
        "curl -XDELETE kong:8001/plugins -d name=x",
        "http GET kong:8001/plugins name==x",
        "curl kong:8001/plugins -d @body.json; echo name=x",
        'curl kong:8001/plugins -d "oops name=x',
        "curl kong:8001/plugins -H name=x -d config.name=x",
        """curl kong:8001/plugins -d '{"config": {"name": "x"}}'""",
        "curl kong:8001/plugins\ncurl other -d name=x",
        "cp x /opt/kong/plugins name=x",
    ],
)
def test_what_is_no_call_that_names_a_plugin(script: str) -> None:
    assert called(script) == []


@pytest.mark.parametrize(
    "script",
    [
        "curl kong:8001/plugins -d name=$NAME",
        'curl kong:8001/plugins -d "name=${NAME}"',
        """curl kong:8001/plugins -d '{"name": "'"$NAME"'"}'""",
        "http :8001/plugins name=my-$NAME",
    ],
)
def test_a_name_that_the_shell_makes_is_not_known(script: str) -> None:
    assert called(script) == ["plugin ?"]


def test_scripts_of_others_are_left_alone() -> None:
    text = "curl http://grafana:3000/api/plugins -d name=x\n/opt/kong/plugins\n"
    assert config_of("run.sh", text) is None
    assert config_of("ci.yml", "on: push\njobs: {t: {steps: [{run: 'curl x/plugins'}]}}\n") is None
    assert config_of("main.tf", 'resource "aws_s3_bucket" "b" {\n  name = "x"\n}\n') is None


def test_what_workflows_run_is_in_its_place_in_any_style() -> None:
    text = """\
        on: push
        jobs:
          test:
            steps:
            - name: no
              run: |
                curl http://localhost:8001/services/s/plugins \\
                  -d name=one
            - run: "curl kong:8001/plugins -d name=two"
            - run: 'curl kong:8001/plugins -d name=three'
            - run: curl ${{ env.KONG }}/routes/r/plugins -d name=four
            - run: 'curl kong:8001/plugins -d ''name=five'''
        """
    assert said(".github/workflows/ci.yml", text) == [
        "workflow",
        "plugin one of services s",
        "plugin two",
        "plugin three",
        "plugin four of routes r",
    ]


def test_a_script_that_is_shared_by_an_anchor_calls_once() -> None:
    text = """\
        stages: [a]
        one: {script: &add [curl kong:8001/plugins -d name=x]}
        two: {script: *add}
        """
    assert said(".gitlab-ci.yml", text) == ["workflow", "plugin x"]


def test_names_in_terraform() -> None:
    text = """\
        /* resource "kong_plugin" "no" { name = "no" } */
        # resource "kong_plugin" "no" { name = "no" }
        resource "kong_plugin" "limit" {
          # name = "no"
          service_id = "${kong_service.s["x"].id}"
          name       = "rate-limiting" // yes
          config_json = <<-EOT
            { "name": "no" }
            name = "no" {
          EOT
          lifecycle {
            name = "no"
          }
        }
        resource "kong_plugin" "one" { name = "one" }
        resource "kong_plugin" "made" {
          name = "x-${var.y}"
        }
        resource "kong_plugin" "chosen" {
          name = "x" == var.y ? "a" : "b"
        }
        resource "kong_consumer" "no" { name = "no" }
        resource "kong_plugin" "open" {
          name = "no"
        """
    assert said("main.tf", text) == [
        "terraform",
        "plugin rate-limiting",
        "plugin one",
        "plugin ?",
        "plugin ?",
    ]


@pytest.mark.parametrize(
    ("read", "begun", "junk"),
    [
        *[
            (read_terraform, 'resource "kong_plugin" "a" {\n', junk)
            for junk in ("/*", "<<A\n", '"${', "${a}${", '"${a}', "{[(", '"\\')
        ],
        (read_terraform, "", 'resource "kong_plugin" "a" {\n'),
        *[
            (read_shell, "curl kong:8001/plugins\n", junk)
            for junk in ("curl ", "curl '", 'curl -d "', "curl -d {", "http \\\n", "curl `")
        ],
    ],
)
def test_reading_takes_the_time_of_the_length(
    read: Callable[[str, str], Config], begun: str, junk: str
) -> None:
    def cost(length: int) -> float:
        text = begun + junk * (length // len(junk))
        start = time.process_time()
        read("x", text)
        return time.process_time() - start

    small = min(cost(5_000) for _ in range(3))
    assert min(cost(40_000) for _ in range(3)) < 24 * small + 0.02


def test_names_in_calls_are_judged_as_all_others() -> None:
    check(
        PLUGIN
        + """\
# file: compose.yml
services: {kong: {image: "kong:3.9", environment: {KONG_PLUGINS: bundled}}}
# file: add.sh
#!/bin/sh
curl http://localhost:8001/plugins -d name=greeter
curl http://localhost:8001/plugins -d name=kong-plugin-greeter
#                                          ^^^^^^^^^^^^^^^^^^^ KC303 the plugin's is 'greeter'
curl http://localhost:8001/plugins -d name=key-auht
#                                          ^^^^^^^^ KC301 Did you mean 'key-auth'
curl http://localhost:8001/plugins -d name=nobody
#                                          ^^^^^^ KC301 No plugin 'nobody' is known here
curl http://localhost:8001/plugins -d name=$NAME
# file: kong.tf
resource "kong_plugin" "greeter" {
  name = "greetr"
#         ^^^^^^ KC301 Did you mean 'greeter'
}
""",
        only="KC",
    )


def test_a_name_in_a_call_is_put_right() -> None:
    before = """curl kong:8001/plugins -d '{"name": "%s"}'\n"""
    check_fix(
        f"{PLUGIN}# file: add.sh\n{before % 'kong-plugin-greeter'}",
        "KC303",
        f"# file: add.sh\n{before % 'greeter'}",
    )


def test_a_script_that_starts_its_own_kong_says_what_that_loads() -> None:
    run = "docker run -e KONG_PLUGINS=%s kong:3.9\ncurl localhost:8001/plugins -d name=greeter\n"
    check_none(f"{PLUGIN}# file: add.sh\n{run % 'bundled,greeter'}", only="KC")
    check_fix(
        f"{PLUGIN}# file: add.sh\n{run % 'bundled'}",
        "KC302",
        f"# file: add.sh\n{run % 'bundled,greeter'}",
    )
