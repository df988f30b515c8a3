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

    None where none is known.
    """
    if own and name in own:
        return own[name]
    if release not in catalogue.RELEASES:
        return None
    return catalogue.plugin(release, name, dbless=dbless)


def judge_config(
    name: str,
    entry: Mapping[Key, object],
    release: Release,
    own: Mapping[str, Record] | None = None,
    *,
    dbless: bool = False,
) -> list[Violation]:
    """What Kong refuses of ``{"config": …}`` (and ``protocols`` …) of a plugin.

    Nothing is judged where its schema is not known.
    """
    record = schema_of(name, release, own, dbless=dbless)
    return [] if record is None else validate(record, entry, release)
