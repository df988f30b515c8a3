"""ARCHITECTURE.md's floors and who may import what."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FLOORS = (
    ("", "text", "finding"),
    ("syntax",),
    ("rockspec", "kong"),
    ("workspace",),
    ("rules", "features"),
    ("analysis",),
    ("report", "targets", "fixes", "cli", "server", "__main__"),
)
ONLY = {
    "pygls": ("server/",),
    "lsprotocol": ("server/",),
    "lark": ("syntax/lua/", "rockspec/dependency.py"),
    "yaml": ("syntax/yaml/",),
}


def imports(path: Path) -> set[str]:
    """The full names of the modules that a file imports, for types alone or not."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def sources() -> list[Path]:
    return sorted((ROOT / "kong_lsp").rglob("*.py"))


def part(module: str) -> str:
    """``syntax`` for ``kong_lsp.syntax.lua.tree``; the package itself is ``""``."""
    rest = module.split(".")[1:]
    known = {name for floor in FLOORS for name in floor}
    return rest[0] if rest and rest[0] in known else ""


def test_a_file_imports_only_from_its_floor_and_those_below() -> None:
    floor_of = {name: number for number, floor in enumerate(FLOORS) for name in floor}
    wrong = []
    for path in sources():
        relative = path.relative_to(ROOT / "kong_lsp")
        own = (
            "" if relative.name == "__init__.py" and len(relative.parts) == 1 else relative.parts[0]
        )
        own = own.removesuffix(".py")
        wrong += [
            f"{relative} imports {module}"
            for module in imports(path)
            if module.split(".")[0] == "kong_lsp" and floor_of[part(module)] > floor_of[own]
        ]
    assert wrong == []


def test_each_dependency_is_imported_in_its_one_place() -> None:
    wrong = []
    for path in sources():
        relative = path.relative_to(ROOT / "kong_lsp").as_posix()
        for module in imports(path):
            places = ONLY.get(module.split(".")[0])
            if places is not None and not relative.startswith(places):
                wrong.append(f"{relative} imports {module}")
    assert wrong == []


def test_rules_neither_read_files_nor_clocks() -> None:
    banned = {"os", "io", "pathlib", "time", "datetime", "random", "subprocess", "socket"}
    wrong = [
        f"{path.name} imports {module}"
        for path in sources()
        if path.parent.name == "rules"
        for module in imports(path)
        if module.split(".")[0] in banned
    ]
    assert wrong == []


def test_the_top_level_holds_what_the_architecture_says() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    for floor in FLOORS:
        for name in floor:
            if name and name != "__main__":
                assert f"`{name}" in text, name
