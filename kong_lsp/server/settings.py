"""The settings that an editor sends, in whatever wrapping."""

from __future__ import annotations

from kong_lsp.server.convert import Json
from kong_lsp.settings import default
from kong_lsp.settings_layers import Layer, layer, plain

SECTION = "konglsp"
ORIGIN = "the editor"

OF_THE_CLIENT = frozenset(
    "args enable enabled importstrategy interpreter log loglevel path server"
    " shownotifications trace".split()
)
"""Keys of the same section that an editor's extension keeps for itself."""


def section(given: Json) -> Json:
    """The settings in what a client sends: the section, or an object that holds it
    (``{"kong-lsp": {…}}``)."""
    for key, value in given.items():
        if plain(key) == SECTION and isinstance(value, dict):
            return section(value)
    return given


def read_settings(given: Json, before: Layer, folder: str) -> tuple[Layer, list[str]]:
    """The editor's layer after the section ``given``, and what is wrong with it.

    Its paths are relative to ``folder``. What is not there keeps its value; what is wrong is
    left out. What has its default value counts as not set: VS Code sends every setting, set or
    not, and a project's file would never have its say.
    """
    own = {
        key: value
        for key, value in given.items()
        if plain(key).partition(".")[0] not in OF_THE_CLIENT
    }
    made = layer(own, ORIGIN, folder, before.values)
    complaints = [f"kong-lsp: {problem.message}" for problem in made.problems]
    merged = {**before.values, **made.values}
    values = {name: value for name, value in merged.items() if value != default(name)}
    return Layer(ORIGIN, values), complaints
