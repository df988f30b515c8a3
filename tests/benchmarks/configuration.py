"""Figures of large declarative files, against yaml-language-server on the same file.

Its schema says no more than that a port is a whole number; ours judges every entity and
every plugin's ``config`` as Kong would.
"""

from __future__ import annotations

import json
import random
import time
import uuid
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from tests.benchmarks.client import Client

SIZES = (1_000, 10_000, 50_000)
SETTINGS: dict[str, Any] = {
    "yaml": {
        "validate": True,
        "schemas": {"SCHEMA": ["*.yaml"]},
        "schemaStore": {"enable": False},
    },
    "http": {},
    "[yaml]": {},
    "editor": {},
}
SCHEMA = {
    "type": "object",
    "properties": {
        "services": {
            "type": "array",
            "items": {"type": "object", "properties": {"port": {"type": "integer"}}},
        }
    },
}


PLUGINS = (
    ["  - name: rate-limiting", "    config:", "      minute: {few}", "      policy: local"],
    ["  - name: key-auth", "    config:", "      key_names:", "      - apikey"],
    ["  - name: cors", "    config:", "      origins:", "      - https://app{number}.example.com",
     "      max_age: 3600"],
)  # fmt: skip


def dump(lines: int) -> str:
    """A declarative file of so many lines, as decK writes one: ids of their own, one to three
    routes and some plugins for each service; nothing in it is wrong."""
    source = random.Random(lines)
    parts = ['_format_version: "3.0"', "services:"]
    number = 0
    while len(parts) < lines * 0.95:
        service = [
            "- name: service-{number}",
            "  id: {id}",
            "  host: svc-{number}.example.com",
            "  path: /{few}",
            "  port: 8080",
            "  protocol: http",
            "  retries: 5",
            "  tags:",
            "  - team-{few}",
            "  plugins:",
            *chain.from_iterable(source.sample(PLUGINS, source.randrange(1, 3))),
            "  routes:",
        ]
        for route in range(source.choice((1, 1, 2, 3))):
            service += [
                f"  - name: route-{{number}}-{route}",
                "    id: {id}",
                "    methods:",
                "    - GET",
                "    paths:",
                "    - /v1/items/{number}",
                "    strip_path: true",
            ]
        for line in service:
            few, own = source.randrange(1, 1000), uuid.UUID(int=source.getrandbits(128), version=4)
            parts.append(line.format(number=number, few=few, id=own))
        number += 1
    parts.append("consumers:")
    number = 0
    while len(parts) < lines:
        parts.append(f"- username: user-{number:05d}")
        number += 1
    return "\n".join(parts[:lines]) + "\n"


class Session:
    """A server with one such file open, which it could not read before: it is not on the disk,
    so that opening it is all the work, whatever a server reads ahead."""

    def __init__(self, command: list[str], folder: Path, lines: int) -> None:
        self.path = folder / f"dump-{lines}" / "kong.yaml"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        schema = folder / "schema.json"
        schema.write_text(json.dumps(SCHEMA), encoding="utf-8")
        settings = json.loads(json.dumps(SETTINGS).replace("SCHEMA", schema.as_uri()))
        self.uri = self.path.as_uri()
        self.text = dump(lines)
        rows = self.text.split("\n")
        self.line = next(i for i in range(lines // 2, lines) if rows[i] == "  port: 8080")
        self.version = 0
        self.client = Client(command, settings)
        self.client.initialize(self.path.parent)
        self.client.notify("initialized", {})
        self.client.notify("workspace/didChangeConfiguration", {"settings": settings})
        self.client.settle()
        self.client.request("workspace/symbol", {"query": "none"})  # it has started

    def open(self) -> float:
        """Seconds from didOpen to what is published for it."""
        document = {"uri": self.uri, "languageId": "yaml", "version": 0, "text": self.text}
        start = time.perf_counter()
        self.client.notify("textDocument/didOpen", {"textDocument": document})
        self._wait(lambda found: not found)
        return time.perf_counter() - start

    def keystroke(self) -> float:
        """Seconds from a typed character to the findings that it makes; then it is undone."""
        start = time.perf_counter()
        self._change(8, "x")
        self._wait(bool)
        seconds = time.perf_counter() - start
        self._change(9, "")
        self._wait(lambda found: not found)
        return seconds

    def _change(self, end: int, text: str) -> None:
        self.version += 1
        place = {
            "start": {"line": self.line, "character": 8},
            "end": {"line": self.line, "character": end},
        }
        self.client.notify(
            "textDocument/didChange",
            {
                "textDocument": {"uri": self.uri, "version": self.version},
                "contentChanges": [{"range": place, "text": text}],
            },
        )

    def _wait(self, wanted: Callable[[list[Any]], bool]) -> None:
        while True:
            message = self.client.receive()
            if message.get("method") == "textDocument/publishDiagnostics":
                params = message["params"]
                if params["uri"] == self.uri and wanted(params["diagnostics"]):
                    return

    def resident(self) -> float:
        """Megabytes that the server holds."""
        status = Path(f"/proc/{self.client.process.pid}/status").read_text(encoding="utf-8")
        return (
            next(int(row.split()[1]) for row in status.splitlines() if row.startswith("VmRSS"))
            / 1024
        )


def figures(
    rounds: int, ours: list[str], theirs: list[str], folder: Path
) -> Iterator[tuple[str, list[float], list[float], float]]:
    """Name, our results, theirs (seconds, or megabytes), and the bar of their ratio."""
    opened: tuple[list[float], list[float]] = ([], [])
    memory: tuple[list[float], list[float]] = ([], [])
    keys: dict[int, tuple[list[float], list[float]]] = {size: ([], []) for size in SIZES}
    for size in SIZES:
        for _ in range(max(1, rounds // 5) if size == SIZES[-1] else 1):
            for side, command in enumerate((ours, theirs)):
                session = Session(command, folder, size)
                seconds = session.open()
                for _ in range(3 + rounds):
                    keys[size][side].append(session.keystroke())
                del keys[size][side][-3 - rounds : -rounds]
                if size == SIZES[-1]:
                    opened[side].append(seconds)
                    memory[side].append(session.resident())
                session.client.close()
    yield "keystroke, 50,000 lines of YAML / yaml-language-server", *keys[SIZES[-1]], 0.02
    yield "the same keystroke, 50,000 lines / 1,000", keys[SIZES[-1]][0], keys[SIZES[0]][0], 1.5
    yield "open, 50,000 lines / yaml-language-server", *opened, 0.5
    yield "memory with it open / yaml-language-server", *memory, 0.5
