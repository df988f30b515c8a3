"""kong-lsp: a language server and checker for Kong plugin work."""

__version__ = "0.1.0"

HOME = "https://github.com/kong-lsp/kong-lsp"
"""Where the project lives on the web; each finding leads to its page there."""
