"""What is kept of an evaluation, with what it depends on and what it cost.

It is as good as evaluating anew while the variables that were read have the same values.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from kong_lsp.syntax.lua.machine import Frame, Machine


class Kept(NamedTuple):
    """A value, or an entry and its key, with what it depends on and what it cost."""

    value: Any
    key: Any
    position: float
    seen: tuple[tuple[str, Any], ...]
    fuel: int
    memory: int


def spent(machine: Machine) -> tuple[int, int, int]:
    """How far the machine is: steps and bytes left, and complaints; for ``keep`` later."""
    complaints = len(machine.reads) + len(machine.failures)
    return machine.budget.left, machine.memory, complaints


def keep(
    machine: Machine,
    frame: Frame,
    value: Any,
    names: Sequence[str],
    before: tuple[int, int, int],
    *,
    key: Any = None,
    position: float = 0.0,
) -> Kept | None:
    """What to keep of a value; None where giving it recorded a read or a failure."""
    fuel, memory, complaints = before
    if complaints != len(machine.reads) + len(machine.failures) or machine.budget.left < 0:
        return None
    seen = tuple([(name, machine.find(name, frame.scope)) for name in names])
    if any(found is None for _, found in seen):
        return None
    return Kept(value, key, position, seen, fuel - machine.budget.left, memory - machine.memory)


def holds(machine: Machine, seen: Sequence[tuple[str, Any]], frame: Frame) -> bool:
    """Whether variables have the values that they were seen to have."""
    for name, value in seen:
        if machine.find(name, frame.scope) is not value:
            return False
    return machine.budget.left >= 0


def pay(machine: Machine, kept: Kept) -> None:
    """Spend what it would cost to evaluate anew."""
    machine.budget.left -= kept.fuel
    machine.memory -= kept.memory
