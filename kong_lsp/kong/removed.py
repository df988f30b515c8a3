"""Modules that Kong had and has no more, and what to use instead."""

from __future__ import annotations

import os
from functools import cache

from kong_lsp.kong import bundled
from kong_lsp.kong.releases import RELEASES, Release, find

_FILE = os.path.join(os.path.dirname(__file__), "data", "removed.json")

_INSTEAD = {
    "kong.plugins.base_plugin": "a plain table as handler, without a parent",
    "kong.singletons": "the global kong: kong.db, kong.cache, kong.configuration",
    "kong.tools.responses": "kong.response.exit(status, body)",
    "kong.dao.errors": "return nil and a message from a validator",
    "kong.vendor.classic": "a plain table, or a class library in your own rock",
    "kong.tools.public": "kong.request, kong.node and kong.client",
    "kong.tools.printable": "kong.log.inspect",
    "kong.tools.batch_queue": "kong.tools.queue",
    "kong.api.crud_helpers": "kong.api.endpoints",
    "kong.dao.factory": "kong.db",
    "kong.dao.migrations.helpers": "kong.db.migrations.operations",
    "kong.db.migrations.helpers": "kong.db.migrations.operations",
    "kong.tools.database_cache": "kong.cache",
    "kong.core.reports": "kong.reports",
    "kong.core.events": "kong.worker_events",
    "kong.core.balancer": "kong.runloop.balancer",
    "kong.core.certificate": "kong.runloop.certificate",
    "kong.core.handler": "kong.runloop.handler",
    "kong.plugins.log-serializers.basic": "kong.log.serialize()",
}
"""What took the place of the modules that plugins require most."""


@cache
def _data() -> dict[str, str]:
    import json

    with open(_FILE, encoding="utf-8") as file:
        data: dict[str, str] = json.load(file)
    return data


def last(module: str) -> Release | None:
    """The last release that had a module; None for one that the newest has, and for one
    that Kong never had."""
    name = _data().get(module)
    if name is not None:
        return find(name)
    if not module.startswith("kong.plugins."):
        return None
    had = bundled.ever(module)
    return had[-1] if had and had[-1] is not RELEASES[-1] else None


def instead(module: str) -> str | None:
    """What to use in place of a removed module."""
    return _INSTEAD.get(module)
