"""The fields of a rockspec: what LuaRocks allows in each ``rockspec_format``.

Our own table of what ``luarocks/type/rockspec.lua`` and LuaRocks' builders accept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

from kong_lsp.rockspec import dependency

FORMATS = ("1.0", "1.1", "3.0", "3.1")
"""Every format that LuaRocks knows, oldest first."""

PLATFORMS = (
    "unix bsd solaris netbsd openbsd freebsd dragonfly linux macosx cygwin msys haiku windows"
    " win32 mingw mingw32 msys2_mingw_w64".split()
)

BUILD_TYPES = {
    "builtin": "LuaRocks installs what `build.modules` lists, and compiles C sources.",
    "make": "Runs `make`, then `make install`.",
    "cmake": "Runs CMake.",
    "command": "Runs `build_command` and `install_command`.",
    "none": "Builds nothing: `modules` is ignored, only `install` and `copy_directories` work.",
    "module": "The old name of `builtin`.",
}

BUILD_KEYS = {
    "builtin": ("modules",),
    "module": ("modules",),
    "make": (
        "makefile",
        "build_target",
        "build_pass",
        "install_target",
        "install_pass",
        "build_variables",
        "install_variables",
        "variables",
    ),
    "cmake": ("cmake", "variables", "build_pass", "install_pass"),
    "command": ("build_command", "install_command"),
    "none": (),
}
"""What a build type reads besides ``COMMON_BUILD_KEYS``."""

COMMON_BUILD_KEYS = (
    "type",
    "install",
    "copy_directories",
    "patches",
    "extra_files",
    "macosx_deployment_target",
    "platforms",
)

PROTOCOLS = frozenset(
    "http https ftp file git git+file git+http git+https git+ssh gitrec gitrec+http gitrec+https"
    " gitrec+ssh cvs hg hg+http hg+https hg+ssh sscm svn".split()
)
"""What may come before ``://`` in ``source.url``."""

Shape = Literal["version", "dependency"]

_VERSION = re.compile(r"[A-Za-z0-9.]+-[0-9]+")


class Field(NamedTuple):
    """What may be in one place.

    ``items`` is what every key not in ``fields`` may hold; ``open`` lets such keys pass
    unchecked. ``until`` is the first format in which a ``required`` field may be absent.
    ``lenient`` tells that LuaRocks 3.12 and later no longer check the ``items``.
    """

    type: Literal["string", "table", "boolean"]
    doc: str
    since: str = "1.0"
    required: bool = False
    until: str = ""
    fields: Mapping[str, Field] = MappingProxyType({})
    items: Field | None = None
    open: bool = False
    platforms: bool = False
    shape: Shape | None = None
    lenient: bool = False

    def in_format(self, rockspec_format: str) -> bool:
        """Whether a rockspec of that format may hold it."""
        return self.since <= rockspec_format

    def required_in(self, rockspec_format: str) -> bool:
        """Whether a rockspec of that format must hold it."""
        return self.required and not (self.until and rockspec_format >= self.until)


def _string(doc: str, *, since: str = "1.0", required: bool = False) -> Field:
    return Field("string", doc, since, required)


def _table(doc: str, fields: dict[str, Field], *, platforms: bool = False) -> Field:
    return Field("table", doc, fields=fields, platforms=platforms)


def _strings(doc: str, *, since: str = "1.0") -> Field:
    return Field("table", doc, since, items=Field("string", ""), lenient=True)


def _dependencies(doc: str, *, since: str = "1.0") -> Field:
    item = Field("string", "", shape="dependency")
    return Field("table", doc, since, items=item, platforms=True)


_ANYTHING = Field("table", "", open=True)

