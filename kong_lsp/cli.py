"""The command line: ``kong-lsp check | fix | explain | rules | new | serve``.

Exit codes: 0 nothing found (at or above ``--fail-on``), 1 something found, 2 could not
run. What is slow to import is imported by the command that needs it.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from kong_lsp import __version__

if TYPE_CHECKING:
    from kong_lsp.targets import Targets

OK, FOUND, FAILED, INTERRUPTED = 0, 1, 2, 130
SEVERITIES = ("error", "warning", "information", "hint")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    # A command is short, and collecting garbage would take a tenth of its time.
    gc.disable()
    try:
        arguments = _parser().parse_args(argv)
        code: int = _COMMANDS[arguments.command](arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has left. Python would complain once more when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FOUND
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as error:
        _complain(f"{error.filename or 'kong-lsp'}: {error.strerror or error}")
        return FAILED
    finally:
        gc.enable()
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kong-lsp",
        description="Find and repair what Kong or LuaRocks would refuse in a plugin's rockspec.",
        epilog="Exit codes: 0 nothing found, 1 something found, 2 could not run.",
    )
    parser.add_argument("--version", action="version", version=f"kong-lsp {__version__}")
    # Without `prog`, argparse would lay out a whole usage message to know it.
    commands = parser.add_subparsers(
        dest="command", required=True, metavar="COMMAND", prog="kong-lsp"
    )

    check = commands.add_parser("check", help="report what is wrong")
    _add_what(check)
    check.add_argument(
        "--output-format",
        choices=("full", "concise", "json"),
        default="full",
        help="full: with the lines themselves; concise: one line each; json: one array",
    )
    check.add_argument(
        "--fail-on",
        choices=(*SEVERITIES, "never"),
        default="warning",
        help="the least severity that makes the exit code 1 (default: warning)",
    )
    check.add_argument(
        "--stdin-filename",
        metavar="FILE",
        help="read FILE's text from standard input, and check the rocks that FILE belongs to",
    )

    fix = commands.add_parser("fix", help="put right what can be put right safely")
    _add_what(fix)
    fix.add_argument(
        "--unsafe", action="store_true", help="also guess, and create, delete or rename files"
    )
    fix.add_argument("--diff", action="store_true", help="show the changes, change nothing")

    explain = commands.add_parser("explain", help="print the page of a rule")
    explain.add_argument("rule", help="its code or its name")

    commands.add_parser("rules", help="list the rules")

    new = commands.add_parser("new", help="write a new plugin")
    new.add_argument("name", metavar="NAME", help="what the plugin is called")
    new.add_argument(
        "path", nargs="?", metavar="PATH", help="the folder for it (default: kong-plugin-NAME)"
    )
    new.add_argument("--kong", metavar="RELEASE", help="the release it is for (default: 3.9)")

    serve = commands.add_parser("serve", help="speak the Language Server Protocol")
    ways = serve.add_mutually_exclusive_group()
    ways.add_argument("--stdio", action="store_true", help="on standard input and output (default)")
    ways.add_argument("--tcp", action="store_true", help="on a TCP port")
    ways.add_argument("--ws", action="store_true", help="on a WebSocket")
    serve.add_argument("--host", default="127.0.0.1", help="for --tcp and --ws (%(default)s)")
    serve.add_argument("--port", type=int, default=2087, help="for --tcp and --ws (%(default)s)")
    return parser


def _add_what(parser: argparse.ArgumentParser) -> None:
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


def _check(arguments: argparse.Namespace) -> int:
    from kong_lsp.report import Report
    from kong_lsp.rules import names_of

    wants = _wanted(arguments)
    checked = _targets(arguments.paths, arguments.stdin_filename)
    if wants is None or checked is None:
        return FAILED
    snapshot = checked.workspace.snapshot()
    findings = [each for each in checked.findings(snapshot) if wants(each.code)]
    for complaint in checked.complaints:
        _complain(complaint)
    report = Report(
        tuple(findings),
        snapshot.text,
        names_of(finding.code for finding in findings),
        _folder(),
        colour=sys.stdout.isatty() and not os.environ.get("NO_COLOR"),
    )
    if arguments.output_format == "json":
        from kong_lsp.report.json import render
    elif arguments.output_format == "concise":
        from kong_lsp.report.concise import render
    else:
        from kong_lsp.report.full import render
    sys.stdout.write(render(report))
    if arguments.output_format == "full" and not findings and (rocks := checked.rocks(snapshot)):
        from kong_lsp.report import counted

        print(f"Nothing found in {counted(len(rocks), 'rockspec')}.")
    if checked.failed:
        return FAILED
    least = (*SEVERITIES, "never").index(arguments.fail_on) + 1
    if arguments.fail_on == "never":
        return OK
    return FOUND if any(finding.severity <= least for finding in findings) else OK


def _fix(arguments: argparse.Namespace) -> int:
    from kong_lsp import fixes
    from kong_lsp.finding import Finding, Severity
    from kong_lsp.report import counted, printable, relative
    from kong_lsp.workspace.snapshot import Snapshot

    wants = _wanted(arguments)
    checked = _targets(arguments.paths)
    if wants is None or checked is None:
        return FAILED

    def find(snapshot: Snapshot) -> list[Finding]:
        return [finding for finding in checked.findings(snapshot) if wants(finding.code)]

    folder = _folder()
    result = fixes.repair(checked.workspace, find, unsafe=arguments.unsafe)
    for complaint in dict.fromkeys(checked.complaints):
        _complain(complaint)
    if arguments.diff:
        sys.stdout.write(fixes.diff(result, lambda path: relative(path, folder)))
        return FAILED if checked.failed else FOUND if result.done else OK
    try:
        fixes.write(result)
    except fixes.Refused as error:
        _complain(f"{error}: nothing is written")
        return FAILED
    for path in result.after:
        checked.workspace.close(path)
    checked.workspace.rescan()
    for finding, fix in result.done:
        print(printable(f"{relative(finding.path, folder)}: {finding.code}: {fix.title}"))
    left = [
        finding
        for finding in find(checked.workspace.snapshot())
        if finding.severity <= Severity.WARNING
    ]
    if result.done or not left:
        print(f"Fixed {counted(len(result.done), 'finding')}, {len(left)} left.")
    else:
        print(f"Nothing to fix safely, {counted(len(left), 'finding')} left.")
    return FAILED if checked.failed else FOUND if left else OK


def _explain(arguments: argparse.Namespace) -> int:
    from kong_lsp.rules import pages

    found = pages.find(arguments.rule)
    if found is None:
        _complain(_unknown_rule(arguments.rule))
        return FAILED
    sys.stdout.write(pages.text(found))
    return OK


def _rules(_: argparse.Namespace) -> int:
    from kong_lsp.rules import pages

    sys.stdout.write(pages.listing())
    return OK


def _new(arguments: argparse.Namespace) -> int:
    from kong_lsp import fixes
    from kong_lsp.features.new_plugin import new_plugin
    from kong_lsp.features.rename import Refused
    from kong_lsp.kong import releases
    from kong_lsp.report import printable, relative
    from kong_lsp.workspace.workspace import Workspace

    release = releases.find(arguments.kong) if arguments.kong else releases.NEWEST
    if release is None:
        _complain(f"there is no Kong {arguments.kong}")
        return FAILED
    path = os.path.abspath(arguments.path or f"kong-plugin-{arguments.name}")
    folder = path.replace(os.sep, "/")
    workspace = Workspace()
    if os.path.isdir(path):
        workspace.add_root(folder, whole=True)
    snapshot = workspace.snapshot()
    try:
        result = fixes.planned(snapshot, new_plugin(snapshot, folder, arguments.name, release))
        fixes.write(result)
    except (Refused, fixes.Refused) as error:
        _complain(f"{error}: nothing is written")
        return FAILED
    for written in sorted(result.after):
        print(printable(relative(written, _folder())))
    return OK


def _serve(arguments: argparse.Namespace) -> int:
    from kong_lsp.server import main as serve

    gc.enable()
    return serve(tcp=arguments.tcp, ws=arguments.ws, host=arguments.host, port=arguments.port)


_COMMANDS = {
    "check": _check,
    "fix": _fix,
    "explain": _explain,
    "rules": _rules,
    "new": _new,
    "serve": _serve,
}


def _targets(paths: Sequence[str], stdin_path: str | None = None) -> Targets | None:
    """What to check; None, said on standard error, where that cannot be."""
    from kong_lsp.targets import Unusable, gather

    stdin = None
    if stdin_path is not None:
        stdin = sys.stdin.buffer.read().decode("utf-8", "surrogateescape")
    try:
        return gather(paths, stdin_path=stdin_path, stdin=stdin)
    except Unusable as error:
        for line in error.args:
            _complain(line)
        return None


def _names() -> dict[str, str]:
    """Every rule's name by its code."""
    from kong_lsp.rules import all_rules

    return {module.rule.code: module.rule.name for module in all_rules()}


