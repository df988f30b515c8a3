"""``make bench``: each figure as a ratio to another program, measured in turns, with its bar.

Prints a table, writes ``.bench/results.json``, and ends with 1 if a bar is missed.
``--quick`` takes fewer rounds; words choose figures by a part of their name.
"""

from __future__ import annotations

import compileall
import gc
import json
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple

from tests.benchmarks import configuration, trees
from tests.benchmarks.client import Client

HERE = Path(__file__).resolve().parents[2]
WORK = HERE / ".bench"
OURS = str(Path(sys.executable).parent / "kong-lsp")
YAML_LANGUAGE_SERVER = "1.25.0"


class Row(NamedTuple):
    """One figure: ``value`` in ``unit`` may be at most ``bar``."""

    name: str
    value: float
    bar: float
    unit: str
    detail: str


def main() -> int:
    """Measure, print, write."""
    words = [word for word in sys.argv[1:] if not word.startswith("-")]
    rounds = 5 if "--quick" in sys.argv else 15
    figures: dict[str, Callable[[int], Iterator[Row]]] = {
        "start-up": start_up,
        "keystroke in process": keystroke_in_process,
        "keystroke over stdio": keystroke_over_stdio,
        "large configuration files": large_configuration_files,
        "check of a work folder": check_of_a_work_folder,
        "check of a small plugin": check_of_a_small_plugin,
    }
    # Where PYTHONDONTWRITEBYTECODE is set, each start would compile our modules anew.
    compileall.compile_dir(HERE / "kong_lsp", quiet=1)
    prepare()
    rows = []
    for name, figure in figures.items():
        if not words or any(word in name for word in words):
            for row in figure(rounds):
                rows.append(row)
                print(shown(row), flush=True)
    (WORK / "results.json").write_text(json.dumps([row._asdict() for row in rows], indent=2))
    return int(any(row.value > row.bar for row in rows))


def shown(row: Row) -> str:
    """A line of the table."""
    verdict = "ok    " if row.value <= row.bar else "MISSED"
    value = f"{row.value:.3g} {row.unit}"
    bar = f"bar {row.bar:g} {row.unit}"
    return f"{verdict} {row.name:<44} {value:>9}  {bar:<11}  {row.detail}"


def prepare() -> None:
    """The generated trees, once."""
    for name, make in (("large", trees.large_rock), ("small", trees.small_rock)):
        if not (WORK / name).exists():
            make(WORK / name)
    if not (WORK / "folder").exists():
        trees.work_folder(WORK / "folder")


def in_turns(rounds: int, *measures: Callable[[], float]) -> list[list[float]]:
    """``rounds`` results of each, one after the other, so that noise meets all alike."""
    for measure in measures:
        measure()
    results: list[list[float]] = [[] for _ in measures]
    for _ in range(rounds):
        for measure, found in zip(measures, results, strict=True):
            found.append(measure())
    return results


def ratio(name: str, ours: list[float], other: list[float], bar: float, what: str) -> Row:
    """Medians of both sides as one row; times are in seconds."""
    detail = f"{median(ours) * 1e3:.2f} ms, {what} {median(other) * 1e3:.2f} ms"
    return Row(name, median(ours) / median(other), bar, "x", detail)


def timed(command: list[str], codes: tuple[int, ...] = (0,)) -> Callable[[], float]:
    """How long a command runs."""

    def measure() -> float:
        start = time.perf_counter()
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False
        )
        seconds = time.perf_counter() - start
        assert done.returncode in codes, (command, done.returncode)
        return seconds

    return measure


def yaml_language_server() -> list[str]:
    """The command of the reference, installed below ``.bench``."""
    server = WORK / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"
    if not server.exists():
        package = f"yaml-language-server@{YAML_LANGUAGE_SERVER.rsplit('.', 1)[0]}"
        subprocess.run(
            ["npm", "install", "--silent", "--no-audit", "--prefix", str(WORK), package], check=True
        )
    return ["node", "--max-old-space-size=8192", str(server), "--stdio"]


def large_configuration_files(rounds: int) -> Iterator[Row]:
    """Declarative files of up to 50,000 lines."""
    theirs = yaml_language_server()
    # Not below .bench: yaml-language-server's patterns pass over folders with a dot.
    with TemporaryDirectory() as folder:
        places = Path(folder)
        for name, ours, other, bar in configuration.figures(
            rounds, [OURS, "serve"], theirs, places
        ):
            unit, scale = ("MB", 1.0) if "memory" in name else ("ms", 1e3)
            detail = f"{median(ours) * scale:.1f} {unit} to {median(other) * scale:.1f} {unit}"
            yield Row(name, median(ours) / median(other), bar, "x", detail)


def start_up(rounds: int) -> Iterator[Row]:
    """Spawn to the answer of ``initialize``, against yaml-language-server."""

    def measure(command: list[str]) -> Callable[[], float]:
        def one() -> float:
            start = time.perf_counter()
            client = Client(command)
            client.initialize(WORK / "small")
            seconds = time.perf_counter() - start
            client.close()
            return seconds

        return one

    ours, other = in_turns(
        rounds,
        measure([OURS, "serve"]),
        measure(yaml_language_server()),
    )
    yield ratio("start to initialize / yaml-language-server", ours, other, 1.0, "theirs")


