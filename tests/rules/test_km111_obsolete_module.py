"""KM111: a listed module that only an older Kong loads."""

from __future__ import annotations

import pytest

from tests.support.checks import check, check_none

OBSOLETE = """
    -- rock: acme
    build = { type = "builtin", modules = {
       ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
       ["kong.plugins.acme.TAIL"] = "kong/plugins/acme/FILE.lua",
    --  CARETS KM111 the last release that did is UNTIL
       ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
    } }
    -- handler: kong/plugins/acme/handler.lua
    -- schema: kong/plugins/acme/schema.lua
    -- file: kong/plugins/acme/FILE.lua
    return {}
"""


@pytest.mark.parametrize(
    ("tail", "until", "next_release"),
    [
        ("hooks", "0.10", "0.11"),
        ("dao.cassandra", "0.9", "0.10"),
        ("migrations.postgres", "0.15", "1.0"),
    ],
)
def test_it_fires_from_the_release_on_that_dropped_it(
    tail: str, until: str, next_release: str
) -> None:
    text = OBSOLETE.replace("TAIL", tail).replace("FILE", tail.replace(".", "/"))
    text = text.replace("CARETS", "^" * (len(tail) + 20)).replace("UNTIL", until)
    check(text, kong_version=next_release)
    check(text, kong_version="3.9")
    unmarked = "\n".join(line for line in text.split("\n") if "KM111" not in line)
    check_none(unmarked, kong_version=until)


def test_old_migrations_beside_the_new_are_for_older_kongs() -> None:
    check_none(
        """
        -- rock: acme
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
          ["kong.plugins.acme.migrations.cassandra"] = "kong/plugins/acme/migrations/cassandra.lua",
          ["kong.plugins.acme.migrations.init"] = "kong/plugins/acme/migrations/init.lua",
          ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
        } }
        -- handler: kong/plugins/acme/handler.lua
        -- schema: kong/plugins/acme/schema.lua
        -- file: kong/plugins/acme/migrations/init.lua
        return {}
        -- file: kong/plugins/acme/migrations/cassandra.lua
        return {}
        """,
        kong_version="3.9",
    )


def test_a_module_that_the_plugin_requires_itself_is_in_use() -> None:
    check_none(
        """
        -- rock: acme
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
          ["kong.plugins.acme.hooks"] = "kong/plugins/acme/hooks.lua",
          ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
        } }
        -- file: kong/plugins/acme/handler.lua
        require "kong.plugins.acme.hooks"
        return { PRIORITY = 1, VERSION = "1.0.0" }
        -- schema: kong/plugins/acme/schema.lua
        -- file: kong/plugins/acme/hooks.lua
        return {}
        """
    )
