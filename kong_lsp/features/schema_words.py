"""What the words of Kong's schema language mean, and which releases have them.

After kong/db/schema/init.lua and metaschema.lua of 0.15 to 3.9.
"""

from __future__ import annotations

from typing import NamedTuple

from kong_lsp.kong.releases import Release, find


class Word(NamedTuple):
    """``since`` and ``until`` name releases; ``on`` are the types of field that it is of use
    on, () for all. ``rank`` orders proposals: 1 is usual, 5 rare."""

    doc: str
    since: str = "0.15"
    until: str = ""
    on: tuple[str, ...] = ()
    rank: int = 3

    def known_to(self, release: Release) -> bool:
        """Whether a release has it."""
        first, last = find(self.since), find(self.until)
        return (first is None or release >= first) and (last is None or release <= last)

    @property
    def span(self) -> str:
        """The releases that have it, for people to read."""
        first = f"since Kong {self.since}"
        return f"{first}, until {self.until}" if self.until else first


_NUMBERS = ("number", "integer")
_LISTS = ("array", "set")
_SIZED = ("string", "array", "set", "map")
_UNIQUE = ("string", "number", "integer", "foreign")

TOP = {
    "name": Word("The plugin's name. Kong's messages about the schema show it.", rank=0),
    "fields": Word(
        "The plugin's fields: a list of tables with one field each, `config` among them.", rank=0
    ),
    "entity_checks": Word("Checks between fields: a list of tables with one check each.", rank=2),
    "shorthand_fields": Word(
        "Fields that are accepted in a configuration and turned into others by `func`.", "2.2"
    ),
    "shorthands": Word("Functions that turn a field of that name into others.", "1.1", "2.8"),
    "transformations": Word(
        "Functions that change fields when they are written or read: `on_write`, `on_read`.", "1.4"
    ),
    "check": Word("A function that checks the whole configuration.", rank=5),
}
"""The top level of a plugin's schema."""

