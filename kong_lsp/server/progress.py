"""Progress in the editor's status line, for what takes longer than a blink."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kong_lsp.server.protocol import Protocol

DELAY = 0.3
"""Seconds before anything is shown."""


class Progress:
    """Shows ``title`` while its body runs, if that takes longer than ``DELAY``."""

    def __init__(self, protocol: Protocol, title: str, shown: bool) -> None:
        self._protocol = protocol
        self._title = title
        self._shown = shown
        self._task: asyncio.Task[None] | None = None
        self._begun = False

    async def __aenter__(self) -> None:
        if self._shown:
            self._task = asyncio.create_task(self._begin())

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        if self._task is not None:
            self._task.cancel()
        if self._begun:
            self._tell({"kind": "end"})

    async def _begin(self) -> None:
        await asyncio.sleep(DELAY)
        created = self._protocol.ask("window/workDoneProgress/create", {"token": self._title})
        with suppress(Exception):
            await asyncio.wrap_future(created)
            self._begun = True
            self._tell({"kind": "begin", "title": self._title})

    def _tell(self, value: dict[str, str]) -> None:
        self._protocol.tell("$/progress", {"token": self._title, "value": value})
