"""Define `Experiment`, the result of compiling one spec."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from compiler.base.paths import Lab
from compiler.deliverables.deliverable import Deliverable
from compiler.experiment.planned_point import PlannedPoint
from compiler.spec.schema import Spec
from compiler.sweep.search import CompiledSearch


@dataclass(frozen=True)
class Experiment:
    """A compiled spec with its points and deliverables.

    `base` holds the keys that identify runs, from the config before the sweep. `agents` are the settings of its agents.
    `tracking` is the mode and `tracker` the tracker that it asks for; a run that it shares may be tracked otherwise.
    """

    id: str
    file: str
    is_own: bool  # its spec is a file of the lab, not one that ships with the engine
    spec: Spec
    deliverables: tuple[Deliverable, ...]
    base: Mapping[str, Any]
    points: tuple[PlannedPoint, ...]
    search: CompiledSearch | None = None
    agents: Mapping[str, Any] = field(default_factory=dict)
    seeds: Mapping[str, Any] | None = None  # the choice of fresh seeds
    tracking: str = "disabled"
    warnings: tuple[str, ...] = ()  # with file and line; the experiment compiles in spite of them
    datasets: tuple[Mapping[str, Any], ...] = ()  # what its data groups declare, as JSON of `DataDeclaration`
    tracker: str = "wandb"

    @property
    def is_command_line_sweep(self) -> bool:
        """Whether Hydra's `--multirun` wrote the spec."""
        return Path(self.file).is_relative_to(Lab(Path()).sweeps)

    @property
    def is_exploratory(self) -> bool:
        """Whether the spec says so, or is a sweep from the command line, which states no question of its own."""
        return self.spec.exploratory or self.is_command_line_sweep