ATTRIBUTES = {
    "type": Word("The type of the value. Mandatory.", rank=0),
    "required": Word(
        "Whether null is refused. A record in a record is required unless it says `false`.", rank=1
    ),
    "default": Word(
        "The value where none is given: data of the field's type, no function. Defaults are filled "
        "in before entity checks run.",
        rank=1,
    ),
    "description": Word(
        "What the field is for, in 10 to 500 characters: with fewer the plugin does not load.",
        "3.4",
        rank=2,
    ),
    "one_of": Word(
        "The values that are accepted. On an array or set it belongs into `elements`.",
        on=("string", *_NUMBERS),
        rank=1,
    ),
    "not_one_of": Word("The values that are refused.", "1.2", on=("string", *_NUMBERS)),
    "elements": Word("What each element is.", on=_LISTS, rank=0),
    "keys": Word("What each key is.", on=("map",), rank=0),
    "values": Word("What each value is.", on=("map",), rank=0),
    "fields": Word(
        "The fields of a record: a list of tables with one field each.", on=("record",), rank=0
    ),
    "entity_checks": Word("Checks between the fields of a record.", on=("record",), rank=2),
    "shorthand_fields": Word(
        "Fields that are accepted and turned into others by `func`.", "2.2", on=("record",)
    ),
    "shorthands": Word(
        "Functions that turn a field of that name into others.", "1.1", "2.8", ("record",)
    ),
    "func": Word(
        "Of a shorthand field: a function that takes its value and returns the fields to set.",
        "2.2",
        rank=1,
    ),
    "translate_backwards": Word(
        "Of a shorthand field: the names that lead to the field whose value it shows.", "3.6"
    ),
    "between": Word("The least and the greatest number: `{ 0, 65535 }`.", on=_NUMBERS, rank=2),
    "gt": Word(
        "The number has to be greater. There is no `lt`, `ge`, `min` or `max`.", on=_NUMBERS
    ),
    "eq": Word("The only value that is accepted; `ngx.null`: it must not be set."),
    "ne": Word("A value that is refused."),
    "len_eq": Word("The exact length.", on=_SIZED),
    "len_min": Word(
        "The least length. A string must not be empty unless this is 0.", on=_SIZED, rank=2
    ),
    "len_max": Word("The greatest length.", on=_SIZED, rank=2),
    "match": Word("A Lua pattern that the string has to match.", on=("string",), rank=2),
    "not_match": Word("A Lua pattern that the string must not match.", on=("string",)),
    "match_all": Word(
        "Lua patterns that the string has to match, all of them: `{ { pattern = …, err = … } }`.",
        on=("string",),
    ),
    "match_any": Word(
        "Lua patterns of which the string has to match one: `{ patterns = { … }, err = … }`.",
        on=("string",),
    ),
    "match_none": Word(
        "Lua patterns that the string must not match: `{ { pattern = …, err = … } }`.",
        on=("string",),
    ),
    "starts_with": Word("How the string has to begin, as plain text.", on=("string",)),
    "is_regex": Word("The string has to be a regular expression (PCRE).", on=("string",)),
    "uuid": Word("The string has to be a UUID.", on=("string",)),
    "timestamp": Word("The number has to be a time: greater than 0.", on=_NUMBERS),
    "contains": Word("A value that has to be among the elements.", on=_LISTS),
    "mutually_exclusive_subsets": Word(
        "Lists of values of which the elements may come from one alone.", "1.3", on=_LISTS
    ),
    "custom_validator": Word(
        "A function that takes the value and returns true, or nil and a message."
    ),
    "err": Word("A message that replaces those of the field's validators.", rank=4),
    "referenceable": Word(
        "Whether `{vault://…}` may stand here; Kong then skips the validators.",
        "2.8",
        on=("string", "array", "set", "map"),
        rank=2,
    ),
    "encrypted": Word(
        "Whether Kong Enterprise encrypts the value in its database.",
        "2.7",
        on=("string", "array", "set", "map"),
    ),
    "deprecation": Word(
        "That the field is deprecated: `message`, `removal_in_version`, `old_default`, "
        "`replaced_with`.",
        "3.7",
    ),
    "examples": Word("Values for the documentation.", "3.6", rank=4),
    "json_schema": Word("The JSON Schema of the value.", "3.5", on=("json",), rank=0),
    "reference": Word("The entity that a foreign key points to.", on=("foreign",), rank=0),
    "on_delete": Word(
        "What happens when the foreign entity is deleted: `restrict`, `cascade` or `null`.",
        on=("foreign",),
    ),
    "unique": Word("Whether no other entity may have the value.", on=_UNIQUE, rank=4),
    "unique_across_ws": Word(
        "Whether `unique` holds across workspaces.", "1.3", on=_UNIQUE, rank=5
    ),
    "auto": Word("Whether Kong makes the value: a UUID, a time, a random string.", rank=5),
    "immutable": Word("Whether the value must not be changed.", rank=5),
    "abstract": Word("Whether the field is for sub-schemas to define.", rank=5),
    "transient": Word("Whether the value is not kept in the database.", "3.8", rank=5),
    "generate_admin_api": Word("Whether the admin API gets routes for it.", rank=5),
    "legacy": Word("A mark for fields of old plugins.", "0.15", "2.8", ("string",), 5),
}
"""The attributes of a field."""

TYPES = {
    "string": Word("Text, not empty unless `len_min = 0`.", rank=1),
    "number": Word("A number; a string with digits is refused.", rank=1),
    "integer": Word("A whole number; `2.0` is one.", rank=1),
    "boolean": Word("`true` or `false`.", rank=1),
    "array": Word("A list; wants `elements`.", rank=1),
    "set": Word("A list without order whose duplicates are dropped; wants `elements`.", rank=1),
    "map": Word("A table with free keys; wants `keys` and `values`.", rank=1),
    "record": Word("A table with fixed fields; wants `fields`.", rank=1),
    "foreign": Word("A key of another entity; wants `reference`.", rank=4),
    "function": Word("A Lua function: no configuration file can hold one.", rank=5),
    "json": Word("Any value that a JSON Schema takes; wants `json_schema`.", "3.5", rank=4),
}

