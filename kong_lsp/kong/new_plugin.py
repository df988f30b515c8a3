"""The files of a new plugin, whole enough to be installed, enabled and tested.

What each release takes is said in ``templates``; Kong's own global ``kong`` is there from
0.14 on. No file needs Kong to be loaded but a handler for 1.1 and older.
"""

from __future__ import annotations

from kong_lsp.kong.releases import Release

_HANDLER = """\
local Plugin = {{
  PRIORITY = 1000, -- plugins with a higher one run earlier
  VERSION = "0.1.0",
}}

function Plugin:access(conf)
  kong.log.debug("{name} was here")
end

function Plugin:header_filter(conf)
  kong.response.set_header(conf.response_header, "{name}")
end

return Plugin
"""
_OLD_HANDLER = """\
local BasePlugin = require "kong.plugins.base_plugin"

local Plugin = BasePlugin:extend()

Plugin.PRIORITY = 1000 -- plugins with a higher one run earlier
Plugin.VERSION = "0.1.0"

function Plugin:new()
  Plugin.super.new(self, "{name}")
end

function Plugin:header_filter(conf)
  Plugin.super.header_filter(self)
  ngx.header[conf.response_header] = "{name}"
end

return Plugin
"""
_SCHEMA = """\
return {{
  name = "{name}",
  fields = {{
    {{
      config = {{
        type = "record",
        fields = {{
          {{ response_header = {{ type = "string", required = true, default = "{header}" }} }},
        }},
      }},
    }},
  }},
}}
"""
_OLD_SCHEMA = """\
return {{
  fields = {{
    response_header = {{ type = "string", required = true, default = "{header}" }},
  }},
}}
"""
_ROCKSPEC = """\
package = "kong-plugin-{name}"
version = "0.1.0-1"
source = {{
  url = "git+https://github.com/your-name/kong-plugin-{name}.git",
  tag = "0.1.0",
}}
description = {{
  summary = "A plugin for Kong",
  homepage = "https://github.com/your-name/kong-plugin-{name}",
  license = "Apache-2.0",
}}
dependencies = {{
  "lua >= 5.1",
}}
build = {{
  type = "builtin",
  modules = {{
    ["kong.plugins.{name}.handler"] = "kong/plugins/{name}/handler.lua",
    ["kong.plugins.{name}.schema"] = "kong/plugins/{name}/schema.lua",
  }},
}}
"""
_SPEC = """\
local helpers = require "spec.helpers"

local PLUGIN_NAME = "{name}"

for _, strategy in helpers.each_strategy() do
  describe(PLUGIN_NAME .. " [#" .. strategy .. "]", function()
    local client

    lazy_setup(function()
      local bp = helpers.get_db_utils(strategy, nil, {{ PLUGIN_NAME }})
      local route = bp.routes:insert({{ hosts = {{ "{name}.test" }} }})
      bp.plugins:insert({{ name = PLUGIN_NAME, route = {{ id = route.id }}, config = {{}} }})
      assert(helpers.start_kong({{
        database = strategy,
        nginx_conf = "spec/fixtures/custom_nginx.template",
        plugins = "bundled," .. PLUGIN_NAME,
      }}))
    end)

    lazy_teardown(function()
      helpers.stop_kong(nil, true)
    end)

    before_each(function()
      client = helpers.proxy_client()
    end)

    after_each(function()
      if client then
        client:close()
      end
    end)

    it("adds its header to a response", function()
      local response = client:get("/request", {{ headers = {{ host = "{name}.test" }} }})
      assert.response(response).has.status(200)
      assert.equal(PLUGIN_NAME, assert.response(response).has.header("{header}"))
    end)
  end)
end
"""
_OLD_SPEC = """\
describe("{name}", function()
  it("has a header to set", function()
    local schema = require "kong.plugins.{name}.schema"
    assert.equal("{header}", schema.fields.response_header.default)
  end)
end)
"""
_README = """\
# kong-plugin-{name}

A plugin for Kong {release}.

## Install

```sh
luarocks make
```

In `kong.conf`:

```
{setting}
```

or, where Kong is set up by its environment, `{variable}`.

## Configuration

| field | type | default | |
|---|---|---|---|
| `response_header` | string | `{header}` | the header that is added to each response |

## Test

With [Pongo](https://github.com/Kong/kong-pongo): `pongo run`.
"""


def setting(name: str, release: Release) -> str:
    """The line of kong.conf that enables a plugin and keeps those that Kong brings."""
    if release.number < (0, 14):
        return f"custom_plugins = {name}"
    return f"plugins = bundled,{name}"


def files(name: str, release: Release) -> dict[str, str]:
    """The files of a plugin by their paths, without a ``kong.conf``."""
    key, _, value = setting(name, release).partition(" = ")
    words = {
        "name": name,
        "header": "X-" + "-".join(part.capitalize() for part in name.replace("_", "-").split("-")),
        "release": release.name,
        "setting": f"{key} = {value}",
        "variable": f"KONG_{key.upper()}={value}",
    }
    old = release.number < (1, 2)
    handler = _OLD_HANDLER if old else _HANDLER
    schema = _OLD_SCHEMA if release.number < (0, 15) else _SCHEMA
    spec = _OLD_SPEC if release.number < (0, 15) else _SPEC
    folder = f"kong/plugins/{name}"
    return {
        f"kong-plugin-{name.lower()}-0.1.0-1.rockspec": _ROCKSPEC.format(**words),
        f"{folder}/handler.lua": handler.format(**words),
        f"{folder}/schema.lua": schema.format(**words),
        f"spec/{name}/01-header_spec.lua": spec.format(**words),
        "README.md": _README.format(**words),
    }
