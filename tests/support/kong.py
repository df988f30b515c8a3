"""A small Kong, as its source tree is laid out."""

from __future__ import annotations

from collections.abc import Mapping

META = """
local version = setmetatable({{ major = {major}, minor = {minor}, patch = {patch} }}, {{
  __tostring = function(t) return string.format("%d.%d.%d", t.major, t.minor, t.patch) end
}})
return {{ _VERSION = tostring(version), version = tostring(version) }}
"""

HANDLER = """
local meta = require "kong.meta"
local Handler = { PRIORITY = 700, VERSION = meta.version }
function Handler:access() end
return Handler
"""

SCHEMA = """
local typedefs = require "kong.db.schema.typedefs"
return {
  name = "queue-jumper",
  fields = {
    { protocols = typedefs.protocols_http },
    { config = { type = "record", fields = {
      { host = typedefs.host { required = true } },
      { limit = { type = "integer", default = 10, between = { 1, 100 } } },
    } } },
  },
}
"""

CONSTANTS = """
local plugins = {{ {plugins} }}
local map = {{}}
for i = 1, #plugins do map[plugins[i]] = true end
local constants = {{ BUNDLED_PLUGINS = map, CORE_ENTITIES = {{ {entities} }} }}
for _, name in ipairs(constants.CORE_ENTITIES) do constants.CORE_ENTITIES[name] = true end
return constants
"""


def kong(
    version: str = "3.9.1",
    plugins: Mapping[str, str] | None = None,
    entities: Mapping[str, str] | None = None,
    others: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """The files of a Kong with these plugins (name → schema.lua) and entities."""
    plugins = {"queue-jumper": SCHEMA} if plugins is None else plugins
    major, minor, patch = version.split(".")
    files = {
        "kong/meta.lua": META.format(major=major, minor=minor, patch=patch),
        "kong/constants.lua": CONSTANTS.format(
            plugins=_quoted(plugins), entities=_quoted(entities or {})
        ),
    }
    for name, schema in plugins.items():
        files[f"kong/plugins/{name}/schema.lua"] = schema
        files[f"kong/plugins/{name}/handler.lua"] = HANDLER
    for name, entity in (entities or {}).items():
        files[f"kong/db/schema/entities/{name}.lua"] = entity
    return {**files, **(others or {})}


def _quoted(names: Mapping[str, str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
