"""The rockspec's file name and its contents disagree.

## What it does
Compares the file's name with `package`, in lower case, a dash, and `version`. A file called
`rockspec` may hold anything; templates are left alone.

## Why it matters
LuaRocks refuses the file: `Inconsistency between rockspec filename (acme-1.0-1.rockspec) and
its contents (acme-1.1-1.rockspec).` This is what a forgotten rename looks like after a
version bump.

## Example
```lua
-- file: acme-1.0-1.rockspec
package = "acme"
version = "1.1-1"
source = { url = "git+https://example.com/acme.git" }
description = { license = "MIT" }
build = { type = "builtin", modules = {} }
```

## Use instead
```lua
-- file: acme-1.1-1.rockspec
package = "acme"
version = "1.1-1"
source = { url = "git+https://example.com/acme.git" }
description = { license = "MIT" }
build = { type = "builtin", modules = {} }
```

## Fix
Safe where the name tells a newer version than the contents: `version` is set from it. Else the file
is to be renamed, or `version` or `package` set back: `kong-lsp fix --unsafe` renames.

## If this still fails
The name is in lower case even where `package` is not; the version is not changed. Case
counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import basename, dirname

from kong_lsp.finding import Finding, Fix, RenameFile, Safety, Severity
from kong_lsp.rockspec import schema, style
from kong_lsp.rockspec.dependency import is_older, read_version
from kong_lsp.rules.kr.rockspec_words import edit_fix, name_parts, span_of, templated
from kong_lsp.rules.rule import Rule
from kong_lsp.workspace.snapshot import Rock, Snapshot

rule = Rule("KR009", "filename-mismatch", Severity.ERROR)

_SHAPE = re.compile(r".*-[^-]*-[0-9]*")


def check(snapshot: Snapshot, rock: Rock) -> Iterator[Finding]:
    """The file's name, where LuaRocks would refuse it."""
    rockspec = rock.rockspec
    name = basename(rock.path)
    package, version = rockspec.package, rockspec.version
    if name == "rockspec" or package is None or version is None or templated(rock):
        return
    is_kongs_own = name == "kong-latest.rockspec"
    well_formed = schema.fits("version", version.value, "1.0")
    if not well_formed and (is_kongs_own or _SHAPE.match(name)):
        return
    wanted = f"{package.value.lower()}-{version.value}.rockspec"
    if name == wanted and well_formed:
        return
    if _SHAPE.match(name):
        message = f"Inconsistency between rockspec filename ({name}) and its contents ({wanted})."
    else:
        message = f"Expected filename in format 'name-version-revision.rockspec': {wanted}."
    told = name_parts(rock.path)
    differs = "package" if told is not None and told[1] == version.value else "version"
    entry = rockspec.fields[differs]
    fixes = _fixes(snapshot, rock, wanted if well_formed else None)
    yield rule.finding(
        rock.path,
        span_of(rock, entry.value_at),
        message,
        severity=Severity.INFORMATION if is_kongs_own else rule.severity,
        fixes=tuple(sorted(fixes, key=lambda fix: fix.safety)),
    )


def _fixes(snapshot: Snapshot, rock: Rock, wanted: str | None) -> Iterator[Fix]:
    rockspec = rock.rockspec
    if wanted is not None and "/" not in wanted and not wanted.startswith("-"):
        path = f"{dirname(rock.path)}/{wanted}"
        if snapshot.exists(path) is not True:
            yield Fix(f"Rename the file to {wanted}", (RenameFile(rock.path, path),), "unsafe")
    told = name_parts(rock.path)
    if told is None or rockspec.package is None or rockspec.version is None:
        return
    package, version = told
    if package == rockspec.package.value.lower():
        edits = style.set_field(rockspec, "version", version)
        lags = is_older(read_version(rockspec.version.value), read_version(version))
        safety: Safety = "safe" if lags else "unsafe"
        yield from edit_fix(rock, f'Set version = "{version}"', edits, safety)
    elif version == rockspec.version.value and package == package.lower():
        edits = style.set_field(rockspec, "package", package)
        yield from edit_fix(rock, f'Set package = "{package}"', edits, "unsafe")
