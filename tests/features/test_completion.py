from __future__ import annotations

import pytest

from tests.support.places import complete, labels, proposals

PLUGIN = """
-- handler: kong/plugins/acme/handler.lua
-- schema: kong/plugins/acme/schema.lua
-- file: kong/plugins/acme/api.lua
return {}
-- file: kong/plugins/acme/log/buffer.lua
return {}
"""
HANDLER = '["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua"'
SCHEMA = '["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua"'


def rock(build: str) -> str:
    return f"-- rock: acme\n{build}\n{PLUGIN}"


def built(text: str) -> str:
    """What of a rockspec follows the fixture's own lines."""
    return text[text.index("build") :].rstrip("\n")


def modules(*lines: str) -> str:
    body = "".join(f"    {line}\n" for line in lines)
    return f'build = {{\n  type = "builtin",\n  modules = {{\n{body}  }},\n}}'


def test_missing_modules_come_first_as_whole_lines() -> None:
    found = labels(rock(modules(f"{HANDLER},", "$0")))
    assert found[:3] == [
        "kong.plugins.acme.api",
        "kong.plugins.acme.log.buffer",
        "kong.plugins.acme.schema",
    ]
    assert "kong.plugins.acme.handler" not in found


@pytest.mark.parametrize(
    "typed", ["$0", "kong$0", "[$0", "[$0]", '["$0', '["kong.pl$0"]', '["$0"]']
)
def test_a_missing_module_is_put_in_whatever_of_it_is_typed(typed: str) -> None:
    text = complete(rock(modules(f"{HANDLER},", typed)), "kong.plugins.acme.schema")
    assert built(text) == modules(f"{HANDLER},", f"{SCHEMA},")


def test_a_comma_that_is_missing_before_is_put_in() -> None:
    text = complete(rock(modules(HANDLER, "$0")), "kong.plugins.acme.schema")
    assert built(text) == modules(f"{HANDLER},", f"{SCHEMA},")


def test_a_comma_that_is_there_is_not_doubled() -> None:
    text = complete(rock(modules(f"{HANDLER},", '["kong$0"],')), "kong.plugins.acme.schema")
    assert built(text) == modules(f"{HANDLER},", f"{SCHEMA},")


def test_an_entry_is_written_like_the_others() -> None:
    computed = (
        '["kong.plugins." .. name .. ".handler"] = "kong/plugins/" .. name .. "/handler.lua",'
    )
    build = 'local name = "acme"\n' + modules(computed, "$0")
    text = complete(rock(build), "kong.plugins.acme.schema")
    assert computed.replace("handler", "schema") in text
    quoted = modules(f"{HANDLER},".replace('"', "'"), "$0")
    text = complete(rock(quoted), "kong.plugins.acme.schema")
    assert SCHEMA.replace('"', "'") in text


def test_an_empty_table_on_one_line_is_filled() -> None:
    text = complete(
        rock('build = { type = "builtin", modules = {$0} }'), "kong.plugins.acme.handler"
    )
    assert built(text) == 'build = { type = "builtin", modules = {' + HANDLER + ",} }"


def test_a_key_is_completed_part_by_part() -> None:
    line = '["kong.plugins.$0"] = "kong/plugins/acme/schema.lua",'
    assert labels(rock(modules(line))) == ["acme"]
    text = complete(rock(modules('["kong.plugins.acme.$0"] = "x.lua",')), "schema")
    assert built(text) == modules('["kong.plugins.acme.schema"] = "x.lua",')


def test_the_rest_of_a_part_is_replaced() -> None:
    text = complete(rock(modules('["kong.plugins.acme.sch$0ma"] = "x.lua",')), "schema")
    assert built(text) == modules('["kong.plugins.acme.schema"] = "x.lua",')


def test_modules_that_kong_would_load_are_proposed_last() -> None:
    found = proposals(rock(modules(f"{HANDLER},", "$0")))
    daos = next(item for item in found if item.label == "kong.plugins.acme.daos")
    assert daos.detail == "kong/plugins/acme/daos.lua, which is not there yet"
    assert daos.rank > found[0].rank


@pytest.mark.parametrize("value", ["$0", '"$0"', '"$0', '"kong/$0"'])
def test_the_file_of_a_key_is_proposed_first(value: str) -> None:
    line = f'["kong.plugins.acme.schema"] = {value}'
    source = rock(modules(line))
    assert labels(source)[0] == "kong/plugins/acme/schema.lua"
    text = complete(source, "kong/plugins/acme/schema.lua")
    ending = "" if value != '"$0' else '"'
    assert (
        built(text).replace('lua"', "lua") + ending
        == modules(SCHEMA.replace('lua"', "lua")) + ending
    )


def test_a_path_is_completed_part_by_part() -> None:
    line = '["kong.plugins.acme.other"] = "kong/plugins/acme/$0",'
    assert labels(rock(modules(f"{HANDLER},", line))) == [
        "api.lua",
        "schema.lua",
        "log",
        "handler.lua",
    ]
    text = complete(rock(modules(line)), "log")
    assert '"kong/plugins/acme/log",' in text


def test_top_level_fields_are_proposed_once() -> None:
    found = labels('-- file: a-1.0-1.rockspec\npackage = "a"\n$0\nsource = { url = "" }\n')
    assert found[:2] == ["build", "version"]
    assert "package" not in found
    assert "source" not in found
    assert "build_dependencies" not in found


def test_fields_of_a_newer_format_are_proposed_where_it_is_used() -> None:
    found = labels('-- file: a-1.0-1.rockspec\nrockspec_format = "3.0"\n$0\n')
    assert "build_dependencies" in found


