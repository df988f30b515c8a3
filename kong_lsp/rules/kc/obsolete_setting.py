"""A setting is one of other releases of Kong.

## What it does
Compares the setting that holds a list of plugins with the target release: `plugins_available`
was read until Kong 0.5, `custom_plugins` from 0.6 to 0.15, `plugins` from 0.14 on. Also told
of: `go_plugins_dir` and `go_pluginserver_exe`, which Kong 3.0 dropped. Where the right
setting stands beside it and holds every name, it is information only; so are other settings that
only older releases read (`cassandra_port`), and those for which Kong says what to use instead.

## Why it matters
Kong ignores a setting that it does not know, without a word. Then each plugin in it is not
there: `plugin 'greeter' not enabled; add it to the 'plugins' configuration property`.

## Example
```yaml
# file: docker-compose.yml
services:
  kong:
    image: kong:3.9
    environment:
      KONG_CUSTOM_PLUGINS: greeter
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
      KONG_PLUGINS: bundled,greeter
# handler: kong/plugins/greeter/handler.lua
# schema: kong/plugins/greeter/schema.lua
```

## Fix
Safe: the setting is replaced by the one that this Kong reads, and its value carried over;
where that one is there already, it gets the names that it lacks and the old one goes. For the
YAML configuration of Kong 0.8 and older, which newer releases do not read at all, a
`kong.conf` is created: not without `--unsafe`.

## If this still fails
Set `kong_version` if this is for another Kong. `custom_plugins` in a decK file is something
else: a list of plugins with their sources, which this rule leaves alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import dirname

from kong_lsp.config import edits
from kong_lsp.config.facts import EnabledList, ListKey, Setting
from kong_lsp.config.model import Config
from kong_lsp.finding import Change, CreateFile, Finding, Fix, Severity, TextChange
from kong_lsp.kong import bundled, settings
from kong_lsp.kong.releases import Release
from kong_lsp.rules.kc import kong_settings, plugin_names
from kong_lsp.rules.kc.kong_settings import Read
from kong_lsp.rules.kc.plugin_names import View
from kong_lsp.rules.rule import Rule
from kong_lsp.text import Edit, Span
from kong_lsp.workspace import link
from kong_lsp.workspace.snapshot import Snapshot

rule = Rule("KC304", "obsolete-setting", Severity.WARNING)

_GO = ("go_plugins_dir", "go_pluginserver_exe")


def check(snapshot: Snapshot, config: Config) -> Iterator[Finding]:
    """Each setting of plugins that this Kong ignores."""
    view = plugin_names.view(snapshot, config)
    for each in config.enabled:
        if not each.implied and not link.read(each, view.release):
            yield _ignored_list(snapshot, view, config, each)
    if view.release.number >= (3, 0):
        yield from (_ignored_go(view, config, each) for each in config.settings if each.name in _GO)
    asked = kong_settings.read(snapshot, config)
    if asked is not None:
        text = ""
        for setting in asked.settings:
            if setting.name not in _GO and settings.is_known(setting.name):
                text = text or plugin_names.text_of(snapshot, config)
                yield from _old(asked, config, setting, text)


def _ignored_list(snapshot: Snapshot, view: View, config: Config, each: EnabledList) -> Finding:
    key = key_of(view.release)
    text = plugin_names.text_of(snapshot, config)
    right = next(
        (o for o in config.enabled if (o.key, o.scope) == (key, each.scope) and not o.implied), None
    )
    wanted = _wanted(view.release, each)
    lacking: tuple[str, ...] = wanted
    if right is not None:
        there = link.loads(view.root, right, view.release)
        lacking = tuple(name for name in wanted if name not in there and name != "bundled")
    reads = _written(each.written, each.key, key)
    yaml = config.kind == "kong.yml" and view.release.number >= (0, 9)
    place = "kong.conf, and reads " + key if yaml else reads
    message = f"Kong {view.release} ignores {each.written}: it reads {place}"
    done = right is not None and not lacking and not right.templated and not each.templated
    if done:
        message += ", which holds all of this already."
        fixes = _fix(f"Remove {each.written}", config, edits.without_setting(config, each, text))
    else:
        message += ". The plugins in it are not enabled." if each.items else "."
        if right is not None:
            fixes = _merged(config, each, right, lacking, text)
        elif yaml:
            fixes = _moved(view, config, each, wanted, text)
        else:
            fixes = _fix(
                f"Replace {each.written} by {reads}",
                config,
                _replaced(view.release, config, each, reads, key, text),
            )
    assumed = link.certain_release(view.root, config) is None
    if assumed and not done:
        message += " (No file says which Kong this is for; set kong_version.)"
    severity = Severity.INFORMATION if done or assumed else Severity.WARNING
    span = config.span(each.key_at)
    return rule.finding(
        config.path, span, message, severity=severity, fixes=fixes, tags=("deprecated",)
    )


def _ignored_go(view: View, config: Config, each: Setting) -> Finding:
    return rule.finding(
        config.path,
        config.span(each.key_at),
        f"Kong {view.release} ignores {each.written}: since 3.0 a plugin server is set up by "
        "pluginserver_names and pluginserver_NAME_start_cmd.",
        tags=("deprecated",),
    )


def _old(asked: Read, config: Config, setting: Setting, text: str) -> Iterator[Finding]:
    """A setting that only older releases read, or that Kong would have replaced."""
    known = settings.find(setting.name, asked.release)
    eras = settings.eras(setting.name)
    fixes: tuple[Fix, ...] = ()
    if known is None:
        certain = len(asked.releases) == 1 and not settings.of_family(setting.name)
        if not certain or not eras or eras[-1].until > asked.release:
            return
        last = eras[-1].until
        message = (
            f"Kong {asked.release} ignores {setting.written}: Kong {last} was the last to read it."
        )
    elif known.instead:
        message = f"Kong {asked.release} says that {setting.written} is deprecated"
        instead = _written(setting.written, setting.name, known.instead)
        message += f", and to use {instead} instead."
        span = config.span(setting.key_at)
        taken = known.instead in asked.scopes.get(setting.scope, ())
        in_file = setting.source == "file"
        sound = kong_settings.accepted(asked, known.instead, setting.value, in_file=in_file)
        edit = edits.renamed(span, text[slice(*span)], instead) if sound and not taken else None
        fixes = _fix(f"Replace {setting.written} by {instead}", config, edit)
    else:
        return
    yield rule.finding(
        config.path,
        config.span(setting.key_at),
        message,
        severity=Severity.INFORMATION,
        fixes=fixes,
        tags=("deprecated",),
    )


def key_of(release: Release) -> ListKey:
    """The setting with the list of plugins that a release reads."""
    if release.number < (0, 6):
        return "plugins_available"
    return "custom_plugins" if release.number < (0, 14) else "plugins"


def _written(written: str, old: str, new: str) -> str:
    """``new`` as a file spells it that spells ``old`` so: ``KONG_CUSTOM_PLUGINS``."""
    return written.replace(old, new).replace(old.upper(), new.upper())


def _wanted(release: Release, each: EnabledList) -> tuple[str, ...]:
    """What the right setting has to hold so that the same plugins are loaded."""
    names = [name for name in each.names if name not in ("", "off", "bundled")]
    known = bundled.plugins(release)
    if key_of(release) == "plugins_available":
        return tuple(names)
    own = [name for name in names if name not in known]
    return tuple(own) if key_of(release) == "custom_plugins" else ("bundled", *own)


def _fix(title: str, config: Config, changes: edits.Edits | None) -> tuple[Fix, ...]:
    return () if changes is None else (Fix(title, (TextChange(config.path, changes),)),)


def _replaced(
    release: Release, config: Config, each: EnabledList, reads: str, key: ListKey, text: str
) -> edits.Edits | None:
    """The old setting under the new name, its value carried over."""
    if each.templated or not edits.follows(config, each, text) or _is_other_kind(config, release):
        return None
    if key == "plugins_available" and each.key == "custom_plugins":
        return None
    renamed = edits.renamed(config.span(each.key_at), each.written, reads)
    if renamed is None:
        return None
    first = each.items[0].text if each.items else ""
    if key == "plugins":
        if each.items and first not in ("bundled", "off"):
            value = edits.led(config, each, "bundled", text)
            return None if value is None else (*renamed, *value)
        return renamed
    wanted = _wanted(release, each)
    surplus = [i for i, item in enumerate(each.items) if item.text and item.text not in wanted]
    if not surplus:
        return renamed
    value = edits.holding(config, each, wanted, text)
    return None if value is None else (*renamed, *value)


def _is_other_kind(config: Config, release: Release) -> bool:
    """Whether a release reads no file of this kind."""
    return (config.kind == "kong.yml") != (release.number < (0, 9))


def _merged(
    config: Config, each: EnabledList, right: EnabledList, lacking: tuple[str, ...], text: str
) -> tuple[Fix, ...]:
    """The names go to the right setting, and the old one goes."""
    if right.templated or each.templated:
        return ()
    gone = edits.without_setting(config, each, text)
    more = edits.added(config, right, lacking, text) if lacking else ()
    if gone is None or more is None:
        return ()
    return _fix(f"Move {', '.join(lacking)} to {right.written}", config, (*more, *gone))


def _moved(
    view: View, config: Config, each: EnabledList, wanted: tuple[str, ...], text: str
) -> tuple[Fix, ...]:
    """A new kong.conf has the list, and the YAML file has it no more."""
    path = f"{dirname(config.path)}/kong.conf"
    if each.templated or view.root.exists(path) is not False or each.value is None:
        return ()
    key = config.span(each.key_at)
    start = text.rfind("\n", 0, key.start) + 1
    end = text.find("\n", config.span(each.value).end)
    changes: tuple[Change, ...] = (
        CreateFile(path, f"{key_of(view.release)} = {','.join(wanted)}\n"),
        TextChange(config.path, (Edit(Span(start, len(text) if end < 0 else end + 1), ""),)),
    )
    return (Fix(f"Move {each.written} to a new kong.conf", changes, "unsafe"),)
