"""What one configuration file says of Kong: the names it uses, what it enables, its settings.

A file of any kind gives the same ``Config``. Its facts are held in *parts*, and those in
groups. Neither is ever changed, and an edit keeps all that it does not touch: so what is
worked out from one part alone is worked out once (``Config.each``), and a keystroke in a
file of 50,000 lines costs the part it is in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeVar

from kong_lsp.config.facts import (
    NO_FACTS,
    Aliased,
    At,
    Definition,
    EnabledList,
    Entity,
    Facts,
    Mark,
    Reference,
    Role,
    Setting,
    Use,
)
from kong_lsp.text import Span

if TYPE_CHECKING:
    from kong_lsp.syntax.properties import Properties
    from kong_lsp.syntax.yaml.tree import Tree

Kind = Literal[
    "declarative",
    "admin",
    "kong.yml",
    "kong.conf",
    "compose",
    "dockerfile",
    "dotenv",
    "kubernetes",
    "helm",
    "workflow",
    "shell",
    "spec",
    "terraform",
]
"""``declarative``: DB-less or decK, as YAML or JSON; ``admin``: a plugin in JSON, as the admin
API takes it; ``kong.yml``: the settings of Kong 0.8 and older; ``dotenv``: a file of
``KEY=value`` lines; ``spec``: a test of a plugin, in Lua; ``workflow`` and ``shell``: what CI
runs, and scripts."""

Dialect = Literal["kong", "deck", "unknown"]
"""Who reads a declarative file, by its keys: Kong itself (DB-less), or decK."""

T = TypeVar("T")


class Inside(NamedTuple):
    """Where a configuration is written that is not a file of its own: a block scalar, from
    ``start`` to ``end`` of ``piece`` of ``tree``, that of the file. ``name`` is what it is
    called there (a key of a ConfigMap: ``kong.yml``)."""

    name: str
    tree: Tree
    piece: Any
    start: int
    end: int


class Part:
    """The facts of one piece of a file, in the order of the text.

    They may be read when they are asked for: ``names`` and ``rare`` are known without.
    ``names`` is what the uses name; ``rare``: whether there may be other than uses,
    definitions, references and entities. ``memo`` is for those who work something out from
    these facts alone.
    """

    __slots__ = ("_facts", "memo", "names", "rare")

    def __init__(
        self,
        facts: Facts | Callable[[], Facts] = NO_FACTS,
        names: frozenset[tuple[str, Role]] | None = None,
        *,
        rare: bool = True,
    ) -> None:
        self._facts = facts
        self.memo: dict[Any, Any] = {}
        if names is None:
            names = frozenset((use.name, use.role) for use in self.uses)
        self.names = names
        self.rare = rare

    @property
    def facts(self) -> Facts:
        """All of them."""
        if not isinstance(self._facts, Facts):
            self._facts = self._facts()
        return self._facts

    @property
    def uses(self) -> tuple[Use, ...]:
        """Places that name a plugin."""
        return self.facts.uses

    @property
    def enabled(self) -> tuple[EnabledList, ...]:
        """Lists of plugins to load."""
        return self.facts.enabled if self.rare else ()

    @property
    def settings(self) -> tuple[Setting, ...]:
        """Settings of Kong."""
        return self.facts.settings if self.rare else ()

    @property
    def definitions(self) -> tuple[Definition, ...]:
        """Names that are defined here."""
        return self.facts.definitions

    @property
    def references(self) -> tuple[Reference, ...]:
        """Names of things that are defined here or elsewhere."""
        return self.facts.references

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Keys at the top, and decK's own inside plugins."""
        return self.facts.marks if self.rare else ()

    @property
    def entities(self) -> tuple[Entity, ...]:
        """Items of lists of entities."""
        return self.facts.entities

    @property
    def aliases(self) -> tuple[Aliased, ...]:
        """Aliases in the place of entities."""
        return self.facts.aliases if self.rare else ()

    def __bool__(self) -> bool:
        return not isinstance(self._facts, Facts) or any(self._facts)


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Parts, or groups of them, that follow each other; an edit keeps every group that it
    does not touch."""

    members: tuple[Part | Group, ...]
    memo: dict[Any, Any] = field(default_factory=dict)

    @property
    def parts(self) -> Iterator[Part]:
        """All parts, in the order of the text."""
        for member in self.members:
            if isinstance(member, Part):
                yield member
            else:
                yield from member.parts


EXTERNAL = ("pluginserver_names", "go_pluginserver_exe", "go_plugins_dir", "wasm_filters_path")
_MANY = 24
_OFF = frozenset(("", "off", "false", "none"))


@dataclass(frozen=True, slots=True, eq=False)
class Config:
    """What one file says. ``path`` is absolute.

    ``tree`` is its YAML tree; None for a file of another kind, whose places count from
    its start. ``inner`` are configurations that stand in it as text (``kong.yml`` in a
    ConfigMap); those know where by ``inside``. ``dialect`` and ``format_version`` are of
    declarative files, the latter None where absent or not known. ``images`` are the versions
    of Kong images it names (and ``enterprise``, where one is of Kong Enterprise),
    ``env_files`` the absolute paths of files that it takes variables from, ``mounts`` pairs of
    a path on this disk and the one that a container has it by, ``puts`` the names of plugins
    whose folders it lays into a container from folders of another name, ``installs`` of
    those whose rocks it installs (see ``putting``).
    ``properties`` are the lines of a kong.conf.
    """

    path: str
    kind: Kind
    groups: tuple[Group, ...]
    tree: Tree | None = None
    dialect: Dialect = "unknown"
    format_version: str | None = None
    images: tuple[str, ...] = ()
    env_files: tuple[str, ...] = ()
    mounts: tuple[tuple[str, str], ...] = ()
    puts: frozenset[str] = frozenset()
    installs: frozenset[str] = frozenset()
    inner: tuple[Config, ...] = ()
    inside: Inside | None = None
    properties: Properties | None = None

    @property
    def name(self) -> str:
        """What the file is called, or the text in another file that this is."""
        return self.path.rpartition("/")[2] if self.inside is None else self.inside.name

    @property
    def file_tree(self) -> Tree | None:
        """The tree of the whole file; ``tree`` may be that of a text inside it."""
        return self.tree if self.inside is None else self.inside.tree

    @property
    def base(self) -> int:
        """The offset in the file from which ``tree`` counts: 0 but for a text inside."""
        if self.inside is None:
            return 0
        from kong_lsp.config.places import start_of

        return start_of(self.inside.tree, self.inside.piece) + self.inside.start

    def holding(self, offset: int) -> Config:
        """The text inside this file that an offset is in, else the file itself."""
        for each in self.inner:
            if each.inside is not None:
                start = each.base
                length = each.inside.end - each.inside.start
                tree = each.inside.tree
                if start <= offset < start + length or offset == start + length == tree.length:
                    return each
        return self

    def span(self, at: At) -> Span:
        """Where something is in the text of the file."""
        base = self.base
        if at.piece is None or self.tree is None:
            return Span(base + at.start, base + at.end)
        from kong_lsp.config.places import span

        start, end = span(self.tree, *at)
        return Span(base + start, base + end)

    def spans(self, places: Sequence[At]) -> list[Span]:
        """``span`` of many places at once: where there are thousands, a tenth of the cost."""
        if self.tree is None or len(places) < _MANY:
            return [self.span(at) for at in places]
        from kong_lsp.config.places import starts_of

        starts = starts_of(self.tree, (at.piece for at in places if at.piece is not None))
        found = []
        first = self.base
        for at in places:
            base = first if at.piece is None else first + starts[id(at.piece)]
            whole = at.end < 0
            found.append(self.span(at) if whole else Span(base + at.start, base + at.end))
        return found

    @property
    def parts(self) -> Iterator[Part]:
        """All parts that say something, in the order of the text."""
        return chain.from_iterable(group.parts for group in self.groups)

    def each(
        self, asker: str, context: object, look: Callable[[Part], Iterable[T]]
    ) -> list[tuple[T, ...]]:
        """What ``look`` finds in each part, for parts where it finds something.

        Only parts that are new since are looked at, as long as ``context`` is equal: ask
        nothing of ``look`` that hangs on more than the part and that. ``asker`` is a name
        of one's own. What is found must hold places (``At``), not spans.
        """
        found: list[tuple[T, ...]] = []
        for group in self.groups:
            found += _each(group, asker, context, look)
        return found

    def gather(
        self, asker: str, context: object, look: Callable[[Part], Iterable[T]]
    ) -> frozenset[T]:
        """All that ``look`` finds in some part, each once; see ``each``."""
        found: frozenset[T] = frozenset()
        for group in self.groups:
            found |= gather_of(group, asker, context, look)
        return found

    @property
    def uses(self) -> Iterator[Use]:
        """Every place that names a plugin, in the order of the text."""
        return chain.from_iterable(part.uses for part in self.parts)

    @property
    def names(self) -> frozenset[tuple[str, Role]]:
        """What the uses name, each once: cheap after an edit, unlike ``uses``."""
        return self.gather("names", None, lambda part: part.names)

    @property
    def enabled(self) -> tuple[EnabledList, ...]:
        """The lists of plugins to load."""
        return tuple(chain.from_iterable(self.each("enabled", None, lambda part: part.enabled)))

    @property
    def settings(self) -> tuple[Setting, ...]:
        """All settings of Kong."""
        return tuple(chain.from_iterable(self.each("settings", None, lambda part: part.settings)))

    @property
    def definitions(self) -> Iterator[Definition]:
        """All names that are defined here."""
        return chain.from_iterable(part.definitions for part in self.parts)

    @property
    def references(self) -> Iterator[Reference]:
        """All names of things that are defined here or elsewhere."""
        return chain.from_iterable(part.references for part in self.parts)

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The keys at the top of a declarative file, and decK's own inside plugins."""
        return tuple(chain.from_iterable(self.each("marks", None, lambda part: part.marks)))

    @property
    def entities(self) -> Iterator[Entity]:
        """The entities of a declarative file that are in lists which Kong itself knows."""
        return chain.from_iterable(part.entities for part in self.parts)

    @property
    def external(self) -> bool:
        """Whether plugins may come from a plugin server or a folder of wasm filters, so
        that a plugin may have neither handler nor schema in Lua."""
        for setting in self.settings:
            if setting.name in EXTERNAL and (setting.value or "?").lower() not in _OFF:
                return True
            if setting.name == "wasm" and setting.value in ("on", "true", None):
                return True
        return False


