"""The modules that Kong itself tries to load for a plugin, release by release.

Kong requires ``kong.plugins.NAME.TAIL`` for each ``TAIL`` below. Each row says what it
is for and where in Kong's source (release, file and line) it is loaded.
"""

from __future__ import annotations

from functools import cache
from typing import Literal, NamedTuple

from kong_lsp.kong.releases import RELEASES, Release
from kong_lsp.spelling import distance

Need = Literal["mandatory", "optional", "listed", "obsolete"]


class KongModule(NamedTuple):
    """One module that Kong loads, as one release sees it.

    ``need``: ``mandatory`` (Kong does not start without), ``optional`` (loaded where it
    exists), ``listed`` (mandatory once the migrations index or an entity names it),
    ``obsolete`` (an older Kong loaded it, this one does not). A ``*`` in ``tail`` is one
    free segment. ``since`` and ``until`` are release names; ``until`` None: still loaded.
    """

    tail: str
    need: Need
    since: str
    until: str | None
    purpose: str
    source: str


_ROWS: tuple[KongModule, ...] = (
    KongModule(
        "handler",
        "mandatory",
        "0.1",
        None,
        "The plugin itself: its phase functions, PRIORITY and VERSION.",
        "0.9.9 kong/kong.lua:64; 3.9.3 kong/db/dao/plugins.lua:162",
    ),
    KongModule(
        "schema",
        "optional",
        "0.1",
        "0.8",
        "The shape of the plugin's configuration, read when one is first written.",
        "0.1.0beta-3 src/dao/cassandra/plugins_configurations.lua:7",
    ),
    KongModule(
        "schema",
        "mandatory",
        "0.9",
        None,
        "The shape of the plugin's configuration.",
        "0.9.9 kong/kong.lua:69; 3.9.3 kong/db/schema/plugin_loader.lua:17",
    ),
    KongModule(
        "api",
        "optional",
        "0.2",
        None,
        "Routes that the plugin adds to the Admin API.",
        "0.2.0-2 kong/api/app.lua:79; 3.9.3 kong/api/init.lua:109",
    ),
    KongModule(
        "daos",
        "optional",
        "0.4",
        None,
        "The plugin's own entities in Kong's database.",
        "0.4.2 kong/dao/cassandra/factory.lua:40; 3.9.3 kong/db/schema/plugin_loader.lua:64",
    ),
    KongModule(
        "hooks",
        "optional",
        "0.6",
        "0.10",
        "Subscribers to cluster and cache events; removed in 0.11.",
        "0.6.1 kong/kong.lua:84; 0.10.4 kong/kong.lua:108",
    ),
    KongModule(
        "schema.migrations",
        "optional",
        "0.5",
        "0.7",
        "Cassandra migrations, in schema/migrations.lua beside schema.lua.",
        "0.5.4 kong/tools/migrations.lua:23",
    ),
    KongModule(
        "dao.cassandra",
        "optional",
        "0.8",
        "0.9",
        "Hand-written data access for Cassandra.",
        "0.9.9 kong/dao/factory.lua:96",
    ),
    KongModule(
        "dao.postgres",
        "optional",
        "0.8",
        "0.9",
        "Hand-written data access for Postgres.",
        "0.9.9 kong/dao/factory.lua:96",
    ),
    KongModule(
        "migrations",
        "optional",
        "0.15",
        None,
        "The list of the plugin's migrations (migrations.lua or migrations/init.lua).",
        "0.15.0 kong/db/migrations/state.lua:98; 3.9.3 kong/db/migrations/state.lua:70",
    ),
    KongModule(
        "migrations.init",
        "optional",
        "2.5",
        None,
        "The list of the plugin's migrations, for a Lua path without ?/init.lua.",
        "3.9.3 kong/db/migrations/state.lua:74",
    ),
    KongModule(
        "migrations.cassandra",
        "optional",
        "0.5",
        "0.5",
        "Old-style Cassandra migrations (0.5.0 to 0.5.3, and again from 0.8).",
        "0.5.0 kong/cli/migrations.lua:95",
    ),
    KongModule(
        "migrations.cassandra",
        "optional",
        "0.8",
        "0.15",
        "Old-style Cassandra migrations.",
        "0.9.9 kong/dao/factory.lua:162; 0.15.0 kong/dao/factory.lua:414",
    ),
    KongModule(
        "migrations.postgres",
        "optional",
        "0.8",
        "0.15",
        "Old-style Postgres migrations.",
        "0.9.9 kong/dao/factory.lua:162; 0.15.0 kong/dao/factory.lua:414",
    ),
    KongModule(
        "migrations.*",
        "listed",
        "0.15",
        None,
        "One migration, loaded because the migrations index names it.",
        "3.9.3 kong/db/migrations/state.lua:106",
    ),
    KongModule(
        "strategies.*.*",
        "optional",
        "1.1",
        None,
        "Database access of one entity for one database (strategies.postgres.ENTITY).",
        "1.5.1 kong/db/dao/plugins.lua:163; 3.9.3 kong/db/dao/plugins.lua:220",
    ),
    KongModule(
        "status_api",
        "optional",
        "1.4",
        None,
        "Routes that the plugin adds to the status listener.",
        "1.5.1 kong/status/init.lua:30; 3.9.3 kong/status/init.lua:62",
    ),
)

