"""The facts that configuration files hold: what is used, enabled, set, defined and named.

Whatever the kind of file, its reader tells it in these; ``Config`` holds them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

Role = Literal["plugin", "ordering", "custom", "cloned", "installed", "filter", "resource"]
"""``plugin``: Kong is to run this plugin; ``ordering``: run before or after it; ``custom``,
``cloned``: decK's ``custom_plugins`` and ``cloned_plugins`` define it here; ``installed``:
Helm or the operator puts its files in place (and enables it); ``filter``: a wasm filter;
``resource``: not the name of a plugin but of a KongPlugin resource."""

Source = Literal["file", "environment"]
"""Where a setting is made; Kong takes the environment's over that of kong.conf."""

ListKey = Literal["plugins", "custom_plugins", "plugins_available"]
"""The settings that list plugins: ``plugins`` since Kong 0.14, ``custom_plugins`` up to 0.15,
``plugins_available`` in the ``kong.yml`` of Kong 0.8 and older."""


class At(NamedTuple):
    """Where something is written: code points from the start of ``piece`` of the file's
    tree, or of the file where that is None; an ``end`` of -1 is the end of the piece's
    value. ``Config.span`` gives the span in the text."""

    piece: Any
    start: int
    end: int


class Use(NamedTuple):
    """A place that names a plugin.

    ``at`` is the name without quotes; ``entry`` the whole entry of the list that it stands
    in (at least the name). ``config`` is what stands under ``config:``, ``node`` the entry,
    both as ``walk.Spot`` (a YAML node with its piece); None where there is none. ``owner``
    says whose plugin it is by the lists that it is nested in: ``"services acme"``,
    ``"consumer_groups gold"``, ``""`` for one at the top. ``templated``: the name is made
    by some tool (``${VAR}``, ``{{ }}``) and not known.
    """

    name: str
    at: At
    role: Role
    entry: At
    owner: str = ""
    config: Any = None
    node: Any = None
    templated: bool = False


class Item(NamedTuple):
    """One item of a list, blanks around it left out; ``at`` may be empty (``a,,b``).

    ``raw`` is the item with its blanks; ``templated``: made by some tool, not known.
    """

    text: str
    at: At
    raw: str
    templated: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class EnabledList:
    """A list of plugins to load.

    ``key`` is ``plugins``, ``custom_plugins`` or ``plugins_available``, and ``written``
    how the file spells it (``KONG_PLUGINS``). ``form``: ``list`` is a YAML list, one item a
    line or in brackets; ``comma`` one string. ``value`` is the place of the whole value,
    inside its quotes; None where nothing is written. ``source``: a setting of the
    environment replaces that of a file. ``scope`` tells several Kongs of one file apart
    (the service of a compose file). ``templated``: what the list holds cannot be known.
    ``node`` is the ``walk.Spot`` of the value. ``implied`` items are enabled without being
    written: Helm makes ``bundled,NAME`` from its own ``plugins:``.
    """

    key: ListKey
    written: str
    key_at: At
    form: Literal["list", "comma"]
    items: tuple[Item, ...]
    value: At | None
    source: Source
    scope: str = ""
    templated: bool = False
    node: Any = None
    implied: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """What is enabled, keywords (``bundled``, ``off``) included, in order."""
        written = [item.text for item in self.items if not item.templated]
        return (*self.implied, *written)


class Setting(NamedTuple):
    """One setting of Kong. ``name`` is as in kong.conf (``lua_package_path``), ``written``
    as in the file (``KONG_LUA_PACKAGE_PATH``). ``value`` is None where it is not known."""

    name: str
    written: str
    value: str | None
    key_at: At
    value_at: At
    source: Source
    scope: str = ""


class Definition(NamedTuple):
    """A name that the file defines.

    ``kind``: ``resource`` (KongPlugin, ``value`` is its plugin), ``plugin_config`` (a key
    of ``_plugin_configs``), ``plugin`` (defined in the file itself), or the entity's
    collection: ``services``, ``routes``, ``consumers``… ``scope`` is the namespace of a
    resource, where it has one. ``node`` is the ``walk.Spot`` of what is defined.
    """

    kind: str
    name: str
    at: At
    value: str = ""
    scope: str = ""
    node: Any = None


class Reference(NamedTuple):
    """A name of something that a ``Definition`` of the same ``kind`` defines."""

    kind: str
    name: str
    at: At
    scope: str = ""


class Entity(NamedTuple):
    """One item of a list of entities in a declarative file, of whatever shape.

    ``node`` is its ``walk.Spot``, ``collection`` the key of the list (``services``),
    ``owner`` what it is nested in, as in ``Use``.
    """

    collection: str
    node: Any
    owner: str = ""


class Aliased(NamedTuple):
    """An alias (``*name``, ``node`` is its ``walk.Spot``) where a declarative file has
    entities: a whole ``list`` of a ``collection``, one ``item`` of it, or what is merged into
    one (``<<``). ``owner`` is as in ``Use``."""

    form: Literal["list", "item", "merge"]
    node: Any
    collection: str
    owner: str

    @property
    def name(self) -> str:
        """What the alias names."""
        name: str = self.node.node.name
        return name


class Mark(NamedTuple):
    """A key of a declarative file: one at the ``top``, or one inside a plugin that only
    decK or Kong Enterprise knows (``_config``, ``partials``). ``node`` is the ``walk.Spot``
    of its value."""

    key: str
    at: At
    node: Any = None
    top: bool = True


class Facts(NamedTuple):
    """What one piece of a file says, in the order of the text."""

    uses: tuple[Use, ...] = ()
    enabled: tuple[EnabledList, ...] = ()
    settings: tuple[Setting, ...] = ()
    definitions: tuple[Definition, ...] = ()
    references: tuple[Reference, ...] = ()
    marks: tuple[Mark, ...] = ()
    entities: tuple[Entity, ...] = ()
    aliases: tuple[Aliased, ...] = ()


NO_FACTS = Facts()
