"""Prepare and finish a build in its main process: lock, job server, registrations, summary and handling of Ctrl-C."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import Any

from snakemake.settings.types import DAGSettings

from compiler.base.paths import Lab
from compiler.plan.model import Plan
from compiler.plan.plan_snapshot import KEPT_PLAN, keep_plan
from compiler.plan.planned_run import read_run_job
from compiler.runs.fingerprint import targets
from rules.build.before_plan.build_command import is_build
from rules.build.before_plan.early_server import own_log_name
from rules.build.build_plan import ASK, GATE, TRAIN, BuildPlan
from rules.build.changes.changed_runs import requested_experiments
from rules.build.changes.changes import Changes, find_changes
from rules.build.changes.experiment_files import forget_outputs, record_outputs
from rules.build.changes.stale_runs import restore_statuses
from rules.build.fusion.fused_trainings import FusedTrainings
from rules.build.lab_code import check_lab_code, exit_if_untrusted
from rules.build.locks.driver_lock import hold_driver_lock
from rules.build.locks.hour_limit import check_hours
from rules.build.locks.write_access import check_access
from rules.build.machine_failures import reset_machine_failures
from rules.build.plan_check import check_stored_plan
from rules.build.register import experiments_of, register
from rules.build.summary import print_interrupted, print_summary
from rules.build.targets import Targets
from rules.build.terminal.build_log import BuildLog
from rules.jobserver.client import ADDRESS
from rules.jobserver.start import JobServer, can_fork

_MIN_JOBS = 5  # without trainings. Fewer jobs take less time than the start of a server
Admit = Callable[[Lab, Plan, Collection[str]], None]  # raises WorkflowError; the names are those of experiments


class Driver:
    """The actions of the main process before and after the jobs of a build. A dry run has none of them.

    On a cluster node, the driver only starts a job server, and only for a pack of trainings.

    Args:
        is_main: whether this is the main process of a build or a dry run.
        is_dry_run: whether no job will run.
        is_remote: whether this process runs jobs on a node of a cluster.
        build_log: prints the events of the build, None if Snakemake prints them.
        server: a job server that has not been opened, None if it is started when it is needed.
        admit: decides whether the experiments of this build may run.
        fused: states which runs this build trains together.
    """

    def __init__(
        self,
        plan: BuildPlan,
        build_targets: Targets,
        is_main: bool,
        is_dry_run: bool,
        is_remote: bool,
        build_log: BuildLog | None = None,
        server: JobServer | None = None,
        *,
        admit: Admit,
        fused: FusedTrainings,
    ) -> None:
        self._plan, self._lab = plan, plan.lab
        self._fused = fused
        self._is_remote, self._build_log, self._admit = is_remote, build_log, admit
        if build_log is not None:
            build_log.name_runs(plan.compiled)
        if is_remote:  # the server in the environment is on the machine of the main process
            os.environ.pop(ADDRESS, None)
        self._server, self._has_opened_server = server, False
        self._is_interrupted, self._until = False, frozenset[str]()
        if is_main and not is_dry_run and is_build(sys.argv):
            exit_if_untrusted(self._lab)
        self._requested = requested_experiments(build_targets, sys.argv) if is_main else []
        changes = find_changes(plan, self._requested, is_build(sys.argv))
        self.runs_to_repeat = frozenset(changes.runs)  # in a dry run, which may not set them aside
        if not is_main or is_dry_run:
            changes.report()
            return
        self._lock = hold_driver_lock(self._lab)
        os.environ.pop(KEPT_PLAN, None)  # of a build that has started this one
        if not plan.searches.have_rounds_to_come:  # otherwise the plan grows during the build
            keep_plan(self._lab, Path(plan.file), os.environ, remove_others=self._lock.is_alone)
        # A killed driver did not reset its machine failures.
        reset_machine_failures(self._lab, None if self._lock.is_alone else self._own_runs())
        self._restore(changes)
        # The server imports while Snakemake builds the DAG. If nothing is to be trained, it ends with this process.
        if runs := build_targets.likely_trainings(sys.argv):
            self.start_server(runs)
        elif not plan.searches.have_rounds_to_come:
            self._stop_unused_server()

    def _restore(self, changes: Changes) -> None:
        """Set changed files aside. The build writes them again."""
        if not is_build(sys.argv):
            changes.report()
            return
        changes.set_aside(includes_runs=self._lock.is_alone)  # no other build uses the experiments of this one
        if self._lock.is_alone:
            self.runs_to_repeat = frozenset()

    def _own_runs(self) -> set[str]:
        experiments = self._plan.compiled.experiments
        return {run for name in self._requested if name in experiments for run in experiments[name].runs}

    def start_server(self, runs: Iterable[str], *, has_trainings: bool = True) -> None:
        """Make a server import the modules of these runs and serve jobs, unless there is one."""
        if self._has_opened_server or ADDRESS in os.environ or not can_fork():
            return
        is_only_server = not self._is_remote and self._lock.is_alone
        log = self._lab.state / "logs" / ("server.log" if is_only_server else own_log_name())
        if self._server is None:
            self._server = JobServer(log, modules=None, has_trainings=has_trainings)
        self._server.open(_target_modules(self._plan, runs), log, has_documents=self._has_documents())
        self._has_opened_server = True

    def _has_documents(self) -> bool:
        """Return whether an experiment of this build plans analyses or reports."""
        planned = [self._plan.compiled.experiments.get(name) for name in self._requested]
        return any(experiment and (experiment.analyses or experiment.reports) for experiment in planned)

    def _stop_unused_server(self) -> None:
        if self._server is not None and not self._has_opened_server:
            self._server.stop()
            self._server = None

    def begin(self, jobs: Iterable[Any], settings: DAGSettings) -> None:
        """Prepare the build before its first job.

        Raises:
            WorkflowError: a folder of the lab cannot be written, the stored plan was edited, the code of an analyst,
                writer or deliverable type is wrong, or an experiment is not admitted.
        """
        self._until = frozenset(map(str, settings.until))
        check_access(self._lab)
        needed = list(jobs)
        requested = [name for name in self._requested if name in self._plan.compiled.experiments]
        names = experiments_of(self._plan.compiled, needed) & self._plan.compiled.experiments.keys()
        if self._plan.is_stored:
            check_stored_plan(self._lab, self._plan.compiled, self._plan.file, names | set(requested))
        check_lab_code(self._plan, needed)
        check_hours(self._lab, self._plan.compiled, requested, _runs_of(needed))
        self._admit(self._lab, self._plan.compiled, names)
        remove_gates(self._lab, needed)
        for job in needed:
            if job.rule.name == TRAIN and is_forced(job, settings):
                self._lab.status_copy(job.wildcards.run).unlink(missing_ok=True)  # otherwise the run would be reused
        register(self._lab, self._plan.compiled, needed)
        forget_outputs(self._lab, self._requested)
        self._fused.announce(_runs_of(needed), is_alone=self._lock.is_alone)
        if any(job.rule.name in (TRAIN, ASK) for job in needed):
            self.start_server(job.wildcards.run for job in needed if job.rule.name == TRAIN)
        elif sum(job.is_shell for job in needed) >= _MIN_JOBS:
            self.start_server((), has_trainings=False)
        else:
            self._stop_unused_server()
        signal.signal(signal.SIGINT, self._interrupt)

    def end(self, all_jobs: Iterable[Any]) -> None:
        """Print the last lines of the build.

        Raises:
            SystemExit: 130 after Ctrl-C, where Snakemake would exit with 1.
        """
        jobs = list(all_jobs)
        self._fused.forget()
        if self._build_log is not None:
            self._build_log.close()
        restore_statuses(self._lab, _runs_of(jobs))
        reset_machine_failures(self._lab, _runs_of(jobs))
        record_outputs(self._lab, self._requested)
        if self._is_interrupted:
            print_interrupted(self._plan, jobs)
            sys.exit(130)
        print_summary(self._plan, jobs, self._until)

    def _interrupt(self, *_: object) -> None:
        """Forward Ctrl-C to the jobs in the server. The terminal sends it to all other jobs."""
        self._is_interrupted = True
        if self._server is not None:
            self._server.interrupt()
        raise KeyboardInterrupt


def _runs_of(jobs: Iterable[Any]) -> set[str]:
    return {job.wildcards.run for job in jobs if job.rule.name == TRAIN}


def remove_gates(lab: Lab, jobs: Iterable[Any]) -> None:
    """Remove the markers of the gates that these jobs decide anew, because a step before a gate can fail."""
    for job in jobs:
        if job.rule.name == GATE:
            lab.gate(job.wildcards.experiment).unlink(missing_ok=True)


def is_forced(job: Any, settings: DAGSettings) -> bool:
    """Return whether the user forced this job. Snakemake also marks jobs as forced that a crash left incomplete."""
    outputs = {str(output) for output in job.output}
    names = {str(name) for name in settings.forcerun}
    if settings.forcetargets:
        names |= {str(target) for target in settings.targets}
    return bool(settings.forceall or names & {job.rule.name, *outputs})


def _target_modules(plan: BuildPlan, runs: Iterable[str]) -> list[str]:
    """Return the modules of the classes that runs instantiate. One run is read for each fingerprint."""
    by_fingerprint = {plan.compiled.runs[run].fingerprint: run for run in runs if run in plan.compiled.runs}
    configs = (read_run_job(plan.lab.run_job(run)).config for run in by_fingerprint.values())
    return sorted({target.rpartition(".")[0] for config in configs for target in targets(config)})
