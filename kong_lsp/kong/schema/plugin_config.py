"""The ``config:`` of one plugin, whatever file it stands in."""

from __future__ import annotations

from collections.abc import Mapping

from kong_lsp.kong.releases import Release
from kong_lsp.kong.schema import catalogue
from kong_lsp.kong.schema.faults import Violation
from kong_lsp.kong.schema.fields import Record
from kong_lsp.kong.schema.judge import validate
from kong_lsp.kong.schema.values import Key


def schema_of(
    name: str, release: Release, own: Mapping[str, Record] | None = None, *, dbless: bool = False
) -> Record | None:
    """The schema that describes a plugin best: the workspace's ``own``, else Kong's.

    For a release between two known ones that of the newer. None where none is known.
    """
    if own and name in own:
        return own[name]
    found = [catalogue.plugin(known, name, dbless=dbless) for known in catalogue.around(release)]
    return found[-1] if found else None


def judge_config(
    name: str,
    entry: Mapping[Key, object],
    release: Release,
    own: Mapping[str, Record] | None = None,
    *,
    dbless: bool = False,
) -> list[Violation]:
    """What Kong refuses of ``{"config": …}`` (and ``protocols`` …) of a plugin.

    A bundled plugin is judged where its schema is known: for a release between two known
    ones what both refuse, for older and newer ones nothing.
    """
    if own and name in own:
        return validate(own[name], entry, release)
    found: list[list[Violation]] = []
    for known in catalogue.around(release):
        record = catalogue.plugin(known, name, dbless=dbless)
        if record is None:
            return []
        found.append(validate(record, entry, known))
    if not found:
        return []
    shared = [{(one.place, one.kind) for one in part} for part in found]
    return [one for one in found[-1] if all((one.place, one.kind) in part for part in shared)]
