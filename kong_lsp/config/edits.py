"""Edits of lists of plugins and of settings, in the file's own form.

A list is a YAML list (one item a line, or in brackets) or one comma-separated string: in
YAML, kong.conf, a Dockerfile, a script. All functions give None where the place cannot be
edited with certainty (a block scalar, escapes, a name that a local variable holds).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from kong_lsp.config import walk
from kong_lsp.config.facts import EnabledList
from kong_lsp.config.model import Config
from kong_lsp.config.walk import Spot
from kong_lsp.syntax.yaml.nodes import Mapping, Node, Scalar
from kong_lsp.syntax.yaml.nodes import Sequence as YamlSequence
from kong_lsp.text import Edit, Span, newline_of

Edits = tuple[Edit, ...]

_DASH = re.compile(r"([ \t]*)-[ \t]+")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
"""What Kubernetes takes for a name everywhere."""
_LINE = re.compile(
    r"[ \t]*(?:-[ \t]+)?(?:ENV[ \t]+|export[ \t]+)?[\"']?KEY[\"']?[ \t]*[:= \t][ \t]*[\"']?"
    r"VALUE[\"']?;?[ \t]*(?:#[^\r\n]*)?(?:\r?\n|$)"
)


def renamed(span: Span, old: str, new: str) -> Edits | None:
    """Another name at the place of ``old``."""
    if span.end - span.start != len(old):
        return None
    return (Edit(span, new),)


def added(config: Config, enabled: EnabledList, names: Sequence[str], text: str) -> Edits | None:
    """The list with ``names`` at its end; an ``off`` that would disable them goes."""
    if enabled.implied:
        return _installed(config, enabled, names, text)
    if enabled.form == "list":
        return _added_to_list(config, enabled, names, text)
    if enabled.value is None:
        return None
    spans = _spans(config, enabled, text)
    value = config.span(enabled.value)
    if spans is None:
        return _appended(config, enabled, names, text[slice(*value)], value.start)
    if not spans:
        return _first(config, enabled, ",".join(names), text, value)
    items = enabled.items
    if items[0].text == "off" and enabled.key == "plugins":
        return _comma(config, enabled, text, Edit(spans[0], ",".join(names)))
    comma = ","
    if len(spans) > 1 and items[1].text:
        between = text[spans[0].end : spans[1].start]
        comma = between if re.fullmatch(r",[ \t]*", between) else ","
    last = items[-1].text
    if not last:
        return _comma(config, enabled, text, Edit(spans[-1], comma[1:] + comma.join(names)))
    end = spans[-1].end - (last[-1] in "\"'")
    return _comma(config, enabled, text, Edit(Span(end, end), "".join(comma + n for n in names)))


def led(config: Config, enabled: EnabledList, name: str, text: str) -> Edits | None:
    """A comma list with ``name`` before its first item."""
    spans = _spans(config, enabled, text)
    if enabled.form != "comma" or not spans:
        return None
    comma = ","
    if len(spans) > 1 and re.fullmatch(r",[ \t]*", text[spans[0].end : spans[1].start]):
        comma = text[spans[0].end : spans[1].start]
    start = spans[0].start
    return _comma(config, enabled, text, Edit(Span(start, start), name + comma))


def removed(config: Config, enabled: EnabledList, index: int, text: str) -> Edits | None:
    """The list without one of its items."""
    if enabled.form == "list":
        return _removed_from_list(config, enabled, index, text)
    spans = _spans(config, enabled, text)
    return None if spans is None else without(spans, index)


def without(spans: Sequence[Span], index: int) -> Edits:
    """A comma list whose items stand at ``spans``, without one of them."""
    start, end = spans[index]
    if index + 1 < len(spans):
        end = spans[index + 1].start
    elif index:
        start = spans[index - 1].end
    return (Edit(Span(start, end), ""),)


def without_setting(config: Config, enabled: EnabledList, text: str) -> Edits | None:
    """The file without this setting, where it has a line to itself."""
    if enabled.value is None or enabled.form != "comma":
        return None
    key, value = config.span(enabled.key_at), config.span(enabled.value)
    start = text.rfind("\n", 0, key.start) + 1
    pattern = _LINE.pattern.replace("KEY", re.escape(text[slice(*key)])).replace(
        "VALUE", re.escape(text[slice(*value)])
    )
    line = re.compile(pattern).match(text, start)
    if line is None or text[:start].rstrip("\r\n \t").endswith("\\"):
        return None
    return (Edit(Span(start, line.end()), ""),)


def follows(config: Config, enabled: EnabledList, text: str) -> bool:
    """Whether the value is written beside its key, and not somewhere else (a local
    variable, an anchor)."""
    if enabled.value is None:
        return False
    key, value = config.span(enabled.key_at), config.span(enabled.value)
    between = text[key.end : value.start]
    return (
        re.fullmatch(r"[\"']?\s*(?:[:=]\s*|,?\s*[\"']?value[\"']?\s*:\s*)?[\"']?", between)
        is not None
    )


def _spans(config: Config, enabled: EnabledList, text: str) -> list[Span] | None:
    """Where the items are, if each is written as it is."""
    spans = [config.span(item.at) for item in enabled.items]
    for item, span in zip(enabled.items, spans, strict=True):
        if text[slice(*span)].strip() != item.text:
            return None
    return spans


def _appended(
    config: Config, enabled: EnabledList, names: Sequence[str], written: str, start: int
) -> Edits | None:
    """The list with ``names`` at its end, where its items are not written as they are: in a
    block scalar (``>``, ``|``), in quotes with escapes, in a kong.conf with ``\\#``."""
    last = enabled.items[-1].text
    written = written.rstrip()
    if enabled.node is None:
        exact = config.kind == "kong.conf"
    else:
        style = enabled.node.node.style
        exact = style in ("'", '"') or (style in (">", "|") and written.endswith(last))
    if not exact or not last or enabled.items[0].text == "off":
        return None
    end = start + len(written)
    return (Edit(Span(end, end), "".join(f",{name}" for name in names)),)


