"""What the rules over entities and plugins' config say, and how they mend it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from kong_lsp.config import entries, walk, writing
from kong_lsp.config.model import Config
from kong_lsp.finding import Finding, Fix, Related, Safety, Severity, change
from kong_lsp.kong import enterprise_fields
from kong_lsp.kong.schema import lookup
from kong_lsp.kong.schema.fields import Field, Record
from kong_lsp.kong.schema.judge import judge_field
from kong_lsp.kong.schema.run import Exhausted, Run
from kong_lsp.kong.schema.values import MISSING, UNKNOWN, Key, Path
from kong_lsp.rules.kc.entity import Problem, adds_none
from kong_lsp.rules.kc.judged import of_code
from kong_lsp.rules.rule import Rule
from kong_lsp.spelling import nearest
from kong_lsp.syntax.yaml.nodes import Mapping, Scalar, plain_data, plain_type
from kong_lsp.text import Edit
from kong_lsp.workspace.snapshot import Snapshot

Words = Callable[[Problem], str]
Fixes = Callable[[Config, Problem], Iterator[Fix]]


def no_fix(config: Config, problem: Problem) -> Iterator[Fix]:
    """Nothing that a machine could put right."""
    del config, problem
    return iter(())


def findings(
    rule: Rule,
    snapshot: Snapshot,
    config: Config,
    words: Words,
    fixes: Fixes = no_fix,
    severity: Callable[[Problem], Severity | None] = lambda _: None,
) -> Iterator[Finding]:
    """A finding for each problem of the rule.

    For a Kong newer than all whose schemas are known it is a warning, and a field or a choice
    that may be new is none. Nor is a field of Kong Enterprise, where that may read the file.
    """
    for problem in of_code(snapshot, config, rule.code):
        newer = problem.target.newer and _is_kongs(problem)
        if newer and _may_be_new(problem):
            continue
        if is_of_enterprise(problem) and not _is_free_kongs(problem):
            continue
        wanted = severity(problem) or rule.severity
        yield rule.finding(
            config.path,
            config.span(problem.place),
            words(problem),
            severity=max(wanted, Severity.WARNING) if newer else wanted,
            related=related(config, problem),
            fixes=() if problem.found.shared else tuple(fixes(config, problem)),
        )


def _is_kongs(problem: Problem) -> bool:
    """Whether the schema is one that came with kong-lsp, and none that was read."""
    return not problem.plugin or problem.plugin not in problem.target.read


def is_of_enterprise(problem: Problem) -> bool:
    """Whether it is about a field that a plugin has in Kong Enterprise only."""
    own = problem.kind == "unknown" and _is_kongs(problem)
    return own and enterprise_fields.has(problem.plugin, problem.path)


def _is_free_kongs(problem: Problem) -> bool:
    """Whether Kong itself, and no Enterprise, is known to read the file."""
    return problem.target.certain and not problem.target.enterprise


def _may_be_new(problem: Problem) -> bool:
    if problem.kind == "unknown":
        return near(problem) is None
    return problem.kind == "one_of" and _nearest_option(problem) is None


def related(config: Config, problem: Problem) -> tuple[Related, ...]:
    """The fields that an entity check names and that are written."""
    return tuple(
        Related(config.path, config.span(place), f'"{name}" is given here')
        for name, place in problem.others
    )


def dotted(path: Path) -> str:
    """``config.redis.host``, ``config.hosts[2]``."""
    found = ""
    for step in path:
        found += f"[{step}]" if isinstance(step, int) else f".{step}" if found else step
    return found


def owner(problem: Problem) -> str:
    """``the service acme``; ``the file``."""
    if problem.plugin:
        return f"the plugin {problem.plugin}"
    if not problem.entity:
        return "the file"
    kind = problem.entity.removesuffix("s").replace("_", " ")
    return f"the {kind} {problem.label}".rstrip()


def kongs(problem: Problem) -> str:
    """What Kong says of it, as a sentence."""
    said = problem.message.rstrip(".")
    source = problem.target.source
    read = source is not None and problem.plugin in source.names
    kong = source.version if source is not None and read else problem.release
    return f'Kong {kong} refuses it: "{said}".'


def field_words(problem: Problem) -> str:
    """For a field that is there or missing."""
    if not problem.path:
        return f"In {owner(problem)}: {kongs(problem)}"
    return f'"{dotted(problem.path)}" of {owner(problem)}: {kongs(problem)}'


def fix(
    config: Config, title: str, edits: Iterable[Edit] | None, safety: Safety = "safe"
) -> Iterator[Fix]:
    """The edits as a fix, if there are some."""
    if edits is not None:
        yield Fix(title, (change(config.path, *edits),), safety)


def safe_if(sound: bool) -> Safety:
    """``safe`` where that holds."""
    return "safe" if sound else "unsafe"


def text_of(config: Config) -> str:
    """The text of the file."""
    tree = config.file_tree
    if tree is None:
        return ""
    memo = tree.stream.memo
    if "text" not in memo:
        memo["text"] = tree.text
    text: str = memo["text"]
    return text


# Unknown fields


def near(problem: Problem) -> str | None:
    """The field that an unknown one is likely meant to be."""
    record, key = problem.record, problem.found.key
    if record is None or key is None or not problem.path:
        return None
    word = str(problem.path[-1])
    known = [name for name in _fields(record, problem) if name not in problem.found.beside]
    return nearest(word, known)


def _fields(record: Record, problem: Problem) -> list[str]:
    hidden = {
        name
        for name, own in {**record.fields, **record.shorthands}.items()
        if lookup.deprecated(own) is not None or own.attributes.get("auto")
    }
    names = [name for name in (*record.fields, *record.shorthands) if name not in hidden]
    if len(problem.path) == 1:
        names += problem.target.forms[-1].children.get(problem.entity, ())
    return names


def unknown_severity(problem: Problem) -> Severity | None:
    """A warning where the field may be one of Kong Enterprise, or of another release."""
    target = problem.target
    if not _is_kongs(problem):
        return None
    if target.enterprise or (target.assumed and near(problem) is None):
        return Severity.WARNING
    return None


def elsewhere(problem: Problem, name: Key) -> str | None:
    """Where else in the plugin's config a field of this name is, if in one place."""
    record = problem.target.forms[-1].entities["plugins"].subschema({"name": problem.plugin})
    own = record.fields.get("config") if record else None
    found = [
        f"config.{path}" if path else "config"
        for path in (_holding(own.record, str(name), ()) if own and own.record else ())
    ]
    return found[0] if len(found) == 1 else None


