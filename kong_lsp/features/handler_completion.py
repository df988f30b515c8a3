"""What may be written at the cursor of a handler.lua."""

from __future__ import annotations

from collections.abc import Iterator

from kong_lsp.features.completion import Item
from kong_lsp.features.handler_place import HandlerPlace, handler_place
from kong_lsp.features.handler_words import FIELDS, PHASES
from kong_lsp.text import Edit, Span
from kong_lsp.workspace.snapshot import Root
from kong_lsp.workspace.sources import PluginSource

_RANKS = {"access": 1, "log": 2, "header_filter": 2, "body_filter": 2, "response": 2}


def handler_completion(root: Root, source: PluginSource, text: str, offset: int) -> list[Item]:
    """The proposals at ``offset`` of a plugin's handler, best first."""
    place = handler_place(text, offset, source.kong)
    if place is None or place.at.quote:
        return []
    found = _items(place, _version(root, source))
    return sorted(found, key=lambda item: (item.rank, item.label))


def _version(root: Root, source: PluginSource) -> str:
    """The version of the rock that packages the plugin, else a first one."""
    for rock in root.rocks:
        if rock.rockspec.version is not None and source.tree in rock.plugins:
            return rock.rockspec.version.value.rpartition("-")[0] or "1.0.0"
    return "1.0.0"


def _items(place: HandlerPlace, version: str) -> Iterator[Item]:
    at, name = place.at, place.name
    values = {"PRIORITY": ("1000", "${1:1000}"), "VERSION": (f'"{version}"', f'"${{1:{version}}}"')}
    if at.names_function:
        if at.chain == name != "":
            separator = at.lead[-1].text
            for phase in place.phases():
                yield _stub(place, phase, "", separator)
        elif not at.lead and name:
            for phase in place.phases():
                yield _stub(place, phase, f"{name}:", ":")
    elif place.in_table:
        for field in place.fields():
            yield _field(place, field, "", values[field], ",")
        for phase in place.phases():
            yield _entry(place, phase)
    elif at.tables or at.inside:
        return
    elif at.chain == name != "" and at.key == "" and at.lead[0].text == name:
        for field in place.fields():
            yield _field(place, field, "", values[field], "")
    elif at.where == "key" and name:
        for field in place.fields():
            yield _field(place, field, f"{name}.", values[field], "")
        for phase in place.phases():
            yield _stub(place, phase, f"function {name}:", ":")


def _stub(place: HandlerPlace, phase: str, lead: str, separator: str) -> Item:
    """A phase's function from its name on, ``lead`` before it."""
    at = place.at
    known = PHASES[phase]
    parameters = known.arguments
    if separator == ".":
        parameters = f"self, {parameters}" if parameters else "self"
    put = head = f"{lead}{phase}({parameters})"
    snippet: str | None = None
    if at.after:
        put = f"{lead}{phase}" if at.after[0] == "(" else head
    else:
        first = f"\t{place.name}.super.{phase}(self)\n" if place.is_class else ""
        snippet = f"{head}\n{first}\t$0\nend"
    typed = at.typed
    chosen = phase if typed and not "function".startswith(typed) else put
    return Item(
        label=head if lead else phase,
        kind="function",
        edit=Edit(at.word, put),
        rank=_RANKS.get(phase, 3) + (3 if lead.startswith("function") else 0),
        filter=chosen if lead else phase,
        detail=f"{phase}({parameters})",
        doc=phase_doc(place, phase),
        snippet=snippet,
    )


def _entry(place: HandlerPlace, phase: str) -> Item:
    """A phase's function as an entry of the handler's table."""
    at = place.at
    arguments = PHASES[phase].arguments
    head = f"{phase} = function({'self, ' + arguments if arguments else 'self'})"
    return Item(
        label=phase,
        kind="function",
        edit=Edit(at.word, phase if at.assigned else head),
        rank=_RANKS.get(phase, 3) + 3,
        filter=phase,
        detail=head,
        doc=phase_doc(place, phase),
        snippet=None if at.after else f"{head}\n\t$0\nend,",
        also=_comma(place),
    )


def _field(
    place: HandlerPlace, name: str, lead: str, value: tuple[str, str], separator: str
) -> Item:
    at = place.at
    plain, snippet = value
    end = "" if at.after[:1] in (",", ";", "}") and separator else separator
    return Item(
        label=lead + name,
        kind="field",
        edit=Edit(at.word, lead + name if at.assigned else f"{lead}{name} = {plain}{end}"),
        rank=0,
        filter=name if at.typed and name.startswith(at.typed) else lead + name,
        detail="mandatory" if place.release.number >= (3, 0) else "",
        doc=FIELDS[name],
        snippet=None if at.assigned else f"{lead}{name} = {snippet}{end}",
        also=_comma(place),
    )


def _comma(place: HandlerPlace) -> tuple[Edit, ...]:
    at = place.at.comma
    return () if at is None else (Edit(Span(at, at), ","),)


def phase_doc(place: HandlerPlace, phase: str) -> str:
    """A phase as Markdown."""
    from kong_lsp.plugin.contract import PHASES as SINCE

    known = PHASES[phase]
    first, second = SINCE[phase]
    parameters = ", ".join(filter(None, ("self", known.arguments)))
    lines = [
        f"**{phase}**({parameters}) — {known.doc}",
        "",
        f"- in the subsystem {' and '.join(known.subsystems)}",
        f"- since Kong {first}.{second}",
    ]
    if place.release.number < (first, second):
        lines[-1] += f" — **not in Kong {place.release}**"
    return "\n".join(lines)
