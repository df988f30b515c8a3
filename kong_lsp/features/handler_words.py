"""When Kong calls a handler's functions, and what it reads of the handler besides.

After kong/init.lua and kong/runloop/plugins_iterator.lua of 0.1 to 3.9.
"""

from __future__ import annotations

from typing import NamedTuple


class Phase(NamedTuple):
    """A function that Kong calls. ``arguments`` are those after ``self``; ``subsystems`` are
    the nginx modules in which it runs."""

    doc: str
    arguments: str = "conf"
    subsystems: tuple[str, ...] = ("http",)


PHASES: dict[str, Phase] = {
    "init_worker": Phase(
        "Runs once in each worker when it starts, for every plugin that Kong loads, configured or "
        "not. It gets no configuration; an error in it is logged, and Kong goes on.",
        "",
        ("http", "stream"),
    ),
    "configure": Phase(
        "Runs whenever the plugins' configurations change. It gets a list of all configurations "
        "of the plugin that are enabled, or nil where there are none.",
        "configs",
        ("http", "stream"),
    ),
    "certificate": Phase(
        "Runs in the TLS handshake. No route is known yet: it runs for plugins that are "
        "configured globally only.",
        subsystems=("http", "stream"),
    ),
    "rewrite": Phase(
        "Runs when a request arrives, before it is routed: it runs for plugins that are "
        "configured globally only."
    ),
    "preread": Phase(
        "Runs once for each connection of a stream (TCP, TLS), where `access` does for HTTP.",
        subsystems=("stream",),
    ),
    "access": Phase("Runs for each request before it is sent to the upstream."),
    "response": Phase(
        "Runs when the whole response of the upstream is there, before anything is sent to the "
        "client: Kong buffers the response for it. A plugin that has `header_filter` or "
        "`body_filter` too is not loaded."
    ),
    "header_filter": Phase(
        "Runs when all headers of the response are there, before they are sent to the client."
    ),
    "body_filter": Phase(
        "Runs for each piece of the response's body, so several times for one request."
    ),
    "log": Phase(
        "Runs after the last byte was sent to the client, or when a stream's connection is closed.",
        subsystems=("http", "stream"),
    ),
}

FIELDS = {
    "PRIORITY": "A whole number. In each phase, plugins of higher priority run first.",
    "VERSION": 'The plugin\'s version: a string of one to three numbers, `"1.0.0"`.',
}
"""What Kong reads of a handler besides its functions; mandatory from 3.0 on."""
