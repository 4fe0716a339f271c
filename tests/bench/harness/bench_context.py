"""What all tables share: the sizes of the measurements, a scratch folder, and sweeps that are measured once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tests.bench.finished_labs import FinishedLabs
from tests.bench.sweeps import Sweeps


@dataclass(frozen=True)
class Sizes:
    """Numbers of runs, points, specs and repetitions."""

    few: int = 24
    many: int = 200
    repeats: int = 3  # of comparisons with few runs; the median counts
    points: int = 10_000
    composed: int = 100
    finished: int = 1_000  # one of built_runs, so that the lab is built once
    large: int = 50_000
    members: tuple[int, ...] = (1, 4, 16, 64)
    members_alone: int = 8  # of these, trained alone for comparison
    planned_runs: tuple[int, ...] = (1, 10, 100, 1_000, 10_000)
    planned_specs: tuple[int, ...] = (1, 10, 100, 300)
    built_runs: tuple[int, ...] = (1, 10, 100, 1_000)


FULL = Sizes()
QUICK = Sizes(8, 10, 1, 100, 2, 12, 200, (2, 4), 2, (1, 10, 100), (1, 3, 10), (1, 4, 12))


@dataclass(frozen=True)
class Bench:
    """A scratch folder, the folder of the page, and the sizes."""

    scratch: Path
    folder: Path
    sizes: Sizes

    @cached_property
    def sweeps(self) -> Sweeps:
        """The sweeps that several tables need."""
        return Sweeps(self.scratch / "sweeps", self.sizes.repeats)

    @cached_property
    def finished_labs(self) -> FinishedLabs:
        """The finished labs that several tables need."""
        return FinishedLabs(self.scratch / "finished")

    def new_folder(self, name: str) -> Path:
        """Return an empty folder below the scratch folder."""
        number = len(list(self.scratch.glob(f"{name}-*")))
        folder = self.scratch / f"{name}-{number}"
        folder.mkdir(parents=True)
        return folder
