"""Where the server starts: every method that it answers, on streams or a socket."""

from __future__ import annotations

import gc
import logging
import sys
from typing import BinaryIO

from kong_lsp.server import editing, lifecycle, reading, refactoring
from kong_lsp.server.app import Server
from kong_lsp.server.handshake import Frames
from kong_lsp.server.protocol import Identity


def complete_server() -> Server:
    """A server that answers all we can answer."""
    server = Server()
    for group in (lifecycle, editing, reading, refactoring):
        group.register(server)
    return server


def prepare_process() -> None:
    """A server lives long, so garbage is collected, which ``cli`` forbids for its commands.
    Warnings go to standard error; nothing else is written there."""
    gc.enable()
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s"
    )
    logging.getLogger("pygls").setLevel(logging.CRITICAL)


def serve_streams(stdin: Frames, stdout: BinaryIO, answered: Identity | None) -> int:
    """Serve on two streams; ``answered`` is the request that has its answer already."""
    prepare_process()
    server = complete_server()
    server.protocol.answered = answered
    server.start_io(stdin, stdout)  # type: ignore[arg-type]
    return server.exit_code


def serve_socket(host: str, port: int, *, websocket: bool) -> int:
    """Serve the first client that connects, over TCP or a WebSocket."""
    prepare_process()
    server = complete_server()
    (server.start_ws if websocket else server.start_tcp)(host, port)
    return server.exit_code
