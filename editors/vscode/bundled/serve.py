# ruff: noqa: INP001 (a script)
"""Run the kong-lsp that is bundled beside this file: ``python serve.py serve``.

The environment's own PyYAML is used where it has the C loader, which is some ten times
faster; everything else is taken from ``libs`` and from nowhere else.
"""

from __future__ import annotations

import os
import sys
from importlib.machinery import PathFinder

LIBS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "libs")
PURE_YAML = os.path.join(LIBS, "pure")


def has_fast_yaml() -> bool:
    """Whether ``import yaml`` would find one with its C part. Nothing is imported."""
    found = PathFinder.find_spec("yaml")
    places = None if found is None else found.submodule_search_locations
    return bool(places) and PathFinder.find_spec("_yaml", places) is not None


sys.path.pop(0)
if has_fast_yaml():
    sys.path.append(PURE_YAML)
else:
    sys.path.insert(0, PURE_YAML)
sys.path.insert(0, LIBS)

from kong_lsp.cli import main  # noqa: E402

sys.exit(main())