FIELDS: dict[str, Field] = {
    "rockspec_format": _string('The format of this file: "1.0" if absent, "3.0" for newer fields.'),
    "package": _string("The name of the rock.", required=True),
    "version": Field(
        "string",
        "The version of the rock and, after a dash, the revision of this rockspec:"
        ' "1.0.0-1". Letters, digits and dots before the dash, digits after it.',
        required=True,
        shape="version",
    ),
    "description": _table(
        "What people read about the rock.",
        {
            "summary": _string("One line."),
            "detailed": _string("Some paragraphs."),
            "homepage": _string("The project's address."),
            "license": _string("The licence; `luarocks lint` wants one."),
            "maintainer": _string("Who to write to."),
            "issues_url": _string("Where to report bugs.", since="3.0"),
            "labels": _strings("Short words to be found by.", since="3.0"),
        },
    ),
    "dependencies": _dependencies('What the rock needs: "lua >= 5.1", "lua-cjson ~> 2.1".'),
    "supported_platforms": _strings(
        'Where the rock may be installed: "linux", "macosx", "!windows". Anywhere if absent.'
    ),
    "external_dependencies": Field(
        "table",
        "C libraries that must be on the machine.",
        items=_table(
            "One library.",
            {
                "program": _string("A program that must be there."),
                "header": _string("A header file that must be there."),
                "library": _string("A library file that must be there."),
            },
        ),
        platforms=True,
    ),
    "source": Field(
        "table",
        "Where LuaRocks fetches the sources from; `luarocks make` does not look at it.",
        required=True,
        fields={
            "url": _string('The address, with its protocol: "git+https://…".', required=True),
            "md5": _string("The archive's MD5 sum."),
            "file": _string("The archive's file name, where the address does not end in it."),
            "dir": _string("The folder that the archive unpacks to."),
            "tag": _string("The tag to check out."),
            "branch": _string("The branch to check out."),
            "module": _string("The folder that the repository is checked out to."),
            "cvs_tag": _string("The old name of `tag`."),
            "cvs_module": _string("The old name of `module`."),
        },
        platforms=True,
    ),
    "build": Field(
        "table",
        "How the rock is built and what is installed.",
        required=True,
        until="3.0",
        open=True,
        fields={
            "type": _string(
                'How to build: "builtin" for Lua modules. Format 3.0 takes it for granted.'
            ),
            "install": _table(
                "Further files to install.",
                {
                    "lua": _ANYTHING._replace(doc="Lua modules: name → file."),
                    "lib": _ANYTHING._replace(doc="Compiled modules: name → file."),
                    "conf": _ANYTHING._replace(doc="Configuration files."),
                    "bin": _ANYTHING._replace(doc="Programs."),
                },
            ),
            "copy_directories": _strings(
                "Folders kept with the rock for people to read, such as docs and tests."
                " Lua does not find modules in them."
            ),
        },
        platforms=True,
    ),
    "hooks": _table(
        "What runs after an install.",
        {"post_install": _string("A shell command.")},
        platforms=True,
    ),
    "deploy": Field(
        "table",
        "How installed files are put in place.",
        "1.1",
        fields={"wrap_bin_scripts": Field("boolean", "Whether programs get a wrapper script.")},
    ),
    "build_dependencies": _dependencies("What building the rock needs.", since="3.0"),
    "test_dependencies": _dependencies("What testing the rock needs.", since="3.0"),
    "test": Field(
        "table",
        "How `luarocks test` tests the rock.",
        since="3.0",
        open=True,
        fields={"type": _string('"busted" or "command".')},
        platforms=True,
    ),
}
"""The top-level fields, in the order in which people write them."""

BUILD_DOCS = {
    "modules": "The modules to install: name → Lua file, or C sources.",
    "patches": "Patches to apply before the build: name → unified diff.",
    "extra_files": "Files to write before the build: name → text.",
    "macosx_deployment_target": "The oldest macOS to build for.",
    "platforms": "What is different on some platforms.",
    "makefile": "The makefile's name.",
    "build_target": "The make target that builds.",
    "build_pass": "Whether the building step runs.",
    "install_target": "The make target that installs.",
    "install_pass": "Whether the installing step runs.",
    "build_variables": "Variables for the building step.",
    "install_variables": "Variables for the installing step.",
    "variables": "Variables for both steps.",
    "cmake": "The text of a CMakeLists.txt to write first.",
    "build_command": "The shell command that builds.",
    "install_command": "The shell command that installs.",
}
"""What the keys of ``build`` mean that LuaRocks' schema leaves unchecked."""


def fits(shape: Shape, text: str, rockspec_format: str) -> bool:
    """Whether a string matches the schema's pattern."""
    if shape == "version":
        return _VERSION.fullmatch(text) is not None
    problem = dependency.parse(text, rockspec_format)
    return not (isinstance(problem, dependency.DependencyProblem) and problem.shape)


def shown_shape(shape: Shape) -> str:
    """What LuaRocks calls the pattern."""
    return "'[%w.]+-[%d]+'" if shape == "version" else "a valid dependency string"
