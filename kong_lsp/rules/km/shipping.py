"""What a rock ships, what it should ship, and the edits that make it so.

The KM rules look at the same things from several sides and each problem is told once,
by one of them; so what they have to agree on is worked out here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache

from kong_lsp.finding import Fix, Related, Safety, TextChange
from kong_lsp.kong import bundled, modules
from kong_lsp.kong.core import is_core
from kong_lsp.kong.releases import Release
from kong_lsp.rockspec import style
from kong_lsp.rockspec.model import ModuleEntry
from kong_lsp.rules.km.naming import PREFIX, Meant, is_source, meant_keys, names_of, split
from kong_lsp.rules.km.nearby import intended_files
from kong_lsp.text import Span
from kong_lsp.workspace.snapshot import PluginTree, Requirer, Rock, Root, Snapshot


@dataclass(slots=True, eq=False, repr=False)
class Shipping:
    """What is right and wrong with the list of one rock.

    ``meant`` maps each misnamed key to what it should be. ``plugins`` are the names of
    the plugins that the keys, put right, speak of. ``required`` holds the modules that
    are on disk and not listed although a shipped module requires them, ``loaded`` those
    that Kong itself would load, and ``unresolved`` the required ones that exist nowhere;
    each with the places that require it (none for what Kong loads). ``files`` says where
    the first two are.
    """

    root: Root
    meant: Mapping[str, Meant]
    plugins: tuple[str, ...]
    required: Mapping[str, tuple[Requirer, ...]]
    loaded: Mapping[str, PluginTree]
    unresolved: Mapping[str, tuple[Requirer, ...]]
    files: Mapping[str, str]

    @property
    def missing(self) -> tuple[str, ...]:
        """Every module that has to be listed, in the order of their names."""
        return tuple(sorted(self.files))


@lru_cache(maxsize=2)
def shipping(snapshot: Snapshot, rock: Rock) -> Shipping:
    """Work it out; kept for the other rules that ask for the same rock."""
    root = snapshot.root(rock)
    listed = rock.listed
    meant = {} if is_set_aside(rock) else meant_keys(rock, root)
    known: AbstractSet[str] = rock.provides.keys()
    right: Iterable[str] = listed
    if meant:
        right = [meant[name].name if name in meant else name for name in listed]
        known = {*known, *right}
    plugins = names_of(right).plugins
    if not rock.held or not rock.complete:
        return Shipping(root, meant, plugins, {}, {}, {}, {})

    elsewhere = _beside(snapshot, rock)
    shipped = rock.files
    wanted = _wanted(root, rock, known, elsewhere, shipped)
    required = {}
    files = {}
    for module, requirers in wanted.items():
        file = root.find(rock, module)
        if file is not None and file not in shipped:
            required[module] = requirers
            files[module] = file
    loaded = _loaded(root, rock, {*known, *required} if required else known, elsewhere, shipped)
    for module, tree in loaded.items():
        files[module] = tree.modules[split(module)[1]]
    meant_files = intended_files(root, rock, meant)
    if files or meant_files:
        added = closure(root, rock, {**files, **meant_files})
        wanted = _wanted(root, rock, {*known, *added}, elsewhere, {*shipped, *added.values()})
    unresolved = {
        module: requirers
        for module, requirers in wanted.items()
        if root.find(rock, module) is None and not _may_come_from_elsewhere(snapshot, rock, module)
    }
    return Shipping(root, meant, plugins, required, loaded, unresolved, files)


def _beside(snapshot: Snapshot, rock: Rock) -> list[Rock]:
    """The held rocks that may be installed beside this one: not those that ship the handler of
    a plugin that it ships too."""
    handlers = [f"{tree.key_prefix}.handler" for tree in rock.plugins]
    own = [name for name in handlers if name in rock.ships]
    return [
        other
        for other in snapshot.rocks()
        if other is not rock and other.held and not any(name in other.ships for name in own)
    ]


def _wanted(
    root: Root,
    rock: Rock,
    known: AbstractSet[str],
    elsewhere: Sequence[Rock],
    shipped: AbstractSet[str],
) -> dict[str, tuple[Requirer, ...]]:
    """The modules that ``shipped`` files require, that are not known, and that no other
    rock and no Kong has; each with the places that require it."""
    found = {}
    is_source: dict[str, bool] = {}
    is_kong = "kong.meta" in known
    for module in root.requirers.keys() - known:
        if not module.startswith(PREFIX):
            top = module.partition(".")[0]
            if top not in is_source:
                is_source[top] = _in_sources(root, rock, module)
            if not is_source[top] or (is_core(module) and not is_kong):
                continue
        requirers = tuple(
            requirer
            for requirer in root.requirers[module]
            if requirer.path in shipped and not requirer.require.protected
        )
        if not requirers or any(module in other.provides for other in elsewhere):
            continue
        if not bundled.ever(module) or _own(rock, module):
            found[module] = requirers
    return dict(sorted(found.items()))


def _loaded(
    root: Root,
    rock: Rock,
    known: AbstractSet[str],
    elsewhere: Sequence[Rock],
    shipped: AbstractSet[str],
) -> dict[str, PluginTree]:
    """The modules on disk that Kong itself would load and that are not known."""
    found = {}
    for tree in rock.plugins:
        if files_of(tree) <= shipped:
            continue
        for tail in _kong_loads(root.kong, tree):
            if tree.modules[tail] in shipped:
                continue
            module = f"{tree.key_prefix}.{tail}"
            if module not in known and not any(module in other.provides for other in elsewhere):
                found[module] = tree
    return found


@lru_cache(maxsize=1024)
def files_of(tree: PluginTree) -> frozenset[str]:
    """All Lua files of a plugin's tree."""
    return frozenset(tree.modules.values())


