"""What every rule has: a code, a name, a severity, and a page.

A rule is one module. Its docstring is the page that ``kong-lsp explain`` prints and that
``docs/rules`` shows; ``rule`` is its ``Rule``; ``check`` yields its findings, fixes included.
"""

from __future__ import annotations

from collections.abc import Iterator
from inspect import cleandoc
from typing import TYPE_CHECKING, NamedTuple, Protocol

from kong_lsp import HOME
from kong_lsp.finding import Finding, Fix, Related, Severity, Tag
from kong_lsp.text import Span

if TYPE_CHECKING:
    from kong_lsp.config.model import Config
    from kong_lsp.workspace.snapshot import Rock, Snapshot

HEADINGS = (
    "What it does",
    "Why it matters",
    "Example",
    "Use instead",
    "Fix",
    "If this still fails",
)


def page_url(code: str) -> str:
    """Where the page of the rule ``code`` is on the web."""
    return f"{HOME}/blob/main/docs/rules/{code}.md"


class Rule(NamedTuple):
    """``code`` and ``name`` are public and stable; ``name`` reads after "allow"."""

    code: str
    name: str
    severity: Severity

    def finding(
        self,
        path: str,
        span: Span,
        message: str,
        *,
        severity: Severity | None = None,
        related: tuple[Related, ...] = (),
        fixes: tuple[Fix, ...] = (),
        tags: tuple[Tag, ...] = (),
    ) -> Finding:
        """A finding of this rule, of the rule's own severity unless told otherwise."""
        return Finding(
            self.code, severity or self.severity, message, path, span, related, fixes, tags
        )


class RuleModule(Protocol):
    """The module of a rule, whatever it looks at: its docstring is the page."""

    __doc__: str | None

    @property
    def rule(self) -> Rule: ...


class RockRule(Protocol):
    """A module whose ``check`` looks at one rock: its rockspec and the tree it packages."""

    @property
    def rule(self) -> Rule: ...

    def check(self, snapshot: Snapshot, rock: Rock) -> Iterator[Finding]: ...


class ConfigRule(Protocol):
    """A module whose ``check`` looks at one configuration file."""

    @property
    def rule(self) -> Rule: ...

    def check(self, snapshot: Snapshot, config: Config) -> Iterator[Finding]: ...


class Page(NamedTuple):
    """A rule's docstring, cut up: ``title`` is its first sentence."""

    title: str
    sections: dict[str, str]

    @property
    def example(self) -> str:
        """The fixture that must make the rule fire."""
        return fenced(self.sections["Example"])

    @property
    def instead(self) -> str:
        """The same, put right: the rule must be silent on it."""
        return fenced(self.sections["Use instead"])


def page(docstring: str | None) -> Page:
    """Cut a rule's docstring at its ``## `` headings."""
    head, *rest = ("\n" + cleandoc(docstring or "")).split("\n## ")
    sections = {}
    for section in rest:
        heading, _, body = section.partition("\n")
        sections[heading.strip()] = body.strip("\n")
    return Page(head.strip(), sections)


def fenced(markdown: str) -> str:
    """What the first fenced block of ``markdown`` holds."""
    _, _, rest = markdown.partition("```")
    _, _, body = rest.partition("\n")
    return body.partition("```")[0]
