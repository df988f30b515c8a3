"""What Kong and LuaRocks say, as it stands in logs and terminals, leads to the right page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kong_lsp.rules.errors import lookup

NAMES = ("acme", "response-transformer", "plugin")

KONG = [
    ("You are using a plugin that has not been enabled in the configuration: {}", "KC302"),
    ("{} plugin is in use but not enabled", "KC302"),
    ("plugin '{}' not enabled; add it to the 'plugins' configuration property", "KC302"),
    ('Plugin "{}" not found', "KC302"),
    (
        (
            "The following plugin has been enabled in the configuration but it is not installed on "
            "the system: {}"
        ),
        "KC305",
    ),
    (
        (
            "The following plugin has been enabled in the configuration but is not installed on the "
            "system: {}"
        ),
        "KC305",
    ),
    (
        (
            "{0} plugin is enabled but not installed;\nmodule 'kong.plugins.{0}.handler' not found:"
            "No LuaRocks module found for kong.plugins.{0}.handler\n"
            "\tno field package.preload['kong.plugins.{0}.handler']\n"
            "\tno file '/usr/local/share/lua/5.1/kong/plugins/{0}/handler.lua'"
        ),
        "KC305",
    ),
    ("{} plugin is enabled but not installed;\nno plugin found", "KC305"),
    ("no configuration schema found for plugin: {}", "KM105"),
    (
        (
            "error loading plugin schemas: on plugin '{0}': {0} plugin is enabled but not installed;\n"
            "no plugin found"
        ),
        "KC305",
    ),
    (
        (
            "error loading plugin schemas: on plugin '{0}': no configuration schema found for plugin: "
            "{0}"
        ),
        "KM105",
    ),
    ("error loading plugin schemas: on plugin '{}': schema violation (config: no)", "KP206"),
    ("failed converting legacy schema for {}: unkown legacy field type: range", "KP206"),
    ('failed converting legacy schema for {}: unknown legacy field attribute: "regex"', "KP206"),
    ("schema for plugin '{}' is invalid: schema violation (fields.1: no)", "KP206"),
    (
        (
            "error initializing schema for plugin: error in definition of '{}': config: cannot create "
            "a new field"
        ),
        "KP206",
    ),
    (
        (
            "error initializing schema for plugin: error in definition of '{}': config: cannot change "
            "type in a specialized field"
        ),
        "KP206",
    ),
    (
        (
            'Plugin "{}" cannot be loaded because its PRIORITY field is not a valid integer number, '
            'got: "nil".'
        ),
        "KP201",
    ),
    (
        (
            'Plugin "{}" cannot be loaded because its VERSION field does not follow the "x.y.z" '
            'format, got: "1..0".'
        ),
        "KP202",
    ),
    (
        'Plugin "{}" can\'t be loaded because it implements both `response` and `body_filter`',
        "KP205",
    ),
    ("custom plugin '{}' returned non-array daos definition table", "KP208"),
    (
        (
            "schema of custom plugin entity '{}.keys' is invalid: schema violation (ttl: expected a "
            "boolean)"
        ),
        "KP208",
    ),
    ("migrations index from 'kong.plugins.{}.migrations' must be a table", "KP209"),
    (
        "failed to load migration 'kong.plugins.{0}.migrations.000_base' of '{0}' subsystem",
        "KM112",
    ),
    ("plugin '{}' has been deprecated", ""),
    ("duplicate plugin/wasm filter name: {}", ""),
    ("query_command undefined for pluginserver {}", ""),
    ("module 'kong.plugins.base_plugin' not found", "KP203"),
    (
        (
            "error loading module 'kong.plugins.{0}.handler':\n"
            "/usr/local/share/lua/5.1/kong/plugins/{0}/handler.lua:1: module "
            "'kong.plugins.base_plugin' not found:"
        ),
        "KP203",
    ),
    ("module 'kong.plugins.{}.tools' not found:", "KM102"),
]
LUAROCKS = [
    ("Unknown field {}", "KR004"),
    ("Unknown field {} (using rockspec format 3.0)", "KR004"),
    (
        (
            "Unknown field {} (using rockspec format 1.0 -- adding 'rockspec_format = \"3.0\"' to the "
            "rockspec will fix this)"
        ),
        "KR004",
    ),
    ("Mandatory field source.url is missing. (using rockspec format 1.0)", "KR005"),
    ("Type mismatch on field build: expected a table (using rockspec format 1.0)", "KR006"),
    ("Type mismatch on field dependencies[1]: expected a string, got table", "KR006"),
    ("Type mismatch on field deploy.wrap_bin_scripts: expected boolean", "KR006"),
    (
        (
            "Type mismatch on field version: invalid value '{}' does not match [%w.]+-[%d]+ (using "
            "rockspec format 1.0)"
        ),
        "KR007",
    ),
    (
        (
            "Type mismatch on field dependencies[2]: invalid value '{}>=' does not match a valid "
            "dependency string (using rockspec format 1.0)"
        ),
        "KR008",
    ),
    ("Unknown variable: {}", "KR002"),
    ("Unknown variables: {}, plugin_version", "KR002"),
    (
        (
            'Could not load rockspec file /w/{0}-1.0-1.rockspec (Error loading file: [string "/w/{0}'
            "-1.0-1.rockspec\"]:12: '}}' expected (to close '{{' at line 8) near 'modules')"
        ),
        "KR001",
    ),
    (
        (
            'Could not load rockspec file /w/{0}-1.0-1.rockspec (Error running file: [string "/w/{0}'
            "-1.0-1.rockspec\"]:12: attempt to concatenate global 'v' (a nil value))"
        ),
        "KR003",
    ),
    (
        "Could not load rockspec file {0}.rockspec ({0}.rockspec: No such file or directory)",
        "KR009",
    ),
    (
        (
            "Parse error processing dependency '{0} >> 5.1': Failed to parse constraint '>> 5.1' with "
            "error: Encountered bad constraint operator: '>>' in '>> 5.1'"
        ),
        "KR008",
    ),
    (
        (
            "Inconsistency between rockspec filename ({0}.rockspec) and its contents "
            "({0}-1.0-1.rockspec)."
        ),
        "KR009",
    ),
    ("Could not satisfy dependency luarocks-build-{0}: No results matching query", "KR013"),
    ("Build error: Missing build.modules table", "KM114"),
    ("Build error: Failed compiling object src/{}.o", "KM110"),
    (
        (
            "Build error: Failed installing kong/plugins/{0}/schema.lua in /usr/local/lib/luarocks/"
            "rocks-5.1/{0}/1.0-1/lua/kong/plugins/{0}/schema.lua: kong/plugins/{0}/schema.lua: No such "
            "file or directory"
        ),
        "KM101",
    ),
]


def pasted(text: str) -> Iterator[str]:
    """A text as people copy it."""
    yield text
    yield text.lower()
    yield f"  'Error: {text}'\n"
    yield text.replace('"', '\\"').replace("\n", "\\n")
    yield text.replace("'", '"').replace("`", "'")
    words = text.split(" ")
    yield "\n".join(" ".join(words[i : i + 5]) for i in range(0, len(words), 5))


def logged(text: str) -> Iterator[str]:
    """A text as logs of Kong hold it."""
    place = "/usr/local/share/lua/5.1/kong/init.lua:553:"
    yield (
        f"2024/01/31 12:00:00 [error] 1#0: init_by_lua error: {place} {text}\nstack traceback:\n"
        f"\t[C]: in function 'assert'\n\t{place} in function 'init'\n\tinit_by_lua:3: in main chunk"
    )
    yield f"nginx: [error] init_by_lua error: {place} {text}"
    yield f"kong-1  | 2024-01-31T12:00:00.123Z ERROR: {text}, context: init_by_lua*"
    yield f"Error: {place} {text}\n\n  Run with --v (verbose) or --vv (debug) for more details"


def leads_to(said: str) -> str | None:
    """The rule that is named first, "" for a text that has none."""
    found = lookup(said)
    return (*found[0].codes, "")[0] if found else None


@pytest.mark.parametrize(("text", "code"), KONG)
def test_what_kong_says(text: str, code: str) -> None:
    for name in NAMES:
        said = text.format(name)
        for form in (*pasted(said), *logged(said)):
            assert leads_to(form) == code, form


@pytest.mark.parametrize(("text", "code"), LUAROCKS)
def test_what_luarocks_says(text: str, code: str) -> None:
    for name in NAMES:
        for form in pasted(text.format(name)):
            assert leads_to(form) == code, form


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("enabled but not installed", "KC305"),
        ("in use but not enabled", "KC302"),
        ("cannot create a new field", "KP206"),
        ("is not a valid integer number", "KP201"),
        ("implements both `response` and", "KP205"),
        ("returned non-array daos", "KP208"),
        ("is missing. (using rockspec format 1.0)", "KR005"),
        ("expected a table (using rockspec format 1.0)", "KR006"),
        ("does not match a valid dependency string (using rockspec format 3.0)", "KR008"),
        ("(Error running file: x.rockspec:3: attempt to index a nil value)", "KR003"),
        ("limit: unknown field", "KC308"),
    ],
)
def test_a_part_of_what_was_said(said: str, code: str) -> None:
    assert leads_to(said) == code


@pytest.mark.parametrize("said", ["", "hello", "the plugin does not work", "502 bad gateway"])
def test_what_is_no_error_of_theirs_leads_nowhere(said: str) -> None:
    assert leads_to(said) is None
