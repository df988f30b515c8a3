"""KC331: wasm filters by the files of the folder that Kong is told of."""

from __future__ import annotations

import pytest

from kong_lsp.features.config_hover import config_hover
from tests.support.checks import check, check_fix, check_none
from tests.support.config_places import labels
from tests.support.places import asked

CHAIN = """
# file: kong.yml
_format_version: "3.0"
services:
- name: acme
  host: example.com
  filter_chains:
  - filters:
    - name: {0}
"""
COMPOSE = """
# file: compose.yaml
services:
  kong:
    environment:
      KONG_WASM: "on"
      KONG_WASM_FILTERS_PATH: {0}
    volumes:
{1}
"""
FILES = "# file: filters/rate.wasm\n# file: filters/old/gone.wasm\n"


@pytest.mark.parametrize(
    ("path", "volume"),
    [
        ("/wasm", "    - ./filters:/wasm:ro"),
        ("/wasm/", "    - {type: bind, source: ./filters, target: /wasm}"),
        ("/opt/wasm/filters", "    - ./:/opt/wasm"),
    ],
)
def test_the_path_is_followed_through_volumes(path: str, volume: str) -> None:
    known = COMPOSE.format(path, volume) + FILES
    wrong = CHAIN.format("rates") + "#           ^^^^^ KC331 Did you mean 'rate'? Kong says\n"
    check(known + wrong, only="KC331")
    check_fix(known + CHAIN.format("rates"), "KC331", CHAIN.format("rate"))
    for name in ("rate", "datakit", "${FILTER}"):
        check_none(known + CHAIN.format(name), only="KC331")
    check(known + CHAIN.format("gone") + "#           ^^^^ KC331\n", only="KC331")


@pytest.mark.parametrize(
    "known",
    [
        FILES,
        COMPOSE.format("/wasm", "    - wasm:/wasm") + FILES,
        COMPOSE.format("/wasm", "    - ../elsewhere:/wasm") + FILES,
        COMPOSE.format("${WASM}", "    - ./filters:/wasm") + FILES,
        "# file: kong.conf\nwasm_filters_path = /usr/lib/wasm\n" + FILES,
        COMPOSE.format("/wasm", "    - ./filters:/wasm")
        + "# file: kong.conf\nwasm_filters_path = /usr/lib/wasm\n"
        + FILES,
    ],
)
def test_a_folder_that_is_not_known_tells_nothing(known: str) -> None:
    check_none(known + CHAIN.format("rates"), only="KC331")


def test_a_path_in_kong_conf_counts_from_the_file() -> None:
    known = "# file: kong.conf\nwasm = on\nwasm_filters_path = filters\n" + FILES
    check(known + CHAIN.format("x") + "#           ^ KC331\n", only="KC331")


def test_filters_are_completed_and_shown() -> None:
    known = COMPOSE.format("/wasm", "    - ./filters:/wasm") + FILES
    assert labels(CHAIN.format("$0") + known) == ["rate"]
    with asked(CHAIN.format("ra$0te") + known) as at:
        found = config_hover(at.snapshot, at.path, at.text, at.offset)
        assert found is not None
        assert found.text == "**rate** — wasm filter\n\n- file: `filters/rate.wasm`"
