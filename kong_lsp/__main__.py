"""``python -m kong_lsp`` is ``kong-lsp``."""

from __future__ import annotations

from kong_lsp.cli import run

run()
