"""Random YAML of the kind that gateways are configured with, random edits, and two views of
a text that must agree: our tree and PyYAML's composition of the whole."""

from __future__ import annotations

import random
import re
from typing import Any

import yaml

from kong_lsp.syntax.yaml import templates
from kong_lsp.syntax.yaml.tree import Alias, At, Mapping, Scalar, Tree
from kong_lsp.text import Edit, Span

_WORDS = ("acme", "users", "http", "données", "route-7", "on", "12", "3.5", "null", "~", "a b")


class _Writer:
    def __init__(self, source: random.Random, newline: str) -> None:
        self.source = source
        self.lines: list[str] = []
        self.anchors: list[str] = []
        self.newline = newline
        self.count = 0

    def scalar(self) -> str:
        kind = self.source.randrange(12)
        word = self.source.choice(_WORDS)
        if kind == 0:
            return f'"{word} \\u00e9\\n"'
        if kind == 1:
            return f"'{word} it''s'"
        if kind == 2:
            return f"[{word}, {{k: {word}, l: [1, 2]}}, 'x']"
        if kind == 3:
            return f"{{a: {word}, b: [], c: {{}}}} # flow"
        if kind == 4 and self.anchors:
            return "*" + self.source.choice(self.anchors)
        if kind == 5:
            return f"!!str {word}"
        if kind == 6:
            return f"{word}  # remark"
        return word

    def odd(self, pad: str) -> list[str]:
        """A value that takes several lines."""
        kind = self.source.randrange(7)
        if kind == 0:
            return ["|", f"{pad}  local x = 1", "", f"{pad}    return x # no comment"]
        if kind == 1:
            return [">-", f"{pad}  folded", f"{pad}  text", "", f"{pad}  more", ""]
        if kind == 2:
            return ['"continued', f"{pad}  here", '# and: here"']
        if kind == 3:
            return ["[one,", "two: 3,", f"{pad}  - x]" if self.source.random() < 0.02 else "four]"]
        if kind == 4:
            return ["{a: 1,", f"{pad} b: 'it", "goes on' }"]
        if kind == 5:
            return ["plain", f"{pad}  goes on", f"{pad}  here"]
        return [f"|{self.source.choice('+-2')}", f"{pad}  - text", f"{pad}  k: v", "", "# end"]

    def put(self, text: str) -> None:
        self.lines.append(text)

    def value(self, prefix: str, indent: int, depth: int) -> None:
        """What follows ``prefix`` (a key or a dash) on its line."""
        pad = " " * indent
        chance = self.source.random()
        text = self.scalar()
        is_scalar = depth > 3 or chance < 0.5
        anchor = ""
        if self.source.random() < 0.06 and not (is_scalar and text.startswith("*")):
            self.count += 1
            name = f"x{self.count}"
            self.anchors.append(name)
            anchor = f" &{name}"
        if is_scalar:
            self.put(f"{prefix}{anchor} {text}")
        elif chance < 0.58:
            first, *rest = self.odd(pad)
            self.put(f"{prefix}{anchor} {first}")
            self.lines += rest
        elif chance < 0.62:
            self.put(prefix + anchor)
        elif chance < 0.8:
            self.put(prefix + anchor + self.source.choice(("", "", "  # below")))
            extra = self.source.choice((0, 2)) if prefix.rstrip().endswith(":") else 2
            for _ in range(self.source.randrange(1, 5)):
                self.item(indent + extra, depth + 1)
        else:
            self.put(prefix + anchor)
            self.mapping(indent + self.source.choice((2, 4)), depth + 1)

    def item(self, indent: int, depth: int) -> None:
        pad = " " * indent
        if self.source.random() < 0.6:
            at = len(self.lines)
            self.mapping(indent + 2, depth)
            self.lines[at] = pad + "- " + self.lines[at][indent + 2 :]
        else:
            self.value(pad + "-", indent, depth + 1)

    def mapping(self, indent: int, depth: int) -> None:
        pad = " " * indent
        for index in range(self.source.randrange(1, 5)):
            if index and self.source.random() < 0.08:
                self.put(self.source.choice(("", "# note", pad + "# note", "   ")))
            key = self.source.choice(("name", "plugins", '"quoted"', "config", "a.b", "k", "tags"))
            if self.source.random() < 0.02 and self.anchors:
                self.put(f"{pad}<<: *{self.source.choice(self.anchors)}")
                continue
            if self.source.random() < 0.02:
                self.put(f"{pad}? [complex, key]")
                self.put(f"{pad}: value")
                continue
            self.value(f"{pad}{key}:", indent, depth)


