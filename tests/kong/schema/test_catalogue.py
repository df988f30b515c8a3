"""The catalogue that is shipped, against what Kong's own schema code says when it runs.

``tests/data/catalogue.jsonl.gz`` holds the latter, for Kong 2.8.5, 3.4.2 and 3.9.1. Both are put
into one form; what differs then stands in ``EXPLAINED``, each with its reason.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kong_lsp.kong.releases import find
from kong_lsp.kong.schema import catalogue
from kong_lsp.kong.schema.values import Function

DATA = Path(__file__).parents[2] / "data" / "catalogue.jsonl.gz"

UNSAID = frozenset(
    # Where a definition comes from, not what it says.
    "typedef custom_validator_typedef functions func core dao restricts entities name handler "
    # What only the admin API and the database look at.
    "admin_api_name admin_api_nested_name generate_admin_api db_export workspaceable table_name "
    # Remarks of the facts; ``message`` says that there is a sentence.
    "fields_order_unstable one_of_order_unstable default_random message "
    # What is different without a database.
    "when_database_off".split()
)
EXPLAINED = {
    "the default of session's secret is made anew each time": {
        (kong, "session", "config.secret.default") for kong in ("2.8", "3.4", "3.9")
    },
    "the names of wasm filters are those that a node has": {
        (kong, "filter_chains", "filters.elements.name.one_of") for kong in ("3.4", "3.9")
    },
    "the JSON schema of a filter's config is the filter's own": {
        ("3.9", "filter_chains", "filters.elements.config.json_schema"),
    },
}


def plain(value: Any) -> Any:
    """A definition, facts or ours, in one form: fields by name, functions alike, records
    required unless they say otherwise, as Kong makes them when it loads a schema."""
    if isinstance(value, Function) or value is True:
        return True
    if isinstance(value, (list, tuple)):
        found = [plain(part) for part in value]
        return sorted(found) if all(isinstance(part, str) for part in found) else found
    if not isinstance(value, dict):
        return value
    if value.get("type") == "record":
        value = {"required": True, **value}
    return {key: part(key, given) for key, given in value.items() if key not in UNSAID} or []


def part(key: str, given: Any) -> Any:
    if key in ("fields", "shorthand_fields"):
        named = [
            (field["name"], field)
            if isinstance(field.get("name"), str)
            else next(iter(field.items()))
            for field in given
        ]
        return {name: plain({**field, "name": 0}) for name, field in named}
    if key == "entity_checks":
        return [check(each) for each in given]
    if key == "replaced_with":
        return [each["path"] if isinstance(each, dict) else each for each in given]
    return plain(given)


def check(given: dict[str, Any]) -> Any:
    if "check" not in given:
        ((name, arguments),) = given.items()
        if name != "custom_entity_check":
            return {name: plain(arguments)}
        given = {"check": name, **arguments}
    if "args" in given:
        return {given["check"]: plain(given["args"])}
    return {given["check"]: sorted(given["field_sources"])}


def differences(theirs: Any, ours: Any, path: tuple[str, ...]) -> Iterator[str]:
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for key in {**theirs, **ours}:
            below = path if key in ("fields", "shorthand_fields") else (*path, str(key))
            yield from differences(theirs.get(key), ours.get(key), below)
    elif theirs != ours:
        yield ".".join(path)


@pytest.mark.parametrize("kong", ["2.8", "3.4", "3.9"])
def test_it_says_what_kong_says_but_for_what_is_explained(kong: str) -> None:
    release = find(kong)
    assert release is not None
    with gzip.open(DATA, "rt", encoding="utf-8") as lines:
        known = [case for case in map(json.loads, lines) if case["kong"] == kong]
    names = {
        kind: {case["name"] for case in known if case["kind"] == kind}
        for kind in ("plugins", "entities")
    }
    assert set(catalogue.names(release)) == names["plugins"]
    assert set(catalogue.entity_names(release)) == names["entities"]
    found = {
        (kong, case["name"], path.removeprefix("config.fields."))
        for case in known
        for path in differences(
            plain(case["definition"]),
            plain(catalogue.definition(release, case["name"], kind=case["kind"])),
            (),
        )
    }
    explained = {each for places in EXPLAINED.values() for each in places if each[0] == kong}
    assert found == explained


@pytest.mark.parametrize("kong", ["2.8", "3.4", "3.9"])
def test_handlers_are_what_kong_loads(kong: str) -> None:
    release = find(kong)
    assert release is not None
    with gzip.open(DATA, "rt", encoding="utf-8") as lines:
        wanted = {
            case["name"]: (
                float(case["definition"]["handler"]["priority"]),
                case["definition"]["handler"]["version"],
                sorted(case["definition"]["handler"]["phases"]),
            )
            for case in map(json.loads, lines)
            if case["kong"] == kong and case["kind"] == "plugins"
        }
    found = {}
    for name in catalogue.names(release):
        known = catalogue.handler(release, name)
        assert known is not None
        found[name] = (known.priority, known.version, sorted(known.phases))
    assert found == wanted
