"""The value of a setting is not one that Kong takes.

## What it does
Compares values in kong.conf, in `KONG_*` variables and under `env` of Helm values with what the
target release allows: one of some choices (`database`, `log_level`, `role`…), a number within
its limits, on or off, addresses to listen on with their flags (`proxy_listen`…). Also told of:
quotes around a whole value, which Kong keeps, and a folder without `?` in `lua_package_path`.
Values with a template in them and `{vault://…}` are left alone.

## Why it matters
Kong does not start: `database has an invalid value: 'postgress' (postgres, cassandra, off)`. Of a
switch it understands `on` and `true`, and takes all else for off, without a word; a number that
is none is as good as not written. Below a folder without `?` Lua finds nothing: `cannot read
/opt/plugins: Is a directory`.

## Example
```ini
# file: kong.conf
database = postgress
pg_ssl = yes
```

## Use instead
```ini
# file: kong.conf
database = postgres
pg_ssl = on
```

## Fix
The value is changed to the choice that is nearly the same, a switch to `on`, a folder to
`FOLDER/?.lua`; the quotes are removed. Safe where only case or quotes change; otherwise not
applied without `--unsafe`.

## If this still fails
Set `kong_version` if this is for another Kong: the choices are those of one release. `kong check
kong.conf` says what Kong thinks of the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kong_lsp.config.facts import Setting
from kong_lsp.config.model import Config
from kong_lsp.finding import Finding, Fix, Safety, Severity, TextChange
from kong_lsp.kong import settings
from kong_lsp.kong.releases import MASTER
from kong_lsp.kong.settings import Known
from kong_lsp.rules.kc import kong_settings, plugin_names
from kong_lsp.rules.kc.kong_settings import FAR, Read, accepted, keeps_quotes
from kong_lsp.rules.rule import Rule
from kong_lsp.spelling import nearest
from kong_lsp.syntax.yaml.nodes import plain_type
from kong_lsp.text import Edit
from kong_lsp.workspace.snapshot import Snapshot

rule = Rule("KC316", "invalid-setting-value", Severity.ERROR)

_YES = frozenset(("yes", "y", "1", "on", "true", "enable", "enabled"))
_BLANK = re.compile(r"<[^<>]*>")
"""What stands where a value is to be filled in."""
_FOLDER = re.compile(r"\s*\.{0,2}/[\w./-]*(?<!\.lua)\s*")
"""What names no file, and has no place for the name of one."""
_ENTERPRISE = {"cluster_mtls": ("pki_check_cn",)}
"""Choices that Kong Enterprise alone has."""


def check(snapshot: Snapshot, config: Config) -> Iterator[Finding]:
    """Each value that Kong refuses, or takes for another one."""
    asked = kong_settings.read(snapshot, config)
    if asked is None:
        return
    text = ""
    for setting in asked.settings:
        known = settings.find(setting.name, asked.release)
        if known is None or not setting.value:
            continue
        judged = _judged(asked, known, setting)
        if judged is None:
            continue
        text = text or plugin_names.text_of(snapshot, config)
        message, severity = judged
        if not _is_made_by_yaml(config, setting, text):
            fixes = tuple(_fixes(asked, known, config, setting, text))
            span = config.span(setting.value_at)
            yield rule.finding(config.path, span, message, severity=severity, fixes=fixes)


def _judged(asked: Read, known: Known, setting: Setting) -> tuple[str, Severity] | None:
    value = setting.value or ""
    in_file = setting.source == "file"
    words = settings.refusal(known, value, asked.release, in_file=in_file)
    if words is not None:
        if value in _ENTERPRISE.get(known.name, ()) or not _is_certain(asked, setting):
            return None
        severity = Severity.WARNING if asked.release is MASTER else Severity.ERROR
        return f'Kong {asked.release} does not start: "{words}".', severity
    taken = None if _BLANK.fullmatch(value) else settings.taken_for(known, value)
    name = setting.written
    if taken == "nothing":
        message = f"{name} is to be a number: Kong takes nothing from '{value}'."
    elif taken is not None:
        message = f"Kong takes '{value}' for off: {name} is on only where it says so: on."
    elif flat := _without_mark(known, value):
        message = (
            f"{name}: '{flat}' has no ? for the name of a module. Kong finds no plugin there, and "
            f'where it is a folder it stops with "cannot read {flat}: Is a directory".'
        )
    elif keeps_quotes(known.name, value):
        message = f"Kong keeps the quotes: they are part of the value of {name}."
    else:
        return None
    return message, Severity.WARNING


def _without_mark(known: Known, value: str) -> str | None:
    """The first folder of ``lua_package_path`` that stands where a template such as
    ``/opt/?.lua`` belongs."""
    if known.name != "lua_package_path":
        return None
    found = (part.strip() for part in value.strip("'\"").split(";") if _FOLDER.fullmatch(part))
    return next(found, None)


def _is_certain(asked: Read, setting: Setting) -> bool:
    """Whether all releases that the file may be for refuse the value."""
    eras = ((settings.find(setting.name, release), release) for release in asked.releases)
    in_file = setting.source == "file"
    return all(
        settings.refusal(era, setting.value or "", release, in_file=in_file) is not None
        for era, release in eras
        if era is not None
    )


def _is_made_by_yaml(config: Config, setting: Setting, text: str) -> bool:
    """Whether it is a bare ``yes`` or ``off`` of YAML, of which each tool makes another text."""
    if config.tree is None or plain_type(setting.value or "") == "str":
        return False
    start = config.span(setting.value_at).start
    number = plain_type(setting.value or "") in ("int", "float")
    return not number and text[start - 1 : start] not in ("'", '"', "=")


def _fixes(asked: Read, known: Known, config: Config, setting: Setting, text: str) -> Iterator[Fix]:
    value = setting.value or ""
    span = config.span(setting.value_at)
    bare = value[1:-1] if keeps_quotes(known.name, value) else value
    if known.type in ("boolean", "ngx_boolean"):
        better: str | None = bare if bare in ("on", "off") else None
        if better is None and bare.casefold() in _YES:
            better = "on"
    elif known.allowed and bare not in known.allowed:
        better = nearest(bare, known.allowed)
    elif flat := _without_mark(known, bare):
        better = ";".join(
            f"{part.rstrip(' /')}/?.lua" if part.strip() == flat else part
            for part in bare.split(";")
        )
    else:
        better = bare
    if better is None or better == value or text[slice(*span)] != value:
        return
    if accepted(asked, known.name, better, in_file=setting.source == "file"):
        same = better.casefold() == bare.casefold()
        safety: Safety = "safe" if same and known.name not in FAR else "unsafe"
        yield Fix(f"Change to {better}", (TextChange(config.path, (Edit(span, better),)),), safety)