def generate(seed: int, size: int = 40) -> str:
    """A stream of one or more documents of about ``size`` lines each."""
    source = random.Random(seed)
    newline = source.choice(("\n", "\n", "\n", "\r\n"))
    parts: list[str] = []
    for number in range(source.choice((1, 1, 1, 2, 3))):
        writer = _Writer(source, newline)
        if number or source.random() < 0.3:
            writer.put(source.choice(("---", "---", "--- # next", "...\n---")) if number else "---")
        if source.random() < 0.1:
            writer.put("# a remark before")
        kind = source.random()
        if kind < 0.05:
            writer.put(source.choice(('{"a": [1, {"b": null}],\n "c": "d"}', "only text", "[]")))
        elif kind < 0.2:
            while len(writer.lines) < size:
                writer.item(0, 0)
        else:
            while len(writer.lines) < size:
                writer.mapping(0, 0)
        parts += writer.lines
    return newline.join(parts).replace("\r\n", "\n").replace("\n", newline) + newline


_SNIPPETS = (
    "x", "x", "x", " ", " ", "\n", "\n", "- ", "  ", ":", ": ", "'", '"', "|\n", "{", "}", "[", "]",
    "#", " #", "&a ", "*a", "\t", "- a\n", "k: v\n", "\n  k: v\n", "é", "---\n", "...\n", "!!int ",
    ">\n", "\r\n", ",", "? ", "-", "\n- name: y\n  k: z\n", "key", "%", "${X}", "{{ .x }}",
    "\n{{- if .y }}\n", "\n    deep:\n      - 1\n",
)  # fmt: skip


def random_edit(source: random.Random, text: str) -> Edit:
    """An insertion, a deletion or a replacement somewhere."""
    start = source.randrange(len(text) + 1)
    kind = source.random()
    if kind < 0.55:
        return Edit(Span(start, start), source.choice(_SNIPPETS))
    if kind < 0.65:
        start = text.rfind("\n", 0, start) + 1
        end = text.find("\n", start) + 1 or len(text)
        return Edit(Span(start, end), "")
    end = min(len(text), start + source.choice((1, 1, 1, 2, 5, 30)))
    return Edit(Span(start, end), "" if kind < 0.85 else source.choice(_SNIPPETS))


# --- views -----------------------------------------------------------------------------

_PROPERTIES = re.compile(r"(?:[&!][^\s,\[\]{}]*(?:\s|#[^\n]*\n)*)+")


def ours(tree: Tree) -> list[Any]:
    """What the tree says: nested tuples of kind, value, style, start, end."""

    def view(at: At) -> Any:
        node = at.node
        start, end = tree.span(at)
        if isinstance(node, Alias):
            named = tree.resolve(at)
            return ("alias", named and tree.span(named).start)
        if isinstance(node, Scalar):
            value = None if node.templated else node.value
            if not node.value and not node.style:
                start = end = 0
            return ("scalar", value, node.style, start, end, _tag(node.tag))
        if isinstance(node, Mapping):
            pairs = [(view(key), view(value)) for key, value in tree.pairs(at)]
            return ("mapping", pairs, node.flow, start, end if node.flow else None)
        items = [view(item) for item in tree.items(at)]
        return ("sequence", items, node.flow, start, end if node.flow else None)

    return [root and view(root) for root in tree.roots()]


def _tag(tag: str | None) -> str | None:
    return "tag:yaml.org,2002:str" if tag == "!" else tag


def theirs(text: str) -> list[Any]:
    """What PyYAML composes, in the form of ``ours``. Raises what it raises."""
    text = templates.hide(text)
    seen: set[int] = set()

    def begin(node: Any) -> Any:
        at = node.start_mark.index
        match = _PROPERTIES.match(text, at)
        return min(match.end(), node.end_mark.index) if match else at

    def view(node: Any) -> Any:
        if id(node) in seen:
            return ("alias", begin(node))
        anchored = text[node.start_mark.index : node.start_mark.index + 1] in {"&", "!"}
        if anchored:
            seen.add(id(node))
        start, end = begin(node), node.end_mark.index
        if isinstance(node, yaml.ScalarNode):
            source = text[start:end]
            hidden = templates.has_hidden(source) or (
                start == end and templates.line_follows(text, end)
            )
            tag = node.tag if anchored and "!" in text[node.start_mark.index : start] else None
            written = None if hidden else node.value
            if not node.value and not node.style:
                start = end = 0
            return ("scalar", written, node.style or "", start, end, tag)
        if isinstance(node, yaml.MappingNode):
            pairs = [(view(key), view(value)) for key, value in node.value]
            if pairs and node.value[0][0].start_mark.index == node.start_mark.index:
                start = node.start_mark.index  # the properties are those of the first key
            return (
                "mapping",
                pairs,
                bool(node.flow_style),
                start,
                end if node.flow_style else None,
            )
        items = [view(item) for item in node.value]
        return ("sequence", items, bool(node.flow_style), start, end if node.flow_style else None)

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    nodes = list(yaml.compose_all(text, Loader=loader))
    return [view(node) for node in nodes]


def problems(tree: Tree) -> list[tuple[str, str, int, int]]:
    """Every problem: kind, message, start, end."""
    return [(found.kind, found.message, *span) for _, found, span in tree.all_problems()]
