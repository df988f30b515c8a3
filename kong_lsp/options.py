"""What can be typed after ``kong-lsp``: commands, their options, their help."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from typing import NoReturn

from kong_lsp import __version__

FORMATS = ("full", "concise", "json", "github", "sarif")
SEVERITIES = ("error", "warning", "information", "hint")
SHELLS = ("bash", "zsh", "fish")


class _Parser(argparse.ArgumentParser):
    """A parser that says what may have been meant."""

    options: tuple[str, ...] = ()

    def error(self, message: str) -> NoReturn:
        from kong_lsp.spelling import nearest

        choice = re.search(r"invalid choice: '?([^' ]+)'? \(choose from (.*)\)", message)
        other = re.search(r"unrecognized arguments: (?:.* )?(--[^\s=]+)", message)
        near = None
        if choice:
            near = nearest(choice[1], re.findall(r"[\w-]+", choice[2]))
        elif other:
            near = nearest(other[1], self.options)
        super().error(message if near is None else f"{message}; did you mean {near}?")


def parser(asked: str | None = None) -> argparse.ArgumentParser:
    """The parser of everything; where ``asked`` is a command, of that alone, for each takes
    a millisecond to make."""
    made = _Parser(
        prog="kong-lsp",
        description="Find and repair what Kong or LuaRocks would refuse in plugins, their "
        "rockspecs and Kong's configuration.",
        epilog="Exit codes: 0 nothing found, 1 something found (see check --fail-on), 2 could not "
        "run, 130 interrupted.",
    )
    made.add_argument("--version", action="version", version=f"kong-lsp {__version__}")
    # Without `prog`, argparse would lay out a whole usage message to know it.
    commands = made.add_subparsers(
        dest="command", required=True, metavar="COMMAND", prog="kong-lsp"
    )
    for name in (asked,) if asked in _COMMANDS else _COMMANDS:
        told, add = _COMMANDS[name]
        command = commands.add_parser(name, help=told, description=f"{told[0].upper()}{told[1:]}.")
        add(command)
        if asked == name:
            made.options = tuple(command._option_string_actions)  # noqa: SLF001
    return made


def _check(parser: argparse.ArgumentParser) -> None:
    _what(parser)
    parser.add_argument(
        "--output-format",
        choices=FORMATS,
        default="full",
        help="full: with the lines themselves; concise: one line each; json: one array; "
        "github: annotations of a workflow; sarif: a SARIF 2.1.0 log",
    )
    parser.add_argument("--output-file", metavar="FILE", help="write there, not to the terminal")
    parser.add_argument(
        "--statistics", action="store_true", help="how often each rule was found, not where"
    )
    parser.add_argument(
        "--fail-on",
        choices=(*SEVERITIES, "never"),
        default="warning",
        help="the least severity that makes the exit code 1 (default: warning)",
    )
    parser.add_argument(
        "--stdin-filename",
        metavar="FILE",
        help="read FILE's text from standard input, and check the rocks that FILE belongs to",
    )


def _fix(parser: argparse.ArgumentParser) -> None:
    _what(parser)
    parser.add_argument(
        "--unsafe", action="store_true", help="also guess, and create, delete or rename files"
    )
    parser.add_argument("--diff", action="store_true", help="show the changes, change nothing")


def _what(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="a folder: every rock below it; a file: the rocks it belongs to (default: .)",
    )
    for option, verb in (("--select", "report only"), ("--ignore", "do not report")):
        parser.add_argument(
            option,
            action="append",
            default=[],
            metavar="RULES",
            help=f"{verb} these: codes, beginnings of codes or names, with commas between",
        )
    parser.add_argument(
        "--kong-version", metavar="RELEASE", help='the Kong it is for, such as 3.4, or "auto"'
    )


def _explain(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "rule",
        metavar="RULE",
        nargs="+",
        help="its code or its name, or an error text of Kong or LuaRocks",
    )


def _rules(_: argparse.ArgumentParser) -> None:
    """Takes nothing."""


def _settings(parser: argparse.ArgumentParser) -> None:
    _path(parser)
    parser.add_argument(
        "--schema", action="store_true", help="print the JSON schema of .kong-lsp.toml"
    )


def _status(parser: argparse.ArgumentParser) -> None:
    _path(parser)


def _path(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", nargs="?", default=".", metavar="PATH", help="default: .")
    parser.add_argument("--json", action="store_true", help="as JSON")


def _new(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="what the plugin is called")
    parser.add_argument(
        "path", nargs="?", metavar="PATH", help="the folder for it (default: kong-plugin-NAME)"
    )
    parser.add_argument(
        "--kong-version", metavar="RELEASE", help="the Kong it is for (default: 3.9)"
    )


def _catalogue(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "kong",
        metavar="KONG_SOURCE",
        help="a checkout of Kong, or the folder that it is installed in",
    )
    parser.add_argument("--output", metavar="FILE", help="write there, not to the terminal")


def _example(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="PLUGIN", help="one of Kong's own, or of the folder")
    parser.add_argument("path", nargs="?", default=".", metavar="PATH", help="default: .")
    parser.add_argument(
        "--kong-version", metavar="RELEASE", help='the Kong it is for, such as 3.4, or "auto"'
    )


def _completion(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", choices=SHELLS, help="the shell that the script is for")


def _serve(parser: argparse.ArgumentParser) -> None:
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument("--stdio", action="store_true", help="on standard input and output (default)")
    ways.add_argument("--tcp", action="store_true", help="on a TCP port")
    ways.add_argument("--ws", action="store_true", help="on a WebSocket")
    parser.add_argument("--host", default="127.0.0.1", help="for --tcp and --ws (%(default)s)")
    parser.add_argument("--port", type=int, default=2087, help="for --tcp and --ws (%(default)s)")


_COMMANDS: dict[str, tuple[str, Callable[[argparse.ArgumentParser], None]]] = {
    "check": ("report what is wrong", _check),
    "fix": ("put right what can be put right safely", _fix),
    "explain": ("print the page of a rule, or of an error text", _explain),
    "rules": ("list the rules", _rules),
    "status": ("show what is seen: rocks, plugins, modules, configuration", _status),
    "settings": ("show the settings, and where each comes from", _settings),
    "new": ("write a new plugin", _new),
    "example": ("print a config of a plugin that Kong takes, as YAML", _example),
    "catalogue": ("print the schemas of a Kong's plugins and entities as JSON", _catalogue),
    "completion": ("print a script that completes commands in a shell", _completion),
    "serve": ("speak the Language Server Protocol", _serve),
}
