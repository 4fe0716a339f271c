"""All changes of a lab since its last build that the next build has to mend, found and treated together."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from compiler.base.paths import Lab
from rules.build.build_plan import BuildPlan
from rules.build.changes.changed_runs import find_changed_runs, report_changed_runs, set_aside
from rules.build.changes.cited_registrations import report_without_entry, results_without_entry, set_results_aside
from rules.build.changes.edited_experiments import report_edits, set_edits_aside
from rules.build.changes.experiment_files import EditedOutputs, edited_outputs
from rules.build.changes.stale_runs import find_stale_runs, forget_statuses, report_stale_runs
from rules.build.changes.unanswered_checks import find_unanswered_checks, forget_checks, report_unanswered_checks


@dataclass(frozen=True)
class Changes:
    """Changed files of runs, edited outputs of experiments, and experiments whose results cite a missing registration.

    `runs` are the changed files by run. `stale` are runs that were trained with other code. `unanswered` are stored
    checks for which a tracking server gave no answer.
    """

    lab: Lab
    runs: Mapping[str, list[str]]
    edits: Sequence[EditedOutputs]
    unregistered: Sequence[str]
    stale: Sequence[str] = ()
    unanswered: Sequence[Path] = ()

    def report(self) -> None:
        """Print what a build would do, for a command that writes nothing."""
        report_changed_runs(self.runs)
        report_edits(self.edits)
        report_without_entry(self.lab, self.unregistered)
        report_stale_runs(self.lab, self.stale)
        report_unanswered_checks(self.unanswered)

    def set_aside(self, includes_runs: bool = True) -> None:
        """Move all changed files to `results/damaged/`, and forget stale runs. The build writes them again.

        Args:
            includes_runs: false while another build is running, which may be reading finished runs.
        """
        if includes_runs:
            set_aside(self.lab, self.runs)
        else:
            report_changed_runs(self.runs)
        set_edits_aside(self.lab, self.edits)
        set_results_aside(self.lab, self.unregistered)
        forget_statuses(self.lab, self.stale)
        forget_checks(self.lab, self.unanswered)


def find_changes(plan: BuildPlan, experiments: Collection[str], is_build: bool) -> Changes:
    """Return the changes in these experiments and their runs.

    Args:
        is_build: whether the command runs jobs. Others work with a damaged registration chain.

    Raises:
        WorkflowError: The registration chain is damaged.
    """
    return Changes(
        plan.lab,
        find_changed_runs(plan, experiments),
        edited_outputs(plan.lab, experiments),
        results_without_entry(plan.lab, experiments) if is_build else (),
        find_stale_runs(plan, experiments),
        find_unanswered_checks(plan, experiments),
    )
