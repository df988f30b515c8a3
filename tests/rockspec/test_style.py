"""Edits look as the author's own: same quotes, blanks, order, separators and comments."""

from __future__ import annotations

from textwrap import dedent

import pytest

from kong_lsp.rockspec import style
from kong_lsp.rockspec.model import Rockspec, read
from kong_lsp.syntax.lua.tree import parse
from kong_lsp.syntax.lua.values import Table, Text
from kong_lsp.text import apply_edits

API = ("kong.plugins.acme.api", "kong/plugins/acme/api.lua")
DAOS = ("kong.plugins.acme.daos", "kong/plugins/acme/daos.lua")
SCHEMA = ("kong.plugins.acme.schema", "kong/plugins/acme/schema.lua")


def rockspec_of(text: str) -> Rockspec:
    return read(parse(text))


def modules_of(text: str) -> dict[str | None, str | None]:
    tree = parse(text)
    assert tree.all_problems() == []
    return {each.name: each.path for each in read(tree).modules if not each.overwritten}


def added(text: str, *modules: tuple[str, str]) -> str:
    """The text with modules added; they are there, and nothing else has changed."""
    rockspec = rockspec_of(text)
    after = apply_edits(text, style.add_modules(rockspec, modules))
    assert modules_of(after) == modules_of(text) | dict(modules)
    return after


def check_added(before: str, after: str, *modules: tuple[str, str]) -> None:
    assert added(dedent(before).lstrip("\n"), *modules) == dedent(after).lstrip("\n")


def test_an_entry_follows_the_last_one() -> None:
    check_added(
        """
        build = {
          type = "builtin",
          modules = {
            ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
          },
        }
        """,
        """
        build = {
          type = "builtin",
          modules = {
            ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
            ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
          },
        }
        """,
        SCHEMA,
    )


def test_a_last_entry_without_a_comma_gets_one_and_the_new_one_none() -> None:
    check_added(
        """
        build = {
          modules = {
            ['kong.plugins.acme.handler'] = 'kong/plugins/acme/handler.lua' -- the handler
          }
        }
        """,
        """
        build = {
          modules = {
            ['kong.plugins.acme.handler'] = 'kong/plugins/acme/handler.lua', -- the handler
            ['kong.plugins.acme.schema'] = 'kong/plugins/acme/schema.lua'
          }
        }
        """,
        SCHEMA,
    )


def test_computed_keys_and_paths_are_followed() -> None:
    check_added(
        """
        local plugin_name = "acme"
        build = {
          modules = {
            ["kong.plugins."..plugin_name..".handler"] = "kong/plugins/"..plugin_name.."/handler.lua",
          }
        }
        """,
        """
        local plugin_name = "acme"
        build = {
          modules = {
            ["kong.plugins."..plugin_name..".handler"] = "kong/plugins/"..plugin_name.."/handler.lua",
            ["kong.plugins."..plugin_name..".schema"] = "kong/plugins/"..plugin_name.."/schema.lua",
          }
        }
        """,
        SCHEMA,
    )


def test_a_computed_key_of_another_plugin_is_not_followed() -> None:
    check_added(
        """
        local name = "other"
        build = { modules = {
          ["kong.plugins." .. name .. ".handler"] = "kong/plugins/" .. name .. "/handler.lua";
        } }
        """,
        """
        local name = "other"
        build = { modules = {
          ["kong.plugins." .. name .. ".handler"] = "kong/plugins/" .. name .. "/handler.lua";
          ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua";
        } }
        """,
        SCHEMA,
    )


def test_a_sorted_table_stays_sorted() -> None:
    check_added(
        """
        build = { modules = {
          -- first of all
          ["kong.plugins.acme.daos"] = "kong/plugins/acme/daos.lua",
          -- then this
          ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
        } }
        """,
        """
        build = { modules = {
          ["kong.plugins.acme.api"] = "kong/plugins/acme/api.lua",
          -- first of all
          ["kong.plugins.acme.daos"] = "kong/plugins/acme/daos.lua",
          ["kong.plugins.acme.extra"] = "kong/plugins/acme/extra.lua",
          -- then this
          ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
          ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
        } }
        """,
        SCHEMA,
        ("kong.plugins.acme.extra", "kong/plugins/acme/extra.lua"),
        API,
    )


