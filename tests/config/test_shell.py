"""Environment variables in texts that are not YAML."""

from __future__ import annotations

import pytest

from tests.support.checks import check, check_fix
from tests.support.config_places import labels
from tests.support.configs import said


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("line", "items"),
    [
        ("ENV KONG_PLUGINS=bundled,acme", ["bundled", "acme"]),
        ("ENV KONG_PLUGINS bundled, acme", ["bundled", "acme"]),
        ('ENV KONG_PLUGINS="bundled, acme"', ["bundled", "acme"]),
        ("ENV KONG_PLUGINS='bundled,acme'", ["bundled", "acme"]),
        ("env KONG_PLUGINS=acme", ["acme"]),
        ("ENV A=b KONG_PLUGINS=bundled C=d", ["bundled"]),
        ("ENV A=b \\\n  # why\n    KONG_PLUGINS=bundled,acme \\\n    C=d", ["bundled", "acme"]),
        ("ENV KONG_PLUGINS=bundled,,acme,", ["bundled", "", "acme", ""]),
        ("ENV KONG_PLUGINS=bundled,$NAME", ["bundled", "?"]),
        ('ENV KONG_PLUGINS=""', []),
    ],
)
def test_the_list_of_a_dockerfile(line: str, items: list[str], end: str) -> None:
    text = f"FROM kong:3.4-alpine\n{line}\nRUN true\n".replace("\n", end)
    assert said("Dockerfile", text) == [
        "dockerfile",
        f"KONG_PLUGINS environment comma: {items}",
        "images 3.4",
    ]


def test_a_dockerfile_without_kong_says_nothing() -> None:
    assert said("Dockerfile", "FROM alpine\nENV PLUGINS=a\n# ENV KONG_PLUGINS=x\n") == []


def test_a_dotenv_file() -> None:
    text = """\
        # KONG_PLUGINS=no
        export KONG_PLUGINS="bundled,acme"
        KONG_CUSTOM_PLUGINS = acme   # why
        KONG_DATABASE=off
        KONG_PG_HOST=${HOST}
        OTHER=1
        """
    assert said("kong.env", text) == [
        "dotenv",
        "KONG_PLUGINS environment comma: ['bundled', 'acme']",
        "KONG_CUSTOM_PLUGINS environment comma: ['acme']",
        "database = off",
        "pg_host = ?",
    ]


def test_a_script() -> None:
    text = """\
        # docker run -e KONG_PLUGINS=no
        docker run -e "KONG_PLUGINS=bundled, a" -e KONG_DATABASE=off \\
          -e 'KONG_PLUGINS=b' kong:2.8
        export KONG_PLUGINS="bundled,$NAME"
        KONG_PLUGINS=c kong start
        echo $KONG_PLUGINS
        """
    assert said("run.sh", text) == [
        "shell",
        "KONG_PLUGINS environment comma: ['bundled', 'a']",
        "KONG_PLUGINS environment comma: ['b']",
        "KONG_PLUGINS environment comma: ['bundled', '?']",
        "KONG_PLUGINS environment comma: ['c']",
        "database = off",
        "images 2.8",
    ]


WORKFLOW = """
# file: .github/workflows/test.yml
on: push
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
    - name: start
      run: |
        # KONG_PLUGINS=none
        export KONG_PLUGINS=bundled,,key-auht
#                                   ^ KC306 An empty item
#                                    ^^^^^^^^ KC301 Did you mean 'key-auth'
        docker run -e "KONG_CUSTOM_PLUGINS=x" kong:3.9
#                      ^^^^^^^^^^^^^^^^^^^ KC304
    - run: KONG_PLUGINS=bundled,corss kong start
#                               ^^^^^ KC301 Did you mean 'cors'
    - run: "echo \\"KONG_PLUGINS=a,,b\\" >> $GITHUB_ENV"
    - run: KONG_PLUGINS=${{ matrix.plugins }} make test
"""


def test_scripts_of_workflows_set_variables() -> None:
    check(WORKFLOW, kong_version="3.9", only="KC3")


def test_an_item_in_a_script_of_a_workflow_is_put_right_and_completed() -> None:
    start = "# file: .github/workflows/x.yml\njobs:\n  a:\n    steps:\n    - run: |\n"
    line = "        docker run -e KONG_PLUGINS=bundled,{0} kong:3.9\n"
    check_fix(
        start + line.format("corss"),
        "Change to cors",
        start + line.format("cors"),
        kong_version="3.9",
    )
    plugin = (
        "# handler: kong/plugins/greeter/handler.lua\n# schema: kong/plugins/greeter/schema.lua\n"
    )
    assert "greeter" in labels(start + line.format("gr$0") + plugin)
    assert labels(start + line.format("cors").replace("3.9", "$0") + plugin) == []
