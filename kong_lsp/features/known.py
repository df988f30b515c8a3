"""Rocks and licences that Kong plugins name."""

from __future__ import annotations

from typing import NamedTuple


class Known(NamedTuple):
    """A rock: the constraint that is usual, and what the rock is."""

    constraint: str
    doc: str


ROCKS: dict[str, Known] = {
    "lua": Known(">= 5.1", "The language. Kong runs LuaJIT, which counts as Lua 5.1."),
    "luajit": Known("", "LuaJIT itself (rockspec_format 3.0)."),
    "base64": Known("", "Base64 in C."),
    "basexx": Known("", "Base 2, 16, 32, 64 and 85."),
    "binaryheap": Known("", "Binary heaps."),
    "busted": Known("", "The test runner that Pongo uses; for test_dependencies."),
    "date": Known("", "Dates and times."),
    "inspect": Known("", "Tables as text."),
    "jsonschema": Known("", "JSON Schema validation."),
    "kong-lapis": Known("", "Kong's fork of the Lapis web framework."),
    "kong-pgmoon": Known("", "Kong's fork of the Postgres driver."),
    "lbase64": Known("", "Base64 in Lua."),
    "lpeg": Known("", "Parsing expression grammars."),
    "lrandom": Known("", "Random numbers."),
    "lua-cjson": Known("", "JSON in C; Kong's OpenResty has it."),
    "lua-ffi-zlib": Known("", "zlib through the FFI."),
    "lua-messagepack": Known("", "MessagePack."),
    "lua-protobuf": Known("", "Protocol Buffers."),
    "lua-resty-aws": Known("", "Amazon Web Services."),
    "lua-resty-cookie": Known("", "HTTP cookies."),
    "lua-resty-healthcheck": Known("", "Health checks."),
    "lua-resty-http": Known("", "The HTTP client for OpenResty; Kong has it."),
    "lua-resty-jit-uuid": Known("", "UUIDs."),
    "lua-resty-jwt": Known("", "JSON Web Tokens."),
    "lua-resty-openidc": Known("", "OpenID Connect."),
    "lua-resty-openssl": Known("", "OpenSSL through the FFI; Kong has it."),
    "lua-resty-session": Known("", "Sessions."),
    "lua-resty-string": Known("", "Hashes and ciphers."),
    "lua-resty-timer-ng": Known("", "Many timers at little cost."),
    "lua_pack": Known("", "Binary packing."),
    "lua_system_constants": Known("", "Constants of the system's C library."),
    "luasec": Known("", "TLS for LuaSocket."),
    "luasocket": Known("", "Sockets; in a worker, use ngx.socket."),
    "luasyslog": Known("", "Syslog."),
    "luaxxhash": Known("", "xxHash."),
    "lyaml": Known("", "YAML."),
    "multipart": Known("", "multipart/form-data."),
    "penlight": Known("", "Tables, strings, files; Kong has it."),
    "version": Known("", "Comparing versions."),
    "xml2lua": Known("", "XML as tables."),
    "api7-lua-tinyyaml": Known("", "YAML in Lua."),
}

LICENCES = (
    "Apache 2.0",
    "MIT",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "GPL-2.0",
    "GPL-3.0",
    "AGPL-3.0",
    "LGPL-3.0",
    "ISC",
    "MPL-2.0",
    "MIT/X11",
    "Unlicense",
    "proprietary",
)
