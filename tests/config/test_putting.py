"""Which plugins a Dockerfile, a script or a volume lays into a container."""

from __future__ import annotations

import pytest

from kong_lsp.config.putting import installed_by_lines, put_by_lines
from tests.support.checks import check, check_none

LUA = "/usr/local/share/lua/5.1/kong/plugins"


@pytest.mark.parametrize(
    ("line", "names"),
    [
        (f"COPY . {LUA}/hello", {"hello"}),
        (f"COPY --chown=kong src/ {LUA}/hello_1/", {"hello_1"}),
        (f'COPY ["src", "{LUA}/hello"]', {"hello"}),
        (f"ADD src/handler.lua {LUA}/hello/handler.lua", {"hello"}),
        (f"RUN mkdir {LUA}/a && \\\n  cp -r b {LUA}/b", {"a", "b"}),
        (f"docker run -v $(pwd):{LUA}/hello kong", {"hello"}),
        ("COPY src $LUA_FOLDER/kong/plugins/hello", {"hello"}),
        ("COPY src /kong/plugins/hello", {"hello"}),
        (f"COPY kong/plugins/hello {LUA}/hello", set()),
        (f"COPY kong/plugins/hello {LUA}/world", {"world"}),
        (f"COPY kong {LUA}", set()),
        (f"COPY src {LUA}/$NAME", set()),
        (f"# COPY src {LUA}/hello", set()),
        ("COPY kong/plugins/hello /plugins", set()),
        (f"COPY x.lua {LUA}/x.lua", set()),
    ],
)
def test_the_names_of_a_line(line: str, names: set[str]) -> None:
    assert put_by_lines(f"FROM kong:3.9\n{line}\n") == names


PLUGIN = """
-- handler: {0}/handler.lua
-- schema: {0}/schema.lua
"""


FILES = {
    "Dockerfile": f"""
# file: Dockerfile
FROM kong:3.9
ENV KONG_PLUGINS=bundled,hello
ADD src {LUA}/hello
""",
    "another Dockerfile": f"""
# file: GatewayDockerfile
FROM kong:3.9
ADD src {LUA}/hello
# file: .env
KONG_PLUGINS=bundled,hello
""",
    "volume": f"""
# file: compose.yml
services:
  kong:
    environment:
      KONG_PLUGINS: bundled,hello
    volumes:
      - ./src:{LUA}/hello:ro
""",
    "long volume": f"""
# file: compose.yml
services:
  kong:
    environment:
      KONG_PLUGINS: bundled,hello
    volumes:
      - type: bind
        source: src
        target: {LUA}/hello
""",
    "mountPath": f"""
# file: deployment.yml
kind: Deployment
spec:
  template:
    spec:
      containers:
      - name: kong
        env:
        - name: KONG_PLUGINS
          value: bundled,hello
        volumeMounts:
        - mountPath: {LUA}/hello
""",
    "script": f"""
# file: run.sh
docker run -v $PWD:{LUA}/hello -e KONG_PLUGINS=bundled,hello kong:3.9
""",
}


@pytest.mark.parametrize("file", FILES.values(), ids=FILES)
@pytest.mark.parametrize("folder", ["src", "plugins/hallo", "kong/plugins/hello/src"])
def test_a_plugin_that_is_put_in_place_is_there(file: str, folder: str) -> None:
    check_none(file + PLUGIN.format(folder))


def test_the_name_of_a_rock_is_the_plugins_where_it_is_put_so() -> None:
    check_none(
        f"""
        # file: Dockerfile
        FROM kong:3.9
        ENV KONG_PLUGINS=bundled,hello
        COPY . {LUA}/hello
        # rock: hello
        build = {{ type = "builtin", modules = {{
          ["kong.plugins.hallo.handler"] = "handler.lua",
          ["kong.plugins.hallo.schema"] = "schema.lua",
        }} }}
        # handler: handler.lua
        # schema: schema.lua
        """,
        only="KC",
    )


def test_a_folder_that_is_copied_as_it_is_lacks_what_it_lacks() -> None:
    check(
        f"""
        # file: Dockerfile
        FROM kong:3.9
        ENV KONG_PLUGINS=bundled,hello
        #                        ^^^^^ KC305
        COPY kong/plugins/hello {LUA}/hello
        # schema: kong/plugins/hello/schema.lua
        """
    )


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("RUN luarocks install kong-plugin-hello", {"hello"}),
        ("RUN luarocks install --local kong-hello 1.0-1 && kong start", {"hello"}),
        ("RUN luarocks install /tmp/kong-plugin-my-hello-${VERSION}.all.rock", {"my-hello"}),
        ("RUN luarocks install lua-kong-hello", {"hello"}),
        ("RUN luarocks install \\\n  kong-plugin-hello", {"hello"}),
        ("RUN luarocks install kong 3.9.0-1", set()),
        ("RUN luarocks install lua-resty-hello", set()),
        ("RUN luarocks make kong-plugin-hello-1.0-1.rockspec", set()),
        ("# RUN luarocks install kong-plugin-hello", set()),
    ],
)
def test_the_rocks_that_a_line_installs(line: str, names: set[str]) -> None:
    assert installed_by_lines(f"FROM kong:3.9\n{line}\n") == names


def test_a_plugin_whose_rock_is_installed_is_there() -> None:
    check_none(
        """
        # file: Dockerfile
        FROM kong:3.9
        RUN luarocks install kong-plugin-hello
        ENV KONG_PLUGINS=bundled,hello
        """
    )