def _wanted(arguments: argparse.Namespace) -> Callable[[str], bool] | None:
    """Which codes to report; None, said on standard error, where a rule is not known."""
    if not arguments.select and not arguments.ignore:
        return lambda _: True
    names = _names()
    chosen: list[set[str]] = []
    for option in (arguments.select, arguments.ignore):
        codes: set[str] = set()
        for word in ",".join(option).split(","):
            word = word.strip()
            if not word:
                continue
            found = {
                code
                for code, name in names.items()
                if word.lower() == name or code.startswith(word.upper())
            }
            if not found:
                _complain(_unknown_rule(word))
                return None
            codes |= found
        chosen.append(codes)
    selected, ignored = chosen
    return ((selected if arguments.select else set(names)) - ignored).__contains__


def _unknown_rule(word: str) -> str:
    from difflib import get_close_matches

    names = _names()
    known = {name: f"{code} ({name})" for code, name in names.items()}
    known |= {code.lower(): known[name] for code, name in names.items()}
    near = get_close_matches(word.lower(), known, 1)
    hint = f"did you mean {known[near[0]]}?" if near else "`kong-lsp rules` lists them"
    return f"there is no rule {word}; {hint}"


def _folder() -> str:
    return os.getcwd().replace(os.sep, "/")


def _complain(message: str) -> None:
    from kong_lsp.report import printable

    print(f"kong-lsp: {printable(message)}", file=sys.stderr)
