"""Writes what docs/ and README.md say of rules, error texts and settings from these themselves.

``python docs/generate.py`` writes; with ``--check`` it only tells what is stale (exit 1).
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import sys
from pathlib import Path

from kong_lsp import cli, settings
from kong_lsp.rules import all_rules, pages

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
RULES = DOCS / "rules"


def wanted() -> dict[Path, str]:
    """Every generated file and its text."""
    files = {RULES / f"{module.rule.code}.md": pages.text(module) for module in all_rules()}
    files[RULES / "README.md"] = (
        "# Rules\n\n"
        "A code and a name are stable. `kong-lsp explain CODE` prints the same page.\n"
        "✎ marks rules that can put the mistake right.\n\n"
        "In the examples `file: PATH` begins a file; `handler: PATH` and `schema: PATH` stand for a\n"
        "whole one that is sound, and `rock: NAME` for the fields of a rockspec that are not shown.\n\n"
        + pages.table("")
    )
    files[DOCS / "README.md"] = index()
    files[DOCS / "errors.md"] = (
        "# Error texts\n\n"
        "What Kong and LuaRocks say, what it means, and the rules that tell of it first.\n"
        '`kong-lsp explain "TEXT"` finds the same. `…` stands for a name, a path or a number.\n\n'
        + pages.errors("rules/")
    )
    files[DOCS / "settings.md"] = settings_page()
    files[DOCS / "kong-lsp.schema.json"] = json.dumps(settings.schema(), indent=2) + "\n"
    readme = ROOT / "README.md"
    text = readme.read_text(encoding="utf-8")
    text = block(text, "rules", pages.table("docs/rules/"))
    files[readme] = block(text, "example", f"```text\n$ kong-lsp check\n{example()}```\n")
    return files


def index() -> str:
    """The first page of the site."""
    return (
        "# kong-lsp\n\n"
        "- [Rules](rules/README.md): what is found, why it matters, how to put it right\n"
        "- [Error texts](errors.md): from what Kong or LuaRocks said to the rule\n"
        "- [Settings](settings.md): `.kong-lsp.toml`, the editor's, and comments in files\n"
        "- [In CI](ci.md): pre-commit, GitHub, GitLab, shells\n"
        "- Editors: "
        + ", ".join(f"[{each.name}](../editors/{each.name}/README.md)" for each in editors())
        + "\n"
    )


def editors() -> list[Path]:
    """The folders of the editors that have a page."""
    return sorted(each.parent for each in (ROOT / "editors").glob("*/README.md"))


def settings_page() -> str:
    """What can be set, where, and what wins."""
    rows = "".join(
        f"| `{key.name}` | {key.kind} | `{key.default}` | {key.doc} |\n" for key in settings.KEYS
    )
    return SETTINGS.replace("ROWS\n", rows)


SETTINGS = """\
# Settings

`.kong-lsp.toml` holds for the files in its folder and below. An editor sends the same settings
under `kong-lsp` (`kongVersion`, `kong-version` and `kong_version` are one).

| setting | holds | default | |
|---|---|---|---|
ROWS

```toml
kong_version = "3.4"
ignore = ["missing-licence"]
exclude = ["vendor"]

[severity]
KM115 = "off"
KC301 = "error"

[per-file-ignores]
"spec/**" = ["KM108"]
```

A glob without a slash is of a name in any folder; `*` stays within one name, `**` does not. What
matches a folder holds for all in it.

## What wins

Setting by setting, the first of these that says something:

1. the options of the command line (`--select`, `--ignore`, `--kong-version`), or the editor's
   settings; one that has its default value counts as not made
2. the nearest `.kong-lsp.toml` in the file's own folder or above it; those further up are not read
3. the default

`kong-lsp settings PATH` shows every setting, its value and where that comes from. A key that means
nothing is [KX903](rules/KX903.md), a value that cannot be is [KX904](rules/KX904.md), both told in
the file itself; an editor goes on with what the file said before. `kong-lsp settings --schema`
prints the [JSON schema](kong-lsp.schema.json) of the file.

## Comments

| written | switches off |
|---|---|
| `-- kong-lsp: ignore[KM101]` after code | the rule, on that line |
| the same on a line of its own | the rule, on the next line |
| `-- kong-lsp: ignore-file[KM101, KR011]` | the rules, in the file |
| `-- kong-lsp: ignore-file` | every rule, in the file |

In YAML, `kong.conf`, Dockerfiles and the like a comment begins with `#`. Names serve as well as
codes, and so do beginnings of codes. In editors a quick fix writes the comment. One that switches
nothing off is [KX901](rules/KX901.md), one that names no rule [KX902](rules/KX902.md).
"""


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
