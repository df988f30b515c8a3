"""From a text to a ``Config``: which kind of file it is, and the reader of that kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kong_lsp.config import sniff
from kong_lsp.text import Edit, apply_edits

if TYPE_CHECKING:
    from kong_lsp.config.model import Config
    from kong_lsp.config.sniff import Form
    from kong_lsp.syntax.yaml.tree import Tree


def opened(path: str, text: str, known: Config | None = None) -> str | Tree:
    """A buffer's text, as a tree if it is YAML that may be Kong's; that of the file as it
    is ``known``, where it says the same."""
    if known is not None and known.tree is not None and known.tree.text == text:
        return known.tree
    if sniff.form_of(path, any_json=True) != "yaml" or not sniff.text_looks_ours(path, text):
        return text
    from kong_lsp.syntax.yaml.tree import parse

    return parse(text)


def changed(path: str, known: str | Tree, edit: Edit) -> str | Tree:
    """The buffer after an edit."""
    if isinstance(known, str):
        return opened(path, apply_edits(known, (edit,)))
    return known.edited(edit)


def read(path: str, form: Form, text: str | Tree, before: Config | None = None) -> Config | None:
    """What a file says; None where it is not Kong's configuration. ``before`` is what it said
    before an edit."""
    if form == "yaml":
        from kong_lsp.config.yaml import read_yaml
        from kong_lsp.syntax.yaml.tree import parse

        return read_yaml(path, parse(text) if isinstance(text, str) else text, before)
    if not isinstance(text, str):
        return None
    if form == "terraform":
        from kong_lsp.config.terraform import read_terraform

        config = read_terraform(path, text)
        return config if config.groups else None
    from kong_lsp.config import conf, shell

    reader = {
        "conf": conf.read_conf,
        "dockerfile": shell.read_dockerfile,
        "dotenv": shell.read_dotenv,
        "shell": shell.read_shell,
    }[form]
    config = reader(path, text)
    says = config.groups or config.images or config.puts or config.installs
    return config if says or form == "conf" else None


def read_spec(path: str, text: str) -> Config | None:
    """What a test in Lua says; None where it starts no Kong with plugins."""
    if "start_kong" not in text and "get_db_utils" not in text:
        return None
    from kong_lsp.config import model, spec

    part = spec.read_spec(text)
    return None if part is None else model.Config(path, "spec", model.grouped(part))
