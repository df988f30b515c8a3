"""Questions about the cursor ($0) of a configuration file in a fixture."""

from __future__ import annotations

from textwrap import dedent

from kong_lsp.features.completion import Item
from kong_lsp.features.config_completion import config_completion
from kong_lsp.features.config_hover import config_hover
from kong_lsp.text import apply_edits
from tests.support.places import asked


def proposals(text: str) -> list[Item]:
    """What is proposed at the cursor, best first."""
    with asked(dedent(text)) as at:
        return config_completion(at.snapshot, at.path, at.text, at.offset)


def labels(text: str) -> list[str]:
    """The labels of the proposals."""
    return [item.label for item in proposals(text)]


def hover_at(text: str) -> str:
    """What the hover at the cursor says; nothing where there is none."""
    with asked(dedent(text)) as at:
        found = config_hover(at.snapshot, at.path, at.text, at.offset)
        if found is None:
            return ""
        assert found.span.start <= at.offset <= found.span.end
        return found.text


def complete(text: str, label: str, *, snippet: bool = False) -> str:
    """The text of the cursor's file once the proposal of that label is taken, as a snippet
    with its new lines indented like the line that it is put in, as editors do."""
    with asked(dedent(text)) as at:
        for item in config_completion(at.snapshot, at.path, at.text, at.offset):
            if item.label != label:
                continue
            span, put = item.edit
            assert span.start <= at.offset <= span.end
            assert "\n" not in at.text[span.start : span.end]
            assert "\n" not in put
            assert item.filter.startswith(at.text[span.start : at.offset])
            if snippet:
                assert item.snippet is not None
                line = at.text[at.text.rfind("\n", 0, at.offset) + 1 :]
                put = item.snippet.replace("\n", "\n" + line[: len(line) - len(line.lstrip(" "))])
            return apply_edits(at.text, (item.edit._replace(text=put), *item.also))
    raise AssertionError(f"{label} is not proposed")
