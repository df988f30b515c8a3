"""Which file on disk an entry means whose own is not there."""

from __future__ import annotations

from collections.abc import Mapping
from posixpath import basename, dirname

from kong_lsp.rules.km.naming import Meant, is_source, split
from kong_lsp.spelling import nearest
from kong_lsp.workspace.snapshot import Rock, Root


def intended(root: Root, rock: Rock, name: str, path: str) -> str | None:
    """The file on disk that an entry means, likeliest first: where the key says, the same
    path in another case, the nearest name in the folder, the only file of that name, the
    nearest name anywhere."""
    taken = rock.files
    for place in rock.place_of(name):
        if place not in taken and root.exists(place):
            return place
    prefix = rock.base[len(root.path) + 1 :]
    free = [
        full
        for full in (f"{root.path}/{each}" for each in root.listing.below(prefix, ".lua"))
        if full not in taken and is_source(full[len(rock.base) :])
    ]
    folded = path.casefold()
    same = [full for full in free if full.casefold() == folded]
    if len(same) == 1:
        return same[0]
    folder = dirname(path)
    siblings = {basename(full): full for full in free if dirname(full) == folder}
    near = nearest(basename(path)[: -len(".lua")], [each[: -len(".lua")] for each in siblings])
    if near is not None:
        return siblings[near + ".lua"]
    tail = split(name)[1].replace(".", "/") or basename(path)[: -len(".lua")]
    ends = (f"/{tail}.lua", f"/{tail}/init.lua")
    named = [full for full in free if full.endswith(ends)]
    if named:
        return named[0] if len(named) == 1 else None
    stems = {basename(full)[: -len(".lua")]: full for full in free}
    near = nearest(basename(tail), stems)
    return stems[near] if near is not None else None


def intended_files(root: Root, rock: Rock, meant: Mapping[str, Meant]) -> dict[str, str]:
    """For each entry without a file, by the name it should have, the file that it means."""
    found = {}
    for name in rock.unfound:
        path = rock.listed[name].path
        right = meant[name].name if name in meant else name
        file = intended(root, rock, right, rock.file_of(path)) if path is not None else None
        if file is not None:
            found[right] = file
    return found
