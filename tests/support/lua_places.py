"""Questions about the cursor ($0) of a Lua file of a plugin in a fixture."""

from __future__ import annotations

from textwrap import dedent

from kong_lsp.features.completion import Item
from kong_lsp.features.plugin_files import lua_completion, lua_hover
from kong_lsp.text import apply_edits
from tests.support.places import Asked, asked


def handler(text: str) -> str:
    """The fixture of a plugin with this handler."""
    return f"-- file: kong/plugins/acme/handler.lua\n{dedent(text)}\n-- schema: kong/plugins/acme/schema.lua\n"


def schema(text: str) -> str:
    """The fixture of a plugin with this schema."""
    return f"-- file: kong/plugins/acme/schema.lua\n{dedent(text)}\n-- handler: kong/plugins/acme/handler.lua\n"


def proposals(text: str, *, kong_version: str = "auto") -> list[Item]:
    """What is proposed at the cursor, best first."""
    with asked(text, kong_version=kong_version) as at:
        return _proposals(at)


def _proposals(at: Asked) -> list[Item]:
    found = lua_completion(at.snapshot, at.path, at.text, at.offset)
    for item in found:
        span, put = item.edit
        assert span.start <= at.offset <= span.end
        assert "\n" not in at.text[span.start : span.end]
        assert "\n" not in put
    return found


def labels(text: str, *, kong_version: str = "auto") -> list[str]:
    """The labels of the proposals."""
    return [item.label for item in proposals(text, kong_version=kong_version)]


def complete(text: str, label: str, *, snippet: bool = False) -> str:
    """The text of the cursor's file once the proposal of that label is taken. It must be one
    that an editor would show: what is typed begins its filter text."""
    with asked(text) as at:
        for item in _proposals(at):
            if item.label != label:
                continue
            assert item.filter.startswith(at.text[item.edit.span.start : at.offset])
            edit = item.edit
            if snippet:
                assert item.snippet is not None
                edit = edit._replace(text=item.snippet)
            return apply_edits(at.text, (edit, *item.also)).rstrip("\n")
    raise AssertionError(f"{label} is not proposed")


def hovered(text: str, *, kong_version: str = "auto") -> str | None:
    """What is said of the place at the cursor."""
    with asked(text, kong_version=kong_version) as at:
        found = lua_hover(at.snapshot, at.path, at.text, at.offset)
        if found is None:
            return None
        assert found.span.start <= at.offset <= found.span.end
        return found.text
