"""Loads a Lark grammar once, from tables that an earlier run left in the user's cache."""

from __future__ import annotations

import hashlib
import os
import sys
from typing import TYPE_CHECKING, Any

from kong_lsp import __version__

if TYPE_CHECKING:
    from lark import Lark

_PACKAGE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def _folder() -> str:
    """The folder of the grammars: inside the installed package, or beside it in a checkout."""
    installed = os.path.join(_PACKAGE, "grammars")
    return installed if os.path.isdir(installed) else os.path.join(_PACKAGE, "..", "grammars")


def _cache(name: str, text: str) -> str | bool:
    """The file that keeps the parse tables, or False where no folder can be made for it."""
    home = os.environ.get("LOCALAPPDATA") or os.environ.get("XDG_CACHE_HOME")
    folder = os.path.join(home or os.path.join(os.path.expanduser("~"), ".cache"), "kong-lsp")
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
    except OSError:
        return False
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    python = f"{sys.version_info[0]}.{sys.version_info[1]}"
    return os.path.join(folder, f"{name}-{__version__}-{python}-{digest}.tables")


def load(name: str, **options: Any) -> Lark:
    """The LALR parser of ``grammars/NAME.lark``.

    Building the tables costs ten times what loading them does, so they are kept in the
    user's cache folder by Lark itself, which checks that they belong to this grammar,
    these options and this version of Lark.
    """
    import logging

    from lark import Lark

    with open(os.path.join(_folder(), f"{name}.lark"), encoding="utf-8") as file:
        text = file.read()
    logging.getLogger("lark").setLevel(logging.CRITICAL)
    return Lark(text, parser="lalr", cache=_cache(name, text), **options)
