"""A settings file cannot be read, or a setting holds what it cannot hold.

## What it does
Reads `.kong-lsp.toml` as TOML, and looks at the type and the words of each setting: a release
of Kong, codes and names of rules, severities. `kong_source` has to be the folder of a Kong: there
is a `kong/meta.lua` in it.

## Why it matters
What is wrong is left out. An editor goes on with what the file said before.

## Example
```toml
# file: .kong-lsp.toml
ignore = "KR011"
```

## Use instead
```toml
# file: .kong-lsp.toml
ignore = ["KR011"]
```

## Fix
Changes a misspelt rule to the one that was probably meant.

## If this still fails
`docs/settings.md` says what each setting holds.
"""

from __future__ import annotations

from kong_lsp.finding import Severity
from kong_lsp.rules.rule import Rule

rule = Rule("KX904", "invalid-setting", Severity.WARNING)
