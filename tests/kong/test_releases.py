"""Kong's releases, and finding one by what users write."""

from __future__ import annotations

import pytest

from kong_lsp.kong.releases import NEWEST, RELEASES, find


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("3.9", "3.9"),
        ("3.9.1", "3.9"),
        ("v2.8.5", "2.8"),
        ("3.4.3.5", "3.4"),
        ("0.11-x", "0.11"),
        ("3", "3.9"),
        ("3.12.0.5-ubuntu", "master"),
        ("master", "master"),
        ("auto", None),
        ("latest", None),
        ("", None),
        ("1.9", None),
    ],
)
def test_a_version_names_its_minor_release(text: str, name: str | None) -> None:
    found = find(text)
    assert (found and found.name) == name


def test_releases_are_in_the_order_of_their_age_and_master_comes_last() -> None:
    assert sorted(RELEASES) == list(RELEASES)
    assert [str(RELEASES[0]), str(NEWEST), str(RELEASES[-1])] == ["0.1", "3.9", "master"]