def _kong_loads(release: Release, tree: PluginTree) -> Iterator[str]:
    """The tails of the modules in ``tree`` that Kong itself would load."""
    for tail in loaded_tails(release):
        if tail in tree.modules:
            yield tail
    if "migrations" in tree.modules and modules.loads(release, "migrations"):
        for migration in tree.migrations or ():
            tail = f"migrations.{migration.name}"
            if tail in tree.modules:
                yield tail


@lru_cache(maxsize=64)
def loaded_tails(release: Release) -> tuple[str, ...]:
    """The tails, without a free segment, that ``release`` loads by itself."""
    return tuple(
        row.tail
        for row in modules.table(release)
        if row.need in ("mandatory", "optional")
        and "*" not in row.tail
        and not row.tail.endswith(".init")
    )


def _in_sources(root: Root, rock: Rock, module: str) -> bool:
    """Whether the folder or file that ``module`` begins with is among the rock's sources."""
    top = module.partition(".")[0]
    for source in rock.sources:
        path = f"{source}/{top}"[len(root.path) + 1 :]
        if path in root.listing.folders or f"{path}.lua" in root.listing.files:
            return is_source(f"{top}/")
    return False


def _own(rock: Rock, module: str) -> bool:
    """Whether ``module`` belongs to a plugin that this rock packages."""
    return any(module.startswith(tree.key_prefix + ".") for tree in rock.plugins)


def _may_come_from_elsewhere(snapshot: Snapshot, rock: Rock, module: str) -> bool:
    """Whether Kong, or another rock that this one depends on, may have ``module``, or it is
    no plugin's module, of which nothing is known."""
    if not module.startswith(PREFIX) or module.endswith("."):
        return True
    if any(module in root.modules for root in snapshot.roots):
        return True
    if any(module in other.provides for other in snapshot.rocks()):
        return True
    if _own(rock, module):
        return False
    if bundled.may_exist(module) or any(
        root.source is not None and root.source.has(module) for root in snapshot.roots
    ):
        return True
    plugin, _ = split(module)
    return any(plugin in dependency.value for dependency in rock.rockspec.dependencies)


def is_set_aside(rock: Rock) -> bool:
    """Whether a rockspec is a template, or kept of an old release: nothing of it is judged."""
    return rock.not_held in ("template", "old")


# Places


def key_span(rock: Rock, entry: ModuleEntry) -> Span:
    """The key of an entry, quotes included; the whole entry where it has none."""
    return rock.rockspec.tree.span(entry.entry.key_at or entry.entry.at)


def value_span(rock: Rock, entry: ModuleEntry) -> Span:
    """The value of an entry, quotes included."""
    return rock.rockspec.tree.span(entry.entry.value_at)