def _holding(record: Record, name: str, path: tuple[str, ...]) -> Iterator[str]:
    if name in record.fields:
        yield ".".join(path)
    for key, own in record.fields.items():
        if own.record is not None and len(path) < 6:
            yield from _holding(own.record, name, (*path, key))


def rename(config: Config, problem: Problem, name: str) -> Iterator[Fix]:
    """Another key; safe if its field takes the value."""
    if problem.found.key is None or problem.record is None:
        return
    own = lookup.record_field(problem.record, name)
    path = problem.path
    sound = own is None or takes(problem, own, problem.value)
    safety = safe_if(
        sound and adds_none(problem, {path: MISSING, (*path[:-1], name): problem.value})
    )
    edits = entries.renamed(config, problem.found.key, name)
    yield from fix(config, f'Change to "{name}"', edits, safety)


def remove(config: Config, problem: Problem) -> Iterator[Fix]:
    """Without the entry."""
    key, value = problem.found.key, problem.found.value
    if key is not None and value is not None:
        edits = entries.removed(config, key, value, text_of(config))
        yield from fix(config, f'Remove "{problem.path[-1]}"', edits, "unsafe")


def takes(problem: Problem, own: Field, value: object) -> bool:
    """Whether a field takes a value, as far as one can know."""
    if value is MISSING or value is UNKNOWN:
        return False
    run = Run(problem.release)
    try:
        return judge_field(run, own, value) is None and not run.opaque
    except Exhausted:
        return False


# Missing fields


def missing(rule: Rule, unknown: Rule, snapshot: Snapshot, config: Config) -> Iterator[Finding]:
    """A finding for each field that is missing, with the fix to add it: not where a field
    beside it is likely meant to be it. ``unknown`` tells those that no schema has."""
    misspelt: set[object] = set()
    if any(of_code(snapshot, config, rule.code)):
        for each in of_code(snapshot, config, unknown.code):
            misspelt.add((_place(each.found.holder), near(each)))

    def fixes(config: Config, problem: Problem) -> Iterator[Fix]:
        rest = problem.found.rest
        if not rest or (_place(problem.found.holder), rest[0]) not in misspelt:
            yield from _add(config, problem)

    return findings(rule, snapshot, config, field_words, fixes)


