"""After any edits a file says what it would say if it were read anew."""

from __future__ import annotations

import random

import pytest

from kong_lsp.config import reading
from kong_lsp.config.model import Config
from kong_lsp.text import Edit, Span, apply_edits
from tests.support.configs import config_of

_WORDS = (
    "- name: new\n",
    "\n",
    "  ",
    "x",
    ":",
    "plugins:\n",
    '"',
    "- ",
    "#",
    "{{ x }}",
    "[",
    "---\n",
)


def dump(services: int) -> str:
    """A declarative file with services, routes and plugins at several depths."""
    lines = ['_format_version: "3.0"', "_info:", "  select_tags: [a]", "services:"]
    for number in range(services):
        lines += [f"- name: service-{number}", f"  host: host-{number}", "  plugins:"]
        for plugin in ("cors", "acme"):
            lines += [
                "  - config:",
                f"      note: '{'long ' * 40}'",
                f"    name: {plugin}-{number}",
            ]
        lines.append("  routes:")
        for route in range(3):
            lines += [f"  - name: route-{number}-{route}", "    paths:", f"    - /{number}/{route}"]
            lines += ["    plugins:", f"    - name: limit-{route}", "      service: service-0"]
    lines += ["consumers:", "- username: joe", "  plugins:", "  - name: key-auth"]
    return "\n".join(lines) + "\n"


def everything(config: Config | None) -> list[object]:
    """All facts of a configuration, with their spans."""
    if config is None:
        return []
    span = config.span
    return [
        config.dialect,
        config.format_version,
        *((use.name, use.owner, span(use.at), span(use.entry)) for use in config.uses),
        *((found.kind, found.name, span(found.at)) for found in config.definitions),
        *((named.kind, named.name, span(named.at)) for named in config.references),
        *((mark.key, span(mark.at)) for mark in config.marks),
        *((each.collection, each.owner) for each in config.entities),
        sorted(config.names),
        config.each("test", None, lambda part: [use.name for use in part.uses]),
    ]


@pytest.mark.parametrize("seed", range(6))
def test_edits_give_what_reading_anew_gives(seed: int) -> None:
    chance = random.Random(seed)
    path, text = "/kong.yml", dump(4)
    known = reading.opened(path, text)
    for _ in range(40):
        start = chance.randrange(len(text))
        end = min(len(text), start + chance.choice((0, 0, 1, 3, 30)))
        edit = Edit(Span(start, end), chance.choice(_WORDS))
        text = apply_edits(text, (edit,))
        known = reading.changed(path, known, edit)
        assert (known if isinstance(known, str) else known.text) == text
        config = reading.read(path, "yaml", known)
        assert everything(config) == everything(config_of(path, text))


def test_an_edit_keeps_the_parts_that_it_does_not_touch() -> None:
    path, text = "/kong.yml", dump(400)
    known = reading.opened(path, text)
    before = reading.read(path, "yaml", known)
    at = text.index("acme-200")
    after = reading.read(path, "yaml", reading.changed(path, known, Edit(Span(at, at), "x")))
    assert before is not None
    assert after is not None
    kept = {id(part) for part in before.parts} & {id(part) for part in after.parts}
    assert len(list(after.parts)) - len(kept) <= 3

    looked = []

    def look(part: object) -> list[int]:
        looked.append(part)
        return []

    before.each("test", None, look)
    looked.clear()
    after.each("test", None, look)
    assert len(looked) <= 3


def test_the_spans_of_many_places_are_those_of_each() -> None:
    service = "- name: s{0}\n  plugins:\n  - name: p{0}\n  routes:\n  - plugins: [{{name: q{0}}}]\n"
    text = '_format_version: "3.0"\nservices:\n' + "".join(map(service.format, range(300)))
    config = config_of("/r/kong.yml", text)
    assert config is not None
    places = [place for use in config.uses for place in (use.at, use.entry)]
    assert config.spans(places) == [config.span(place) for place in places]
    assert [text[slice(*span)] for span in config.spans(places)[::2]] == [
        use.name for use in config.uses
    ]
