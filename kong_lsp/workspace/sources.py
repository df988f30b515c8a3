"""What the sources of the plugins of one root say, each file read when it is first asked for.

A handler or schema is evaluated again only when its text changes, that of a module that it
requires, or which file such a module is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Generic, TypeVar

from kong_lsp.workspace.snapshot import PluginTree

if TYPE_CHECKING:
    from kong_lsp.kong.releases import Release
    from kong_lsp.kong.schema.fields import Record
    from kong_lsp.plugin.daos import Daos
    from kong_lsp.plugin.handler import Handler
    from kong_lsp.plugin.migration_files import MigrationFile
    from kong_lsp.plugin.program import Program
    from kong_lsp.plugin.schema import Schema
    from kong_lsp.syntax.lua.tree import Tree
    from kong_lsp.workspace.index import Index

_T = TypeVar("_T")
_LONGEST = 200_000
_DEEPEST = 190
_NESTING = r"[{}()\[\]]|\b(?:function|if|do|repeat|end|until)\b"
_OPENING = ("{", "(", "[", "function", "if", "do", "repeat")
_CLOSING = frozenset(("}", ")", "]", "end", "until"))
_TESTS = frozenset(("spec", "specs", "test", "tests", "t", "fixtures", "reference"))


class Files:
    """The Lua files of a root as they are now; each parsed once as long as it stays."""

    def __init__(self) -> None:
        self._index: Index | None = None
        self._find: Callable[[str], str | None] = lambda module: None
        self._parsed: dict[str, tuple[str, Tree | None]] = {}

    def settle(self, index: Index, find: Callable[[str], str | None]) -> None:
        """Take over which files there are; ``find`` gives the file of a module."""
        self._index = index
        self._find = find

    def find(self, module: str) -> str | None:
        """The file of a module, None where the root does not have it."""
        return self._find(module)

    def stamp(self, path: str) -> int | None:
        """Another number whenever the text of the file is another."""
        return None if self._index is None else self._index.stamps.get(path)

    def text(self, path: str) -> str | None:
        """The text of a file; None where it cannot be read."""
        return None if self._index is None else self._index.text(path)

    def tree(self, path: str) -> Tree | None:
        """What a file holds; None where it cannot be read, or no person wrote it."""
        text = self.text(path)
        if text is None:
            return None
        known = self._parsed.get(path)
        if known is None or known[0] != text:
            known = self._parsed[path] = text, _parsed(text, known)
        return known[1]


def _is_too_deep(text: str) -> bool:
    """Whether brackets and blocks are nested deeper than Lua itself takes
    (``LUAI_MAXCCALLS``)."""
    if sum(map(text.count, _OPENING)) <= _DEEPEST or not _is_nested(re.findall(_NESTING, text)):
        return False
    from kong_lsp.syntax.lua.scanner import scan

    return _is_nested(token.text for token in scan(text))  # not what comments and strings hold


def _is_nested(words: Iterable[str]) -> bool:
    depth = 0
    for word in words:
        if word in _OPENING:
            depth += 1
            if depth > _DEEPEST:
                return True
        elif word in _CLOSING:
            depth -= 1
    return False


def _parsed(text: str, before: tuple[str, Tree | None] | None) -> Tree | None:
    from kong_lsp.syntax.lua.tree import parse
    from kong_lsp.text import smallest_edit

    if len(text) > _LONGEST or _is_too_deep(text):
        return None
    if before is None or before[1] is None:
        return parse(text)
    return before[1].edited(smallest_edit(before[0], text))


class _Recorder:
    """Remembers which files and modules something was made of."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.seen: dict[str, int | None] = {}
        self.found: dict[str, str | None] = {}

    def find(self, module: str) -> str | None:
        """As ``Files.find``."""
        path = self.found[module] = self.files.find(module)
        return path

    def tree(self, path: str) -> Tree | None:
        """As ``Files.tree``."""
        tree = self.files.tree(path)
        self.seen[path] = self.files.stamp(path)
        return tree

    def text(self, path: str) -> str | None:
        """As ``Files.text``."""
        text = self.files.text(path)
        self.seen[path] = self.files.stamp(path)
        return text

    def holds(self) -> bool:
        """Whether all of it is as it was."""
        return all(self.files.stamp(path) == stamp for path, stamp in self.seen.items()) and all(
            self.files.find(module) == path for module, path in self.found.items()
        )


class _Draft:
    """The files, one of them with another text."""

    def __init__(self, files: Files, path: str, text: str) -> None:
        self.files = files
        self.path = path
        self.text = text

    def find(self, module: str) -> str | None:
        """As ``Files.find``."""
        return self.files.find(module)

    def tree(self, path: str) -> Tree | None:
        """As ``Files.tree``."""
        if path != self.path:
            return self.files.tree(path)
        return _parsed(self.text, None)


