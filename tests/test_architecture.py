"""What ARCHITECTURE.md says, beyond who imports whom (``test_layers``)."""

from __future__ import annotations

from tests.test_layers import FILES, FLOORS, PACKAGE, imports


def test_rules_neither_read_files_nor_ask_the_clock() -> None:
    banned = {"os", "io", "pathlib", "time", "datetime", "random", "subprocess", "socket"}
    wrong = [
        f"{path} imports {module}"
        for path in FILES
        if path.startswith("rules/")
        for module in imports(path)
        if module.split(".")[0] in banned
    ]
    assert wrong == []


def test_every_part_of_the_package_is_on_the_code_map() -> None:
    text = (PACKAGE.parent / "ARCHITECTURE.md").read_text(encoding="utf-8")
    here = {path.partition("/")[0].removesuffix(".py") for path in FILES}
    named = {name for floor in FLOORS for name in floor if f"`{name}" in text}
    assert here - named - {"__init__", "__main__"} == set()
    inside = {"/".join(path.split("/")[:2]) for path in FILES if path.startswith("syntax/")}
    assert {path for path in inside - {"syntax/__init__.py"} if f"`{path}" not in text} == set()
