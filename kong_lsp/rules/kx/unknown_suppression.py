"""A comment switches off a rule that does not exist.

## What it does
Looks at each `kong-lsp:` comment, and tells of codes and names that mean no rule, and of
comments that are neither `ignore[…]` nor `ignore-file`.

## Why it matters
Such a comment does nothing, and the finding that it was written for is still told.

## Example
```lua
-- file: acme-1.0-1.rockspec
package = "acme"
version = "1.0-1"
source = { url = "git+https://example.com/acme.git" }
description = {} -- kong-lsp: ignore[missing-license]
dependencies = {}
build = { type = "none" }
```

## Use instead
```lua
-- file: acme-1.0-1.rockspec
package = "acme"
version = "1.0-1"
source = { url = "git+https://example.com/acme.git" }
description = {} -- kong-lsp: ignore[missing-licence]
dependencies = {}
build = { type = "none" }
```

## Fix
Changes the word to the code or name that was probably meant.

## If this still fails
`kong-lsp rules` lists the codes and the names. Without brackets only `ignore-file` means
something: every rule.
"""

from __future__ import annotations

from kong_lsp.finding import Severity
from kong_lsp.rules.rule import Rule

rule = Rule("KX902", "unknown-suppression", Severity.HINT)
