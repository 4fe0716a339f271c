"""An experiment of a lab, as a value for notebooks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compiler.base.json_files import readable_object
from compiler.base.paths import Lab
from compiler.plan.model import Plan, PlannedExperiment
from compiler.run_table.best_run import Goal, best_run
from compiler.run_table.find_run import find_run
from compiler.run_table.read_rows import read_rows, rows_of
from compiler.run_table.run_row import RunRow
from proband.api.run import Run
from proband.api.verdict import Verdict, verdict_of

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Experiment:
    """An experiment as it is compiled now, and its runs and results as they are on disk.

    The files are read at every access, so the values follow a running build. Load the experiment again after its spec
    or its code has changed.
    """

    _lab: Lab = field(repr=False)
    _plan: Plan = field(repr=False)
    _planned: PlannedExperiment = field(repr=False)

    @property
    def id(self) -> str:
        return self._planned.id

    @property
    def lab(self) -> Path:
        """The folder of the lab."""
        return self._lab.root

    @property
    def folder(self) -> Path:
        """The folder of the results. It does not exist before the first build."""
        return self._lab.experiment(self.id)

    @property
    def hypothesis(self) -> str:
        return str(self._planned.spec.get("hypothesis", ""))

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The parameters by dotted key. The value of a swept parameter is a list."""
        return self._planned.parameters

    @property
    def runs(self) -> pd.DataFrame:
        """One row for each run: state, points, the parameters that differ, all metrics, and times."""
        return self.run_table()

    def run_table(self, *, all_parameters: bool = False) -> pd.DataFrame:
        """Return `runs`, with the parameters that are equal in all runs as well if `all_parameters`."""
        from compiler.run_table.select_columns import all_columns
        from proband.api.frames import runs_frame

        rows = self._rows()
        return runs_frame(rows, all_columns(rows, all_parameters=all_parameters))

    def run(self, name: str) -> Run:
        """Return a run by its id, the beginning of its id, or the name of its point. Raises Error if none has it."""
        return Run(self._lab, find_run(self._rows(), name))

    @property
    def best(self) -> Run:
        """The completed run with the best value of the registered metric.

        Its value is subject to selection bias. Stale runs are not selected; use `best_run` for them.

        Raises:
            Error: No run has completed with the current code, or none has the metric.
        """
        return self.best_run()

    def best_run(self, metric: str | None = None, goal: Goal | None = None, *, stale: bool = False) -> Run:
        """Return the best run by a metric. Its goal is needed if it is not the registered one. Raises Error."""
        return Run(self._lab, best_run(self._planned, self._rows(), metric, goal, includes_stale=stale).row)

    @property
    def results(self) -> dict[str, Any] | None:
        """The content of `results.json`; None before the first build."""
        return readable_object(self._lab.results_file(self.id))

    @property
    def verdict(self) -> Verdict | None:
        """The verdict of the registered test; None without a test, or before the first build."""
        return verdict_of(self.results)

    @property
    def facts(self) -> pd.DataFrame:
        """One row for each fact. Empty if the spec lists no analyses or reports, or before they are written."""
        from proband.api.frames import facts_frame

        return facts_frame(self._lab.facts(self.id))

    @property
    def history(self) -> pd.DataFrame:
        """The logged metrics of all runs, one row for each logging step, with the run and its point."""
        from proband.api.frames import history_frame

        return history_frame(self._lab, self._rows())

    def _rows(self) -> tuple[RunRow, ...]:
        return rows_of(read_rows(self._lab, self._plan), self.id)

    def __repr__(self) -> str:
        return (
            f"Experiment('{self.id}', runs={len(self._planned.runs)}, verdict={self.verdict and str(self.verdict)!r})"
        )
