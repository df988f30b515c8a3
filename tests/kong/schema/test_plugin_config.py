"""The configuration of one plugin, for any release."""

from __future__ import annotations

import pytest

from kong_lsp.kong.releases import Release, find
from kong_lsp.kong.schema.fields import read
from kong_lsp.kong.schema.values import UNKNOWN
from tests.support.plugin_config import judge_config, schema_of


def at(name: str) -> Release:
    own = find(name)
    assert own is not None
    return own


MINE = {
    "mine": read(
        {
            "name": "mine",
            "fields": [
                {
                    "config": {
                        "type": "record",
                        "fields": [
                            {"size": {"type": "integer", "between": [1, 9]}},
                            {"names": {"type": "map", "keys": {"type": "string", "len_max": 3}, "values": {"type": "string"}}},
                        ],
                    }
                }
            ],
        }
    )
}  # fmt: skip


@pytest.mark.parametrize(
    ("release", "count"), [("2.8", 1), ("3.0", 1), ("3.9", 1), ("2.7", 0), ("master", 0)]
)
def test_a_bundled_plugin_is_judged_where_its_schema_is_known(release: str, count: int) -> None:
    entry: dict[str | int, object] = {"config": {"minute": "5"}}
    assert len(judge_config("rate-limiting", entry, at(release))) == count


def test_each_release_has_its_own_schema() -> None:
    new: dict[str | int, object] = {"config": {"minute": 5, "redis": {"host": "h"}, "nothing": 1}}
    nothing, redis = ("config", "nothing"), ("config", "redis")
    assert [one.path for one in judge_config("rate-limiting", new, at("3.5"))] == [redis, nothing]
    assert [one.path for one in judge_config("rate-limiting", new, at("3.6"))] == [nothing]
    assert judge_config("standard-webhooks", {"config": {}}, at("3.7")) == []
    assert [one.path for one in judge_config("standard-webhooks", {"config": {}}, at("3.8"))] == [
        ("config", "secret_v1")
    ]


@pytest.mark.parametrize("release", ["3.6", "3.7", "3.8", "3.9"])
def test_an_old_name_and_the_record_that_replaced_it_are_merged(release: str) -> None:
    entry: dict[str | int, object] = {
        "config": {"minute": 5, "policy": "redis", "redis": {"host": "h"}, "redis_port": 1}
    }
    assert judge_config("rate-limiting", entry, at(release)) == []


def test_the_workspaces_own_plugin_wins_for_every_release() -> None:
    for release in ("2.0", "3.6", "master"):
        (found,) = judge_config("mine", {"config": {"size": 10}}, at(release), MINE)
        assert (found.path, found.kind) == (("config", "size"), "between")
    assert schema_of("mine", at("3.9"), MINE) is MINE["mine"]
    assert judge_config("mine", {"config": {"size": UNKNOWN}}, at("3.9"), MINE) == []


def test_an_entry_of_a_map_has_its_own_place() -> None:
    (found,) = judge_config("mine", {"config": {"names": {"long": "x"}}}, at("3.9"), MINE)
    assert found.path == ("config", "names")
    assert found.place == ("config", "names", "long")


def test_the_schema_of_a_plugin_is_that_of_the_release() -> None:
    assert schema_of("rate-limiting", at("3.6")) is not None
    assert schema_of("rate-limiting", at("3.6")) is not schema_of("rate-limiting", at("3.9"))
    assert schema_of("rate-limiting", at("0.9")) is None
    assert schema_of("nothing", at("3.9")) is None
