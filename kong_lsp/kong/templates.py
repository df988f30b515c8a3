"""New modules of a plugin, as small as Kong takes them and whole enough to work.

What each release takes: 0.1 to 1.1 call a handler's methods on an object made with
``:extend()`` and ``:new()`` (``kong.plugins.base_plugin``); from 1.2 a plain table will do.
Schemas are a record of ``fields`` as a list from 0.15 on, and a map before.
"""

from __future__ import annotations

from kong_lsp.kong.releases import Release

_OLD_HANDLER = """\
local BasePlugin = require "kong.plugins.base_plugin"

local Plugin = BasePlugin:extend()

Plugin.PRIORITY = 1000
Plugin.VERSION = "0.1.0"

function Plugin:new()
  Plugin.super.new(self, "{plugin}")
end

function Plugin:access(config)
  Plugin.super.access(self)
end

return Plugin
"""
_HANDLER = """\
local Plugin = {{
  PRIORITY = 1000,
  VERSION = "0.1.0",
}}

function Plugin:access(config)
end

return Plugin
"""
_OLD_SCHEMA = """\
return {
  fields = {},
}
"""
_SCHEMA = """\
return {{
  name = "{plugin}",
  fields = {{
    {{
      config = {{
        type = "record",
        fields = {{}},
      }},
    }},
  }},
}}
"""
_TYPED_SCHEMA = """\
local typedefs = require "kong.db.schema.typedefs"

return {{
  name = "{plugin}",
  fields = {{
    {{ protocols = typedefs.protocols_http }},
    {{
      config = {{
        type = "record",
        fields = {{}},
      }},
    }},
  }},
}}
"""
_OWN = """\
local _M = {}

return _M
"""


def handler(plugin: str, release: Release) -> str:
    """A handler that loads and does nothing."""
    template = _OLD_HANDLER if release.number < (1, 2) else _HANDLER
    return template.format(plugin=plugin)


def schema(plugin: str, release: Release) -> str:
    """A schema with an empty ``config``."""
    if release.number < (0, 15):
        return _OLD_SCHEMA
    template = _SCHEMA if release.number < (1, 5) else _TYPED_SCHEMA
    return template.format(plugin=plugin)


def module(plugin: str, tail: str, release: Release) -> str:
    """The module ``kong.plugins.PLUGIN.TAIL``: what Kong expects of it, or an empty table."""
    match tail:
        case "handler":
            return handler(plugin, release)
        case "schema":
            return schema(plugin, release)
        case "api" | "daos" | "migrations" | "migrations.init" | "status_api" | "hooks":
            return "return {}\n"
        case _:
            return _OWN
