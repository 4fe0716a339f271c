"""Define what the recorded reproductions of some runs show together.

A repetition with other code that gives another result compares the code, not the record. It is counted apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from compiler.recorded_files.damaged_file import DamagedFile
from compiler.reproduction.reproduction import Reproduction, Result

_WORST_FIRST: tuple[Result, ...] = ("not_reproducible", "different", "within_tolerance", "identical")


@dataclass(frozen=True)
class Summary:
    """The reproductions that count for some runs, in the order of their times.

    Attributes:
        runs: the runs that were asked about.
        counted: reproductions of exactly these trainings.
        damaged: files that count for nothing, with the reason.
    """

    runs: tuple[str, ...]
    counted: tuple[Reproduction, ...]
    damaged: tuple[DamagedFile, ...] = ()

    @property
    def compared(self) -> tuple[Reproduction, ...]:
        """The reproductions that say something about the record: all but those with other code and another result."""
        return tuple(made for made in self.counted if not made.used_other_code)

    @property
    def other_code(self) -> tuple[Reproduction, ...]:
        """The repetitions that used other code and gave another result."""
        return tuple(made for made in self.counted if made.used_other_code)

    @property
    def reproduced_runs(self) -> tuple[str, ...]:
        """The runs whose latest reproduction agrees with the record."""
        return tuple(run for run, latest in self._latest.items() if latest.is_reproduced)

    @property
    def is_reproduced(self) -> bool:
        """Whether the latest reproduction of every run agrees with its record."""
        return bool(self.runs) and len(self.reproduced_runs) == len(self.runs)

    @property
    def times(self) -> int:
        """How often all runs were reproduced: the smallest number of a run."""
        counts = [sum(made.run_id == run and made.is_reproduced for made in self.counted) for run in self.runs]
        return min(counts, default=0)

    @property
    def differing(self) -> tuple[Reproduction, ...]:
        """The latest reproduction of each run whose repeated training gave another result."""
        return tuple(made for made in self.latest if made.result == "different" and made.trainings)

    @property
    def failed(self) -> tuple[Reproduction, ...]:
        """The latest reproduction of each run that could not be repeated, such as one whose files were changed."""
        return tuple(made for made in self.latest if not made.is_reproduced and made not in self.differing)

    @property
    def repeated_runs(self) -> int:
        """The number of runs whose latest reproduction agrees or differs."""
        return len(self.reproduced_runs) + len(self.differing)

    @property
    def unrepeated_runs(self) -> int:
        """The number of runs without a reproduction that says something about the record."""
        return len(self.runs) - len(self.latest)

    @property
    def last(self) -> Reproduction | None:
        """The last reproduction that says something about the record."""
        return self.compared[-1] if self.compared else None

    @property
    def result(self) -> Result | None:
        """The worst result among the latest reproductions of the runs, None if there are none."""
        return worst_result(made.result for made in self._latest.values()) if self._latest else None

    @property
    def latest(self) -> tuple[Reproduction, ...]:
        """The latest reproduction of each run that has one."""
        return tuple(self._latest.values())

    @property
    def _latest(self) -> dict[str, Reproduction]:
        return {made.run_id: made for made in self.compared if made.run_id in self.runs}


def worst_result(results: Iterable[Result]) -> Result:
    return min(results, key=_WORST_FIRST.index)