_NUMBERS = {release.name: release.number for release in RELEASES}

_MISSPELT = {
    "apis": "api",
    "admin_api": "api",
    "dao": "daos",
    "doas": "daos",
    "entities": "daos",
    "hook": "hooks",
    "migration": "migrations",
    "schemas": "schema",
    "scheme": "schema",
}
_FUZZY = ("handler", "schema", "migrations", "status_api")


@cache
def table(release: Release) -> tuple[KongModule, ...]:
    """What ``release`` loads, and what only older ones did (need ``obsolete``).

    One row for each tail; what only newer releases load is absent.
    """
    rows: dict[str, KongModule] = {}
    for row in _ROWS:
        if _NUMBERS[row.since] <= release.number:
            gone = row.until is not None and release.number > _NUMBERS[row.until]
            rows[row.tail] = row._replace(need="obsolete") if gone else row
    return tuple(rows.values())


def module(release: Release, tail: str) -> KongModule | None:
    """The row for ``tail`` (``"handler"``, ``"strategies.postgres.keys"``), or None."""
    rows = {row.tail: row for row in table(release)}
    if tail in rows:
        return rows[tail]
    segments = tail.split(".")
    for row in rows.values():
        pattern = row.tail.split(".")
        if len(pattern) == len(segments) and all(
            part in ("*", segment) for part, segment in zip(pattern, segments, strict=True)
        ):
            return row
    return None


def loads(release: Release, tail: str) -> bool:
    """Whether ``release`` itself would load ``kong.plugins.NAME.<tail>``, if it exists
    (and, for a migration, if the index names it)."""
    row = module(release, tail)
    return row is not None and row.need != "obsolete"


def newer(release: Release, tail: str) -> str | None:
    """The name of the first release that loads ``tail``, where ``release`` is too old."""
    for row in _ROWS:
        if row.tail == tail and _NUMBERS[row.since] > release.number and not loads(release, tail):
            return row.since
    return None


def near_miss(release: Release, tail: str) -> str | None:
    """The tail that ``tail`` is likely meant to be, among those ``release`` loads.

    ``hander``, ``schemas``, ``dao``, ``status-api``, ``Handler``; None where ``tail`` is
    right, and for what is no more than a helper of the plugin's own.
    """
    if module(release, tail) is not None:
        return None
    plain = tail.casefold().replace("-", "_")
    wanted = plain if loads(release, plain) else _MISSPELT.get(plain)
    if wanted is None and "." not in plain:
        wanted = next((name for name in _FUZZY if distance(plain, name, 2) <= 2), None)
    return wanted if wanted is not None and loads(release, wanted) else None
