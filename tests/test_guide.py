"""The two examples of the plugin guide for Kong 0.x: understood as they stand, and with a
mistake in each place in turn diagnosed and repaired."""

from __future__ import annotations

import pytest

from kong_lsp.finding import Finding
from tests.support.checks import find_fix
from tests.support.world import Files, apply, findings

ROCKSPEC = "my-kong-plugin-1.0-1.rockspec"
TAILS = ("api", "daos", "handler", "migrations.cassandra", "schema")
KONG = "0.5"


def rockspec(paths: dict[str, str]) -> str:
    entries = ",\n".join(
        f'      ["kong.plugins.my-kong-plugin.{tail}"] = "{path}"' for tail, path in paths.items()
    )
    return f"""\
 package = "my-kong-plugin"
 version = "1.0-1"
 source = {{
    url = "git+https://example.com/my-kong-plugin.git"
 }}
 description = {{
    summary = "A Kong plugin.",
    license = "MIT/X11"
 }}
 dependencies = {{
    "lua ~> 5.1"
    -- If you depend on other rocks, add them here
 }}
 build = {{
    type = "builtin",
    modules = {{
{entries}
    }}
 }}
"""


PATHS = {tail: f"kong/plugins/my-kong-plugin/{tail.replace('.', '/')}.lua" for tail in TAILS}
SOUND = {
    ROCKSPEC: rockspec(PATHS),
    **dict.fromkeys(PATHS.values(), "return {}\n"),
    PATHS["handler"]: 'return { PRIORITY = 1, VERSION = "1.0.0" }\n',
}


def found_in(files: Files) -> list[Finding]:
    return findings(files, KONG)


def misspelt(word: str) -> list[str]:
    """A word with a letter too few, one too many, two swapped, another case."""
    middle = len(word) // 2
    swapped = word[: middle - 1] + word[middle] + word[middle - 1] + word[middle + 1 :]
    return [
        word[:middle] + word[middle + 1 :],
        word[:middle] + word[middle] + word[middle:],
        swapped,
        word.capitalize(),
    ]


def test_the_rockspec_is_understood() -> None:
    assert found_in(SOUND) == []


def test_the_placeholders_of_the_guide_are_found_and_become_the_real_files() -> None:
    files: Files = {
        **SOUND,
        ROCKSPEC: rockspec({tail: f"/path/to/{tail}.lua" for tail in TAILS}),
    }
    found = found_in(files)
    assert [each.code for each in found] == ["KM101"] * len(TAILS)
    while found:
        files = apply(files, find_fix(found, "KM101"))
        found = found_in(files)
    assert files == SOUND


def repaired(wrong: str, right: str) -> tuple[list[Finding], Files]:
    """What is found with ``wrong`` in place of ``right``, and the files after its safe fix."""
    assert SOUND[ROCKSPEC].count(right) == 1
    files = {**SOUND, ROCKSPEC: SOUND[ROCKSPEC].replace(right, wrong)}
    found = found_in(files)
    safe = [fix for each in found for fix in each.fixes if fix.safety == "safe"]
    return found, apply(files, safe[0]) if safe else files


@pytest.mark.parametrize("tail", TAILS)
@pytest.mark.parametrize("number", range(4))
def test_a_misspelt_tail_of_a_key_is_repaired(tail: str, number: int) -> None:
    right = f'"kong.plugins.my-kong-plugin.{tail}"'
    last = tail.rpartition(".")[2]
    wrong = right.replace(last + '"', misspelt(last)[number] + '"')
    found, files = repaired(wrong, right)
    assert [each.code for each in found] in (["KM106"], ["KM107"])
    assert files == SOUND


@pytest.mark.parametrize("tail", TAILS)
@pytest.mark.parametrize("number", range(4))
def test_a_misspelt_plugin_in_a_key_is_repaired(tail: str, number: int) -> None:
    right = f'"kong.plugins.my-kong-plugin.{tail}"'
    found, files = repaired(right.replace("plugin.", misspelt("plugin")[number] + "."), right)
    assert [each.code for each in found] == ["KM113"]
    assert files == SOUND


@pytest.mark.parametrize("tail", TAILS)
@pytest.mark.parametrize("start", ["kong.plugin", "kon.plugins", "Kong.plugins", "kong/plugins"])
def test_a_misspelt_beginning_of_a_key_is_repaired(tail: str, start: str) -> None:
    right = f'"kong.plugins.my-kong-plugin.{tail}"'
    found, files = repaired(right.replace("kong.plugins", start), right)
    assert [each.code for each in found] == ["KM106"]
    assert files == SOUND


@pytest.mark.parametrize("tail", TAILS)
@pytest.mark.parametrize("part", ["kong", "plugins", "my-kong-plugin", "file"])
@pytest.mark.parametrize("number", range(4))
def test_a_misspelt_path_is_repaired(tail: str, part: str, number: int) -> None:
    path = PATHS[tail]
    word = path.rpartition("/")[2].removesuffix(".lua") if part == "file" else part
    before, after = path.rsplit(word, 1) if part == "file" else path.split(word, 1)
    wrong = before + misspelt(word)[number] + after
    found, files = repaired(f'"{wrong}"', f'"{path}"')
    assert [each.code for each in found] == ["KM101"]
    assert files == SOUND


@pytest.mark.parametrize("tail", TAILS)
def test_an_entry_that_is_left_out_is_put_back(tail: str) -> None:
    lines = SOUND[ROCKSPEC].split("\n")
    kept = [line for line in lines if f'plugin.{tail}"]' not in line]
    files = {**SOUND, ROCKSPEC: "\n".join(kept).replace('schema.lua",\n', 'schema.lua"\n')}
    found = found_in(files)
    assert [each.code for each in found] == ["KM103"]
    after = apply(files, find_fix(found, "KM103"))
    assert found_in(after) == []
