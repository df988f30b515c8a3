"""Trees that look wrong and are right: nothing may be said of them."""

from __future__ import annotations

from tests.support.checks import check_none


def test_a_template_beside_the_frozen_rockspec() -> None:
    check_none(
        """
        -- rock: acme
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
          ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
        } }
        -- file: acme-$version.rockspec
        package = "acme"
        version = "$version"
        source = { url = "git+https://example.com/acme.git" }
        description = { summary = "A Kong plugin", license = "MIT" }
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.hander"] = "kong/plugins/acme/gone.lua",
        } }
        -- handler: kong/plugins/acme/handler.lua
        -- schema: kong/plugins/acme/schema.lua
        """,
        only="KM",
    )


def test_old_releases_beside_the_newest() -> None:
    check_none(
        """
        -- file: acme-0.9-1.rockspec
        package = "acme"
        version = "0.9-1"
        source = { url = "git+https://example.com/acme.git" }
        description = { summary = "A Kong plugin", license = "MIT" }
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
          ["kong.plugins.acme.hander"] = "kong/plugins/acme/gone.lua",
          ["kong.plugins.acme.hooks"] = "kong/plugins/acme/hooks.lua",
        } }
        -- rock: acme
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
          ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
        } }
        -- handler: kong/plugins/acme/handler.lua
        -- schema: kong/plugins/acme/schema.lua
        """,
        only="KM",
    )


def test_a_rockspec_in_a_folder_for_rockspecs() -> None:
    check_none(
        """
        -- rock: rockspecs/acme
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
          ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
        } }
        -- handler: kong/plugins/acme/handler.lua
        -- schema: kong/plugins/acme/schema.lua
        """
    )


def test_a_rockspec_in_the_plugins_own_folder() -> None:
    check_none(
        """
        -- rock: kong/plugins/acme/acme
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.handler"] = "handler.lua",
          ["kong.plugins.acme.schema"] = "schema.lua",
        } }
        -- handler: kong/plugins/acme/handler.lua
        -- schema: kong/plugins/acme/schema.lua
        """
    )


def test_flat_sources_with_keys_that_name_the_plugin() -> None:
    check_none(
        """
        -- rock: acme
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.access"] = "access.lua",
          ["kong.plugins.acme.handler"] = "handler.lua",
          ["kong.plugins.acme.schema"] = "schema.lua",
        } }
        -- file: handler.lua
        require "kong.plugins.acme.access"
        return { PRIORITY = 1, VERSION = "1.0.0" }
        -- file: access.lua
        return {}
        -- schema: schema.lua
        -- file: spec/helpers.lua
        return {}
        """
    )


def test_a_dockerfile_that_lays_the_tree_out_anew() -> None:
    check_none(
        """
        -- rock: acme
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
          ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
        } }
        -- handler: handler.lua
        -- schema: schema.lua
        -- file: Dockerfile
        FROM kong:3.9
        COPY *.lua /build/kong/plugins/acme/
        COPY *.rockspec /build/
        RUN cd /build && luarocks make
        """,
        only="KM",
    )


def test_a_whole_kong_tree_that_is_vendored() -> None:
    check_none(
        """
        -- rock: acme
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
          ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
        } }
        -- file: kong/plugins/acme/handler.lua
        local BasePlugin = require "kong.plugins.base_plugin"
        local utils = require "kong.tools.utils"
        local parser = require "kong.plugins.jwt.jwt_parser"
        return { PRIORITY = 1, VERSION = "1.0.0" }
        -- schema: kong/plugins/acme/schema.lua
        -- file: kong/tools/utils.lua
        return {}
        -- file: kong/plugins/base_plugin.lua
        return {}
        -- handler: kong/plugins/jwt/handler.lua
        -- schema: kong/plugins/jwt/schema.lua
        -- file: kong/plugins/jwt/jwt_parser.lua
        return {}
        """,
        only="KM",
    )


def test_kongs_own_development_rockspec() -> None:
    check_none(
        """
        -- file: kong-latest.rockspec
        package = "kong"
        version = "latest"
        supported_platforms = { "linux" }
        source = { url = "git+https://github.com/Kong/kong.git", tag = "latest" }
        description = { summary = "Kong", license = "Apache 2.0" }
        build = { type = "builtin", modules = {
          ["kong"] = "kong/init.lua",
          ["kong.plugins.acl.handler"] = "kong/plugins/acl/handler.lua",
          ["kong.plugins.acl.schema"] = "kong/plugins/acl/schema.lua",
        } }
        -- file: kong/init.lua
        return {}
        -- handler: kong/plugins/acl/handler.lua
        -- schema: kong/plugins/acl/schema.lua
        """,
        only="KM",
    )


def test_a_rock_that_adds_to_a_bundled_plugin() -> None:
    check_none(
        """
        -- rock: acme
        build = { type = "builtin", modules = {
          ["kong.plugins.rate-limiting.policies.redis2"] = "redis2.lua",
        } }
        -- file: redis2.lua
        return {}
        """
    )


def test_a_library_with_stubs_of_what_openresty_has() -> None:
    check_none(
        """
        -- rock: acme
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
          ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
        } }
        -- file: kong/plugins/acme/handler.lua
        local cjson = require "cjson.safe"
        local http = require "resty.http"
        return { PRIORITY = 1, VERSION = "1.0.0" }
        -- schema: kong/plugins/acme/schema.lua
        -- file: spec/stubs/cjson/safe.lua
        return {}
        -- file: test/resty/http.lua
        return {}
        """
    )
