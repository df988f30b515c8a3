"""The name of a rock stands where the name of its plugin belongs.

## What it does
Compares each name of a plugin with the names of the workspace's rocks. A rock is what
LuaRocks installs (`kong-plugin-greeter`); the plugin is the folder in it (`kong/plugins/greeter`),
and Kong knows that name only.

## Why it matters
Kong looks for a module `kong.plugins.kong-plugin-greeter.handler` and stops: `kong-plugin-greeter
plugin is enabled but not installed`.

## Example
```yaml
# file: docker-compose.yml
services:
  kong:
    environment:
      KONG_PLUGINS: bundled,kong-plugin-greeter
-- rock: kong-plugin-greeter
build = { type = "builtin", modules = {
  ["kong.plugins.greeter.handler"] = "kong/plugins/greeter/handler.lua",
  ["kong.plugins.greeter.schema"] = "kong/plugins/greeter/schema.lua",
} }
-- handler: kong/plugins/greeter/handler.lua
-- schema: kong/plugins/greeter/schema.lua
```

## Use instead
```yaml
# file: docker-compose.yml
services:
  kong:
    environment:
      KONG_PLUGINS: bundled,greeter
-- rock: kong-plugin-greeter
build = { type = "builtin", modules = {
  ["kong.plugins.greeter.handler"] = "kong/plugins/greeter/handler.lua",
  ["kong.plugins.greeter.schema"] = "kong/plugins/greeter/schema.lua",
} }
-- handler: kong/plugins/greeter/handler.lua
-- schema: kong/plugins/greeter/schema.lua
```

## Fix
Safe: the plugin's name takes the place of the rock's. Where the rock holds several plugins
there is a fix for each, none of them applied without `--unsafe`.

## If this still fails
`luarocks show kong-plugin-greeter` lists the modules of the rock: the plugin's name is what
stands between `kong.plugins.` and `.handler`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from kong_lsp.config.edits import removed, renamed
from kong_lsp.config.facts import EnabledList, Use
from kong_lsp.config.model import Config, Part
from kong_lsp.finding import Finding, Fix, Severity, TextChange
from kong_lsp.rules.kc import plugin_names
from kong_lsp.rules.kc.plugin_names import Meant, View
from kong_lsp.rules.km.shipping import safe_if
from kong_lsp.rules.rule import Rule
from kong_lsp.rules.shared_words import not_enabled, not_installed
from kong_lsp.text import Span
from kong_lsp.workspace.snapshot import Snapshot

rule = Rule("KC303", "rock-name", Severity.ERROR)

_MOST_FIXES = 5


def check(snapshot: Snapshot, config: Config) -> Iterator[Finding]:
    """Each name of a rock."""
    view = plugin_names.view(snapshot, config)
    used = {name for name, role in config.names if role in plugin_names.RUN}
    wrong = frozenset(name for name in used if _rock(view, name) is not None)
    if wrong:

        def look(part: Part) -> Iterator[Use]:
            return (u for u in part.uses if u.name in wrong and u.role in plugin_names.RUN)

        uses = list(chain.from_iterable(config.each(rule.code, wrong, look)))
        for use, span in zip(uses, config.spans([use.at for use in uses]), strict=True):
            yield from _finding(view, config, use.name, span)
    for each, index, item in plugin_names.items(view.lists):
        if _rock(view, item.text) is not None:
            text = plugin_names.text_of(snapshot, config)
            span = config.span(item.at)
            yield from _finding(view, config, item.text, span, (each, index, text))


def _rock(view: View, name: str) -> Meant | None:
    right = plugin_names.meant(view.names, name)
    return right if right is not None and right.rock else None


def _finding(
    view: View,
    config: Config,
    name: str,
    span: Span,
    listed: tuple[EnabledList, int, str] | None = None,
) -> Iterator[Finding]:
    right = _rock(view, name)
    if right is None:
        return
    fixes = []
    for plugin in right.plugins[:_MOST_FIXES]:
        title, edits = f"Change to {plugin}", renamed(span, name, plugin)
        if listed is not None and plugin in listed[0].names:
            title, edits = f"Remove {name}", removed(config, *listed)
            fine = True
        elif listed is not None:
            fine = plugin_names.lacks(view, plugin) is None
        else:
            fine = view.is_loaded(plugin)
        if edits is not None:
            safety = safe_if(right.sure and fine)
            fixes.append(Fix(title, (TextChange(config.path, edits),), safety))
    words = not_enabled(name, view.release)
    if listed is not None:
        words = not_installed(name, view.release)
    plugins = " or ".join(f"'{plugin}'" for plugin in right.plugins)
    yield rule.finding(
        config.path,
        span,
        f"'{name}' is the name of the rock; the plugin's is {plugins}. Did you mean {plugins}? "
        f'Kong says "{words}".',
        fixes=tuple(fixes),
    )
