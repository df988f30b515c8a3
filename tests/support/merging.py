"""What an entry lacks, put into it: what ``schema.filling`` finds and ``config.writing`` writes."""

from __future__ import annotations

from typing import Any


def merged(value: Any, tree: Any) -> Any:
    """A value with what a tree adds to it; the value is changed."""
    if not isinstance(tree, dict) or not isinstance(value, dict | list) or not value:
        return tree
    for key, part in tree.items():
        if isinstance(value, list):
            value[key - 1] = merged(value[key - 1], part)
        else:
            value[key] = merged(value[key], part) if key in value else part
    return value
