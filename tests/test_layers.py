"""Who may import whom: the floors of the house, and who alone may use which library."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Collection, Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "kong_lsp"

FLOORS: tuple[tuple[str, ...], ...] = (
    ("__init__", "text", "finding", "spelling"),
    ("syntax",),
    ("rockspec", "plugin", "config", "kong"),
    ("workspace",),
    ("rules", "features", "settings", "settings_layers", "suppressions"),
    ("analysis", "judging"),
    (
        "report",
        "fixes",
        "targets",
        "status",
        "options",
        "shells",
        "cli",
        "server",
        "__main__",
    ),
)
"""Lowest first. A file imports from lower floors, and on its own floor without circles."""

MAY_USE = {
    "pygls": ("server/",),
    "lsprotocol": ("server/",),
    "yaml": ("syntax/yaml/",),
    "lark": ("syntax/lua/", "rockspec/dependency.py"),
}
FILES = sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))


def floor(part: str) -> int:
    return next(number for number, parts in enumerate(FLOORS) if part in parts)


def imports(path: str) -> Iterator[str]:
    """Every module that a file imports, those of functions and of type checking too."""
    for node in ast.walk(ast.parse((PACKAGE / path).read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            assert node.module is not None
            yield node.module
            if node.module == "kong_lsp":
                yield from (f"kong_lsp.{alias.name}" for alias in node.names)


def part_of(module: str) -> str:
    """``kong_lsp.workspace.files`` → ``workspace``."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


@pytest.mark.parametrize("path", FILES)
def test_a_file_imports_only_from_its_own_floor_and_lower_ones(path: str) -> None:
    own = floor(path.split("/", maxsplit=1)[0].removesuffix(".py"))
    higher = [
        module
        for module in imports(path)
        if module.partition(".")[0] == "kong_lsp"
        and known(part_of(module))
        and floor(part_of(module)) > own
    ]
    assert higher == []


def known(part: str) -> bool:
    return any(part in parts for parts in FLOORS)


def test_parts_do_not_import_each_other_in_circles() -> None:
    uses: dict[str, set[str]] = {}
    for path in FILES:
        part = path.partition("/")[0].removesuffix(".py")
        for module in imports(path):
            if module.partition(".")[0] == "kong_lsp" and known(part_of(module)):
                uses.setdefault(part, set()).add(part_of(module))
    for part, used in uses.items():
        used.discard(part)
        used.discard("__init__")
    circles = [
        (part, other)
        for part, used in uses.items()
        for other in used
        if part in reached(uses, other)
    ]
    assert circles == []


def reached(uses: dict[str, set[str]], start: str) -> set[str]:
    found: set[str] = set()
    pending = [start]
    while pending:
        for part in uses.get(pending.pop(), set()) - found:
            found.add(part)
            pending.append(part)
    return found


def test_files_do_not_import_each_other_in_circles() -> None:
    """Not even late, within functions. For types they may: those are gone when it runs."""
    files = {module_of(path): path for path in FILES}
    graph = {module: set(at_run_time(path, files)) for module, path in files.items()}
    TopologicalSorter(graph).prepare()


def module_of(path: str) -> str:
    """``workspace/files.py`` → ``kong_lsp.workspace.files``."""
    return f"kong_lsp/{path}".removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def at_run_time(path: str, modules: Collection[str]) -> Iterator[str]:
    """Those of ``modules`` that a file imports other than for types."""
    pending: list[ast.AST] = [ast.parse((PACKAGE / path).read_text())]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in modules else str(node.module)
        elif not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"):
            pending += ast.iter_child_nodes(node)


@pytest.mark.parametrize(("library", "places"), MAY_USE.items())
def test_a_library_is_used_in_its_place_only(library: str, places: tuple[str, ...]) -> None:
    users = {
        path for path in FILES for module in imports(path) if module.partition(".")[0] == library
    }
    assert [path for path in sorted(users) if not path.startswith(places)] == []


def test_checking_never_loads_what_only_the_server_needs(tmp_path: Path) -> None:
    code = (
        "import sys; from kong_lsp.cli import main; main(['check', sys.argv[1]]);"
        "print(sorted({'pygls', 'lsprotocol', 'attrs', 'cattrs', 'yaml'} & set(sys.modules)))"
    )
    (tmp_path / "acme-1.0-1.rockspec").write_text('package = "acme"\n')
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=PACKAGE.parent,
    )
    assert done.stdout.splitlines()[-1] == "[]", done.stderr
