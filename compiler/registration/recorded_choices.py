"""Read the choices that later compilations repeat: the registered parents of experiments and their fresh seeds.

A compilation also works with a damaged chain. Entries that cannot be read are ignored, and the build refuses the chain.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from compiler.registration.chain import readable_chain


@dataclass(frozen=True, slots=True)
class RecordedChoices:
    """The registered parent of each experiment, and its choices of fresh seeds, the latest last.

    `used_seeds` are the seeds of all registered runs.
    """

    parents: Mapping[str, str | None] = field(default_factory=dict)
    seeds: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)
    used_seeds: frozenset[int] = frozenset()


def recorded_choices(file: Path) -> RecordedChoices:
    """Return the choices in a chain, none if the file does not exist."""
    parents: dict[str, str | None] = {}
    seeds: dict[str, tuple[Mapping[str, Any], ...]] = {}
    used: set[int] = set()
    for entry in readable_chain(file).registrations:
        parents[entry.experiment_id] = entry.parent
        used.update(entry.planned_seeds)
        if entry.chosen_seeds:
            seeds[entry.experiment_id] = (*seeds.get(entry.experiment_id, ()), entry.chosen_seeds)
    return RecordedChoices(parents, seeds, frozenset(used))
