"""Provide the input functions of the rules that follow the trainings."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from snakemake.io import ancient

from compiler.plan.model import PlannedExperiment
from compiler.plan.plan_files import digest_folder
from compiler.reproduction.record_files import files_of_runs
from compiler.stages.names import STAGES, Stage
from rules.build.build_plan import BuildPlan
from rules.build.targets import Targets


class StepInputs:
    """Input functions, which return the paths of the files that a job reads."""

    def __init__(self, plan: BuildPlan, targets: Targets) -> None:
        self._plan, self._targets, self._lab = plan, targets, plan.lab

    def digest(self, name: str) -> Any:
        """Return a function that gives the file with the hash of a step's inputs in the plan.

        Args:
            name: the file below the digest folder, with placeholders for wildcards: `{experiment}/…`.
        """

        def digest_file(wildcards: Any) -> str | list[str]:
            self._plan.require_output(wildcards)
            file = digest_folder(Path(self._plan.file)) / f"{name.format(**dict(wildcards.items()))}.txt"
            if self._plan.is_read_only and not file.is_file():
                return []  # a dry run could not write it
            return str(file)

        return digest_file

    def statuses(self, wildcards: Any) -> list[str]:
        runs = [*self._plan.experiment(wildcards).runs, *self._plan.searches.runs(wildcards.experiment)]
        return [str(self._lab.status(run)) for run in dict.fromkeys(runs)]

    def earlier_rounds(self, wildcards: Any) -> list[Any]:
        """Return the status files of the rounds before the one that is to be suggested."""
        self._plan.experiment(wildcards)
        runs = self._plan.searches.runs(wildcards.experiment, before=int(wildcards.round))
        return [ancient(str(self._lab.status(run))) for run in runs]

    def evidence_of_search(self, wildcards: Any) -> list[str]:
        """Return the file that exists when the runs of a search have finished, an empty list without a search."""
        is_search = self._plan.experiment(wildcards).search is not None
        return [str(self._lab.evidence(wildcards.experiment))] if is_search else []

    def deliverables(self, wildcards: Any) -> list[str]:
        """Return the checks of the deliverables that results contain: all but those on reports, which come later."""
        titles = self._plan.experiment(wildcards).run_deliverables
        return [str(self._lab.deliverable(wildcards.experiment, title)) for title in titles]

    def checked_report(self, wildcards: Any) -> list[str]:
        """Return the report that a deliverable is checked on, an empty list if it is checked on runs."""
        deliverable = self._plan.experiment(wildcards).deliverables.get(wildcards.deliverable)
        report = deliverable.report if deliverable else None
        return [str(self._lab.report(wildcards.experiment, report, ".md"))] if report else []

    def before_gate(self, stage: Stage) -> Any:
        """Return a function that gives the files that the gate of a stage decides on, and that of the stage before."""
        files = {
            "experiment_submission": lambda _: [],
            "training_execution": lambda experiment: [self._lab.gate_file(experiment.id, "training")],
            "validation": lambda experiment: [self._lab.gate_file(experiment.id, "validation")],
            "automated_analysis": self._reviews,
            "report_generation": self._reports,
        }[stage]
        earlier, spec_digest = STAGES[: STAGES.index(stage)][-1:], self.digest("{experiment}/stages")

        def inputs(wildcards: Any) -> list[str]:
            experiment = self._plan.experiment(wildcards)
            marks = [self._lab.stage_mark(experiment.id, name) for name in earlier]
            stage_digest = spec_digest(wildcards)
            digests = [stage_digest] if isinstance(stage_digest, str) else stage_digest
            return [*map(str, (*files(experiment), *marks)), *digests]

        return inputs

    def passed_stage(self, stage: Stage) -> Any:
        """Return a function that gives the file that exists after a stage. Its time does not matter."""
        return lambda wildcards: ancient(str(self._lab.stage_mark(wildcards.experiment, stage)))

    def gate(self, wildcards: Any) -> list[str]:
        """Return the reviews, reports and checks on reports, which the gates after the results decide on."""
        experiment = self._plan.experiment(wildcards)
        return list(map(str, (*self._reviews(experiment), *self._reports(experiment))))

    def _reviews(self, experiment: PlannedExperiment) -> list[Path]:
        return [self._lab.quality_review(experiment.id)] if experiment.analyses or experiment.reports else []

    def _reports(self, experiment: PlannedExperiment) -> list[Path]:
        files = [self._lab.report(experiment.id, title, ".json") for title in experiment.reports]
        return [*files, *(self._lab.deliverable(experiment.id, title) for title in experiment.report_deliverables)]

    def published(self, wildcards: Any) -> list[str]:
        """Return the results and documents of an experiment, which its publication contains."""
        experiment, lab = self._plan.experiment(wildcards), self._lab
        files = [lab.results_file(experiment.id), lab.facts(experiment.id), lab.genealogy]
        files += [lab.report(experiment.id, title, ".json") for title in experiment.reports]
        files += [lab.deliverable(experiment.id, title) for title in experiment.report_deliverables]
        files += [lab.gate_file(experiment.id, gate) for gate in ("training", "validation", "analysis")]
        return list(map(str, files))

    def analyses(self, wildcards: Any) -> list[str]:
        titles = self._plan.experiment(wildcards).analyses
        return [str(self._lab.analysis(wildcards.experiment, title)) for title in titles]

    def report_reviews(self, wildcards: Any) -> list[str]:
        """Return the file with the remarks that the report answers, an empty list if it was never returned."""
        file = self._lab.report_reviews(wildcards.experiment, wildcards.report)
        return [str(file)] if file.is_file() else []

    def reproductions(self, wildcards: Any) -> list[str]:
        """Return the records of reproductions of the runs, so that a new or deleted record rewrites the facts."""
        return list(map(str, files_of_runs(self._lab, self._plan.experiment(wildcards).runs)))

    def parent_statuses(self, wildcards: Any) -> list[str]:
        """Return the status files of the parent's runs that exist or that this build creates.

        A comparison with the parent never triggers training. Runs that this build trains for another target are
        included, because otherwise the next build would have to write everything again.
        """
        child_runs = set(self._plan.experiment(wildcards).runs)
        parent = self._plan.compiled.parent(wildcards.experiment)
        if parent is None:
            return []
        is_built = parent.id in self._targets.likely_experiments(sys.argv)
        runs = (run for run in parent.runs if is_built or run in child_runs or self._lab.status(run).is_file())
        return [str(self._lab.status(run)) for run in runs]
