from __future__ import annotations

import pytest

from tests.support.world import Files, apply, findings


def malformed(files: Files, kong_version: str = "auto") -> list[tuple[str, str]]:
    """Each KC306 finding: what it stands on and the title of its fix."""
    return [
        (
            files[each.path][slice(*each.span)],
            each.fixes[0].title if each.fixes else "",
        )
        for each in findings(files, kong_version)
        if each.code == "KC306"
    ]


def mended(files: Files, kong_version: str = "auto") -> Files:
    """The files after the fixes of one KC306 finding after the other."""
    for _ in range(9):
        fixes = [
            fix
            for each in findings(files, kong_version)
            if each.code == "KC306"
            for fix in each.fixes
        ]
        if not fixes:
            break
        assert fixes[0].safety == "safe"
        files = apply(files, fixes[0])
    assert malformed(files, kong_version) == []
    return files


EMPTY, QUOTES, COMMAS = (
    "Remove the empty item",
    "Remove the quotes",
    "Put commas between the names",
)


@pytest.mark.parametrize(
    ("written", "found", "after"),
    [
        ("a,,b", [(",", EMPTY)], "a,b"),
        ("a, ,b", [(",", EMPTY)], "a, b"),
        ("a,b,", [(",", EMPTY)], "a,b"),
        (",a", [(",", EMPTY)], "a"),
        ("a,", [(",", EMPTY)], "a"),
        ('"a,b"', [('"a', QUOTES), ('b"', QUOTES)], "a,b"),
        ("'a'", [("'a'", QUOTES)], "a"),
        ("[a, b]", [("[a", QUOTES), ("b]", QUOTES)], "a, b"),
        ("a b", [("a b", COMMAS)], "a,b"),
        ("a;b", [("a;b", COMMAS)], "a,b"),
        ("a,\\\n  ,b", [(",", EMPTY)], "a,\\\n  b"),
        ("", [], ""),
        ("a , b", [], "a , b"),
        ("{vault://env/x}", [], "{vault://env/x}"),
    ],
)
def test_the_list_of_kong_conf(written: str, found: list[tuple[str, str]], after: str) -> None:
    files = {"kong.conf": f"database = off\nplugins = {written}\n"}
    assert malformed(files) == found
    assert mended(files) == {"kong.conf": f"database = off\nplugins = {after}\n"}


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        (
            "compose.yml",
            'services:\n  kong:\n    environment:\n    - KONG_PLUGINS="bundled,x"\n',
            "services:\n  kong:\n    environment:\n    - KONG_PLUGINS=bundled,x\n",
        ),
        (
            "compose.yml",
            'services:\n  kong:\n    environment:\n      KONG_PLUGINS: "bundled,x,"\n',
            'services:\n  kong:\n    environment:\n      KONG_PLUGINS: "bundled,x"\n',
        ),
        ("Dockerfile", "ENV KONG_PLUGINS=bundled,,x\n", "ENV KONG_PLUGINS=bundled,x\n"),
        ("Dockerfile", 'ENV KONG_PLUGINS="bundled x"\n', 'ENV KONG_PLUGINS="bundled,x"\n'),
        (".env", "KONG_PLUGINS=bundled,\n", "KONG_PLUGINS=bundled\n"),
        ("run.sh", "export KONG_PLUGINS=,x\n", "export KONG_PLUGINS=x\n"),
        (
            "spec/a_spec.lua",
            'helpers.start_kong({ plugins = "bundled,x," })\n',
            'helpers.start_kong({ plugins = "bundled,x" })\n',
        ),
    ],
)
def test_every_file_with_a_comma_list(path: str, before: str, after: str) -> None:
    assert malformed({path: before})
    assert mended({path: before}) == {path: after}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("plugins_available:\n- cors\n-\n- acl\n", "plugins_available:\n- cors\n- acl\n"),
        ('plugins_available:\n- cors\n- ""\n', "plugins_available:\n- cors\n"),
        ('plugins_available: [cors, "", acl]\n', "plugins_available: [cors, acl]\n"),
    ],
)
def test_the_yaml_list_of_old_kongs(before: str, after: str) -> None:
    assert len(malformed({"kong.yml": before}, "0.5")) == 1
    assert mended({"kong.yml": before}, "0.5") == {"kong.yml": after}


def test_kong_0_9_does_not_drop_blanks() -> None:
    files = {"kong.conf": "custom_plugins = a, b\npg_host = x\n"}
    assert malformed(files, "0.9") == [(", ", "Remove the blanks")]
    assert mended(files, "0.9") == {"kong.conf": "custom_plugins = a,b\npg_host = x\n"}
    assert malformed(files, "0.10") == []


def test_the_message_has_kongs_words() -> None:
    files = {"kong.conf": 'database = off\nplugins = "cors"\n'}
    (found,) = (each for each in findings(files) if each.code == "KC306")
    assert found.message == (
        'Quotes and brackets are part of the name here: Kong takes ""cors"" for a plugin and '
        'says ""cors" plugin is enabled but not installed".'
    )


@pytest.mark.parametrize(
    "text",
    [
        "KONG_PLUGINS=bundled,${MORE},\n",
        "KONG_PLUGINS='bundled,x'\n",
        'KONG_PLUGINS="bundled, x"\n',
        'KONG_PLUGINS={{ plugins | join(",") }}\n',
    ],
)
def test_made_and_sound_values_are_silent(text: str) -> None:
    assert malformed({".env": text}) == []
