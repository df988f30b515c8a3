"""Kong drops a setting without a word.

## What it does
Compares the settings in kong.conf, in `KONG_*` variables and under `env` of Helm values with
those that the target release reads, and finds names that are nearly one of them. In kong.conf it
also finds settings below a `[section]`, `name: value` with a colon, a name that is there twice,
and a last line that ends in a backslash. Other names that Kong does not know are left alone:
Kong Enterprise, custom plugins, images and scripts have settings of their own.

## Why it matters
Kong drops what it does not know, and starts with the default. `customer_plugins = greeter` then
looks right, and the plugin is not there.

## Example
```ini
# file: kong.conf
database = off
log_levell = debug
```

## Use instead
```ini
# file: kong.conf
database = off
log_level = debug
```

## Fix
The name is corrected, the colon made a `=`, the line that does not count removed. Safe where
Kong takes the value as it stands and the list of plugins is not touched.

## If this still fails
`kong check -vv kong.conf` prints every setting as Kong has read it. A variable of the
environment replaces the line in kong.conf.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from kong_lsp.config.draft import LISTS, is_made
from kong_lsp.config.facts import At, Setting
from kong_lsp.config.model import Config
from kong_lsp.finding import Finding, Fix, Safety, Severity, TextChange
from kong_lsp.kong import settings
from kong_lsp.kong.releases import Release
from kong_lsp.rules.kc import kong_settings, plugin_names
from kong_lsp.rules.kc.kong_settings import FAR, Read, accepted
from kong_lsp.rules.kc.obsolete_setting import key_of
from kong_lsp.rules.rule import Rule
from kong_lsp.spelling import distance
from kong_lsp.syntax.properties import Properties
from kong_lsp.text import Edit, Span
from kong_lsp.workspace.snapshot import Snapshot

rule = Rule("KC315", "ignored-setting", Severity.WARNING)

_COLON = re.compile(r"([A-Za-z][\w.-]*)([ \t]*:[ \t]*)(.*)", re.DOTALL)
_LONG = 8
_MOST = 2


def check(snapshot: Snapshot, config: Config) -> Iterator[Finding]:
    """Each setting that is there in vain."""
    asked = kong_settings.read(snapshot, config)
    if asked is not None:
        text = ""
        for setting in asked.settings:
            better = meant(setting.name, asked.release)
            if better is not None:
                text = text or plugin_names.text_of(snapshot, config)
                yield _misspelt(asked, config, setting, better, text)
    if config.properties is not None:
        yield from _in_lines(snapshot, config, config.properties)


@lru_cache(maxsize=1024)
def meant(name: str, release: Release) -> str | None:
    """The setting of ``release`` that an unknown one is likely meant to be; None where none
    or several are, and for one that some other release reads."""
    if settings.is_known(name):
        return None
    parts = name.casefold().split("_")
    best: set[str] = set()
    fewest = _MOST
    for candidate in (*settings.names(release), *LISTS):
        wrong = _wrong(parts, candidate.split("_"))
        if wrong <= fewest:
            best = {*(best if wrong == fewest else ()), candidate}
            fewest = wrong
    found = {key_of(release) if each in LISTS else each for each in best}
    return found.pop() if len(found) == 1 else None


def _wrong(parts: list[str], wanted: list[str]) -> int:
    """How many letters of a name are wrong; more than ``_MOST`` where it is another name: each
    word has to be right but for one letter, or two if it is long."""
    if len(parts) != len(wanted):
        bare, other = "".join(parts), "".join(wanted)
        limit = 1 if len(other) >= _LONG else 0
        wrong = distance(bare, other, limit)
        return wrong if wrong <= limit else _MOST + 1
    total = 0
    for one, other in zip(parts, wanted, strict=True):
        longer = max(len(one), len(other))
        limit = 0 if longer < 3 else 1 if longer < _LONG else 2
        wrong = distance(one, other, limit)
        if wrong > limit:
            return _MOST + 1
        total += wrong
    return total


def _misspelt(asked: Read, config: Config, setting: Setting, better: str, text: str) -> Finding:
    written = f"KONG_{better.upper()}" if setting.written.startswith("KONG_") else better
    span = config.span(setting.key_at)
    fixes: tuple[Fix, ...] = ()
    taken = better in asked.scopes.get(setting.scope, ())
    if not taken and text[slice(*span)] == setting.written:
        edits = [Edit(span, written)]
        value = config.span(setting.value_at)
        led = better == "plugins" and _lacks_bundled(setting)
        if led and text[slice(*value)] == setting.value:
            edits.append(Edit(Span(value.start, value.start), "bundled,"))
        sound = accepted(asked, better, setting.value, in_file=setting.source == "file")
        safety: Safety = "safe" if sound and better not in FAR else "unsafe"
        fixes = (Fix(f"Change to {written}", (TextChange(config.path, tuple(edits)),), safety),)
    beside = f", which is set here as well: {written}" if taken else f": {written}"
    return rule.finding(
        config.path,
        span,
        f"Kong {asked.release} has no setting {setting.written}, and drops it without a word. "
        f"Did you mean another one{beside}?",
        fixes=fixes,
    )


def _lacks_bundled(setting: Setting) -> bool:
    """Whether a misspelt ``custom_plugins`` holds names alone, which ``plugins`` replaces."""
    first = (setting.value or "").split(",")[0].strip()
    return "custom" in setting.name and first not in ("", "bundled", "off")


def _in_lines(snapshot: Snapshot, config: Config, lines: Properties) -> Iterator[Finding]:
    def span(found: Span) -> Span:
        return config.span(At(None, found.start, found.end))

    for section in lines.sections:
        below = [
            entry.key
            for entry in lines.entries
            if entry.section == (section.name or "") and settings.is_known(entry.key)
            if entry.lines.start > section.span.start
        ]
        if below:
            yield rule.finding(
                config.path,
                span(section.span),
                "kong.conf has no sections: Kong ignores all settings below this line, "
                f"{below[0]} among them.",
                fixes=(_without(config, lines.text, section.span, "Remove the section", span),),
            )
    for found in lines.strays:
        match = _COLON.fullmatch(lines.text[slice(*found)])
        if match is None or not settings.is_known(match[1]):
            continue
        at = Span(found.start + match.start(2), found.start + match.end(2))
        edits = (Edit(span(at), " = "),)
        asked = kong_settings.read(snapshot, config)
        sound = (
            asked is not None
            and lines.find(match[1]) is None
            and not is_made(match[3])
            and "#" not in match[3]
            and accepted(asked, match[1], match[3], in_file=True)
            and match[1] not in FAR
        )
        safety: Safety = "safe" if sound else "unsafe"
        yield rule.finding(
            config.path,
            span(found),
            f"Kong ignores this line: a setting is written {match[1]} = value.",
            fixes=(Fix('Change ":" to "="', (TextChange(config.path, edits),), safety),),
        )
    for entry in lines.entries:
        if entry.overridden and settings.is_known(entry.key):
            yield rule.finding(
                config.path,
                span(entry.key_span),
                f"Kong ignores this line: {entry.key} is set again below, and the last one counts.",
                fixes=(_without(config, lines.text, entry.lines, "Remove the line", span),),
            )
    if lines.unfinished is not None and "=" in lines.text[slice(*lines.unfinished)]:
        end = lines.unfinished.start + len(lines.text[slice(*lines.unfinished)].rstrip())
        edits = (Edit(span(Span(end - 1, end)), ""),)
        yield rule.finding(
            config.path,
            span(Span(end - 1, end)),
            "A backslash at the end of the last line: Kong waits for more, and loses the line.",
            fixes=(Fix("Remove the backslash", (TextChange(config.path, edits),), "unsafe"),),
        )


def _without(
    config: Config, text: str, found: Span, title: str, span: Callable[[Span], Span]
) -> Fix:
    """The file without the lines of a span, of which Kong reads nothing."""
    end = text.find("\n", max(found.start, found.end - 1))
    lines = Span(found.start, len(text) if end < 0 else end + 1)
    return Fix(title, (TextChange(config.path, (Edit(span(lines), ""),)),), "unsafe")
