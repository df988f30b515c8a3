"""The rules over plugins' own files."""
