"""351 declarative files with Kong's verdict, and what their judgement offers beyond it."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from kong_lsp.kong.releases import find
from kong_lsp.kong.schema import catalogue
from kong_lsp.kong.schema.declarative import judge_entity
from kong_lsp.kong.schema.faults import Violation
from kong_lsp.kong.schema.fields import read
from kong_lsp.kong.schema.file_format import Format, file_format
from kong_lsp.kong.schema.values import UNKNOWN
from tests.kong.schema.cases import release, rows
from tests.kong.schema.whole_file import judge_file, judge_links

NOT_JUDGED = {
    "certificate bad pem": "needs OpenSSL",
    "key set and key": "needs OpenSSL",
    "pre-function lua syntax error": "needs a Lua compiler",
    "filter_chains": "which filters a node has, and whether it runs any",
}
"""Refused by Kong, and not by us."""


class Loader(yaml.SafeLoader):
    """YAML 1.1 as LibYAML's binding for Lua reads numbers: ``1e1`` is one."""


Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"[-+]?[0-9]+[eE][-+]?[0-9]+"), list("-+0123456789")
)


def form(name: str = "3.9") -> Format:
    own = find(name)
    assert own is not None
    return file_format(own)


def judged(row: dict[str, Any]) -> list[Violation] | None:
    try:
        document = yaml.load(row["text"], Loader)  # noqa: S506
    except yaml.YAMLError:
        return None
    return judge_file(document, file_format(release(row)))


def test_verdicts_are_kongs() -> None:
    wrong = []
    for row in rows("declarative"):
        found = judged(row)
        refused = found is None or bool(found)
        if refused == row["ok"]:
            wrong.append(row["id"])
    assert {name.split("/")[2] for name in wrong} == set(NOT_JUDGED)
    assert len(wrong) <= 0.03 * len(rows("declarative"))


def outline(violations: list[Violation]) -> set[str]:
    """The last key and the message of each, as Kong's text has them."""
    return {
        f"'{[key for key in one.path if isinstance(key, str)][-1]}'"
        for one in violations
        if one.path and one.kind not in ("reference", "unique")
    }


def test_kongs_message_names_the_fields_that_ours_lie_on() -> None:
    wrong = []
    for row in rows("declarative"):
        found = judged(row)
        if found and row.get("message", "").startswith("in '"):
            missing = [name for name in outline(found) if name not in row["message"]]
            if missing:
                wrong.append((row["id"], missing, row["message"]))
    assert wrong == []


@pytest.mark.parametrize(("name", "versions"), [("2.8", 2), ("3.4", 3), ("3.9", 3)])
def test_each_release_takes_its_format_versions(name: str, versions: int) -> None:
    own = find(name)
    assert own is not None
    assert len(catalogue.format_versions(own)) == versions


def test_a_reference_to_nothing_lies_on_its_field() -> None:
    document = {"_format_version": "3.0", "plugins": [{"name": "key-auth", "service": "nope"}]}
    (found,) = judge_file(document, form())
    assert found.path == ("plugins", 1, "service")
    assert found.message == "invalid reference 'service: nope' (no such entry in 'services')"


def test_a_reference_is_let_be_where_names_are_not_known() -> None:
    services = [{"name": UNKNOWN, "url": "http://example.com"}]
    document = {
        "_format_version": "3.0",
        "services": services,
        "plugins": [{"name": "key-auth", "service": "nope"}],
    }
    assert judge_file(document, form()) == []


def test_one_entity_is_judged_without_its_file() -> None:
    route = {
        "paths": ["/"],
        "service": "elsewhere",
        "plugins": [{"name": "cors", "config": {"x": 1}}],
    }
    (found,) = judge_entity("routes", route, form())
    assert (found.path, found.message) == (("plugins", 1, "config", "x"), "unknown field")
    assert judge_entity("routes", {"paths": ["/"], "service": "elsewhere"}, form()) == []
    assert judge_entity("nothing", {}, form()) == []


def test_links_are_judged_by_themselves() -> None:
    twice = [{"name": "s", "host": "a"}, {"name": "s", "host": "b"}]
    (found,) = judge_links({"services": twice}, form())
    assert found.place == ("services", 2, "name")
    assert found.message == (
        "uniqueness violation: 'services' entity with name set to 's' already declared"
    )
    assert judge_links({"services": twice}, form("2.8")) == []


def test_plugins_of_a_workspace_are_judged_as_bundled_ones_are() -> None:
    own = find("3.9")
    assert own is not None
    config = {"type": "record", "fields": [{"size": {"type": "integer", "required": True}}]}
    mine = read({"name": "mine", "fields": [{"config": config}]})
    with_mine = file_format(own, {"mine": mine})
    entry = {"name": "mine", "config": {"size": "5"}}
    document = {"_format_version": "3.0", "plugins": [entry, {"name": "cors"}]}
    (found,) = judge_file(document, with_mine)
    assert (found.path, found.message) == (
        ("plugins", 1, "config", "size"),
        "expected an integer",
    )


def test_what_is_no_file_is_refused_and_what_is_unknown_is_not() -> None:
    assert [found.message for found in judge_file("text", form())] == ["expected an object"]
    assert judge_file(UNKNOWN, form()) == []