class _Cell(Generic[_T]):
    """What is made of files when it is first asked for."""

    def __init__(self, files: Files, make: Callable[[_Recorder], _T]) -> None:
        self._make = make
        self._recorder = _Recorder(files)
        self._made: list[_T] = []

    @property
    def value(self) -> _T:
        if not self._made:
            self._made.append(self._make(self._recorder))
        return self._made[0]

    def holds(self) -> bool:
        return not self._made or self._recorder.holds()


class PluginSource:
    """The source files of one plugin. The same object as long as none of them changes.

    ``kong`` is the release that they are for.
    """

    def __init__(self, tree: PluginTree, kong: Release, files: Files) -> None:
        self.tree = tree
        self.kong = kong
        self._files = files
        self._handler: _Cell[Handler | None] = _Cell(files, self._read_handler)
        self._glance: _Cell[bool] = _Cell(files, self._glance_at_handler)
        self._daos: _Cell[Daos | None] = _Cell(files, self._read_daos)
        self._migrations: _Cell[dict[str, MigrationFile]] = _Cell(files, self._read_migrations)
        self._schemas: dict[Release, _Cell[Schema | None]] = {}
        self.schema_token = object()
        """Another object whenever the schema has changed, if anybody has asked for it."""

    @property
    def name(self) -> str:
        """The plugin's name."""
        return self.tree.name

    @property
    def path(self) -> str:
        """The file that stands for the plugin."""
        modules = self.tree.modules
        return modules.get("handler") or modules.get("schema") or self.tree.folder

    @property
    def handler(self) -> Handler | None:
        """What ``handler.lua`` says; None where there is none."""
        return self._handler.value

    @property
    def handler_to_check(self) -> Handler | None:
        """``handler``; None too where a glance at its text tells that it is sound."""
        return None if self._glance.value else self.handler

    @property
    def daos(self) -> Daos | None:
        """What ``daos.lua`` says; None where there is none."""
        return self._daos.value

    @property
    def migrations(self) -> Mapping[str, MigrationFile]:
        """What the index of the migrations (``""``) and each that it names say."""
        return self._migrations.value

    @property
    def schema(self) -> Schema | None:
        """What ``schema.lua`` says for the release ``kong``; None where there is none."""
        return self.schema_for(self.kong)

    def schema_for(self, release: Release) -> Schema | None:
        """What ``schema.lua`` says for a release; None where there is none."""
        cell = self._schemas.get(release)
        if cell is None:
            make = self._schema_reader(release)
            cell = self._schemas[release] = _Cell(self._files, make)
        return cell.value

    def schema_if(self, path: str, text: str) -> Program | None:
        """What ``schema.lua`` would evaluate to if a file held another text."""
        from kong_lsp.plugin.program import run

        schema = self.tree.modules.get("schema")
        return None if schema is None else run(schema, self.kong, _Draft(self._files, path, text))

    def kept(self, kong: Release) -> PluginSource:
        """This one if all that was read still holds, else a new one with what does."""
        new = PluginSource(self.tree, kong, self._files)
        if kong is self.kong:
            if self._handler.holds():
                new._handler = self._handler
            if self._glance.holds():
                new._glance = self._glance
            if self._daos.holds():
                new._daos = self._daos
            if self._migrations.holds():
                new._migrations = self._migrations
        changed = [release for release, cell in self._schemas.items() if not cell.holds()]
        new._schemas = {
            release: cell for release, cell in self._schemas.items() if release not in changed
        }
        if all(
            _same_schema(self._schemas[release].value, new.schema_for(release))
            for release in changed
        ):
            new.schema_token = self.schema_token
        alike = (
            not changed
            and kong is self.kong
            and new._handler is self._handler
            and new._glance is self._glance
            and new._daos is self._daos
            and new._migrations is self._migrations
        )
        return self if alike else new

    def _read_handler(self, files: _Recorder) -> Handler | None:
        from kong_lsp.plugin.handler import read_handler

        path = self.tree.modules.get("handler")
        return None if path is None else read_handler(path, self.kong, files)

    def _glance_at_handler(self, files: _Recorder) -> bool:
        from kong_lsp.plugin.glance import plainly_sound

        path = self.tree.modules.get("handler")
        text = None if path is None else files.text(path)
        return text is not None and plainly_sound(text, self.kong.number)

    def _schema_reader(self, release: Release) -> Callable[[_Recorder], Schema | None]:
        def read(files: _Recorder) -> Schema | None:
            from kong_lsp.plugin.schema import read_schema

            path = self.tree.modules.get("schema")
            return None if path is None else read_schema(self.name, path, release, files)

        return read

    def _read_daos(self, files: _Recorder) -> Daos | None:
        path = self.tree.modules.get("daos")
        if path is None:
            return None
        from kong_lsp.plugin.daos import read_daos

        return read_daos(path, self.kong, files)

    def _read_migrations(self, files: _Recorder) -> dict[str, MigrationFile]:
        modules = self.tree.modules
        index = modules.get("migrations")
        if index is None:
            return {}
        from kong_lsp.plugin.migration_files import read_migration

        found = {"": read_migration(index, self.kong, files)}
        for each in self.tree.migrations or ():
            path = modules.get(f"migrations.{each.name}")
            if path is not None:
                found[each.name] = read_migration(path, self.kong, files)
        return found