def test_nested_fields_tell_their_type_and_whether_they_are_mandatory() -> None:
    found = proposals("-- file: a-1.0-1.rockspec\nsource = {\n  $0\n}\n")
    first = found[0]
    assert (first.label, first.detail) == ("url", "string, mandatory")
    assert first.snippet == 'url = "$1",'
    assert first.edit.text == "url = "


def test_fields_of_a_build_type() -> None:
    build = 'build = {\n  type = "make",\n  $0\n}'
    found = labels(rock(build))
    assert "makefile" in found
    assert "modules" not in found
    assert "type" not in found


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('rockspec_format = "$0"', ["1.0", "1.1", "3.0", "3.1"]),
        ("rockspec_format = $0", ["1.0", "1.1", "3.0", "3.1"]),
        ('test = { type = "$0" }', ["busted", "command"]),
        ('package = "$0"', ["a"]),
        ('version = "$0"', ["1.0-1"]),
        ("deploy = { wrap_bin_scripts = $0 }", ["false", "true"]),
    ],
)
def test_values_of_fields(line: str, expected: list[str]) -> None:
    assert labels(f"-- file: a-1.0-1.rockspec\n{line}\n") == expected


def test_values_of_build_type_licence_and_platforms() -> None:
    assert labels('-- file: a-1.0-1.rockspec\nbuild = { type = "$0" }\n')[0] == "builtin"
    assert labels('-- file: a-1.0-1.rockspec\ndescription = { license = "$0" }\n')[:2] == [
        "Apache 2.0",
        "MIT",
    ]
    found = labels('-- file: a-1.0-1.rockspec\nsupported_platforms = { "linux", "$0" }\n')
    assert "macosx" in found
    assert "linux" not in found


def test_a_value_gets_its_quotes() -> None:
    text = complete("-- file: a-1.0-1.rockspec\nbuild = { type = $0 }\n", "builtin")
    assert text == 'build = { type = "builtin" }\n'


def test_dependencies_and_their_constraints() -> None:
    head = "-- file: a-1.0-1.rockspec\n"
    assert labels(head + "dependencies = { $0 }\n")[0] == "lua"
    text = complete(head + "dependencies = {\n  $0\n}\n", "lua")
    assert text == 'dependencies = {\n  "lua >= 5.1",\n}\n'
    text = complete(head + 'dependencies = { "lua-c$0" }\n', "lua-cjson")
    assert text == 'dependencies = { "lua-cjson" }\n'
    assert labels(head + 'dependencies = { "penlight $0" }\n')[0] in ("<", ">=")
    text = complete(head + 'dependencies = { "penlight $0" }\n', "~>")
    assert text == 'dependencies = { "penlight ~> " }\n'


@pytest.mark.parametrize(
    "text",
    [
        "-- file: a-1.0-1.rockspec\n-- pack$0\n",
        "-- file: a-1.0-1.rockspec\n--[[ pack$0\n]]\n",
        '-- file: a-1.0-1.rockspec\npackage = "a" $0\n',
        "-- file: a-1.0-1.rockspec\npackage = f($0)\n",
        "-- file: a-1.0-1.rockspec\ndescription = { summary = [[ $0 ]] }\n",
        "-- file: a.lua\n$0\n",
    ],
)
def test_nothing_is_proposed_where_nothing_is_known(text: str) -> None:
    assert labels(text) == []


def test_every_place_of_a_broken_rockspec_can_be_asked() -> None:
    broken = 'build = { modules = { ["kong.plugins.acme = "kong/x.lua, } dependencies = { "lua'
    for offset in range(len(broken) + 1):
        labels(rock(broken[:offset] + "$0" + broken[offset:]))


@pytest.mark.parametrize(
    ("typed", "label", "completed"),
    [
        ('["kong.plugins." .. name .. ".$0"] = "x",', "schema", '".schema"] = "x",'),
        ('["kong.plugins." .. name .. ".$0', "schema", '".schema'),
        ('["kong.plugins." .. na .. "$0"] = "x",', "acme", '"me"] = "x",'),
        ('x = "kong/plugins/" .. name .. "/sch$0",', "schema.lua", '"/schema.lua",'),
        ('x = ("kong/plugins/%s"):format(name) .. "/$0",', "schema.lua", '"/schema.lua",'),
        ('x = folder .. "$0",', "schema.lua", '"schema.lua",'),
        ('x = "kong/plugins/ac" .. "$0",', "acme", '"me",'),
    ],
)
def test_what_is_joined_to_what_is_known_is_completed(
    typed: str, label: str, completed: str
) -> None:
    lines = 'local name, na = "acme", "ac"\nlocal folder = "kong/plugins/" .. name .. "/"\n'
    text = complete(rock(lines + modules(f"{HANDLER},", typed)), label)
    assert typed[: typed.rindex('"', 0, typed.index("$0"))] + completed in text


@pytest.mark.parametrize(
    "typed", ['["kong.plugins." .. unknown .. ".$0"] = "x",', '["kong.plugins." .. name .. $0']
)
def test_what_is_joined_to_what_is_not_known_is_left_alone(typed: str) -> None:
    assert labels(rock('local name = "acme"\n' + modules(f"{HANDLER},", typed))) == []


def test_the_rest_of_a_version_is_proposed() -> None:
    text = '-- file: acme-1.0-1.rockspec\nlocal v = "1.0"\nversion = v .. "$0"\n'
    assert labels(text) == ["1.0-1"]
    assert 'v .. "-1"' in complete(text, "1.0-1")