def test_an_entry_joins_those_of_its_plugin() -> None:
    check_added(
        """
        build = { modules = {
          ["kong.plugins.zed.handler"] = "kong/plugins/zed/handler.lua",
          ["kong.plugins.zed.schema"] = "kong/plugins/zed/schema.lua",

          ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",

          ["kong.plugins.mid.handler"] = "kong/plugins/mid/handler.lua",
        } }
        """,
        """
        build = { modules = {
          ["kong.plugins.zed.handler"] = "kong/plugins/zed/handler.lua",
          ["kong.plugins.zed.schema"] = "kong/plugins/zed/schema.lua",

          ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
          ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",

          ["kong.plugins.mid.handler"] = "kong/plugins/mid/handler.lua",
        } }
        """,
        SCHEMA,
    )


@pytest.mark.parametrize(
    ("inside", "after"),
    [
        (
            '{ ["a"] = "a.lua", ["b"] = "b.lua" }',
            '{ ["a"] = "a.lua", ["b"] = "b.lua", ["c"] = "c.lua" }',
        ),
        ('{ ["a"] = "a.lua", }', '{ ["a"] = "a.lua", ["c"] = "c.lua", }'),
        ("{['a']='a.lua';['b']='b.lua'}", "{['a']='a.lua';['b']='b.lua';['c']='c.lua'}"),
        ('{ a = "a.lua" }', '{ a = "a.lua", ["c"] = "c.lua" }'),
        ("{}", "{ ['c'] = 'c.lua' }"),
        ("{ }", "{ ['c'] = 'c.lua' }"),
        ('{ [ "a" ] = "a.lua" }', '{ [ "a" ] = "a.lua", [ "c" ] = "c.lua" }'),
        (
            '{ ["b"] = "b.lua", ["d"] = "d.lua" }',
            '{ ["b"] = "b.lua", ["c"] = "c.lua", ["d"] = "d.lua" }',
        ),
        (
            '{ ["d"] = "d.lua", ["e"] = "e.lua" }',
            '{ ["c"] = "c.lua", ["d"] = "d.lua", ["e"] = "e.lua" }',
        ),
    ],
)
def test_one_line_stays_one_line(inside: str, after: str) -> None:
    text = f"build = {{ type = 'builtin', modules = {inside} }}\n"
    assert added(text, ("c", "c.lua")) == f"build = {{ type = 'builtin', modules = {after} }}\n"


def test_aligned_values_stay_aligned() -> None:
    check_added(
        """
        build = { modules = {
          ["kong.plugins.acme.handler"]     = "kong/plugins/acme/handler.lua",
          ["kong.plugins.acme.a_long_name"] = "kong/plugins/acme/a_long_name.lua",
        } }
        """,
        """
        build = { modules = {
          ["kong.plugins.acme.handler"]     = "kong/plugins/acme/handler.lua",
          ["kong.plugins.acme.a_long_name"] = "kong/plugins/acme/a_long_name.lua",
          ["kong.plugins.acme.schema"]      = "kong/plugins/acme/schema.lua",
        } }
        """,
        SCHEMA,
    )


def test_an_empty_table_is_filled_with_the_indentation_of_the_file() -> None:
    check_added(
        """
        build = {
        \ttype = "builtin",
        \tmodules = {},
        }
        """,
        """
        build = {
        \ttype = "builtin",
        \tmodules = {
        \t\t["kong.plugins.acme.api"] = "kong/plugins/acme/api.lua",
        \t\t["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
        \t},
        }
        """,
        API,
        SCHEMA,
    )


def test_a_comment_in_an_empty_table_is_kept() -> None:
    check_added(
        """
        build = {
          modules = {
            -- none yet
          },
        }
        """,
        """
        build = {
          modules = {
            -- none yet
            ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
          },
        }
        """,
        SCHEMA,
    )


def test_modules_are_made_where_build_has_none() -> None:
    check_added(
        """
        build = {
            type = "builtin"
        }
        """,
        """
        build = {
            type = "builtin",
            modules = {
                ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
            }
        }
        """,
        SCHEMA,
    )


def test_modules_are_made_in_an_empty_build() -> None:
    check_added(
        """
        build = {}
        """,
        """
        build = {
          modules = {
            ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
          },
        }
        """,
        SCHEMA,
    )


def test_a_build_is_made_where_there_is_none() -> None:
    check_added(
        """
        package = "acme"
        source = {
          url = "git+https://example.com/acme.git",
        }
        """,
        """
        package = "acme"
        source = {
          url = "git+https://example.com/acme.git",
        }
        build = {
          type = "builtin",
          modules = {
            ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
          },
        }
        """,
        SCHEMA,
    )


def test_a_table_that_is_a_local_variable_is_filled_there() -> None:
    check_added(
        """
        local modules = {
          ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua"
        }
        build = { type = "builtin", modules = modules }
        """,
        """
        local modules = {
          ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
          ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua"
        }
        build = { type = "builtin", modules = modules }
        """,
        SCHEMA,
    )