def anchor(rock: Rock, plugin: str = "") -> Span:
    """Where a finding about an absent entry goes: the plugin's first entry, else the word
    ``modules``, else ``build``, else the beginning of the file."""
    for name, entry in rock.listed.items():
        if plugin and name.startswith(f"{PREFIX}{plugin}."):
            return key_span(rock, entry)
    build = rock.rockspec.build
    written = build.entries.get("modules") if build is not None else None
    field = written or rock.rockspec.fields.get("build")
    if field is None:
        return Span(0, 0)
    return rock.rockspec.tree.span(field.key_at or field.at)


def relative(rock: Rock, path: str) -> str:
    """``path`` as the rockspec would write it."""
    base = rock.base + "/"
    return path.removeprefix(base)


def required_at(requirers: Iterable[Requirer], module: str) -> tuple[Related, ...]:
    """The places that require ``module``, as related places."""
    return tuple(
        Related(path, require.span, f"'{module}' is required here") for path, require in requirers
    )


# Fixes


def listing_fixes(snapshot: Snapshot, rock: Rock, module: str) -> tuple[Fix, ...]:
    """List ``module``, which is missing; or it and all others, where there are several.

    Not where LuaRocks finds modules by itself: a list would end that.
    """
    if rock.detected:
        return ()
    state = shipping(snapshot, rock)
    single = add(rock, with_required(state, rock, (module,)))
    if single is None:
        return ()
    fixes = [Fix(f'Add "{module}" to build.modules', (single,))]
    if len(state.files) > 1:
        wanted = with_required(state, rock, state.missing)
        every = add(rock, wanted)
        if every is not None:
            fixes.append(Fix(f"Add all {len(wanted)} missing modules to build.modules", (every,)))
    return tuple(fixes)


def with_required(state: Shipping, rock: Rock, names: Iterable[str]) -> dict[str, str]:
    """These missing modules, and those that their files require in turn and that are not
    listed either: name to file, in the order of the names."""
    files = {name: state.files[name] for name in names if name in state.files}
    return closure(state.root, rock, files)


def closure(root: Root, rock: Rock, files: Mapping[str, str]) -> dict[str, str]:
    """These modules (name to file), and the rock's own that they require and that are on
    disk and not listed, and so on."""
    found: dict[str, str] = {}
    shipped = rock.files
    pending = dict(files)
    while pending:
        name, file = pending.popitem()
        found[name] = file
        lua = root.lua.get(file)
        for require in lua.requires if lua is not None else ():
            other = require.module
            if other is None or require.protected or other in rock.provides or other in found:
                continue
            if not other.startswith(PREFIX) and (
                is_core(other) or not _in_sources(root, rock, other)
            ):
                continue
            path = root.find(rock, other)
            if path is not None and path not in shipped and path not in found.values():
                pending[other] = path
    return dict(sorted(found.items()))


def add(rock: Rock, files: Mapping[str, str]) -> TextChange | None:
    """Entries for these modules (name to absolute path), in the author's style."""
    entries = [(name, relative(rock, path)) for name, path in files.items()]
    edits = style.add_modules(rock.rockspec, entries)
    return TextChange(rock.path, edits) if edits else None


def rename_key(rock: Rock, entry: ModuleEntry, name: str) -> TextChange | None:
    """The entry's key, changed to ``name``."""
    edits = style.rename_key(rock.rockspec.tree, entry.entry, name)
    return TextChange(rock.path, edits) if edits else None


def change_path(rock: Rock, entry: ModuleEntry, path: str) -> TextChange | None:
    """The entry's value, made to be ``path``."""
    edits = style.change_value(rock.rockspec.tree, entry.entry, path)
    return TextChange(rock.path, edits) if edits else None


def remove(rock: Rock, entry: ModuleEntry) -> Fix | None:
    """The fix that takes the entry out; None where that would uncover an earlier one."""
    table = rock.rockspec.modules_table
    twice = table is not None and len(table.written) > len(table.entries)
    if twice and any(e.overwritten and e.name == entry.name for e in rock.rockspec.modules):
        return None
    edits = style.remove_entry(rock.rockspec, table, entry.entry)
    if not edits:
        return None
    title = f'Remove "{entry.name}" from build.modules'
    return Fix(title, (TextChange(rock.path, edits),), "unsafe")


def safe_if(condition: bool) -> Safety:
    """``safe`` where the condition holds."""
    return "safe" if condition else "unsafe"
