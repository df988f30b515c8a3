"""A plugin is enabled and its folder is here, but its handler or schema is not.

## What it does
Looks, for each name in a list of plugins to load, for the handler and the schema of the
plugin of that name, if the workspace holds its folder: in the folder, or in what a rockspec
lists. Where a plugin server or wasm filters are set up nothing is said, nor of a plugin that a
Dockerfile, a script or a volume takes from a folder of another name.

## Why it matters
Kong does not start: `greeter plugin is enabled but not installed`, or `no configuration schema
found for plugin: greeter`.

## Example
```yaml
# file: docker-compose.yml
services:
  kong:
    environment:
      KONG_PLUGINS: bundled,greeter
# file: kong/plugins/greeter/hander.lua
return { PRIORITY = 1000, VERSION = "1.0.0" }
# schema: kong/plugins/greeter/schema.lua
```

## Use instead
```yaml
# file: docker-compose.yml
services:
  kong:
    environment:
      KONG_PLUGINS: bundled,greeter
# handler: kong/plugins/greeter/handler.lua
# schema: kong/plugins/greeter/schema.lua
```

## Fix
Not applied without `--unsafe`: where a file such as `hander.lua` is there it is renamed, else
a handler or schema that works is created.

## If this still fails
Kong looks for `kong/plugins/NAME/handler.lua` below each folder of `lua_package_path`: the
path must end in `/?.lua`, and name the folder that holds `kong/`.
"""

from __future__ import annotations

from collections.abc import Iterator

from kong_lsp.config.model import Config
from kong_lsp.finding import CreateFile, Finding, Fix, RenameFile, Severity
from kong_lsp.kong import templates
from kong_lsp.rules.kc import plugin_names
from kong_lsp.rules.kc.plugin_names import View
from kong_lsp.rules.km.naming import near_tail
from kong_lsp.rules.rule import Rule
from kong_lsp.rules.shared_words import no_schema, not_installed
from kong_lsp.workspace.snapshot import Snapshot

rule = Rule("KC305", "plugin-not-installed", Severity.ERROR)


def check(snapshot: Snapshot, config: Config) -> Iterator[Finding]:
    """Each enabled plugin that lacks a module that Kong must have."""
    view = plugin_names.view(snapshot, config)
    for _, _, item in plugin_names.items(view.lists):
        name = item.text
        tail = plugin_names.lacks(view, name)
        if tail is None:
            continue
        words = not_installed(name, view.release) if tail == "handler" else no_schema(name)
        yield rule.finding(
            config.path,
            config.span(item.at),
            f"The plugin '{name}' is enabled but not installed: its {tail} "
            f'(kong.plugins.{name}.{tail}) is nowhere. Kong stops with "{words}".',
            fixes=tuple(_fixes(view, name, tail)),
        )


def _fixes(view: View, name: str, tail: str) -> Iterator[Fix]:
    tree = next(tree for tree in view.root.plugins if tree.name == name)
    path = f"{tree.folder}/{tail}.lua"
    for near, file in tree.modules.items():
        if "." not in near and near_tail(view.release, near) == tail:
            yield Fix(f"Rename {near}.lua to {tail}.lua", (RenameFile(file, path),), "unsafe")
    text = templates.module(name, tail, view.release)
    shown = path[len(view.root.path) + 1 :]
    yield Fix(f"Create {shown}", (CreateFile(path, text),), "unsafe")
