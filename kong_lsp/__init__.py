"""kong-lsp: a language server and checker for Kong plugin work."""

__version__ = "0.1.0"
