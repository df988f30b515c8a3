"""Whether a module's name and its file's name agree, and words that several rules say."""

from __future__ import annotations

from functools import lru_cache

from kong_lsp.kong.releases import Release


@lru_cache(maxsize=16384)
def agree(name: str, path: str) -> bool:
    """Whether the file's own name is the last part of the module's, in whichever folder."""
    stem = path.rpartition(".lua")[0] or path
    last = stem.rpartition("/")[2]
    if last == "init" and not name.endswith(".init"):
        stem = stem.rpartition("/")[0]
        last = stem.rpartition("/")[2]
        return not last or name.endswith(last) or last in ("src", "lua", "lib")
    return name == last or name.endswith("." + last)


def not_installed(plugin: str, release: Release) -> str:
    """What Kong says of a plugin that is enabled and has no handler."""
    if release.number < (0, 9):
        return (
            "The following plugin has been enabled in the configuration but it is not "
            f"installed on the system: {plugin}"
        )
    return f"{plugin} plugin is enabled but not installed"


def no_schema(plugin: str) -> str:
    """What Kong says of a plugin that has no schema (0.9 and newer)."""
    return f"no configuration schema found for plugin: {plugin}"


def not_enabled(plugin: str, release: Release) -> str:
    """What Kong says of a plugin that is used and not in its list of plugins."""
    if release.number < (0, 9):
        return f"You are using a plugin that has not been enabled in the configuration: {plugin}"
    if release.number < (0, 14):
        return f"{plugin} plugin is in use but not enabled"
    return f"plugin '{plugin}' not enabled; add it to the 'plugins' configuration property"
