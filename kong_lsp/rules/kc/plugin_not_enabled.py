"""A plugin is used in a configuration, and the list that governs it does not enable it.

## What it does
Finds the list that says which plugins Kong loads, `plugins` in kong.conf or `KONG_PLUGINS` in
a compose file, a Dockerfile, a `.env` file, Helm values or a Deployment (`plugins_available`
and `custom_plugins` for old releases): in the file itself, in its folder, else in the nearest
folder above. Each plugin that the file uses must be in that list, by name or as one of those
that `bundled` stands for. Nothing is said where no list is found, or where it holds a
template.

## Why it matters
Kong refuses the file: `plugin 'greeter' not enabled; add it to the 'plugins' configuration
property`. A list without `bundled` unloads all that Kong brings, and a variable of the
environment replaces the line in kong.conf.

## Example
```yaml
# file: docker-compose.yml
services:
  kong:
    image: kong:3.9
    environment:
      KONG_DATABASE: "off"
      KONG_PLUGINS: bundled
# file: kong.yml
_format_version: "3.0"
plugins:
- name: greeter
# handler: kong/plugins/greeter/handler.lua
# schema: kong/plugins/greeter/schema.lua
```

## Use instead
```yaml
# file: docker-compose.yml
services:
  kong:
    image: kong:3.9
    environment:
      KONG_DATABASE: "off"
      KONG_PLUGINS: bundled,greeter
# file: kong.yml
_format_version: "3.0"
plugins:
- name: greeter
# handler: kong/plugins/greeter/handler.lua
# schema: kong/plugins/greeter/schema.lua
```

## Fix
The name is added to the list, in the file that holds it and in its form; for a plugin that
Kong bundles there is a second fix that adds `bundled`. Safe where Kong bundles the plugin or the
workspace holds it; otherwise not applied without `--unsafe`. In the `plugins:` of Helm values
an entry like the last one is added, whose ConfigMap has to be made: not without `--unsafe`.

## If this still fails
`docker exec CONTAINER env` and `kong config parse -vv` show what Kong reads. Kong has to be
restarted: a reload does not load plugins that are new in a variable of the environment.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from posixpath import relpath

from kong_lsp.config.edits import added
from kong_lsp.config.facts import Use
from kong_lsp.config.model import Config, Part
from kong_lsp.finding import Finding, Fix, Related, Severity, TextChange
from kong_lsp.rules.kc import plugin_names
from kong_lsp.rules.kc.plugin_names import View
from kong_lsp.rules.km.shipping import safe_if
from kong_lsp.rules.rule import Rule
from kong_lsp.rules.shared_words import not_enabled
from kong_lsp.workspace import link
from kong_lsp.workspace.snapshot import Snapshot

rule = Rule("KC302", "plugin-not-enabled", Severity.WARNING)

_MOST_LISTS = 3


def check(snapshot: Snapshot, config: Config) -> Iterator[Finding]:
    """Each use of a plugin that is not enabled."""
    view = plugin_names.view(snapshot, config)
    if not view.enabled.complete:
        return
    # A list with quotes too many enables these as well, once KC306 has put it right.
    mended = {
        name.strip(plugin_names.WRAPPING)
        for each in view.enabled.lists
        for name in each.enabled.names
    }
    if "bundled" in mended:
        mended |= link.bundled_in(view.root, view.release)
    wrong = frozenset(
        name
        for name, role in config.names
        if role == "plugin" and name and not view.is_loaded(name) and name not in mended
        if plugin_names.meant(view.names, name) is None
    )
    if not wrong:
        return

    def look(part: Part) -> Iterator[Use]:
        return (use for use in part.uses if use.name in wrong and use.role == "plugin")

    said = {name: _said(snapshot, view, config, name) for name in sorted(wrong)}
    uses = list(chain.from_iterable(config.each(rule.code, wrong, look)))
    for use, span in zip(uses, config.spans([use.at for use in uses]), strict=True):
        message, related, fixes = said[use.name]
        yield rule.finding(config.path, span, message, related=related, fixes=fixes)


def _said(
    snapshot: Snapshot, view: View, config: Config, name: str
) -> tuple[str, tuple[Related, ...], tuple[Fix, ...]]:
    lists = view.enabled.lists[:_MOST_LISTS]
    first = lists[0]
    where = f"{first.enabled.written} in {_shown(view, first.config)}"
    message = f"The plugin '{name}' is not enabled: it is not in {where}. "
    replaced = [
        each
        for each in view.enabled.hidden
        if name in link.loads(view.root, each.enabled, link.release_for(view.root, each.config))
    ]
    if replaced:
        message = (
            f"The plugin '{name}' is not enabled: {_shown(view, replaced[0].config)} lists it, "
            f"but {where} replaces that list. "
        )
    message += f'Kong says "{not_enabled(name, view.release)}".'
    related = tuple(
        Related(
            each.config.path,
            each.config.span(each.enabled.key_at),
            f"{each.enabled.written} is set here",
        )
        for each in (*lists, *replaced)
    )
    fixes = [_adding(snapshot, view, each, name) for each in lists]
    if name in link.bundled_in(view.root, view.release) and first.enabled.key == "plugins":
        fixes.append(_adding(snapshot, view, first, "bundled"))
    return message, related, tuple(fix for fix in fixes if fix is not None)


def _adding(snapshot: Snapshot, view: View, each: link.Governing, name: str) -> Fix | None:
    text = plugin_names.text_of(snapshot, each.config)
    edits = added(each.config, each.enabled, (name,), text)
    if edits is None:
        return None
    title = f"Add {name} to {each.enabled.written} in {_shown(view, each.config)}"
    fine = not view.is_unknown(name) and plugin_names.lacks(view, name) is None
    safety = safe_if((name == "bundled" or fine) and not each.enabled.implied)
    return Fix(title, (TextChange(each.config.path, edits),), safety)


def _shown(view: View, config: Config) -> str:
    return relpath(config.path, view.root.path)
