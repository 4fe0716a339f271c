"""Find the runs that a user wants to reproduce: single runs, or the runs of an experiment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from compiler.base.paths import Lab
from compiler.plan.model import Plan
from compiler.reproduction.read_records import reproductions
from compiler.reproduction.reproduction import Difference
from compiler.run_table.find_run import find_run
from compiler.run_table.read_rows import points_by_run, run_names
from compiler.runs.run_id_pattern import RUN_ID
from compiler.runs.run_status import read_complete_status
from lab.reproduction.recorded_run import NothingToReproduce, changed_files, is_archived, require_result
from lightning_modules.failures.kinds import is_machine_failure


@dataclass(frozen=True)
class Selection:
    """The runs to reproduce for one name, and all that have a result. `planned` is the number of all runs."""

    name: str
    runs: tuple[str, ...]
    with_result: tuple[str, ...]
    planned: int
    is_experiment: bool

    @property
    def finished(self) -> int:
        return len(self.with_result)

    @property
    def is_sample(self) -> bool:
        return len(self.runs) < self.finished


def select_runs(lab: Lab, words: Sequence[str], sample: int | None, plan: Callable[[], Plan]) -> list[Selection]:
    """Return the runs for each word. The specs are compiled only if a word is not the id of a stored run.

    Args:
        sample: the largest number of runs of an experiment. Those that were not reproduced yet come first.
        plan: compiles the specs of the lab.

    Raises:
        NothingToReproduce: A run has no result, or an experiment has no run with one.
        NoSuchRun: No experiment and no run has the name, or several runs have it.
        CompileError: A file that all specs share is wrong.
    """
    return [_select(lab, word, sample, plan) for word in dict.fromkeys(words)]


def changed_runs(lab: Lab, selections: Iterable[Selection]) -> dict[str, list[Difference]]:
    """Return what was changed in each finished run of the selections after its training, also outside a sample."""
    runs = dict.fromkeys(run for selection in selections for run in selection.with_result)
    return {run: changes for run in runs if (changes := changed_files(lab, run))}


def _select(lab: Lab, word: str, sample: int | None, plan: Callable[[], Plan]) -> Selection:
    if RUN_ID.fullmatch(word) and (lab.run(word).is_dir() or is_archived(lab, word)):
        return _single(lab, word, word)
    compiled = plan()
    if word in compiled.experiments or word in compiled.broken:
        return _runs_of_experiment(lab, compiled, word, sample)
    return _single(lab, word, find_run(run_names(lab, compiled), word).run)


def _single(lab: Lab, name: str, run: str) -> Selection:
    require_result(lab, run)
    return Selection(name, (run,), (run,), 1, is_experiment=False)


def _runs_of_experiment(lab: Lab, plan: Plan, name: str, sample: int | None) -> Selection:
    planned = [
        run for run, points in points_by_run(lab, plan).items() if any(point.experiment == name for point in points)
    ]
    finished = [run for run in planned if _has_result(lab, run)]
    if not finished:
        if any(is_archived(lab, run) for run in planned):
            raise NothingToReproduce(
                f"{name}: its runs are archived, and not here (restore it: proband restore {name})"
            )
        raise NothingToReproduce(f"{name}: no run has a result yet (build it first: snakemake --cores 2 {name})")
    runs = finished if sample is None else list(_least_reproduced(lab, finished))[:sample]
    return Selection(name, tuple(runs), tuple(finished), len(planned), is_experiment=True)


def _has_result(lab: Lab, run: str) -> bool:
    status = read_complete_status(lab.status(run))
    return status is not None and not is_machine_failure(status)


def _least_reproduced(lab: Lab, runs: Sequence[str]) -> Iterator[str]:
    """Yield the runs with the fewest reproductions first, then in the order of their ids, which are hashes."""
    counted = [made.run_id for made in reproductions(lab, runs).compared]
    yield from sorted(runs, key=lambda run: (counted.count(run), run))