def test_line_ends_are_kept() -> None:
    text = 'build = {\r\n  modules = {\r\n    ["a"] = "a.lua"\r\n  }\r\n}\r\n'
    assert added(text, ("c", "c.lua")) == (
        'build = {\r\n  modules = {\r\n    ["a"] = "a.lua",\r\n    ["c"] = "c.lua"\r\n  }\r\n}\r\n'
    )


def removed(text: str, name: str) -> str:
    rockspec = rockspec_of(text)
    entry = next(each.entry for each in rockspec.modules if each.name == name)
    edits = style.remove_entry(rockspec, rockspec.modules_table, entry)
    after = apply_edits(text, edits)
    expected = modules_of(text)
    del expected[name]
    assert modules_of(after) == expected
    return after


@pytest.mark.parametrize(
    ("inside", "name", "after"),
    [
        ('{ a = "x", b = "y", c = "z" }', "b", '{ a = "x", c = "z" }'),
        ('{ a = "x", b = "y", c = "z" }', "a", '{ b = "y", c = "z" }'),
        ('{ a = "x", b = "y", c = "z" }', "c", '{ a = "x", b = "y" }'),
        ('{ a = "x", b = "y", }', "b", '{ a = "x", }'),
        ('{ a = "x" }', "a", "{}"),
        ('{\n  a = "x",\n  b = "y",\n}', "a", '{\n  b = "y",\n}'),
        ('{\n  a = "x",\n  b = "y",\n}', "b", '{\n  a = "x",\n}'),
        ('{\n  a = "x",\n  b = "y"\n}', "b", '{\n  a = "x"\n}'),
        ('{\n  a = "x", -- one\n  b = "y" -- two\n}', "b", '{\n  a = "x" -- one\n}'),
        ('{\n  a = "x", -- one\n  b = "y", -- two\n}', "a", '{\n  b = "y", -- two\n}'),
        ('{\n  -- of a\n  a = "x",\n  -- of b\n  b = "y",\n}', "a", '{\n  -- of b\n  b = "y",\n}'),
        ('{\n  -- of both\n  a = "x",\n  b = "y",\n}', "a", '{\n  -- of both\n  b = "y",\n}'),
        ('{\n  -- of a\n  a = "x",\n\n  b = "y",\n}', "a", '{\n\n  b = "y",\n}'),
        ('{\n  a = "x", b = "y",\n  c = "z",\n}', "b", '{\n  a = "x",\n  c = "z",\n}'),
        ('{\r\n  a = "x",\r\n  b = "y",\r\n}', "a", '{\r\n  b = "y",\r\n}'),
    ],
)
def test_an_entry_goes_with_its_separator_and_its_own_comment(
    inside: str, name: str, after: str
) -> None:
    assert removed(f"build = {{ modules = {inside} }}\n", name) == (
        f"build = {{ modules = {after} }}\n"
    )


def test_a_late_entry_goes_with_its_line() -> None:
    text = 'build = { modules = { a = "x" } }\nbuild.modules.b = "y"\npackage = "p"\n'
    assert removed(text, "b") == 'build = { modules = { a = "x" } }\npackage = "p"\n'


@pytest.mark.parametrize(
    ("source", "new", "after"),
    [
        ('"kong/plugins/acme/hander.lua"', "kong/plugins/acme/handler.lua",
         '"kong/plugins/acme/handler.lua"'),
        ("'a.lua'", "b.lua", "'b.lua'"),
        ("[[a.lua]]", "b.lua", "[[b.lua]]"),
        ('"kong/" .. name .. "/hander.lua"', "kong/acme/handler.lua",
         '"kong/" .. name .. "/handler.lua"'),
        ('"kong/" .. name .. "/x.lua"', "kong/other/x.lua", '"kong/other/x.lua"'),
        ("name", "other", '"other"'),
        ('"a\\32b"', "a c", '"a\\32c"'), ('"a\\32b"', "xyz", '"xyz"'),
        ('"a"', 'say "x"', '"say \\"x\\""'),
    ],
)  # fmt: skip
def test_a_value_is_changed_where_it_differs(source: str, new: str, after: str) -> None:
    text = f'local name = "acme"\nbuild = {{ modules = {{ m = {source} }} }}\n'
    rockspec = rockspec_of(text)
    entry = rockspec.modules[0].entry
    assert isinstance(entry.value, Text)
    result = apply_edits(text, style.change_value(rockspec.tree, entry, new))
    assert result == f'local name = "acme"\nbuild = {{ modules = {{ m = {after} }} }}\n'
    assert modules_of(result) == {"m": new}


