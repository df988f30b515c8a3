"""What a list of modules means on the disk; after an edit as from scratch."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kong_lsp.workspace.files import Listing
from kong_lsp.workspace.survey import Survey, lays_out

FILES = frozenset(
    (
        "kong/plugins/a/handler.lua",
        "kong/plugins/a/x/init.lua",
        "sub/kong/plugins/a/handler.lua",
        "sub/kong/plugins/a/schema.lua",
        "sub/src/handler.lua",
        "sub/src/init.lua",
    )
)
FOLDERS = frozenset(
    "/".join(parts[:end])
    for parts in (file.split("/") for file in FILES)
    for end in range(1, len(parts))
)
LISTING = Listing(FILES, FOLDERS, frozenset(), True)
NAMES = (
    "kong.plugins.a.handler",
    "kong.plugins.a.schema",
    "kong.plugins.a.x",
    "kong.plugins.a.x.init",
    "kong.plugins.b.handler",
    "kong.plugins.a",
    "other.x",
    "other.x.init",
    "",
)
PATHS = (
    None,
    "",
    "kong/plugins/a/handler.lua",
    "kong/plugins/a/schema.lua",
    "./kong/plugins/a/x/init.lua",
    "src/handler.lua",
    "src/init.lua",
    "../kong/plugins/a/handler.lua",
    "../../out.lua",
    "/path/to/handler.lua",
    "/r/kong/plugins/a/handler.lua",
    "kong//plugins/a/x.c",
    "other/x/init.lua",
)
pairs = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(PATHS))


def told(survey: Survey) -> dict[str, object]:
    return {
        name: getattr(survey, name)
        for name in ("base", "places", "ships", "provides", "plugins", "outside", "scores")
    }


@given(st.sampled_from(["", "sub", "sub/rockspecs"]), st.lists(pairs, min_size=2, max_size=5))
def test_any_sequence_of_lists_gives_what_the_last_one_gives(
    folder: str, lists: list[dict[str, str | None]]
) -> None:
    survey = None
    for each in lists:
        survey = Survey(folder, LISTING, "/r", each, survey)
    assert survey is not None
    assert told(survey) == told(Survey(folder, LISTING, "/r", lists[-1]))
    assert survey.laid_out_anew() == Survey(folder, LISTING, "/r", lists[-1]).laid_out_anew()


def test_a_path_in_any_form_is_the_file_it_means() -> None:
    found = Survey(
        "sub",
        LISTING,
        "/r",
        {
            "a": "src/handler.lua",
            "b": "./src//handler.lua",
            "c": "../kong/plugins/a/handler.lua",
            "d": "/r/sub/src/init.lua",
            "e": "../../out.lua",
        },
    )
    assert found.base == "sub"
    assert found.ships == {
        "a": "/r/sub/src/handler.lua",
        "b": "/r/sub/src/handler.lua",
        "c": "/r/kong/plugins/a/handler.lua",
        "d": "/r/sub/src/init.lua",
    }
    assert found.outside == {"e": "/out.lua"}


@pytest.mark.parametrize(
    "script",
    [
        "COPY src /build/kong/plugins/acme\nRUN cd /build && luarocks make\n",
        "ADD --chown=kong a.lua b.lua /x/kong/plugins/acme/\nCOPY acme-1.0-1.rockspec /x/\n",
        "RUN mkdir -p /x/kong/plugins/acme \\\n && cp *.lua /x && luarocks make\n",
        "WORKDIR /x/kong/plugins/acme\nCOPY . .\nRUN luarocks make\n",
    ],
)
def test_a_script_that_fills_kong_plugins_and_builds_lays_out_anew(script: str) -> None:
    assert lays_out("FROM kong:3.4\n" + script)


@pytest.mark.parametrize(
    "script",
    [
        "COPY src /usr/local/share/lua/5.1/kong/plugins/acme\n",
        "COPY kong/plugins/acme /usr/share/kong/plugins/acme\nRUN luarocks make\n",
        "COPY . /build\nRUN luarocks make\n",
        "# COPY src /build/kong/plugins/acme\nRUN luarocks make\n",
        "COPY src /build/kong/plugins/acme\nRUN luarocks install lua-cjson\n",
    ],
)
def test_a_script_that_only_copies_or_only_builds_does_not(script: str) -> None:
    assert not lays_out("FROM kong:3.4\n" + script)
