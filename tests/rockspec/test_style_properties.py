"""Whatever the style of a rockspec, an edit leaves Lua that means what was wanted."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from kong_lsp.rockspec import style
from kong_lsp.rockspec.model import read
from kong_lsp.syntax.lua.tree import parse
from kong_lsp.text import apply_edits

PLUGINS = ("acme", "zed")
TAILS = ("api", "daos", "handler", "migrations.init", "schema", "utils")


@dataclass(frozen=True)
class Written:
    """A rockspec's text, and the modules that it lists."""

    text: str
    modules: dict[str, str]


def _module(plugin: str, tail: str) -> tuple[str, str]:
    return f"kong.plugins.{plugin}.{tail}", f"kong/plugins/{plugin}/{tail.replace('.', '/')}.lua"


names = st.builds(_module, st.sampled_from(PLUGINS), st.sampled_from(TAILS))
blanks = st.sampled_from(["", " ", "  "])
comments = st.sampled_from(["", "", "", " -- why", " --[[ x ]]", " --[=[ y ]=]"])
above = st.sampled_from(["", "", "", "-- heading", "--[[ block ]]"])


@st.composite
def rockspecs(draw: st.DrawFn) -> Written:
    """A rockspec in some style; each choice is one that people make."""
    newline = draw(st.sampled_from(["\n", "\n", "\r\n"]))
    unit = draw(st.sampled_from(["  ", "    ", "\t", " "]))
    quote = draw(st.sampled_from(['"', "'"]))
    separator = draw(st.sampled_from([",", ",", ";"]))
    one_line = draw(st.booleans())
    trailing = draw(st.booleans())
    listed = dict(draw(st.lists(names, max_size=5, unique_by=lambda pair: pair[0])))
    fields = []
    for index, (name, path) in enumerate(listed.items()):
        key, value = _literals(draw, name, path, quote)
        field = f"[{key}]{draw(blanks)}={draw(blanks)}{value}"
        last = index + 1 == len(listed)
        mark = separator if trailing or not last else ""
        if one_line:
            fields.append(field + draw(blanks) + mark)
        else:
            heading = draw(above)
            lead = f"{unit}{unit}{heading}{newline}" if heading else ""
            fields.append(f"{lead}{unit}{unit}{field}{mark}{draw(comments)}{newline}")
    if one_line:
        inside = draw(blanks) + draw(blanks).join(fields) + draw(blanks)
    else:
        inside = newline + "".join(fields) + unit
    modules = f"modules = {{{inside}}}"
    form = draw(st.sampled_from(["nested", "local", "late"]))
    head = f'local acme = "acme"{newline}local zed = "zed"{newline}package = "p"{newline}'
    if form == "nested":
        text = f'build = {{{newline}{unit}type = "builtin",{newline}{unit}{modules}{newline}}}'
    elif form == "local":
        text = f'local {modules}{newline}build = {{ type = "builtin", modules = modules }}'
    else:
        text = f'build = {{ type = "builtin" }}{newline}build.{modules}'
    return Written(head + text + draw(st.sampled_from(["", newline])), listed)


def _literals(draw: st.DrawFn, name: str, path: str, quote: str) -> tuple[str, str]:
    plugin = name.split(".")[2]
    if not draw(st.booleans()):
        return f" {quote}{name}{quote} ", quote + path + quote
    tail = name.partition(plugin)[2]
    rest = path.partition(plugin)[2]
    joined = f"{draw(blanks)}..{draw(blanks)}"
    key = f"{quote}kong.plugins.{quote}{joined}{plugin}{joined}{quote}{tail}{quote}"
    value = f"{quote}kong/plugins/{quote}{joined}{plugin}{joined}{quote}{rest}{quote}"
    return key, value


def _listed(text: str) -> dict[str | None, str | None]:
    tree = parse(text)
    assert tree.all_problems() == [], text
    rockspec = read(tree)
    assert rockspec.evaluation.failures == []
    return {each.name: each.path for each in rockspec.modules if not each.overwritten}


@settings(max_examples=200, deadline=None)
@given(rockspecs(), st.lists(names, min_size=1, max_size=4, unique_by=lambda pair: pair[0]))
def test_added_modules_are_there_and_the_others_stay(
    written: Written, wanted: list[tuple[str, str]]
) -> None:
    assert _listed(written.text) == written.modules
    new = [(name, path) for name, path in wanted if name not in written.modules]
    edits = style.add_modules(read(parse(written.text)), new)
    after = apply_edits(written.text, edits)
    assert _listed(after) == written.modules | dict(new)
    assert ("\n" in after.replace("\r\n", "")) == ("\n" in written.text.replace("\r\n", ""))
    assert [edit for edit in edits if written.text[slice(*edit.span)].strip()] == []


@settings(max_examples=200, deadline=None)
@given(rockspecs(), st.data())
def test_a_removed_module_is_gone_and_the_others_stay(
    written: Written, data: st.DataObject
) -> None:
    rockspec = read(parse(written.text))
    if not rockspec.modules:
        return
    entry = data.draw(st.sampled_from(rockspec.modules))
    edits = style.remove_entry(rockspec, rockspec.modules_table, entry.entry)
    rest = {name: path for name, path in written.modules.items() if name != entry.name}
    assert _listed(apply_edits(written.text, edits)) == rest


@settings(max_examples=200, deadline=None)
@given(rockspecs(), names, st.data())
def test_added_and_removed_again_lists_what_it_listed(
    written: Written, wanted: tuple[str, str], data: st.DataObject
) -> None:
    if wanted[0] in written.modules:
        return
    added = apply_edits(written.text, style.add_modules(read(parse(written.text)), [wanted]))
    rockspec = read(parse(added))
    entry = next(each.entry for each in rockspec.modules if each.name == wanted[0])
    edits = style.remove_entry(rockspec, rockspec.modules_table, entry)
    assert _listed(apply_edits(added, edits)) == written.modules


@settings(max_examples=200, deadline=None)
@given(rockspecs(), names, st.data())
def test_a_changed_key_and_path_are_what_was_wanted(
    written: Written, wanted: tuple[str, str], data: st.DataObject
) -> None:
    rockspec = read(parse(written.text))
    if not rockspec.modules or wanted[0] in written.modules:
        return
    entry = data.draw(st.sampled_from(rockspec.modules))
    edits = style.rename_key(rockspec.tree, entry.entry, wanted[0])
    edits += style.change_value(rockspec.tree, entry.entry, wanted[1])
    expected = {
        wanted[0] if name == entry.name else name: wanted[1] if name == entry.name else path
        for name, path in written.modules.items()
    }
    assert _listed(apply_edits(written.text, edits)) == expected