@pytest.mark.parametrize(
    ("field", "new", "after"),
    [
        ("handler = 1", "schema", "schema = 1"),
        ("handler = 'x'", "kong.schema", "['kong.schema'] = 'x'"),
        ('["a.b"] = 1', "a.c", '["a.c"] = 1'),
        ('[ "a." .. name ] = 1', "a.c", '[ "a.c" ] = 1'),
        ('["a." .. name .. ".hander"] = 1', "a.acme.handler", '["a." .. name .. ".handler"] = 1'),
    ],
)
def test_a_key_is_renamed_in_its_own_form(field: str, new: str, after: str) -> None:
    text = f'local name = "acme"\nbuild = {{ modules = {{ {field} }} }}\n'
    rockspec = rockspec_of(text)
    result = apply_edits(text, style.rename_key(rockspec.tree, rockspec.modules[0].entry, new))
    assert result == f'local name = "acme"\nbuild = {{ modules = {{ {after} }} }}\n'
    assert list(modules_of(result)) == [new]


@pytest.mark.parametrize(
    ("statement", "new", "after"),
    [
        ('build.modules.hander = "x"', "handler", 'build.modules.handler = "x"'),
        ('build.modules.hander = "x"', "a.b", 'build.modules["a.b"] = "x"'),
        ('build.modules["a.x"] = "x"', "a.b", 'build.modules["a.b"] = "x"'),
    ],
)
def test_the_key_of_a_late_entry_is_renamed(statement: str, new: str, after: str) -> None:
    text = f"build = {{ modules = {{}} }}\n{statement}\n"
    rockspec = rockspec_of(text)
    result = apply_edits(text, style.rename_key(rockspec.tree, rockspec.modules[0].entry, new))
    assert result == f"build = {{ modules = {{}} }}\n{after}\n"
    assert modules_of(result) == {new: "x"}


@pytest.mark.parametrize(
    ("before", "name", "statement", "after"),
    [
        ('package = "a"\n', "version", 'version = "1-1"', 'package = "a"\nversion = "1-1"\n'),
        ('package = "a" -- x\n', "source", "source = {}", 'package = "a" -- x\nsource = {}\n'),
        ('package = "a"', "source", "source = {}", 'package = "a"\nsource = {}'),
        ('-- top\npackage = "a"\n', "rockspec_format", 'rockspec_format = "3.0"',
         '-- top\nrockspec_format = "3.0"\npackage = "a"\n'),
        ("local x = 1\nbuild = {}\n", "package", 'package = "a"',
         'local x = 1\npackage = "a"\nbuild = {}\n'),
        ("local x = 1\nbuild = {}\n", "rockspec_format", 'rockspec_format = "3.0"',
         'rockspec_format = "3.0"\nlocal x = 1\nbuild = {}\n'),
        ("a = 1 b = 2\n", "package", 'package = "a"', 'package = "a"\na = 1 b = 2\n'),
        ('package = "a" build = {}\n', "version", 'version = "1-1"',
         'package = "a"\nversion = "1-1"\n build = {}\n'),
        ("", "package", 'package = "a"', 'package = "a"\n'),
        ("-- x", "package", 'package = "a"', '-- x\npackage = "a"\n'),
        ("#!/usr/bin/lua\nbuild = {}\n", "package", 'package = "a"',
         '#!/usr/bin/lua\npackage = "a"\nbuild = {}\n'),
        ('package = "a"\r\nbuild = {}\r\n', "version", 'version = "1-1"',
         'package = "a"\r\nversion = "1-1"\r\nbuild = {}\r\n'),
    ],
)  # fmt: skip
def test_a_field_is_put_where_people_write_it(
    before: str, name: str, statement: str, after: str
) -> None:
    result = apply_edits(before, style.insert_statement(parse(before), name, statement))
    assert result == after
    assert parse(result).all_problems() == []


@pytest.mark.parametrize(
    ("table", "after"),
    [
        ('{ summary = "s" }', '{ summary = "s", license = "MIT" }'),
        ('{\n  summary = "s",\n  homepage = "h",\n}',
         '{\n  summary = "s",\n  license = "MIT",\n  homepage = "h",\n}'),
        ("{}", '{\n  license = "MIT",\n}'),
        ('{\n  homepage = "h"\n}', '{\n  homepage = "h",\n  license = "MIT"\n}'),
    ],
)  # fmt: skip
def test_a_field_is_put_into_a_table(table: str, after: str) -> None:
    text = f"description = {table}\n"
    rockspec = rockspec_of(text)
    description = rockspec.fields["description"].value
    assert isinstance(description, Table)
    edits = style.insert_field(rockspec.tree, description, 'license = "MIT"', after="summary")
    assert apply_edits(text, edits) == f"description = {after}\n"
