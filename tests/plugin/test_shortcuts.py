"""What is told without a closer look is what a closer look would tell."""

from __future__ import annotations

import pytest

from kong_lsp.kong.releases import NEWEST
from kong_lsp.kong.schema.metaschema import check_plugin
from kong_lsp.plugin.glance import plainly_sound
from kong_lsp.plugin.plain_schema import is_plainly_sound
from tests.support.programs import release, returned

SOUND = 'local A = { PRIORITY = 1, VERSION = "1.0.0" }\nfunction A:access(c) end\nreturn A\n'


def test_a_plain_handler_needs_no_closer_look() -> None:
    assert plainly_sound(SOUND, NEWEST.number)
    assert plainly_sound("return { VERSION = '1.0', PRIORITY = -1, log = log }\n", NEWEST.number)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("PRIORITY = 1", "PRIORITY = 1.5"),
        ("PRIORITY = 1", 'PRIORITY = "1"'),
        ("PRIORITY = 1, ", ""),
        ("PRIORITY = 1, ", "-- PRIORITY = 1,\n"),
        ("PRIORITY = 1", "x = { PRIORITY = 1 }"),
        ('"1.0.0"', '"1.0.0.0"'),
        ('"1.0.0"', "version"),
        ("access", "acess"),
        ("access", "response"),
        ("return A", "return B"),
        ("return A", "A.PRIORITY = nil\nreturn A"),
    ],
)
def test_any_other_handler_gets_one(old: str, new: str) -> None:
    assert not plainly_sound(SOUND.replace(old, new), NEWEST.number)


FIELD = '{ type = "string", required = true, default = "x" }'
SCHEMA = 'return { name = "acme", fields = { { config = { type = "record", fields = { { a = %s } } } } } }'


@pytest.mark.parametrize(
    "field",
    [
        FIELD,
        '{ type = "integer", default = 3 }',
        '{ type = "array", elements = { type = "number" } }',
        '{ type = "record", fields = { { b = { type = "boolean", default = false } } } }',
    ],
)
def test_a_plain_schema_is_one_that_kong_takes(field: str) -> None:
    definition = returned(SCHEMA % field)
    assert is_plainly_sound(definition)
    for kong in ("2.8", "3.4", "3.9"):
        assert check_plugin(definition, release(kong)) == []


@pytest.mark.parametrize(
    "field",
    [
        '{ type = "integer", default = "3" }',
        '{ type = "integer", default = true }',
        '{ type = "string", default = "" }',
        '{ type = "array" }',
        '{ type = "strin" }',
        '{ type = "string", required = "yes" }',
        '{ type = "string", description = "long enough" }',
        '{ type = "boolean", unique = true }',
        "somebody()",
    ],
)
def test_any_other_schema_is_held_against_the_metaschema(field: str) -> None:
    assert not is_plainly_sound(returned(SCHEMA % field))
