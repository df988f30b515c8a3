"""What aliases and merge keys bring into a declarative file is read where it is written."""

from __future__ import annotations

from kong_lsp.config import reading
from kong_lsp.features.config_hover import config_hover
from kong_lsp.text import Edit, Span
from tests.support.checks import check, check_fix
from tests.support.configs import said
from tests.support.places import asked

V = "3.9"


def test_a_list_that_stands_under_another_key_is_read_once() -> None:
    text = """\
        _format_version: "3.0"
        _ignore:
        - &usual
          - name: cors
          - &limit
            name: rate-limiting
            service: two
        - &base
          routes:
          - name: r
            plugins: *usual
        services:
        - name: one
          plugins: *usual
        - name: two
          <<: *base
          plugins:
          - *limit
          - name: own
          - <<: *limit
            tags: [x]
        - name: three
          plugins: &three
          - name: jwt
        - name: four
          <<: [*base]
          plugins: *three
        plugins: *usual
        """
    assert said("kong.yml", text) == [
        "declarative",
        "plugin own of services two",
        "plugin jwt of services three",
        "plugin cors of services one",
        "plugin rate-limiting of services one",
        "defines services one",
        "defines services two",
        "defines services three",
        "defines services four",
        "defines routes r",
        "names services two",
    ]


def test_a_misspelt_name_is_told_and_put_right_at_the_anchor() -> None:
    before = """
# file: kong.yml
_format_version: "3.0"
_ignore:
- &usual
  - name: corss
#         ^^^^^ KC301 Did you mean 'cors'
services:
- name: one
  host: a
  plugins: *usual
- name: two
  host: b
  plugins: *usual
"""
    check(before, kong_version=V, only="KC3")
    after = before.replace("#         ^^^^^ KC301 Did you mean 'cors'\n", "")
    check_fix(before, "Change to cors", after.replace("corss", "cors"), kong_version=V)


def test_hover_is_at_home_in_what_an_alias_takes() -> None:
    with asked(
        """
-- file: kong.yml
_format_version: "3.0"
_ignore:
- &usual
  - name: co$0rs
services:
- name: one
  host: a
  plugins: *usual
"""
    ) as at:
        found = config_hover(at.snapshot, at.path, at.text, at.offset)
        assert found is not None
        assert found.text.startswith("**cors**")


def test_aliases_in_circles_end() -> None:
    text = """\
        _format_version: "3.0"
        _ignore:
        - &a
          - name: x
          - <<: *b
        - &b
          plugins: *a
          <<: *b
        services:
        - &c
          name: s
          plugins: *a
          <<: *c
        """
    assert said("kong.yml", text) == ["declarative", "plugin x of services s", "defines services s"]


def test_an_edit_at_the_anchor_or_at_the_alias_is_seen() -> None:
    text = """\
_format_version: "3.0"
_ignore:
- &a
  - name: x
- &b
  - name: y
services:
- name: s
  plugins: *a
"""
    tree = reading.opened("/kong.yml", text)
    config = reading.read("/kong.yml", "yaml", tree)
    assert config is not None
    assert [use.name for use in config.uses] == ["x"]
    at = text.index("name: x") + 6
    tree = reading.changed("/kong.yml", tree, Edit(Span(at, at + 1), "new"))
    config = reading.read("/kong.yml", "yaml", tree)
    assert config is not None
    assert [use.name for use in config.uses] == ["new"]
    at = text.index("*a") + 3
    tree = reading.changed("/kong.yml", tree, Edit(Span(at, at + 1), "b"))
    config = reading.read("/kong.yml", "yaml", tree)
    assert config is not None
    assert [use.name for use in config.uses] == ["y"]