def _installed(
    config: Config, enabled: EnabledList, names: Sequence[str], text: str
) -> Edits | None:
    """The ``plugins:`` of Helm values with one more plugin, like the last one whose ConfigMap
    or Secret is called after it; else one more in ``preInstalled``."""
    if config.kind != "helm" or len(names) != 1:
        return None
    (name,) = names
    for source in ("configMaps", "secrets") if _LABEL.fullmatch(name) else ():
        for each in reversed(list(walk.items(walk.field(enabled.node, source)))):
            entry = _like(config, each, name, text)
            if entry is not None:
                stop = _line_end(text, config.span(walk.whole(each)).end)
                return (Edit(Span(stop, stop), newline_of(text) + entry),)
    ready = walk.field(enabled.node, "preInstalled")
    listed = walk.text(ready)
    if ready is None or not listed:
        return None
    at = config.span(walk.at(ready))
    if text[slice(*at)] != listed:
        return None
    comma = ", " if ", " in listed else ","
    return (Edit(Span(at.end, at.end), comma + name),)


def _like(config: Config, each: Spot, name: str, text: str) -> str | None:
    """The lines of a plugin's ConfigMap in Helm values, for a plugin ``name``; None where
    there is more to it than the two names, or where one does not follow from the other."""
    found = walk.fields(each)
    if found.keys() != {"pluginName", "name"}:
        return None
    plugin, resource = found["pluginName"][1], found["name"][1]
    old, called = walk.text(plugin), walk.text(resource)
    start, end = config.span(walk.whole(each))
    line = text.rfind("\n", 0, start) + 1
    entry = text[line:end].rstrip()
    if not old or not called or "#" in entry:
        return None
    resource_name, count = re.subn(rf"(?<![a-z0-9]){re.escape(old)}(?![a-z0-9])", name, called)
    if count != 1:
        return None
    if _DASH.fullmatch(text[line:start]) is None:
        return None
    new = {plugin: name, resource: resource_name}
    for spot in sorted(new, key=lambda one: one.node.start, reverse=True):
        begin, stop = config.span(walk.at(spot))
        if text[begin:stop] != walk.text(spot):
            return None
        entry = entry[: begin - line] + new[spot] + entry[stop - line :]
    return entry


def _first(
    config: Config, enabled: EnabledList, written: str, text: str, value: Span
) -> Edits | None:
    """The first item of a list that is empty."""
    before = text[: value.start]
    if config.tree is not None and enabled.source == "file":
        key = config.span(enabled.key_at)
        line = text.rfind("\n", 0, key.start) + 1
        indent = text[line : key.start]
        if indent.strip() or text[key.end : value.start].strip(": "):
            return None
        rest = "".join(f"{newline_of(text)}{indent}  - {name}" for name in written.split(","))
        return (Edit(value, rest),)
    blank = " " if before.endswith(":") or re.search(r"[ \t]=\Z", before[-2:]) else ""
    return (Edit(value, blank + written),)