def _each(
    group: Group, asker: str, context: object, look: Callable[[Part], Iterable[T]]
) -> list[tuple[T, ...]]:
    known = group.memo.get(asker)
    if known is None or known[0] != context:
        found: list[tuple[T, ...]] = []
        for member in group.members:
            if isinstance(member, Group):
                found += _each(member, asker, context, look)
                continue
            seen = member.memo.get(asker)
            if seen is None or seen[0] != context:
                seen = member.memo[asker] = (context, tuple(look(member)))
            if seen[1]:
                found.append(seen[1])
        known = group.memo[asker] = (context, found)
    result: list[tuple[T, ...]] = known[1]
    return result


def gather_of(
    group: Group, asker: str, context: object, look: Callable[[Part], Iterable[T]]
) -> frozenset[T]:
    """``Config.gather`` of one group."""
    known = group.memo.get(asker)
    if known is None or known[0] != context:
        found: frozenset[T] = frozenset()
        for member in group.members:
            if isinstance(member, Group):
                found |= gather_of(member, asker, context, look)
            else:
                found = found.union(look(member))
        known = group.memo[asker] = (context, found)
    result: frozenset[T] = known[1]
    return result


def grouped(*parts: Part) -> tuple[Group, ...]:
    """The groups of a file that is read as a whole."""
    said = tuple(part for part in parts if part)
    return (Group(said),) if said else ()
