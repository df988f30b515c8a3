"""What Kong and LuaRocks say when something is wrong, and the rules that find it first.

Texts of Kong 0.1 to 3.9 and of LuaRocks 3.13; ``…`` stands for a name, a path or a number.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple


class ErrorText(NamedTuple):
    """One error text. ``means`` says what is the matter; ``codes`` are rules, likeliest first."""

    by: Literal["Kong", "LuaRocks"]
    text: str
    means: str
    codes: tuple[str, ...]


def _error(by: Literal["Kong", "LuaRocks"], text: str, means: str, *codes: str) -> ErrorText:
    return ErrorText(by, text, means, codes)


_OFF = "A configuration uses the plugin, and the list of enabled plugins does not name it."
_ABSENT = (
    "The plugin is enabled, and Kong finds no handler: it is not in the rock, not in Lua's path, "
    "or the name is not that of the plugin."
)
_SCHEMA = "The plugin's schema.lua is not what Kong's own schema of schemas allows."

ERRORS: tuple[ErrorText, ...] = (
    _error(
        "Kong",
        "You are using a plugin that has not been enabled in the configuration: …",
        _OFF,
        "KC302",
    ),
    _error("Kong", "… plugin is in use but not enabled", _OFF, "KC302"),
    _error(
        "Kong",
        "plugin '…' not enabled; add it to the 'plugins' configuration property",
        _OFF,
        "KC302",
        "KC301",
        "KC303",
    ),
    _error("Kong", 'Plugin "…" not found', _OFF, "KC302", "KC301"),
    _error(
        "Kong",
        "The following plugin has been enabled in the configuration but it is not installed on the "
        "system: …",
        _ABSENT,
        "KC305",
        "KM103",
        "KM104",
        "KM106",
        "KC306",
    ),
    _error(
        "Kong",
        "The following plugin has been enabled in the configuration but is not installed on the "
        "system: …",
        _ABSENT,
        "KC305",
        "KM103",
        "KM104",
        "KM106",
        "KC306",
    ),
    _error(
        "Kong",
        "… plugin is enabled but not installed; no plugin found",
        _ABSENT,
        "KC305",
        "KM103",
        "KM104",
        "KM106",
        "KC303",
        "KC306",
    ),
    _error(
        "Kong",
        "no configuration schema found for plugin: …",
        "Kong finds no schema.lua of the plugin.",
        "KM105",
        "KM103",
        "KC305",
    ),
    _error(
        "Kong",
        "error loading plugin schemas: on plugin '…': …",
        "What follows says why; it is most often a missing module or a refused schema.",
        "KP206",
        "KC305",
        "KM105",
    ),
    _error(
        "Kong",
        "module '…' not found",
        "The module is not in the rock, or exists nowhere.",
        "KM102",
        "KM103",
        "KM108",
        "KP203",
        "KP213",
    ),
    _error(
        "Kong",
        "module 'kong.plugins.base_plugin' not found",
        "Kong 3.0 removed this module; a handler is a plain table.",
        "KP203",
    ),
    _error(
        "Kong",
        "error loading module 'kong.plugins.….handler'",
        "The file is there and fails to load; the cause follows: another module, or a mistake in "
        "its Lua.",
        "KM102",
        "KM108",
        "KP203",
        "KP211",
        "KP213",
    ),
    _error(
        "Kong",
        "cannot read …: Is a directory",
        "lua_package_path names a folder where a template such as /opt/?.lua belongs.",
        "KC316",
    ),
    _error(
        "Kong",
        "… local 'handler' (a boolean value)",
        "The plugin's handler.lua does not end in return and its table.",
        "KP212",
    ),
    _error(
        "Kong",
        "… local 'schema' (a boolean value)",
        "The plugin's schema.lua does not end in return and its table.",
        "KP212",
    ),
    _error(
        "Kong",
        "failed converting legacy schema for …: unkown legacy field type: …",
        "The schema is written for Kong 0.14 or older.",
        "KP206",
    ),
    _error(
        "Kong",
        'failed converting legacy schema for …: unknown legacy field attribute: "…"',
        "The schema is written for Kong 0.14 or older.",
        "KP206",
    ),
    _error("Kong", "schema for plugin '…' is invalid: …", _SCHEMA, "KP206"),
    _error(
        "Kong",
        "error initializing schema for plugin: error in definition of '…': …: cannot create a new "
        "field",
        _SCHEMA,
        "KP206",
    ),
    _error("Kong", "cannot change type in a specialized field", _SCHEMA, "KP206"),
    _error(
        "Kong", "schema violation (…)", "A value is not what a schema allows.", "KP206", "KC311"
    ),
    _error(
        "Kong",
        'Plugin "…" cannot be loaded because its PRIORITY field is not a valid integer number, '
        'got: "…".',
        "The handler has no PRIORITY, or one that is no whole number.",
        "KP201",
    ),
    _error(
        "Kong",
        'Plugin "…" cannot be loaded because its VERSION field does not follow the "x.y.z" '
        'format, got: "…".',
        "The handler has no VERSION, or one of another form.",
        "KP202",
    ),
    _error(
        "Kong",
        'Plugin "…" can\'t be loaded because it implements both `response` and …',
        "A handler may have `response`, or `header_filter` and `body_filter`, not both.",
        "KP205",
    ),
    _error(
        "Kong",
        "custom plugin '…' returned non-array daos definition table",
        "daos.lua returns a table with names as keys; since 3.0 it has to be a list.",
        "KP208",
    ),
    _error(
        "Kong",
        "schema of custom plugin entity '….…' is invalid: …",
        "An entity in daos.lua is not what Kong allows.",
        "KP208",
    ),
    _error(
        "Kong",
        "migrations index from '…' must be a table",
        "migrations/init.lua returns something else than a list of names.",
        "KP209",
        "KM112",
    ),
    _error(
        "Kong",
        "failed to load migration '…' of '…' subsystem",
        "The index of migrations names a file that is not there.",
        "KM112",
        "KP209",
    ),
    _error(
        "Kong",
        "plugin '…' has been deprecated",
        "Kong still runs the plugin. It says so in its log, and a later release drops it.",
    ),
    _error(
        "Kong",
        "duplicate plugin/wasm filter name: …",
        "A plugin and a WebAssembly filter have the same name: rename one of them.",
    ),
    _error(
        "Kong",
        "query_command undefined for pluginserver …",
        "kong.conf names a plugin server and lacks `pluginserver_NAME_query_cmd` for it.",
    ),
    _error(
        "Kong",
        "error parsing declarative config file …",
        "The declarative file is not what Kong reads; what follows says where.",
        "KC307",
        "KC327",
        "KC320",
        "KC322",
    ),
    _error(
        "Kong",
        "failed parsing declarative configuration: …",
        "The declarative file does not parse.",
        "KC307",
    ),
    _error(
        "Kong", "unknown field", "A field that the schema does not have.", "KC308", "KC320", "KP206"
    ),
    _error(
        "Kong",
        "required field missing",
        "A field that the schema wants is absent.",
        "KC309",
        "KC321",
        "KP206",
    ),
    _error("Kong", "expected a string", "A value of another type.", "KC310", "KC322"),
    _error(
        "Kong", "expected one of: …", "A value that is not among those allowed.", "KC311", "KC323"
    ),
    _error(
        "Kong",
        "… has an invalid value: '…' (…)",
        "A setting has a value that is not among those allowed.",
        "KC316",
    ),
    _error("Kong", "… is not a string: '…'", "A setting has a number that is to be text.", "KC316"),
    _error("Kong", "… must be … or greater", "A setting's number is too small.", "KC316"),
    _error(
        "Kong",
        "… must be an integer between … and …",
        "A setting's number is too small or too large.",
        "KC316",
    ),
    _error("Kong", "Undefined cipher suite …", "No such choice of ssl_cipher_suite.", "KC316"),
    _error(
        "Kong",
        "Cassandra as a datastore for Kong is not supported in versions 3.4 and above. Please use "
        "Postgres.",
        "The database setting is one of older releases.",
        "KC316",
    ),
    _error("LuaRocks", "Unknown field …", "A field that LuaRocks does not know.", "KR004"),
    _error("LuaRocks", "Mandatory field … is missing.", "A field that must be there.", "KR005"),
    _error(
        "LuaRocks",
        "Type mismatch on field …: expected a table",
        "A field holds a value of the wrong type.",
        "KR006",
    ),
    _error(
        "LuaRocks",
        "Type mismatch on field …: expected a string, got …",
        "A field holds a value of the wrong type.",
        "KR006",
    ),
    _error(
        "LuaRocks",
        "Type mismatch on field …: expected boolean",
        "A field holds a value of the wrong type.",
        "KR006",
    ),
    _error(
        "LuaRocks",
        "Type mismatch on field …: invalid value '…' does not match a valid dependency string",
        "A dependency that LuaRocks cannot read.",
        "KR008",
    ),
    _error(
        "LuaRocks",
        "Type mismatch on field …: invalid value '…' does not match …",
        "A value of the right type that LuaRocks cannot use, such as a version.",
        "KR007",
    ),
    _error("LuaRocks", "Unknown variable: …", "A rockspec has no variables but its own.", "KR002"),
    _error("LuaRocks", "Unknown variables: …", "A rockspec has no variables but its own.", "KR002"),
    _error(
        "LuaRocks",
        "(using rockspec format …)",
        "The end of a complaint about a field: another format may have it.",
        "KR004",
        "KR006",
    ),
    _error(
        "LuaRocks",
        "adding 'rockspec_format = \"…\"' to the rockspec will fix this",
        "The field is one of a newer format.",
        "KR004",
    ),
    _error(
        "LuaRocks",
        "Could not load rockspec file … (Error loading file: …",
        "The rockspec is no Lua.",
        "KR001",
        "KR015",
    ),
    _error(
        "LuaRocks",
        "Could not load rockspec file … (Error running file: …",
        "Running the rockspec failed.",
        "KR003",
        "KR002",
    ),
    _error(
        "LuaRocks",
        "Could not load rockspec file … (…: No such file or directory)",
        "There is no rockspec of that name.",
        "KR009",
    ),
    _error(
        "LuaRocks",
        "Parse error processing dependency '…': Failed to parse constraint '…' with error: "
        "Encountered bad constraint operator: '…' in '…'",
        "A dependency that LuaRocks cannot read.",
        "KR008",
    ),
    _error(
        "LuaRocks",
        "Failed installing …: No such file or directory",
        "A file that `build.modules` lists is not there.",
        "KM101",
    ),
    _error(
        "LuaRocks",
        "Build error: Failed installing …",
        "A file that `build.modules` lists is not there.",
        "KM101",
    ),
    _error(
        "LuaRocks",
        "Inconsistency between rockspec filename (…) and its contents (…).",
        "The file's name has to be PACKAGE-VERSION.rockspec.",
        "KR009",
    ),
    _error(
        "LuaRocks",
        "Expected filename in format 'name-version-revision.rockspec'.",
        "The file's name has to be PACKAGE-VERSION.rockspec.",
        "KR009",
    ),
    _error(
        "LuaRocks",
        "Rockspec has no description.license field.",
        "`luarocks lint` wants a licence.",
        "KR011",
    ),
    _error(
        "LuaRocks",
        "Rockspec format … is not supported, please upgrade LuaRocks.",
        "`rockspec_format` is none that LuaRocks knows.",
        "KR007",
    ),
    _error(
        "LuaRocks",
        "Failed initializing build back-end for build type '…'",
        "The build type is none of LuaRocks' own, and its rock is not installed.",
        "KR013",
    ),
    _error(
        "LuaRocks",
        "Could not satisfy dependency luarocks-build-…",
        "The build type is none of LuaRocks' own, and its rock is not to be had.",
        "KR013",
    ),
    _error(
        "LuaRocks",
        "Build error: Missing build.modules table",
        "A rockspec of format 1 has to list its modules.",
        "KM114",
    ),
    _error(
        "LuaRocks",
        "Build error: Failed compiling object …",
        "What `build.modules` lists is no file that ends in `.lua`: LuaRocks takes it for C.",
        "KM110",
    ),
)


def lookup(said: str) -> list[ErrorText]:
    """The error texts that ``said``, a line of a log or a part of one, is or holds; the one
    that says most comes first."""
    body = _FORMAT.sub("", said)
    return (_lookup(body) if body != said else []) or _lookup(said)


_FORMAT = re.compile(r"\(using\s+rockspec\s+format[^)]*\)", re.IGNORECASE)


def _lookup(said: str) -> list[ErrorText]:
    line = _words(said)
    whole = f" {' '.join(line)} "
    plain = " ".join(said.lower().split())
    found = []
    for number, error in enumerate(ERRORS):
        words = _words(error.text)
        common = _common(words, line)
        if common >= max(2, min(3, len(words), len(line))) and (
            common >= min(0.6 * len(words), 0.75 * len(line))
            or any(f" {part} " in whole for part in _parts(error.text))
        ):
            # "Unknown field x" is LuaRocks', "x: unknown field" is Kong's.
            named = error.text.endswith(" …") and error.text[:-1].lower() in plain
            found.append((-common, -common / len(words), not named, number, error))
    return [error for *_, error in sorted(found)]


def _parts(text: str) -> list[str]:
    """The runs of three words and more that stand in each such error, whatever it is about."""
    parts = [_words(part) for part in re.split(r"…|\(", text)]
    return [" ".join(part) for part in parts if len(part) > 2]


def _words(text: str) -> list[str]:
    """Words alone: quotes, marks and case differ from release to release, and in logs."""
    return re.findall(r"[\w.]*\w", text.lower())


def _common(left: list[str], right: list[str]) -> int:
    """How many words two texts have in common, in the same order."""
    before = [0] * (len(right) + 1)
    for word in left:
        now = [0]
        for index, other in enumerate(right):
            now.append(before[index] + 1 if word == other else max(now[-1], before[index + 1]))
        before = now
    return before[-1]
