"""The command line: runs what ``options`` understood.

Exit codes: 0 nothing found (at or above ``--fail-on``), 1 something found, 2 could not
run, 130 interrupted. What is slow to import is imported by the command that needs it.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NoReturn

from kong_lsp.options import SEVERITIES, parser

if TYPE_CHECKING:
    import argparse
    from types import ModuleType

    from kong_lsp.report import Report
    from kong_lsp.settings_layers import Layer
    from kong_lsp.targets import Targets

OK, FOUND, FAILED, INTERRUPTED = 0, 1, 2, 130
PATIENCE = 0.3
"""After so many seconds of reading a terminal is told."""


def run() -> NoReturn:
    """The program. It ends without taking its memory apart, which would cost a fifth of its
    time."""
    code = main()
    with suppress(OSError):
        sys.stderr.flush()
    os._exit(code)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit code."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed by who started us
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    # A command is short, and collecting garbage would take a tenth of its time.
    gc.disable()
    words = sys.argv[1:] if argv is None else list(argv)
    try:
        if not words:
            parser().print_help(sys.stderr)
            return FAILED
        arguments = parser(words[0]).parse_args(words)
        code: int = _COMMANDS[arguments.command](arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has left. Python would complain once more when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FOUND if words[0] in ("check", "fix") else OK
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as error:
        _complain(f"{error.filename or 'kong-lsp'}: {error.strerror or error}")
        return FAILED
    finally:
        gc.enable()
    return code


def _check(arguments: argparse.Namespace) -> int:
    from kong_lsp.report import Report, counted
    from kong_lsp.rules import names_of

    form = arguments.output_format
    if arguments.statistics and form in ("github", "sarif"):
        _complain(f"--statistics: not in the format {form}")
        return FAILED
    with _patience():
        checked = _targets(arguments, arguments.stdin_filename)
        if checked is None:
            return FAILED
        snapshot = checked.workspace.snapshot()
        findings = checked.findings(snapshot)
    for complaint in dict.fromkeys(checked.complaints):
        _complain(complaint)
    to_file = arguments.output_file is not None
    on_terminal = sys.stdout.isatty() and not to_file
    report = Report(
        tuple(findings),
        snapshot.text,
        names_of(finding.code for finding in findings),
        _folder(form),
        colour=on_terminal and not os.environ.get("NO_COLOR"),
    )
    if on_terminal:
        report.width = max(40, os.get_terminal_size().columns - 8)
    told = _rendered(report, form, statistics=arguments.statistics)
    if to_file:
        with open(arguments.output_file, "w", encoding="utf-8", errors="replace") as file:
            file.write(told)
    else:
        sys.stdout.write(told)
        if form == "full" and not findings:
            rocks, configs = len(checked.rocks(snapshot)), len(checked.configs(snapshot))
            loose = 0 if rocks else len(checked.plugins(snapshot))
            what = ((rocks, "rockspec"), (loose, "plugin"), (configs, "configuration file"))
            seen = [counted(count, noun) for count, noun in what if count]
            if seen:
                print(f"Nothing found in {' and '.join(seen)}.")
    if checked.failed:
        return FAILED
    least = (*SEVERITIES, "never").index(arguments.fail_on) + 1
    if arguments.fail_on == "never":
        return OK
    return FOUND if any(finding.severity <= least for finding in findings) else OK


def _rendered(report: Report, form: str, *, statistics: bool) -> str:
    """The report in one of ``report.FORMATS``, or how often each rule was found."""
    told: str
    if statistics:
        from kong_lsp.report import statistics as counts

        return counts.render_json(report) if form == "json" else counts.render(report)
    module: ModuleType
    if form == "json":
        from kong_lsp.report import json as module
    elif form == "concise":
        from kong_lsp.report import concise as module
    elif form == "github":
        from kong_lsp.report import github as module
    elif form == "sarif":
        from kong_lsp.report import sarif as module
    else:
        from kong_lsp.report import full as module
    told = module.render(report)
    return told


def _fix(arguments: argparse.Namespace) -> int:
    from kong_lsp import fixes
    from kong_lsp.finding import Severity
    from kong_lsp.report import counted, printable, relative

    folder = _folder()
    with _patience():
        checked = _targets(arguments)
        if checked is None:
            return FAILED
        result = fixes.repair(checked.workspace, checked.findings, unsafe=arguments.unsafe)
    for complaint in dict.fromkeys(checked.complaints):
        _complain(complaint)
    if arguments.diff:
        sys.stdout.write(fixes.diff(result, lambda path: relative(path, folder)))
        return FAILED if checked.failed else FOUND if result.done else OK
    try:
        fixes.write(result)
    except fixes.Refused as error:
        _complain(f"{error}; nothing is written")
        return FAILED
    for path in result.after:
        checked.workspace.close(path)
    checked.workspace.rescan()
    for finding, fix in result.done:
        print(printable(f"{relative(finding.path, folder)}: {finding.code}: {fix.title}"))
    left = [
        finding
        for finding in checked.findings(checked.workspace.snapshot())
        if finding.severity <= Severity.WARNING
    ]
    if result.done or not left:
        print(f"Fixed {counted(len(result.done), 'finding')}, {len(left)} left.")
    else:
        print(f"Nothing to fix safely, {counted(len(left), 'finding')} left.")
    return FAILED if checked.failed else FOUND if left else OK


def _explain(arguments: argparse.Namespace) -> int:
    from kong_lsp.rules import pages

    asked = [pages.find(word) for word in arguments.rule]
    if len(asked) > 1 and all(asked):
        sys.stdout.write("\n".join(pages.text(rule) for rule in asked if rule is not None))
        return OK
    said = " ".join(arguments.rule)
    found = pages.find(said)
    told = pages.about_error(said) if found is None else pages.text(found)
    if told is None:
        many = "an error text of Kong or LuaRocks that is not known, and no rule"
        _complain(f"{said}: {many}" if " " in said else _unknown_rule(said))
        return FAILED
    sys.stdout.write(told)
    return OK


def _rules(_: argparse.Namespace) -> int:
    from kong_lsp.rules import pages

    sys.stdout.write(pages.listing())
    return OK


def _settings(arguments: argparse.Namespace) -> int:
    import json

    from kong_lsp import status
    from kong_lsp.settings import schema

    if arguments.schema:
        print(json.dumps(schema(), indent=2))
        return OK
    if not os.path.exists(arguments.path):
        _complain(f"{arguments.path}: no such file or folder")
        return FAILED
    told = status.settings(arguments.path, _folder())
    if arguments.json:
        print(json.dumps({name: each._asdict() for name, each in told.values.items()}, indent=2))
    else:
        sys.stdout.write(status.settings_text(told))
    for complaint in told.complaints:
        _complain(complaint)
    return FAILED if told.complaints else OK


def _status(arguments: argparse.Namespace) -> int:
    from kong_lsp import status

    arguments.paths = [arguments.path]
    with _patience():
        checked = _targets(arguments)
        if checked is None:
            return FAILED
        told = status.status(checked.workspace.snapshot(), _folder())
    for complaint in dict.fromkeys(checked.complaints):
        _complain(complaint)
    if arguments.json:
        import json

        print(json.dumps(told, indent=2))
    else:
        sys.stdout.write(status.text(told))
    return FAILED if checked.failed else OK


def _completion(arguments: argparse.Namespace) -> int:
    from kong_lsp import shells

    sys.stdout.write(shells.script(arguments.shell, parser()))
    return OK


def _new(arguments: argparse.Namespace) -> int:
    from kong_lsp import fixes
    from kong_lsp.features.new_plugin import new_plugin
    from kong_lsp.features.rename import Refused
    from kong_lsp.kong import releases
    from kong_lsp.report import printable, relative
    from kong_lsp.workspace.workspace import Workspace

    asked = arguments.kong_version
    release = releases.find(asked) if asked else releases.NEWEST
    if release is None:
        _complain(f"there is no Kong {asked}; name a release, such as {releases.NEWEST}")
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
        _complain(f"{error}; nothing is written")
        return FAILED
    for written in sorted(result.after):
        print(printable(relative(written, _folder())))
    return OK


def _catalogue(arguments: argparse.Namespace) -> int:
    import json

    from kong_lsp.plugin import kong_catalogue, kong_tree

    folder = kong_tree.folder_of(os.path.abspath(arguments.kong))
    if folder is None:
        _complain(f"{arguments.kong}: no Kong is here: there is no kong/meta.lua")
        return FAILED
    tree = kong_tree.KongTree(folder)
    if tree.version is None:
        _complain(f"{arguments.kong}: kong/meta.lua does not tell the version")
        return FAILED
    found = kong_catalogue.whole(tree)
    text = json.dumps(found, separators=(",", ":"), ensure_ascii=False) + "\n"
    if arguments.output is None:
        sys.stdout.write(text)
    else:
        with open(arguments.output, "w", encoding="utf-8") as file:
            file.write(text)
    lacking = [name for name in tree.bundled if name not in found["plugins"]]
    for name in lacking:
        _complain(f"{name}: its schema cannot be read, it is left out")
    return FOUND if lacking else OK


def _example(arguments: argparse.Namespace) -> int:
    from kong_lsp.features.config_example import example_text, unknown_plugin
    from kong_lsp.kong.releases import NEWEST

    arguments.paths = [arguments.path]
    checked = _targets(arguments)
    if checked is None:
        return FAILED
    root = next(iter(checked.workspace.snapshot().roots), None)
    told = example_text(root, arguments.name, root.kong if root is not None else NEWEST)
    if told is None:
        _complain(unknown_plugin(root, arguments.name))
        return FAILED
    sys.stdout.write(told)
    return OK


def _serve(arguments: argparse.Namespace) -> int:
    from kong_lsp.server import main as serve

    return serve(tcp=arguments.tcp, ws=arguments.ws, host=arguments.host, port=arguments.port)


_COMMANDS = {
    "check": _check,
    "fix": _fix,
    "explain": _explain,
    "rules": _rules,
    "status": _status,
    "settings": _settings,
    "new": _new,
    "example": _example,
    "catalogue": _catalogue,
    "completion": _completion,
    "serve": _serve,
}


@contextmanager
def _patience() -> Iterator[None]:
    """Where it takes longer than ``PATIENCE``, a line on the terminal says so until it is done."""
    if not sys.stderr.isatty() or os.environ.get("CI"):
        yield
        return
    from threading import Timer

    line = "Reading ..."
    told = []

    def tell() -> None:
        told.append(sys.stderr.write(line))
        sys.stderr.flush()

    timer = Timer(PATIENCE, tell)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        if told:
            sys.stderr.write(f"\r{' ' * len(line)}\r")
            sys.stderr.flush()


def _targets(arguments: argparse.Namespace, stdin_path: str | None = None) -> Targets | None:
    """What to check; None, said on standard error, where that cannot be."""
    from kong_lsp.targets import Unusable, gather

    over = _options(arguments)
    if over is None:
        return None
    stdin = None
    if stdin_path is not None:
        stdin = sys.stdin.buffer.read().decode("utf-8", "surrogateescape")
    try:
        return gather(arguments.paths, over, stdin_path=stdin_path, stdin=stdin)
    except Unusable as error:
        for line in error.args:
            _complain(line)
        return None


def _options(arguments: argparse.Namespace) -> Layer | None:
    """The options that are settings; None, said on standard error, where one is wrong."""
    from kong_lsp.settings_layers import Layer

    values: dict[str, object] = {}
    version = getattr(arguments, "kong_version", None)
    if version is not None:
        from kong_lsp.kong import releases

        if version != "auto" and releases.find(version) is None:
            _complain(f'there is no Kong {version}; name a release, such as 3.4, or "auto"')
            return None
        values["kong_version"] = version
    for option in ("select", "ignore"):
        given = ",".join(getattr(arguments, option, ())).split(",")
        words = tuple(word.strip() for word in given if word.strip())
        if words:
            from kong_lsp.settings import is_rule

            for word in words:
                if not is_rule(word):
                    _complain(_unknown_rule(word))
                    return None
            values[option] = words
    return Layer("the command line", values)


def _unknown_rule(word: str) -> str:
    from difflib import get_close_matches

    from kong_lsp.settings import rule_names

    names = rule_names()
    known = {name: f"{code} ({name})" for code, name in names.items()}
    known |= {code.lower(): known[name] for code, name in names.items()}
    near = get_close_matches(word.lower(), known, 1)
    hint = f"did you mean {known[near[0]]}?" if near else "`kong-lsp rules` lists them"
    return f"there is no rule {word}; {hint}"


def _folder(form: str = "") -> str:
    """What paths are told relative to: for GitHub the checkout, else the current folder."""
    here = os.getcwd()
    if form in ("github", "sarif"):
        checkout = os.path.realpath(os.environ.get("GITHUB_WORKSPACE") or here)
        if os.path.realpath(here).startswith(checkout + os.sep):
            here = checkout
    return here.replace(os.sep, "/")


def _complain(message: str) -> None:
    from kong_lsp.report import printable

    print(f"kong-lsp: {printable(message)}", file=sys.stderr)
