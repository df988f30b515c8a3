"""Kong's own verdicts on whole files and on plugins' configs, against the findings on them."""

from __future__ import annotations

from bisect import bisect
from collections import Counter
from itertools import accumulate
from typing import Any

import pytest
import yaml

from kong_lsp.finding import Severity
from tests.kong.schema.cases import release, rows
from tests.support.world import apply, findings

DBLESS = "database = off\ndeclarative_config = kong.yml\n"

NOT_FOUND = {
    "certificate bad pem": "needs OpenSSL",
    "key set and key": "needs OpenSSL",
    "pre-function lua syntax error": "needs a Lua compiler",
    "filter_chains": "which filters a node has, and whether it runs any",
}
"""Refused by Kong, and not by us."""

MAYBE_DECKS = {
    "_workspace of deck": "decK's key makes it decK's file",
    "consumer_groups enterprise": "decK's key makes it decK's file",
    "plugin ordering": "information where decK may read the file",
    "route expression in traditional flavor": "the router's flavour is not known",
    "format version missing": "decK does without",
    "route top with service map name": "decK names other entities so",
}
"""Refused by a Kong without a database; not ours to say of a file that decK may read."""


def errors(row: dict[str, Any], *others: tuple[str, str]) -> list[str]:
    found = findings({"kong.yml": row["text"], **dict(others)}, kong_version=row["kong"])
    return [each.code for each in found if each.severity is Severity.ERROR]


def test_a_file_that_kong_reads_has_errors_exactly_where_kong_refuses_it() -> None:
    wrong = [
        (row["id"], found)
        for row in rows("declarative")
        if bool(found := errors(row, ("kong.conf", DBLESS))) == row["ok"]
    ]
    assert [each for each in wrong if each[1]] == []
    assert {name.split("/")[2] for name, _ in wrong} == set(NOT_FOUND)
    assert len(wrong) <= 0.03 * len(rows("declarative"))


def test_a_file_that_deck_may_read_has_no_error_where_kong_accepts_it() -> None:
    wrong = [
        (row["id"], found) for row in rows("declarative") if bool(found := errors(row)) == row["ok"]
    ]
    assert [each for each in wrong if each[1]] == []
    assert {name.split("/")[2] for name, _ in wrong} == {*NOT_FOUND, *MAYBE_DECKS}


@pytest.mark.parametrize("name", ["2.8", "3.4", "3.9"])
def test_configs_of_bundled_plugins_have_errors_where_kong_refuses_them(name: str) -> None:
    own = [row for row in rows("plugin_configs") if str(release(row)) == name]
    entries = [
        yaml.safe_dump([{"name": row["plugin"], "config": row["config"]}], allow_unicode=True)
        for row in own
    ]
    head = '_format_version: "1.1"\nplugins:\n'
    starts = list(accumulate(map(len, entries), initial=len(head)))
    found = findings({"kong.yml": head + "".join(entries), "kong.conf": DBLESS}, name)
    refused = {
        bisect(starts, each.span.start) - 1
        for each in found
        if each.severity is Severity.ERROR and each.code not in ("KC301", "KC302", "KC326")
    }
    assert [own[index]["id"] for index in refused if own[index]["ok"]] == []
    wanted = {index for index, row in enumerate(own) if not row["ok"]}
    assert len(wanted - refused) <= 0.02 * len(own)


def test_a_safe_fix_removes_its_finding_and_adds_none() -> None:
    cases = [(row["kong"], row["text"]) for row in rows("declarative") if not row["ok"]]
    for row in rows("plugin_configs")[::50]:
        entry = yaml.safe_dump([{"name": row["plugin"], "config": row["config"]}])
        cases.append((row["kong"], f'_format_version: "1.1"\nplugins:\n{entry}'))
    applied = 0
    for kong, text in cases:
        before = findings({"kong.yml": text}, kong)
        for each in before:
            for fix in each.fixes:
                if fix.safety == "safe" and each.code >= "KC308":
                    after = findings(apply({"kong.yml": text}, fix), kong)
                    left = Counter((one.code, one.message) for one in before)
                    left[each.code, each.message] -= 1
                    assert Counter((one.code, one.message) for one in after) <= left, (text, fix)
                    applied += 1
    assert applied > 30
