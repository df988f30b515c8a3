"""YAML in pieces with spans: composed by PyYAML's C loader, kept up to date by edits."""
