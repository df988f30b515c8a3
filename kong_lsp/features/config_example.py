"""An example of a plugin's ``config``, made from its schema."""

from __future__ import annotations

from kong_lsp.config.writing import block
from kong_lsp.features.field_references import fields_in_lua
from kong_lsp.features.hover import Hover
from kong_lsp.features.plugin_facts import known_release
from kong_lsp.kong import bundled
from kong_lsp.kong.releases import Release
from kong_lsp.kong.schema import catalogue, filling
from kong_lsp.spelling import nearest
from kong_lsp.workspace.snapshot import Root, Snapshot


def example_text(root: Root | None, name: str, release: Release) -> str | None:
    """An entry of the plugin ``name`` as YAML that Kong takes: what must be given, with values
    to be replaced, and all defaults. ``root`` has the workspace's own plugins. None where
    nothing is known of the plugin, or no value that it takes."""
    own = root.schema_of(name, release) if root is not None else None
    known = known_release(release)
    record = own.record if own is not None else catalogue.plugin(known, name, dbless=True)
    if record is None or (own is not None and not own.is_known):
        return None
    found = filling.example(record, known)
    if found is None:
        return None
    first, *rest = block({"name": name, **found})
    return "".join(f"{line}\n" for line in (f"- {first}", *(f"  {line}" for line in rest)))


def unknown_plugin(root: Root | None, name: str) -> str:
    """Why there is no example of the plugin ``name``, and which one was likely meant."""
    own = root.plugins if root is not None else ()
    near = nearest(name, {*bundled.ever_bundled(), *(tree.name for tree in own)})
    hint = f"; did you mean {near}?" if near is not None else ""
    return f"no schema of a plugin {name} is known{hint}"


def example_hover(snapshot: Snapshot, path: str, text: str, offset: int) -> Hover | None:
    """The example of the plugin whose ``config`` is defined at ``offset`` of a Lua file."""
    root = snapshot.root_of(path)
    if root is None or not path.endswith(".lua"):
        return None
    for field in fields_in_lua(root, path, text, offset):
        example = None
        if field.names == ("config",):
            example = example_text(root, field.plugin, root.kong)
        if example is not None:
            head = f"**config** — of the plugin `{field.plugin}`, for example:"
            return Hover(f"{head}\n\n```yaml\n{example}```", field.span)
    return None