def _place(holder: walk.Spot | None) -> object:
    """What tells one mapping of a file from another."""
    return None if holder is None else (id(holder.piece), holder.node.start)


def _add(config: Config, problem: Problem) -> Iterator[Fix]:
    """The missing field with a value that Kong would take."""
    rest = [str(step) for step in problem.found.rest]
    holder, own = problem.found.holder, problem.own
    if problem.found.value is not None or not rest or holder is None or own is None:
        return
    try:
        value = lookup.example_value(Run(problem.release), own)
    except Exhausted:
        return
    if value is None or not takes(problem, own, value):
        return
    for name in reversed(rest[1:]):
        value = {name: value}
    text = text_of(config)
    style = writing.style_of(config, holder, text)
    tree: dict[Key, object] = {rest[0]: value}
    if problem.found.name is None or isinstance(holder.node, Mapping):
        edits = writing.added(config, holder, tree, text, style)
    else:
        edits = writing.filled(config, problem.found.name, holder, tree, text, style)
    yield from fix(config, f'Add "{".".join(rest)}"', edits, "unsafe")


# Wrong values


def retype(config: Config, problem: Problem) -> Iterator[Fix]:
    """The same value in the type that is wanted, where it is only written otherwise."""
    value, own = problem.found.value, problem.own
    if value is None or own is None or not isinstance(value.node, Scalar):
        return
    node = value.node
    if node.style in {"|", ">"} or problem.value in (None, UNKNOWN, MISSING):
        return
    text = entries.source(config, value, text_of(config))
    if isinstance(problem.value, str):
        kind = plain_type(node.value) if node.value else "null"
        bare = plain_data(node.value) if kind in ("int", "float", "bool") else None
        if bare is not None and takes(problem, own, bare):
            edits = entries.rewritten(config, value, node.value)
            safety = safe_if(adds_none(problem, {problem.path: bare}))
            yield from fix(config, f"Change to {node.value}", edits, safety)
            return
    elif takes(problem, own, node.value):
        quoted = f'"{node.value}"'
        edits = entries.rewritten(config, value, quoted)
        safety = safe_if(adds_none(problem, {problem.path: node.value}))
        yield from fix(config, f"Change to {quoted}", edits, safety)
        return
    alone = "," not in node.value and not text.startswith(("[", "{"))
    if alone and own.type in ("array", "set") and takes(problem, own, [problem.value]):
        edits = entries.rewritten(config, value, f"[{_in_list(node, text)}]")
        safety = safe_if(adds_none(problem, {problem.path: [problem.value]}))
        yield from fix(config, f"Change to [{_in_list(node, text)}]", edits, safety)


def _in_list(node: Scalar, text: str) -> str:
    special = set(node.value) & set("[]{},:#")
    return f'"{node.value}"' if special and not node.style else text


def choose(config: Config, problem: Problem) -> Iterator[Fix]:
    """One of the values that a field may have."""
    value, own = problem.found.value, problem.own
    if problem.kind != "one_of" or own is None or value is None:
        return
    if not isinstance(problem.value, str):
        return
    options = _options(own)
    best = _nearest_option(problem)
    for each in [best] if best else options if len(options) <= 4 else []:
        edits = entries.rewritten(config, value, entries.written(each))
        sound = each == best and takes(problem, own, each)
        safety = safe_if(sound and adds_none(problem, {problem.path: each}))
        yield from fix(config, f'Change to "{each}"', edits, safety)


def _options(own: Field) -> list[str]:
    return [each for each in lookup.options(own) if isinstance(each, str)]


def _nearest_option(problem: Problem) -> str | None:
    if problem.own is None or not isinstance(problem.value, str):
        return None
    return nearest(problem.value, _options(problem.own))


def mend_value(config: Config, problem: Problem) -> Iterator[Fix]:
    """Another value, or another way to write it."""
    yield from retype(config, problem)
    yield from choose(config, problem)
