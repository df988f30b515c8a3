"""Plugins as JSON, as the admin API takes them, and declarative files in JSON."""

from __future__ import annotations

from pathlib import Path

import pytest

from kong_lsp import cli
from kong_lsp.features.config_completion import config_completion
from kong_lsp.text import Edit, Span
from kong_lsp.workspace.workspace import Workspace
from tests.support.checks import check, check_fix, check_none
from tests.support.config_places import complete, labels
from tests.support.places import asked
from tests.support.world import findings


def test_the_config_of_a_body_is_held_against_the_schema() -> None:
    check(
        """
        # file: admin/rate-limiting.json
        {}
        # file: kong/limit.json
        {
          "name": "rate-limiting",
          "service": { "id": "00000000-0000-4000-8000-000000000000" },
          "config": {
            "minut": 5,
        #    ^^^^^ KC308 Did you mean "minute"?
            "hour": "5",
        #           ^^^ KC310 expected a number
            "policy": "locall"
        #             ^^^^^^^^ KC311 expected one of
          }
        }
        # file: plugins/log.json
        {"name": "http-log", "config": {"method": "POST"}}
        #                     ^^^^^^ KC309 http_endpoint
        # file: gw/kong.yml
        _format_version: "3.0"
        # file: gw/log.json
        {"name": "http-log", "config": {"method": "POST"}}
        #                     ^^^^^^ KC309 http_endpoint
        # file: gw/plugins.json/log.json
        {}
        # file: data/log.json
        {"name": "http-log", "config": {"method": "POST"}}
        """,
        kong_version="3.9",
    )


def test_a_cluster_policy_is_fine_where_there_is_a_database() -> None:
    check_none(
        """
        # file: kong/limit.json
        {"name": "rate-limiting", "config": {"minute": 5, "policy": "cluster"}}
        """,
        kong_version="3.9",
    )


def test_the_workspaces_own_plugin_is_known() -> None:
    check(
        """
        -- file: kong/plugins/acme/handler.lua
        return { PRIORITY = 1, VERSION = "1.0.0" }
        -- file: kong/plugins/acme/schema.lua
        return { name = "acme", fields = { { config = { type = "record", fields = {
          { url = { type = "string", required = true } }, { size = { type = "integer" } },
        } } } } }
        -- file: spec/fixtures/acme-plugin.json
        {"name": "acme", "enabled": true, "config": {"size": "big"}}
        --                                                   ^^^^^ KC310 expected an integer
        --                                 ^^^^^^ KC309
        """,
        kong_version="3.9",
    )


def test_the_missing_field_is_added_as_json() -> None:
    check_fix(
        """
        # file: kong/log.json
        {
            "name": "http-log",
            "config": {
                "method": "POST"
            }
        }
        """,
        "KC309",
        """
        # file: kong/log.json
        {
            "name": "http-log",
            "config": {
                "method": "POST",
                "http_endpoint": "http://example.com"
            }
        }
        """,
        kong_version="3.9",
    )


def test_a_misspelt_plugin_is_told_where_the_file_speaks_of_kong() -> None:
    body = '{"name": "rate-limitng", "config": {"minute": 5}}'
    (found,) = findings({"kong/limit.json": body}, "3.9")
    assert (found.code, body[slice(*found.span)]) == ("KC301", "rate-limitng")
    assert findings({"plugins/limit.json": body}, "3.9") == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("plugins/a.json", '{"name": "my-app", "config": {"level": 1}}'),
        ("plugins/a.json", '{"name": "session", "config": {"level": 1}}'),
        ("plugins/a.json", '{"name": "http-log", "config": {}}'),
        ("kong/package.json", '{"name": "cors", "version": "1", "config": {"port": 1}}'),
        ("kong/a.json", '{"name": "cors", "config": "none"}'),
        ("kong/a.json", '{"name": "cors", "config": {"port": 1}'),
        ("kong/a.json", '[{"name": "cors", "config": {"port": 1}}]'),
        ("kong/a.json", '{"name": 1, "config": {"port": 1}}'),
        ("kong/a.json", '{"name": "${NAME}", "config": {"port": 1}}'),
        ("kong/a.json", '{"name": "mine", "config": {"port": 1}}'),
        ("kong/a.json", '"config"' + "[" * 5000),
        ("data/a.json", '{"name": "cors", "config": {"origins": 1}}'),
    ],
)
def test_other_json_is_silent(path: str, text: str) -> None:
    assert [each for each in findings({path: text}, "3.9") if each.severity <= 2] == []


def test_a_declarative_file_in_json_is_judged() -> None:
    check(
        """
        # file: deploy/kong.json
        {
          "_format_version": "3.0",
          "plugins": [
            {"name": "rate-limiting", "config": {"minut": 5, "second": "x"}}
        #                                         ^^^^^ KC308
        #                                                              ^^^ KC310
          ]
        }
        """,
        kong_version="3.9",
    )


def test_a_file_that_is_named_on_the_command_line_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    body, declared = tmp_path / "limit.json", tmp_path / "all.json"
    body.write_text('{"name": "rate-limiting", "config": {"minute": "5"}}')
    declared.write_text('{"_format_version": "3.0", "plugins": [{"name": "corrs"}]}')
    assert cli.main(["check", str(body), "--output-format", "concise"]) == 1
    assert "limit.json:1:48: error KC310" in capsys.readouterr().out
    assert cli.main(["check", str(declared), "--output-format", "concise"]) == 1
    assert "KC301" in capsys.readouterr().out


def test_names_and_fields_are_completed() -> None:
    body = '# file: kong/a.json\n{"name": "rate-$0", "config": {}}\n'
    assert '"name": "rate-limiting"' in complete(body, "rate-limiting")
    fields = '# file: kong/a.json\n{"name": "cors", "config": {"max$0": 1}}\n'
    assert "max_age" in labels(fields)


def test_a_key_beside_the_config_is_completed() -> None:
    # As in an editor: the file is known before the key is begun.
    with asked('# file: kong/a.json\n{"name": "cors", "config": {}}\n') as at:
        workspace = Workspace()
        workspace.add_root(at.root, whole=True)
        end = at.text.rindex("}")
        workspace.open(at.path, at.text)
        workspace.change(at.path, Edit(Span(end, end), ', "ena": 1'))
        offset = end + len(', "ena')
        text = f'{at.text[:end]}, "ena": 1{at.text[end:]}'
        found = config_completion(workspace.snapshot(), at.path, text, offset)
        assert "enabled" in [item.label for item in found]