CHECKS = {
    "at_least_one_of": Word("One of these fields has to be set."),
    "only_one_of": Word("Exactly one of these fields has to be set."),
    "distinct": Word("These fields must not have the same value."),
    "mutually_required": Word("All of these fields have to be set, or none."),
    "mutually_exclusive": Word("At most one of these fields may be set.", "2.6"),
    "mutually_exclusive_sets": Word(
        "If a field of `set1` is set, none of `set2` may be, and the other way round.", "1.2"
    ),
    "conditional": Word(
        "If `if_field` matches `if_match`, `then_field` has to match `then_match`."
    ),
    "conditional_at_least_one_of": Word(
        "If `if_field` matches `if_match`, one of `then_at_least_one_of` has to be set."
    ),
    "custom_entity_check": Word(
        "A function `fn` that takes the fields of `field_sources` and returns true, or nil and a "
        "message."
    ),
}
"""The entity checks. A field counts as not set if it is null, an empty string or table."""

ARGUMENTS = {
    "if_field": Word("The field that decides; `config.redis.host` is one in records.", rank=0),
    "if_match": Word("The validators that it is held against.", rank=0),
    "then_field": Word("The field that is checked then.", rank=0),
    "then_match": Word("The validators, and `required`, that it is held against.", rank=0),
    "then_err": Word("The message."),
    "then_at_least_one_of": Word("Fields of which one has to be set then.", rank=0),
    "else_match": Word("The validators that `if_field` is held against otherwise."),
    "else_then_at_least_one_of": Word("Fields of which one has to be set in that case."),
    "else_then_err": Word("The message in that case."),
    "field_sources": Word("The fields that the function gets.", rank=0),
    "fn": Word("The function: true, or nil and a message.", rank=0),
    "run_with_missing_fields": Word("Whether it runs when fields are not set.", "3.2"),
    "run_with_invalid_fields": Word("Whether it runs when fields are not valid.", "3.2"),
    "set1": Word("The one set of fields.", rank=0),
    "set2": Word("The other set of fields.", rank=0),
    "pattern": Word("A Lua pattern.", rank=0),
    "patterns": Word("Lua patterns.", rank=0),
    "message": Word("What is said of the deprecation. Mandatory.", rank=0),
    "removal_in_version": Word("The release that drops the field. Mandatory.", rank=0),
    "old_default": Word("The default that the field had."),
    "replaced_with": Word("Where the value belongs now: `{ { path = { … } } }`.", "3.8"),
    "path": Word("The names that lead to the new field.", rank=0),
    "reverse_mapping_function": Word("A function that gives the old value from the new one."),
    "input": Word("The fields that the functions take.", rank=0),
    "needs": Word("Other fields that they take."),
    "on_write": Word("Called before the values are written.", rank=1),
    "on_read": Word("Called after they were read.", rank=1),
    "namespace": Word("Where Kong looks the JSON Schema up."),
    "parent_subschema_key": Word("The field whose value names the JSON Schema."),
    "optional": Word("Whether there may be no JSON Schema."),
    "inline": Word("The JSON Schema itself.", rank=0),
}
"""The keys of what a check or an attribute takes."""

PLUGIN_FIELDS = {
    "config": Word("The plugin's configuration.", rank=0),
    "protocols": Word("The protocols that the plugin works with.", "1.1", rank=1),
    "consumer": Word("`typedefs.no_consumer`: the plugin cannot be set on a consumer.", rank=1),
    "route": Word("`typedefs.no_route`: the plugin cannot be set on a route.", rank=2),
    "service": Word("`typedefs.no_service`: the plugin cannot be set on a service.", rank=2),
}
"""The fields that a plugin's schema gives a definition of its own."""
