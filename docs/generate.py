"""Writes docs/rules and the generated parts of README.md from the rules themselves.

``python docs/generate.py`` writes; with ``--check`` it only tells what is stale (exit 1).
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import sys
from pathlib import Path

from kong_lsp import cli
from kong_lsp.rules import all_rules, pages

ROOT = Path(__file__).resolve().parent.parent
RULES = ROOT / "docs" / "rules"


def wanted() -> dict[Path, str]:
    """Every generated file and its text."""
    files = {RULES / f"{module.rule.code}.md": pages.text(module) for module in all_rules()}
    files[RULES / "README.md"] = (
        "# Rules\n\n"
        "A code and a name are stable. `kong-lsp explain CODE` prints the same page.\n"
        "✎ marks rules that can put the mistake right.\n\n" + pages.table("")
    )
    readme = ROOT / "README.md"
    text = readme.read_text(encoding="utf-8")
    text = block(text, "rules", pages.table("docs/rules/"))
    files[readme] = block(text, "example", f"```text\n$ kong-lsp check\n{example()}```\n")
    return files


def block(text: str, name: str, content: str) -> str:
    """``text`` with ``content`` between the marks ``<!-- name -->`` and ``<!-- /name -->``."""
    begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
    return re.sub(
        f"{re.escape(begin)}.*?{re.escape(end)}",
        lambda _: begin + content + end,
        text,
        count=1,
        flags=re.DOTALL,
    )


def example() -> str:
    """What ``kong-lsp check`` says of examples/broken, seen from inside it."""
    here = Path.cwd()
    told = io.StringIO()
    os.chdir(ROOT / "examples" / "broken")
    try:
        with contextlib.redirect_stdout(told):
            cli.main(["check"])
    finally:
        os.chdir(here)
    return told.getvalue()


def main() -> int:
    """Write what is stale, or tell of it."""
    files = wanted()
    stale = [
        path
        for path, text in files.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    gone = [path for path in RULES.glob("*.md") if path not in files]
    if "--check" in sys.argv:
        for path in [*stale, *gone]:
            print(f"{path.relative_to(ROOT)} is stale: run `make docs`")
        return 1 if stale or gone else 0
    RULES.mkdir(exist_ok=True)
    for path in stale:
        path.write_text(files[path], encoding="utf-8")
    for path in gone:
        path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
