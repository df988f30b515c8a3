"""A plugin without a rockspec requires a module of its own that it does not have.

## What it does
Follows the requires of the modules that Kong loads of the plugin. Of those of its own,
`kong.plugins.NAME.…`, each is to be in its folder. Plugins of Kong's own names are passed over,
those that a Dockerfile or a volume puts together, and requires inside `pcall`; what a rockspec
packages is `KM108`'s.

## Why it matters
Kong does not start: `module 'kong.plugins.greeter.acess' not found`.

## Example
```lua
-- file: kong/plugins/greeter/handler.lua
local access = require "kong.plugins.greeter.acess"

local Greeter = { PRIORITY = 1000, VERSION = "1.0.0" }

function Greeter:access(conf)
  access.run(conf)
end

return Greeter
-- file: kong/plugins/greeter/access.lua
return { run = function(conf) end }
-- schema: kong/plugins/greeter/schema.lua
```

## Use instead
```lua
-- file: kong/plugins/greeter/handler.lua
local access = require "kong.plugins.greeter.access"

local Greeter = { PRIORITY = 1000, VERSION = "1.0.0" }

function Greeter:access(conf)
  access.run(conf)
end

return Greeter
-- file: kong/plugins/greeter/access.lua
return { run = function(conf) end }
-- schema: kong/plugins/greeter/schema.lua
```

## Fix
Safe where one module of the plugin is called nearly so: it is required instead.

## If this still fails
A file `x.lua` in the folder `kong/plugins/greeter` is `kong.plugins.greeter.x`, a file `x/init.lua` as well;
upper and lower case count.
"""

from __future__ import annotations

from collections.abc import Iterator

from kong_lsp.finding import Finding, Severity
from kong_lsp.kong import bundled
from kong_lsp.rules.km.naming import near_module
from kong_lsp.rules.km.unresolved_require import respelt
from kong_lsp.rules.kp.plugin_words import is_here, loaded_files, packaging
from kong_lsp.rules.rule import Rule
from kong_lsp.workspace.snapshot import Requirer, Root, Snapshot
from kong_lsp.workspace.sources import PluginSource

rule = Rule("KP213", "missing-own-module", Severity.ERROR)


def check(snapshot: Snapshot, plugin: PluginSource) -> Iterator[Finding]:
    """Each place that requires such a module."""
    root = snapshot.root_of_source(plugin)
    if _may_be_elsewhere(snapshot, root, plugin):
        return
    own = [f"{plugin.tree.key_prefix}.{tail}" for tail in plugin.tree.modules]
    for path in loaded_files(root, plugin):
        for require in root.lua[path].requires:
            module = require.module
            if module is None or require.protected or module in root.modules:
                continue
            if not module.startswith(plugin.tree.key_prefix + ".") or module.endswith("."):
                continue
            if is_here(root, module) or _is_made(root, module):
                continue
            better = near_module(module, own)
            hint = f' Did you mean "{better}"?' if better else ""
            requirer = Requirer(path, require)
            yield rule.finding(
                path,
                require.span,
                f"The plugin '{plugin.name}' has no {module}: Kong stops with "
                f"\"module '{module}' not found\".{hint}",
                fixes=tuple(respelt(requirer, module, better, is_safe=True)) if better else (),
            )


def _may_be_elsewhere(snapshot: Snapshot, root: Root, plugin: PluginSource) -> bool:
    """Whether not all of the plugin has to be in its folder."""
    return (
        bool(packaging(snapshot, plugin) or bundled.bundled_in(plugin.name))
        or plugin.name in bundled.enterprise()
        or (root.source is not None and plugin.name in root.source.names)
        or any(plugin.name in config.puts for config in root.configs)
    )


def _is_made(root: Root, module: str) -> bool:
    """Whether some tool makes the module, or it is no Lua: ``x.tl``, ``x.lua.in``, ``x.so``."""
    tail = f"/{module.rpartition('.')[2]}."
    return any(tail in path for path in root.listing.files if not path.endswith(".lua"))
