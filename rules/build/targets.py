"""List the target files of experiments, and the runs that a build will probably train."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from snakemake.exceptions import WorkflowError

from compiler.plan.model import PlannedExperiment
from compiler.stages.names import ARCHIVE, BUILD_STAGES
from compiler.view.no_lab import no_lab_message
from rules.build.build_plan import BuildPlan
from rules.build.data_markers import data_ready
from rules.build.publication.publishable import PUBLICATION, Publishable


class Targets:
    """The target files of the experiments in a plan."""

    stages = BUILD_STAGES

    def __init__(self, plan: BuildPlan) -> None:
        self._plan, self._lab = plan, plan.lab
        self.publishable = Publishable(plan)

    def inputs_of(self, names: Iterable[str]) -> Any:
        """Return an input function, so that the long list of files is computed only if the target is built."""
        return lambda wildcards: self.files(names)  # noqa: ARG005  (Snakemake passes it by name)

    def default_inputs(self) -> Any:
        """Return the input function of a build without arguments. It raises WorkflowError in a folder without conf/."""

        def files(wildcards: Any) -> list[str]:  # noqa: ARG001
            if not self._lab.conf.is_dir():
                raise WorkflowError(no_lab_message(self._lab.root))
            return self.files(self._plan.default_experiments)

        return files

    def files(self, names: Iterable[str]) -> list[str]:
        """Return all files of the experiments, so that every missing file is written again."""
        files = [str(self._lab.genealogy)]
        for name in names:
            experiment = self._plan.compiled.experiments[name]
            files += self._data(experiment)
            files += self._plan.searches.unfinished(name)
            files += [str(self._lab.status(run)) for run in experiment.runs]
            files += [str(self._lab.deliverable(name, title)) for title in experiment.deliverables]
            files += [str(self._lab.results_file(name)), *self._documents(experiment), str(self._lab.gate(name))]
            files += [str(self._lab.stage_mark(name, stage)) for stage in self.stages]
        return list(dict.fromkeys(files))

    def likely_experiments(self, words: Collection[str]) -> list[str]:
        """Return the experiments that the words of a command name, or the default ones if they name none."""
        named = [name for name in self._plan.experiments if name in words]
        if named or ARCHIVE in words:  # this target builds no experiment
            return named
        return self.publishable.current if PUBLICATION in words else self._plan.default_experiments

    def likely_trainings(self, words: Collection[str]) -> set[str]:
        """Return the runs that a command will probably train, before Snakemake has built its DAG."""
        experiments = (self._plan.compiled.experiments[name] for name in self.likely_experiments(words))
        runs = {run for experiment in experiments for run in experiment.runs}
        return {run for run in runs if not self._lab.status(run).is_file()}

    def _data(self, experiment: PlannedExperiment) -> list[str]:
        paths = {path for run in experiment.runs for path in self._plan.compiled.runs[run].data}
        paths |= self._plan.searches.data(experiment.id)
        return [str(data_ready(self._lab, path)) for path in sorted(paths)]

    def _documents(self, experiment: PlannedExperiment) -> list[str]:
        """Return the files of facts, analyses and reports. Without analyses and reports, the facts are not needed."""
        lab, name = self._lab, experiment.id
        if not experiment.analyses and not experiment.reports:
            return []
        files = [lab.facts(name), lab.agenda(name), lab.integration(name), lab.quality_review(name)]
        files += [lab.analysis(name, title) for title in experiment.analyses]
        files += [lab.report(name, title, ".json") for title in experiment.reports]
        return list(map(str, files))