class OwnSchemas:
    """The schemas of a root's own plugins by name. Another object whenever what one of them
    defines has changed; where it is written may change all the same."""

    def __init__(self, library: Library, tokens: tuple[object, ...]) -> None:
        self._library = library
        self.tokens = tokens

    def of(self, name: str, release: Release) -> Schema | None:
        """The schema of a plugin for a release; None where the root does not have it."""
        source = self._library.named.get(name)
        return None if source is None else source.schema_for(release)

    def record(self, name: str, release: Release, chosen: frozenset[str]) -> Record | None:
        """The schema of a plugin, as configurations are held against it; None where nothing
        is known of it, or where the ``chosen`` copies of the plugin have different ones."""
        copies = self._library.copies.get(name, ())
        if len(copies) > 1:
            copies = [each for each in copies if each.tree.folder in chosen]
        first, *others = [each.schema_for(release) for each in copies] or [None]
        if first is None or not first.is_known:
            return None
        return first.record if all(_same_schema(first, other) for other in others) else None

    def chosen(self, folder: str) -> frozenset[str]:
        """The folders of those copies of plugins that a configuration in ``folder`` is for: of
        a plugin that is there several times, the one that lies with it, else all."""
        found: set[str] = set()
        for copies in self._library.copies.values():
            if len(copies) > 1:
                bases = {each.tree.folder: _base(each.tree.folder) for each in copies}
                around = [base for base in bases.values() if f"{folder}/".startswith(f"{base}/")]
                nearest = max(around, key=len, default=None)
                found.update(own for own, base in bases.items() if nearest in (None, base))
        return frozenset(found)


def _base(folder: str) -> str:
    """The folder that a plugin's is for: ``a`` for ``a/kong/plugins/hello``, ``a/plugins/hello``."""
    base = folder.rsplit("/", 2)[0]
    return base.removesuffix("/kong")


class Library:
    """The sources of all plugins of one root while it changes."""

    def __init__(self) -> None:
        self._files = Files()
        self._before: tuple[object, ...] = (None,) * 4
        self._elsewhere: dict[str, str] = {}
        self._sources: tuple[PluginSource, ...] = ()
        self.named: dict[str, PluginSource] = {}
        self.copies: dict[str, list[PluginSource]] = {}
        """All that have a schema, by name."""
        self.schemas = OwnSchemas(self, ())

    def sources(
        self,
        trees: tuple[PluginTree, ...],
        kong: Release,
        index: Index,
        ships: tuple[Mapping[str, str], ...],
        modules: Mapping[str, str],
    ) -> tuple[PluginSource, ...]:
        """One for each plugin that is no fixture of a test, in the order of ``trees``."""
        elsewhere = {
            name: shipped[name]
            for shipped in reversed(ships)
            for name in shipped.keys() - modules.keys()
        }
        now = (trees, kong, index.version, modules)
        if elsewhere == self._elsewhere and all(
            one is other or (isinstance(one, int) and one == other)
            for one, other in zip(now, self._before, strict=True)
        ):
            return self._sources
        self._before, self._elsewhere = now, elsewhere

        def find(module: str) -> str | None:
            return modules.get(module) or elsewhere.get(module)

        self._files.settle(index, find)
        known = {(source.name, source.tree.folder): source for source in self._sources}
        found: dict[str, PluginSource] = {}
        for tree in trees:
            if not tree.modules.keys() & {"handler", "schema"}:
                continue
            old = known.get((tree.name, tree.folder))
            if old is not None and _alike(old.tree, tree):
                source = old.kept(kong)
            else:
                source = PluginSource(tree, kong, self._files)
            found.setdefault(source.path, source)
        sources = tuple(found.values())
        if len(sources) != len(self._sources) or any(
            one is not other for one, other in zip(sources, self._sources, strict=True)
        ):
            self._sources = sources
        self.named, self.copies = {}, {}
        for source in sources:
            if "schema" in source.tree.modules:
                self.named.setdefault(source.name, source)
                self.copies.setdefault(source.name, []).append(source)
        tokens = tuple(source.schema_token for source in sources)
        if tokens != self.schemas.tokens:
            self.schemas = OwnSchemas(self, tokens)
        return self._sources


def _alike(one: PluginTree, other: PluginTree) -> bool:
    return one is other or (
        one.modules == other.modules
        and one.migrations == other.migrations
        and one.aliased == other.aliased
    )


def _same_schema(one: Schema | None, other: Schema | None) -> bool:
    """Whether two schemas define the same."""
    if one is None or other is None:
        return one is other
    return one.converted == other.converted


def is_test(path: str) -> bool:
    """Whether a path (relative to its root) lies in a folder of tests."""
    return not _TESTS.isdisjoint(path.split("/")[:-1])
