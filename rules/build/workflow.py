"""What the rules ask of the plan. Snakemake parses its files in every remote job: there the plan is only read."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from snakemake.exceptions import WorkflowError
from snakemake.io import ancient

from compiler.base.diagnostics import CompileError
from compiler.base.identity import digest
from compiler.base.json_files import read_json, write_text
from compiler.base.paths import Lab
from compiler.plan.model import Plan, PlannedExperiment, read_plan
from compiler.plan.plan_files import current_plan, digest_folder, plan_file
from compiler.plan.planned_run import PlannedRun, RunJob, read_run_job
from compiler.runs.fingerprint import targets
from compiler.spec.resources import Resources
from rules.build.search_runs import Searches

ATTEMPTS = 3  # of a training whose machine failed; the last one writes the failure down
_NO_RUN = PlannedRun("", "", (), Resources(), ())


def attempt(wildcards: Any, attempt: int) -> int:  # noqa: ARG001  (Snakemake asks for both by name)
    """The number of the attempt, from 1."""
    return attempt


attempt.__signature__ = inspect.signature(attempt)  # type: ignore[attr-defined]  # asked for again with every job


class Workflow:
    """The plan of one build, as Snakemake's input and params functions need it."""

    def __init__(self, overrides: str, is_main: bool) -> None:
        self.lab = Lab(Path())
        given = overrides.split()
        self.plan_file = str(plan_file(self.lab, given))
        self.plan = self._compiled(given) if is_main else read_plan(Path(self.plan_file))
        self._experiments = self.plan.experiments
        self._runs = self.plan.runs
        self.searches = Searches(self.lab, self._experiments)
        if is_main:
            self.searches.forget_unasked()

    def _compiled(self, overrides: list[str]) -> Plan:
        try:
            plan = current_plan(self.lab, overrides)
        except CompileError as error:
            raise WorkflowError(str(error)) from error
        for line in dict.fromkeys(line for lines in plan.broken.values() for line in lines):
            print(f"warning: {line}", file=sys.stderr)
        self._want_data(plan.data)
        return plan

    @property
    def experiments(self) -> list[str]:
        return list(self._experiments)

    @property
    def entries(self) -> list[PlannedRun]:
        """What the plan says of every run, and of what runs to come are like."""
        return [*self._runs.values(), *self.searches.probes]

    @property
    def broken(self) -> list[str]:
        """Experiments whose spec is wrong: their targets fail, and say so."""
        return [name for name in self.plan.broken if name not in self._experiments]

    @property
    def every(self) -> list[str]:
        """What `snakemake` builds when nothing is named: this lab's own experiments but those on request."""
        return [name for name, one in self._experiments.items() if one.is_own and not one.on_request]

    def likely_targets(self, words: Collection[str]) -> list[str]:
        """Experiments that the words of the command name, or all that are built when none is named."""
        return [name for name in self._experiments if name in words] or self.every

    def likely_trainings(self, words: Collection[str]) -> set[str]:
        """Runs to train, as far as the words of the command tell before Snakemake says what it makes of them."""
        runs = {run for name in self.likely_targets(words) for run in self._experiments[name].runs}
        return {run for run in runs if not self.lab.status(run).is_file()}

    def target_modules(self, runs: Iterable[str]) -> list[str]:
        """Modules of the classes that runs are made of; one run tells for all with the same code."""
        by_code = {self._runs[run].fingerprint: run for run in runs if run in self._runs}
        configs = (read_run_job(self.lab.run_job(run)).config for run in by_code.values())
        return sorted({target.rpartition(".")[0] for config in configs for target in targets(config)})

    def forget_machine_failures(self) -> None:
        """A fault of the machine is no finding about a run: once told, the next build trains the run again.

        A mark may be of an earlier build, which was killed before it came to this, and the run be whole by now.
        """
        marks = self.lab.machine_failure_mark("").parent
        for mark in marks.iterdir() if marks.is_dir() else ():
            run = mark.stem
            if self.lab.status(run).is_file() and read_json(self.lab.status(run))["status"] == "failed":
                self.lab.status_copy(run).unlink(missing_ok=True)
                self.lab.status(run).replace(self.lab.machine_failure(run))
            mark.unlink()

    def target(self, names: Iterable[str]) -> Any:
        """Its files, only when it is asked for: no cluster job does, and each would spell all paths of a lab."""
        return lambda wildcards: self.files(names)  # noqa: ARG005  (Snakemake asks for it by name)

    def files(self, names: Iterable[str]) -> list[str]:
        """All that experiments come to, so that whatever is missing is made again."""
        found = [str(self.lab.genealogy)]
        for name in names:
            runs = self._experiments[name].runs
            data = {path for run in runs for path in self._runs[run].data} | self.searches.data(name)
            found += map(self.data_ready, sorted(data))
            found += self.searches.unfinished(name)
            found += map(str, map(self.lab.status, runs))
            found += [str(self.lab.deliverable(name, title)) for title in self._experiments[name].deliverables]
            found += [str(self.lab.results_file(name)), *self.written(name), str(self.lab.gate(name))]
        return list(dict.fromkeys(found))

    def statuses(self, wildcards: Any) -> list[str]:
        runs = self._experiment(wildcards).runs
        return [str(self.lab.status(run)) for run in dict.fromkeys(runs + self.searches.runs(wildcards.experiment))]

    def asked_before(self, wildcards: Any) -> list[Any]:
        """What the next round of a search learns from."""
        self._expect(wildcards)
        runs = self.searches.runs(wildcards.experiment, before=int(wildcards.round))
        return [ancient(str(self.lab.status(run))) for run in runs]

    def evidence_of_search(self, wildcards: Any) -> list[str]:
        """The points of a search are known when its runs are there."""
        is_searched = self._experiment(wildcards).search is not None
        return [str(self.lab.evidence(wildcards.experiment))] if is_searched else []

    def deliverables(self, wildcards: Any) -> list[str]:
        names = self._experiment(wildcards).deliverables
        return [str(self.lab.deliverable(wildcards.experiment, name)) for name in names]

    def written(self, name: str) -> list[str]:
        """Facts, analyses and reports of an experiment that asks for any: facts of ten thousand runs are many."""
        lab, one = self.lab, self._experiments[name]
        if not one.analyses and not one.reports:
            return []
        found = [lab.facts(name), lab.agenda(name), lab.integration(name), lab.quality_review(name)]
        found += [lab.analysis(name, title) for title in one.analyses]
        found += [lab.report(name, title, ".json") for title in one.reports]
        return list(map(str, found))

    def analyses(self, wildcards: Any) -> list[str]:
        titles = self._experiment(wildcards).analyses
        return [str(self.lab.analysis(wildcards.experiment, title)) for title in titles]

    def parent_statuses(self, wildcards: Any) -> list[str]:
        """The runs of the parent that are there, or will be: nothing is trained for the sake of a comparison with it.

        Those that this build makes anyway count at once, or the next build would have to write all again.
        """
        own = set(self._experiment(wildcards).runs)
        parent = self.plan.parent(wildcards.experiment)
        if parent is None:
            return []
        is_built = parent.id in self.likely_targets(sys.argv)
        there = (run for run in parent.runs if is_built or run in own or self.lab.status(run).is_file())
        return list(map(str, map(self.lab.status, there)))

    def digest(self, name: str) -> Any:
        """The file with the hash of what a step is made from, `{experiment}/…` filled in from the wildcards."""

        def digest_file(wildcards: Any) -> str:
            self._expect(wildcards)
            return str(digest_folder(Path(self.plan_file)) / f"{name.format(**dict(wildcards.items()))}.txt")

        return digest_file

    def of_run(self, name: str) -> Any:
        """An entry of each run's plan: one value where all runs agree, else a function of the wildcards.

        Snakemake calls such functions several times a job, and they are most of what ten thousand jobs cost.
        """
        return self.per_run(lambda run: getattr(run, name))

    def resource(self, name: str) -> Any:
        return self.per_run(lambda run: getattr(run.resources, name))

    def data(self) -> Any:
        """Markers of the data that runs need; when they were brought does not make a run out of date."""
        return self.per_run(lambda run: [ancient(self.data_marker(path)) for path in run.data])

    def per_run(self, value: Callable[[PlannedRun | RunJob], Any]) -> Any:
        """One value where it is the same for all runs, else a function of the wildcards."""
        first, *others = self.entries or [_NO_RUN]
        if all(value(one) == value(first) for one in others):
            return value(first)
        return lambda wildcards: value(self.entry(wildcards))

    def data_marker(self, path: str) -> str:
        """Stands for tracked data in the DAG. The data themselves are no output: Snakemake may delete outputs."""
        return str(self.lab.state / "data" / f"{digest(path)}.json")

    def data_ready(self, path: str) -> str:
        return str(Path(self.data_marker(path)).with_suffix(".ready"))

    def data_path(self, wildcards: Any) -> str:
        return str(next(path for path in self.plan.data if digest(path) == wildcards.data))

    def experiments_to_register(self, jobs: Iterable[Any]) -> set[str]:
        """Those that a job writes for, and of a run that is built by itself all that it belongs to."""
        wildcards = [job.wildcards_dict for job in jobs]
        asked = {one["experiment"] for one in wildcards if "experiment" in one}
        for one in wildcards:
            users = set(self._runs[one["run"]].experiments) if one.get("run") in self._runs else set()
            asked |= users if not users & asked else set()
        return asked

    def _want_data(self, versions: Mapping[str, str]) -> None:
        """Ask for data that are missing, or are there in another version than was brought last.

        What trainings wait for is there before the data are: Snakemake retrains all that hangs on a file it had to
        make, `ancient` or not. Whether data are to be brought is told by a second file, that only targets ask for.
        """
        for path, version in versions.items():
            marker, ready = Path(self.data_marker(path)), Path(self.data_ready(path))
            if not marker.is_file():
                write_text(marker, "")
            if not (self.lab.root / path).exists() or (ready.is_file() and version not in ready.read_text()):
                ready.unlink(missing_ok=True)

    def _experiment(self, wildcards: Any) -> PlannedExperiment:
        found = self._experiments.get(wildcards.experiment)
        if found is None:
            told = "\n".join(self.plan.broken.get(wildcards.experiment, ()))
            raise WorkflowError(told or f"no experiment is called '{wildcards.experiment}'")
        return found

    def _expect(self, wildcards: Any) -> None:
        """Say so where a path under results/ names what no spec promises."""
        for wildcard, field in (("deliverable", "deliverables"), ("analyst", "analyses"), ("report", "reports")):
            title = getattr(wildcards, wildcard, None)
            promised: Collection[str] = getattr(self._experiment(wildcards), field) if title is not None else ()
            if title is not None and title not in promised:
                told = ", ".join(promised) or "none"
                raise WorkflowError(f"{wildcards.experiment} promises no '{title}' among its {field}: {told}")

    def entry(self, wildcards: Any) -> PlannedRun | RunJob:
        """What is known of the run that a job is about."""
        found = self._runs.get(wildcards.run) or self.searches.job(wildcards.run)
        if found is None:
            raise WorkflowError(f"no experiment has a run '{wildcards.run}'")
        return found
