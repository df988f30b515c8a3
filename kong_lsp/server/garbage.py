"""Garbage collection while large files are read."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_MANY = 50_000


@contextmanager
def garbage_uncollected() -> Iterator[None]:
    """No garbage collection in here: it goes over every node again and again while a
    tree grows, and costs three quarters of reading a large file.

    Where much was made, no later collection looks at it either.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if gc.get_count()[0] > _MANY:
            gc.freeze()
        if enabled:
            gc.enable()
