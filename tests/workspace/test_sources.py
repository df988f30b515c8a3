"""What plugins' sources say follows their files, and only what changed is made anew."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kong_lsp.kong.releases import find
from kong_lsp.plugin import schema as schema_module
from kong_lsp.text import Edit, Span
from kong_lsp.workspace.snapshot import Snapshot
from kong_lsp.workspace.sources import PluginSource
from kong_lsp.workspace.workspace import Workspace
from tests.support.world import write

if TYPE_CHECKING:
    import pytest

HANDLER = 'return { PRIORITY = 1000, VERSION = "1.0.0" }\n'
FIELDS = 'return { { host = { type = "string" } } }\n'


def schema(name: str) -> str:
    return (
        f'return {{ name = "{name}", fields = {{ {{ config = {{ type = "record", '
        f'fields = require "kong.plugins.{name}.fields" }} }} }} }}\n'
    )


def workspace(folder: Path) -> tuple[Workspace, str]:
    root = folder.resolve().as_posix()
    files = {}
    for name in ("acme", "other"):
        files[f"kong/plugins/{name}/handler.lua"] = HANDLER
        files[f"kong/plugins/{name}/schema.lua"] = schema(name)
        files[f"kong/plugins/{name}/fields.lua"] = FIELDS
    files["spec/fixtures/kong/plugins/broken/handler.lua"] = "return {}\n"
    files["spec/fixtures/kong/plugins/broken/schema.lua"] = "return {}\n"
    write(root, files)
    made = Workspace()
    made.add_root(root, whole=True)
    return made, root


def sources(snapshot: Snapshot) -> dict[str, PluginSource]:
    return {source.name: source for source in snapshot.plugin_sources()}


def config_fields(snapshot: Snapshot, name: str) -> list[str]:
    found = snapshot.roots[0].schema_of(name)
    assert found is not None
    record = found.record.fields["config"].record
    assert record is not None
    return list(record.fields)


def test_fixtures_of_tests_are_no_plugins(tmp_path: Path) -> None:
    made, _ = workspace(tmp_path)
    assert list(sources(made.snapshot())) == ["acme", "other"]


def test_an_edit_of_a_required_module_changes_the_schema_of_its_plugin_alone(
    tmp_path: Path,
) -> None:
    made, root = workspace(tmp_path)
    before = made.snapshot()
    assert config_fields(before, "acme") == config_fields(before, "other") == ["host"]
    path = f"{root}/kong/plugins/acme/fields.lua"
    made.open(path, FIELDS)
    assert sources(made.snapshot())["acme"].schema is sources(before)["acme"].schema
    at = FIELDS.index("host")
    made.change(path, Edit(Span(at, at + 4), "port"))
    after = made.snapshot()
    assert config_fields(after, "acme") == ["port"]
    assert sources(after)["other"] is sources(before)["other"]
    assert after.roots[0].schemas is not before.roots[0].schemas


def test_an_edit_that_defines_the_same_keeps_the_schemas(tmp_path: Path) -> None:
    made, root = workspace(tmp_path)
    before = made.snapshot()
    assert config_fields(before, "acme") == ["host"]
    path = f"{root}/kong/plugins/acme/fields.lua"
    made.open(path, "-- fields\n" + FIELDS)
    after = made.snapshot()
    assert after.roots[0].schemas is before.roots[0].schemas
    found = after.roots[0].schema_of("acme")
    assert found is not None
    assert found.place_of_field(("config", "host")) == (path, Span(21, 25))


def test_an_edit_of_the_handler_leaves_the_schema(tmp_path: Path) -> None:
    made, root = workspace(tmp_path)
    before = sources(made.snapshot())["acme"]
    handler, schema_before = before.handler, before.schema
    made.open(f"{root}/kong/plugins/acme/handler.lua", HANDLER.replace("1000", "7"))
    after = sources(made.snapshot())["acme"]
    assert after is not before
    assert after.schema is schema_before
    assert after.handler is not handler


def test_a_module_that_appears_is_required(tmp_path: Path) -> None:
    made, root = workspace(tmp_path)
    path = f"{root}/kong/plugins/acme/fields.lua"
    Path(path).unlink()
    made.disk_changed([path])
    snapshot = made.snapshot()
    found = snapshot.roots[0].schema_of("acme")
    assert found is not None
    assert found.record.fields["config"].record is not None
    assert found.record.fields["config"].record.open
    write(root, {"kong/plugins/acme/fields.lua": FIELDS})
    made.disk_changed([path])
    assert config_fields(made.snapshot(), "acme") == ["host"]


def test_a_schema_is_read_for_each_release(tmp_path: Path) -> None:
    made, root = workspace(tmp_path)
    old = 'return { fields = { url = { type = "url" } } }\n'
    made.open(f"{root}/kong/plugins/acme/schema.lua", old)
    own = made.snapshot().roots[0].schemas
    oldest, newest = find("2.8"), find("3.9")
    assert own is not None
    assert oldest is not None
    assert newest is not None
    record = own.record("acme", oldest, frozenset())
    assert record is not None
    assert list(record.fields) == ["config"]
    assert own.record("acme", newest, frozenset()) is None
    assert own.record("absent", newest, frozenset()) is None


def test_nothing_is_evaluated_before_it_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(schema_module, "read_schema", fails)
    made, root = workspace(tmp_path)
    snapshot = made.snapshot()
    made.open(f"{root}/kong/plugins/acme/schema.lua", "return {}")
    assert made.snapshot() is not snapshot
