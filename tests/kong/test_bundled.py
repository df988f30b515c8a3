"""Kong's own plugins and modules; the figures are those of Kong's own tags."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kong_lsp.kong import bundled
from kong_lsp.kong.releases import NEWEST, RELEASES, find

DATA = Path(bundled.__file__).parent / "data" / "bundled.json"


@pytest.mark.parametrize(
    ("name", "count"),
    [("0.5", 19), ("0.8", 26), ("0.10", 28), ("0.14", 31), ("2.8", 36), ("3.6", 43), ("3.9", 45)],
)
def test_each_release_bundles_as_many_plugins_as_its_source(name: str, count: int) -> None:
    release = find(name)
    assert release is not None
    assert len(bundled.plugins(release)) == count


def test_every_bundled_plugin_of_the_newest_release_has_handler_and_schema() -> None:
    for name, tails in bundled.plugins(NEWEST).items():
        assert {"handler", "schema"} <= tails, name


def test_what_came_and_went_is_known() -> None:
    assert [str(release) for release in bundled.bundled_in("kubernetes-sidecar-injector")] == [
        "1.1",
        "1.2",
        "1.3",
        "1.4",
        "1.5",
    ]
    base = bundled.ever("kong.plugins.base_plugin")
    assert [str(base[0]), str(base[-1])] == ["0.1", "2.8"]
    assert bundled.ever("kong.plugins.acl.migrations.init")[-1].name == "master"
    assert bundled.ever("kong.plugins.acl.nothing") == ()
    assert bundled.ever("kong.tools.utils") == ()


def test_a_module_that_some_kong_may_have_is_not_judged() -> None:
    assert bundled.may_exist("kong.tools.utils")
    assert bundled.may_exist("kong.plugins.openid-connect.anything")
    assert bundled.may_exist("kong.plugins.log-serializers.basic")
    assert not bundled.may_exist("kong.plugins.acme-corp.handler")


def test_the_data_is_small_and_its_runs_lie_within_the_releases() -> None:
    text = DATA.read_text()
    data = json.loads(text)
    assert len(text) < 20_000
    assert data["releases"] == [release.name for release in RELEASES]
    tables = [data["bundled"], data["deprecated"], data["rocks"], *data["modules"].values()]
    for table in tables:
        for runs in table.values():
            assert runs == sorted(runs)
            assert len(runs) % 2 == 0
            assert 0 <= runs[0] <= runs[-1] < len(RELEASES)
