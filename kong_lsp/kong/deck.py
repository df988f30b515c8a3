"""The keys of a decK file that are decK's own, and what they hold.

After Kong/go-database-reconciler 1.3x (``pkg/file/types.go``, ``kong_json_schema.json``).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from kong_lsp.kong.schema.fields import Field, read_field

_STRING = {"type": "string"}
_NEEDED = {"type": "string", "required": True}
_BOOLEAN = {"type": "boolean"}
_NAMES = {"type": "array", "elements": _STRING}
_OPEN: dict[str, object] = {"type": "map", "keys": _STRING, "values": {"type": "any"}}


def _record(**fields: Mapping[str, object]) -> dict[str, object]:
    return {"type": "record", "fields": [{name: given} for name, given in fields.items()]}


@cache
def top_keys() -> Mapping[str, Field]:
    """The keys at the top of a file. A service in ``service_packages`` is Kong's own."""
    names = ("consumer_groups", "consumers", "partials", "routes", "services")
    defaults = _record(route=_OPEN, service=_OPEN, target=_OPEN, upstream=_OPEN)
    document = _record(id=_STRING, path=_STRING, published=_BOOLEAN)
    implementation = _record(type=_NEEDED, kong={**_record(service=_OPEN), "required": True})
    version = _record(id=_STRING, version=_NEEDED, implementation=implementation, document=document)
    package = _record(
        id=_STRING,
        name=_NEEDED,
        description=_STRING,
        versions={"type": "array", "elements": version},
        document=document,
    )
    given: dict[str, dict[str, object]] = {
        "_info": _record(
            select_tags=_NAMES,
            default_lookup_tags=_record(**dict.fromkeys(names, _NAMES)),
            defaults=defaults,
            consumer_group_policy_overrides=_BOOLEAN,
            skip_hash_for_basic_auth=_BOOLEAN,
            include_plugin_definitions=_BOOLEAN,
        ),
        "_konnect": _record(control_plane_name=_STRING, runtime_group_name=_STRING),
        "_plugin_configs": {"type": "map", "keys": _STRING, "values": _OPEN},
        "_workspace": {"type": "string"},
        "service_packages": {"type": "array", "elements": package},
    }
    return {name: read_field(field) for name, field in given.items()}
