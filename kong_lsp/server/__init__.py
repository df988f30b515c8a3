"""The language server. Importing this package loads neither pygls nor lsprotocol."""

from __future__ import annotations

from importlib import import_module
from threading import Thread


def main(*, tcp: bool = False, ws: bool = False, host: str = "127.0.0.1", port: int = 2087) -> int:
    """Serve the Language Server Protocol until the client leaves; gives the exit code.

    On standard input and output, the client's ``initialize`` is answered before pygls
    is loaded (``handshake`` tells how), which is loaded while the client is waited for.
    Over TCP and WebSocket there is no such hurry.
    """
    if tcp or ws:
        from kong_lsp.server.start import serve_socket

        return serve_socket(host, port, websocket=ws)

    from kong_lsp.server.handshake import greet, take_streams

    stdin, stdout = take_streams()
    Thread(target=import_module, args=("kong_lsp.server.start",), daemon=True).start()
    answered = greet(stdin, stdout)

    from kong_lsp.server.start import serve_streams

    return serve_streams(stdin, stdout, answered)
