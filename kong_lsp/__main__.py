"""``python -m kong_lsp`` is ``kong-lsp``."""

from __future__ import annotations

import sys

from kong_lsp.cli import main

sys.exit(main())
