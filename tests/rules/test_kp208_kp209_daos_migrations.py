"""KP208 and KP209: what Kong refuses of daos.lua and of migrations."""

from __future__ import annotations

import pytest

from tests.support.checks import check, check_fix, check_none

PLUGIN = """
-- handler: kong/plugins/acme/handler.lua
-- schema: kong/plugins/acme/schema.lua
"""
ENTITY = '{ name = "acme_keys", primary_key = { "id" }, fields = { { id = typedefs.uuid } } }'


def daos(text: str) -> str:
    return (
        f"{PLUGIN}-- file: kong/plugins/acme/daos.lua\n"
        f'local typedefs = require "kong.db.schema.typedefs"\n{text}\n'
    )


def migrations(index: str, file: str = 'return { postgres = { up = "SELECT 1;" } }') -> str:
    return (
        f"{PLUGIN}-- file: kong/plugins/acme/migrations/init.lua\n{index}\n"
        f"-- file: kong/plugins/acme/migrations/000_base.lua\n{file}\n"
    )


def test_a_list_of_sound_entities() -> None:
    check_none(daos(f"return {{ {ENTITY} }}"))


def test_a_map_is_refused_from_3_0_on() -> None:
    check(
        daos(f"   return {{ keys = {ENTITY} }}\n-- ^^^^^^ KP208 returned non-array daos"),
        kong_version="3.0",
    )
    check_none(daos(f"return {{ keys = {ENTITY} }}"), kong_version="2.8")


def test_a_map_becomes_a_list() -> None:
    check_fix(
        daos(f"return {{ keys = {ENTITY} }}"),
        "Make it a list",
        "-- file: kong/plugins/acme/daos.lua\n"
        f'local typedefs = require "kong.db.schema.typedefs"\nreturn {{ {ENTITY} }}\n',
    )


def test_a_mistake_in_an_entity_is_told_at_its_place() -> None:
    check(
        daos(
            'return { { name = "acme_keys", primary_key = { "id" }, fields = {\n'
            "   { id = typedefs.uuid { unqiue = true } },\n"
            "--                        ^^^^^^ KP208 unknown field\n"
            "} } }"
        )
    )


@pytest.mark.parametrize(
    ("line", "mark"),
    [
        ("   000_base,", "-- ^^^^^^^^ KP209 needs quotes"),
        ("   base,", "-- ^^^^ KP209 needs quotes"),
    ],
)
def test_names_in_the_index_need_quotes(line: str, mark: str) -> None:
    check(migrations(f"return {{\n{line}\n{mark}\n}}"))


def test_quotes_are_put_round_a_name() -> None:
    check_fix(
        migrations("return {\n  000_base,\n}"),
        "Put it in quotes",
        '-- file: kong/plugins/acme/migrations/init.lua\nreturn {\n  "000_base",\n}\n',
    )


def test_an_index_that_is_no_table() -> None:
    check(migrations('   return "000_base"\n-- ^^^^^^ KP209 must be a table'))


def test_a_migration_in_the_index_itself() -> None:
    check(
        migrations(
            '   return { { name = "000_base", up = "" } }\n--            ^^^^ KP209 wants the name'
        )
    )


def test_a_sound_migration() -> None:
    check_none(migrations('return { "000_base" }'))
    both = 'return { postgres = { up = "SELECT 1;" }, cassandra = { up = "SELECT 1;" } }'
    check_none(migrations('return { "000_base" }', both), kong_version="3.3")


def test_cassandra_is_unknown_from_3_4_on() -> None:
    file = """
return {
  postgres = { up = "SELECT 1;" },
   cassandra = { up = "" },
-- ^^^^^^^^^ KP209 cassandra: unknown field
}"""
    check(migrations('return { "000_base" }', file), kong_version="3.4")
    unmarked = "\n".join(line for line in file.split("\n") if "KP209" not in line)
    check_fix(
        migrations('return { "000_base" }', unmarked),
        "Remove cassandra",
        "-- file: kong/plugins/acme/migrations/000_base.lua\n"
        + unmarked.replace('   cassandra = { up = "" },\n', "")
        + "\n",
    )


@pytest.mark.parametrize("key", ["postgresql", '["postgress"]', "Postgres"])
def test_a_misspelt_database_is_put_right(key: str) -> None:
    file = f'return {{\n  {key} = {{ up = "SELECT 1;" }},\n}}'
    right = '["postgres"]' if key[0] == "[" else "postgres"
    check_fix(
        migrations('return { "000_base" }', file),
        "Change to postgres",
        "-- file: kong/plugins/acme/migrations/000_base.lua\n" + file.replace(key, right) + "\n",
    )


def test_a_migration_that_does_nothing() -> None:
    check(
        migrations(
            'return { "000_base" }',
            '   return { postgres = { up = "" } }\n-- ^^^^^^ KP209 at least one of these fields',
        )
    )


def test_a_file_that_the_index_does_not_name_is_not_judged() -> None:
    check_none(migrations("return {}", "return { up = 1 }"))


def test_nothing_is_judged_before_0_15() -> None:
    check_none(migrations('return { "000_base" }', "return { {} }"), kong_version="0.14")


def test_what_is_misspelt_in_an_entity_is_put_right() -> None:
    text = """
    -- handler: kong/plugins/acme/handler.lua
    -- schema: kong/plugins/acme/schema.lua
    -- file: kong/plugins/acme/daos.lua
    return { { name = "keys", primary_key = { "id" }, endpoint_ky = "id", fields = {
      { id = { type = "string", uniqe = true } },
    } } }
    """
    for before, after in (("endpoint_ky", "endpoint_key"), ("uniqe", "unique")):
        whole = text.replace(before, after)
        wanted = whole[whole.index("    -- file: kong/plugins/acme/daos.lua") :]
        fix = check_fix(text, f'Change to "{after}"', wanted)
        assert fix.safety == "safe"


def test_entities_of_kong_0_are_no_list_for_losing_their_keys() -> None:
    (found,) = check(
        """
        -- handler: kong/plugins/acme/handler.lua
        -- schema: kong/plugins/acme/schema.lua
        -- file: kong/plugins/acme/daos.lua
           return { acme_keys = { table = "acme_keys", primary_key = { "id" }, fields = {} } }
        -- ^^^^^^ KP208 non-array
        """
    )
    assert found.fixes == ()


def test_a_type_that_kong_lacks_is_told_of_once() -> None:
    check(
        """
        -- handler: kong/plugins/acme/handler.lua
        -- schema: kong/plugins/acme/schema.lua
        -- file: kong/plugins/acme/daos.lua
        return { { name = "keys", primary_key = { "id" }, fields = {
          { id = { type = "uuid", default = function() return "" end } },
        --                ^^^^^^ KP208 fields.1.type: expected one of
        } } }
        """
    )
