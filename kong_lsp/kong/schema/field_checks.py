"""What Kong checks of the value of a field, but for what is inside it: its type, its validators.

The messages are those of kong/db/schema/init.lua, 2.8 to 3.9.
"""

from __future__ import annotations

from dataclasses import replace

from kong_lsp.kong.schema import functions, plugin_functions
from kong_lsp.kong.schema.faults import Errors, Fault
from kong_lsp.kong.schema.fields import TYPES, Field
from kong_lsp.kong.schema.quick import validators_of
from kong_lsp.kong.schema.run import Run
from kong_lsp.kong.schema.validators import VALIDATORS
from kong_lsp.kong.schema.values import (
    MISSING,
    UNKNOWN,
    Function,
    as_mapping,
    is_number,
    is_table,
    text,
)
from kong_lsp.syntax.lua.patterns import Budget

SIMPLE = ("string", "number", "integer", "boolean", "foreign")
"""Types of values that hold no fields."""

REQUIRED = Fault("required field missing", "required")


def passes(own: Field, value: object) -> bool:
    """Whether there is nothing to look at: an absent value that may be, or a default."""
    attributes = own.attributes
    if value is None:
        plain = "eq" not in attributes and "ne" not in attributes
        return plain and not own.required and own.type is not UNKNOWN
    is_default = value is attributes.get("default", MISSING) and not is_table(value)
    return is_default and own.type in SIMPLE and "custom_validator" not in attributes


def type_fault(own: Field, value: object) -> Fault | Errors | None:
    """What is wrong with the type of a value of no container; None where it is right."""
    match own.type:
        case "foreign":
            return _foreign_fault(value)
        case "integer":
            if not is_number(value) or value != value // 1 or abs(value) == float("inf"):
                return Fault("expected an integer", "type")
        case "number":
            if not is_number(value):
                return Fault("expected a number", "type")
        case "boolean":
            if not isinstance(value, bool):
                return Fault("expected a boolean", "type")
        case "string":
            if not isinstance(value, str):
                return Fault("expected a string", "type")
        case "function":
            if not isinstance(value, Function):
                return Fault("expected a function", "type")
        case kind:
            if kind not in TYPES and kind not in ("any", "self"):
                return Fault(f"invalid type: {text(kind)}", "no_such_type")
    return None


def _foreign_fault(value: object) -> Errors | None:
    """A foreign key is a table with the other entity's ``id``."""
    if not is_table(value):
        return {"id": Fault("missing primary key", "reference")}
    key = as_mapping(value).get("id", MISSING)
    if key is UNKNOWN:
        return None
    if key is MISSING or key is False:
        return {"id": Fault("missing primary key", "reference")}
    if key is None:
        return {"id": REQUIRED}
    if not isinstance(key, str):
        return {"id": Fault("expected a string", "type")}
    message = VALIDATORS["uuid"](key, True, "string", Budget(0))
    return {"id": Fault(message, "uuid")} if message else None


def worded(own: Field, message: str, kind: str) -> Fault:
    """The fault in the field's own words (``err``), where it has some."""
    err = own.attributes.get("err")
    return Fault(err if isinstance(err, str) else message, kind)


def run_validators(run: Run, own: Field, value: object) -> Fault | None:
    """What the first validator that refuses a value says; those that cannot be run are noted
    in ``run.opaque``."""
    for name, argument in validators_of(own):
        message = None
        if argument is UNKNOWN:
            run.opaque.append(tuple(run.path))
        elif name == "custom_validator":
            message = _run_function(run, argument, value)
        else:
            if name == "is_regex":
                run.opaque.append(tuple(run.path))
            message = VALIDATORS[name](value, argument, own.type, run.patterns)
        if message is not None:
            fault = worded(own, message, name)
            asked = plugin_functions.FIELDS.get(getattr(argument, "name", None) or "", ())
            return replace(fault, fields=asked) if asked else fault
    return None


def _run_function(run: Run, function: object, value: object) -> str | None:
    name = function.name if isinstance(function, Function) else None
    known, message = functions.validate(name, value)
    if not known:
        run.opaque.append(tuple(run.path))
    return message
