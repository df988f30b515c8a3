"""A settings file has a key that means nothing.

## What it does
Compares the keys of `.kong-lsp.toml` with the settings that there are.

## Why it matters
A misspelt setting is a setting that is not made.

## Example
```toml
# file: .kong-lsp.toml
kong_versoin = "3.4"
```

## Use instead
```toml
# file: .kong-lsp.toml
kong_version = "3.4"
```

## Fix
Changes the key to the one that was probably meant.

## If this still fails
`kong-lsp settings` shows every setting, its value, and where that comes from.
"""

from __future__ import annotations

from kong_lsp.finding import Severity
from kong_lsp.rules.rule import Rule

rule = Rule("KX903", "unknown-setting", Severity.WARNING)