def _comma(config: Config, enabled: EnabledList, text: str, edit: Edit) -> Edits | None:
    """An edit that brings a comma into a value: a plain scalar in brackets needs quotes."""
    spot = enabled.node
    if spot is None or not _is_plain(spot) or not in_flow(spot):
        return (edit,)
    whole = config.span(walk.whole(spot))
    (start, end), new = edit
    inner = text[whole.start : start] + new + text[end : whole.end]
    return (Edit(whole, f'"{inner}"'),)


def _is_plain(spot: Spot) -> bool:
    return isinstance(spot.node, Scalar) and not spot.node.style


def in_flow(spot: Spot) -> bool:
    """Whether a node stands in ``{ }`` or ``[ ]``."""
    return any(
        node.flow
        for root in (spot.piece.key, spot.piece.value)
        if root is not None
        for node in _around(root, spot.node)
    )


def _around(node: Node, wanted: Node) -> Iterator[Mapping | YamlSequence]:
    """The collections of one piece that hold a node."""
    if not isinstance(node, Mapping | YamlSequence) or node.nodes is None:
        return
    if node.start <= wanted.start and wanted.end <= node.end:
        yield node
        for each in node.nodes:
            yield from _around(each, wanted)


def _added_to_list(
    config: Config, enabled: EnabledList, names: Sequence[str], text: str
) -> Edits | None:
    spot = enabled.node
    if spot is None or not isinstance(spot.node, YamlSequence):
        return None
    items = list(walk.items(spot))
    if spot.node.flow:
        if not items:
            at = config.span(walk.whole(spot)).start + 1
            return (Edit(Span(at, at), ", ".join(names)),)
        end = config.span(walk.whole(items[-1])).end
        return (Edit(Span(end, end), "".join(f", {name}" for name in names)),)
    last = items[-1]
    start, end = config.span(walk.whole(last))
    line = text.rfind("\n", 0, start) + 1
    lead = text[line:start]
    style = last.node.style if isinstance(last.node, Scalar) else ""
    if _DASH.fullmatch(lead) is None or style not in ("", "'", '"'):
        return None
    stop = _line_end(text, end)
    lines = "".join(f"{newline_of(text)}{lead}{style}{name}{style}" for name in names)
    return (Edit(Span(stop, stop), lines),)


def _removed_from_list(config: Config, enabled: EnabledList, index: int, text: str) -> Edits | None:
    spot = enabled.node
    if spot is None or not isinstance(spot.node, YamlSequence):
        return None
    spans = [config.span(walk.whole(each)) for each in walk.items(spot)]
    start, end = spans[index]
    if spot.node.flow:
        if index + 1 < len(spans):
            end = spans[index + 1].start
        elif index:
            start = spans[index - 1].end
        return (Edit(Span(start, end), ""),)
    line = text.rfind("\n", 0, start) + 1
    if not re.fullmatch(r"[ \t]*-[ \t]*", text[line:start]):
        return None
    stop = _line_end(text, end)
    while stop < len(text) and text[stop] in "\r\n":
        stop += 1
        if text[stop - 1] == "\n":
            break
    return (Edit(Span(line, stop), ""),)


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    end = len(text) if end < 0 else end
    return end - 1 if text[start:end].endswith("\r") else end


def holding(config: Config, enabled: EnabledList, names: Sequence[str], text: str) -> Edits | None:
    """The list with those of its items only that are in ``names``; in brackets or one
    string it is written anew."""
    found: list[Edit] = []
    for index, item in enumerate(enabled.items):
        if item.text and item.text not in names:
            edit = removed(config, enabled, index, text)
            if edit is None:
                return None
            found += edit
    apart = all(a.span.end <= b.span.start for a, b in pairwise(found))
    whole = enabled.form == "list" and not enabled.node.node.flow
    if whole and apart:
        return tuple(found)
    spans = _spans(config, enabled, text)
    if not spans:
        return None
    kept = [item.text for item in enabled.items if item.text in names]
    separator = "," if enabled.form == "comma" else ", "
    return (Edit(Span(spans[0].start, spans[-1].end), separator.join(kept)),)