def keystroke_in_process(rounds: int) -> Iterator[Row]:
    """Edit to findings in a rockspec of 600 modules, against one Lark parse of all of it."""
    from kong_lsp.analysis import analyze_rock
    from kong_lsp.text import Edit, Span
    from kong_lsp.workspace.workspace import Workspace

    path = str(next((WORK / "large").glob("*.rockspec")))
    text = Path(path).read_text(encoding="utf-8")
    workspace = Workspace()
    workspace.add_root(str(WORK / "large"))
    workspace.open(path, text)
    places = keystrokes(text)
    workspace.snapshot()
    gc.collect()
    gc.freeze()  # as the server does

    def key() -> float:
        offset = next(places)
        seconds = 0.0
        for edit in (Edit(Span(offset, offset), "x"), Edit(Span(offset, offset + 1), "")):
            start = time.perf_counter()
            workspace.change(path, edit)
            snapshot = workspace.snapshot()
            rock = snapshot.rock_at(path)
            assert rock is not None
            list(analyze_rock(snapshot, rock))
            seconds += time.perf_counter() - start
        return seconds / 2

    ours, other = in_turns(rounds * 4, key, lark_parse(text))
    name = "keystroke to findings, 600 modules / Lark parse"
    yield ratio(name, ours, other, 0.05, "a whole parse")


def keystrokes(text: str) -> Iterator[int]:
    """Offsets inside the strings of ``build.modules``."""
    chance = random.Random(1)
    first = text.index("modules = {")
    quotes = [i for i in range(first, len(text)) if text.startswith(".lua", i)]
    while True:
        yield chance.choice(quotes)


def lark_parse(text: str) -> Callable[[], float]:
    """One parse of the whole text with our grammar, with the positions that a finding needs."""
    from lark import Lark
    from lark import Token as LarkToken
    from lark.lexer import Lexer

    from kong_lsp.syntax.lua.scanner import scan

    class Tokens(Lexer):
        def __init__(self, conf: object) -> None:
            pass

        def lex(self, lexer_state: object, *_: object) -> Iterator[LarkToken]:
            for token in scan(text):
                yield LarkToken(token.type, token.text, token.start, 1, 1, 1, 1, token.end)

    grammar = (HERE / "grammars" / "lua.lark").read_text(encoding="utf-8")
    lark = Lark(grammar, parser="lalr", start="block", lexer=Tokens, propagate_positions=True)

    def measure() -> float:
        start = time.perf_counter()
        lark.parse(text)
        return time.perf_counter() - start

    return measure


def keystroke_over_stdio(rounds: int) -> Iterator[Row]:
    """From didChange to publishDiagnostics in a rockspec of 600 modules."""
    path = next((WORK / "large").glob("*.rockspec"))
    text = path.read_text(encoding="utf-8")
    uri = path.as_uri()
    client = Client([OURS, "serve"])
    client.initialize(WORK / "large")
    client.notify("initialized", {})
    document = {"uri": uri, "languageId": "lua", "version": 0, "text": text}
    client.notify("textDocument/didOpen", {"textDocument": document})
    client.diagnostics(uri, 0)
    times = []
    places = keystrokes(text)
    version = 0
    for _ in range(rounds * 20):
        offset = next(places)
        line = text.count("\n", 0, offset)
        column = offset - text.rindex("\n", 0, offset) - 1
        for end, typed in ((column, "x"), (column + 1, "")):
            version += 1
            change = {
                "range": {
                    "start": {"line": line, "character": column},
                    "end": {"line": line, "character": end},
                },
                "text": typed,
            }
            start = time.perf_counter()
            client.notify(
                "textDocument/didChange",
                {"textDocument": {"uri": uri, "version": version}, "contentChanges": [change]},
            )
            client.diagnostics(uri, version)
            times.append((time.perf_counter() - start) * 1e3)
    client.close()
    times.sort()
    detail = f"{len(times)} keystrokes"
    yield Row("keystroke to diagnostics over stdio, median", median(times), 5, "ms", detail)
    late = times[int(len(times) * 0.95)]
    yield Row("keystroke to diagnostics over stdio, p95", late, 20, "ms", detail)


def check_of_a_work_folder(rounds: int) -> Iterator[Row]:
    """``check`` over 20,000 files, 1,000 of them Lua, against ``grep -rho require``."""
    folder = str(WORK / "folder")
    ours, other = in_turns(
        rounds,
        timed([OURS, "check", folder], (0, 1)),
        timed(["grep", "-rho", "require", folder]),
    )
    yield ratio("check, 20,000 files / grep -rho require", ours, other, 10, "grep")


def check_of_a_small_plugin(rounds: int) -> Iterator[Row]:
    """``check`` on a plugin of three files, against ``python -c pass``."""
    ours, other = in_turns(
        rounds,
        timed([OURS, "check", str(WORK / "small")], (0, 1)),
        timed([sys.executable, "-c", "pass"]),
    )
    yield ratio("check, three files / python -c pass", ours, other, 12, "python")


if __name__ == "__main__":
    if "--clean" in sys.argv:
        shutil.rmtree(WORK, ignore_errors=True)
    sys.exit(main())
