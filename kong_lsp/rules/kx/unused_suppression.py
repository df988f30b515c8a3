"""A comment switches off a rule that finds nothing there.

## What it does
Looks at each `kong-lsp: ignore[…]` comment, and tells of the codes and names in it whose rules
ran and found nothing where the comment is for.

## Why it matters
A comment that outlives the mistake it was written for hides the next one.

## Example
```lua
-- file: acme-1.0-1.rockspec
package = "acme"
version = "1.0-1"
source = { url = "git+https://example.com/acme.git" }
description = { license = "MIT" } -- kong-lsp: ignore[KR011]
dependencies = {}
build = { type = "none" }
```

## Use instead
```lua
-- file: acme-1.0-1.rockspec
package = "acme"
version = "1.0-1"
source = { url = "git+https://example.com/acme.git" }
description = { license = "MIT" }
dependencies = {}
build = { type = "none" }
```

## Fix
Takes the code out of the comment, or the comment away.

## If this still fails
A comment at the end of a line is for that line, one on a line of its own for the next line, and
`ignore-file` for the whole file. What is found may stand on another line than it looks.
"""

from __future__ import annotations

from kong_lsp.finding import Severity
from kong_lsp.rules.rule import Rule

rule = Rule("KX901", "unused-suppression", Severity.HINT)
