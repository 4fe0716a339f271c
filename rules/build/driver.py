"""The process that drives a build: its lock, its job server, and what Ctrl-C does."""

from __future__ import annotations

import os
import platform
import signal
import sys
from collections.abc import Iterable
from typing import Any

from snakemake.settings.types import DAGSettings

from rules.build.lock import held_driver_lock
from rules.build.register import register
from rules.build.summary import tell, tell_interrupted
from rules.build.workflow import Workflow
from rules.build.write_access import check_access
from rules.jobserver.client import ADDRESS
from rules.jobserver.start import JobServer, can_fork


class Driver:
    """Does nothing in a dry run, and nothing in the Snakemake that runs one job elsewhere."""

    def __init__(self, lab: Workflow, is_building: bool, is_elsewhere: bool) -> None:
        self._lab = lab
        self._is_elsewhere = is_elsewhere
        if is_elsewhere:  # a server that the environment tells of is on the machine of the main process
            os.environ.pop(ADDRESS, None)
        self._server: JobServer | None = None
        self._is_interrupted = False
        if not is_building:
            return
        self._held = held_driver_lock(lab.lab)
        if self._held.is_alone:  # a driver that was killed has not come to it
            lab.forget_machine_failures()
        if runs := lab.likely_trainings(sys.argv):  # while Snakemake still thinks; if that comes to nothing, it ends
            self.start_server(runs)

    def start_server(self, runs: Iterable[str]) -> None:
        if self._server is None and ADDRESS not in os.environ and can_fork():
            name = f"server-{platform.node()}-{os.getpid()}.log" if self._is_elsewhere else "server.log"
            self._server = JobServer(self._lab.lab.state / "logs" / name, self._lab.target_modules(runs))

    def begin(self, jobs: Iterable[Any], asked: DAGSettings) -> None:
        """Before the first job. A run that somebody asked to train again loses its standing."""
        check_access(self._lab.lab)
        needed = list(jobs)
        for job in needed:
            if job.rule.name == "train" and is_forced(job, asked):
                self._lab.lab.status_copy(job.wildcards.run).unlink(missing_ok=True)
        register(self._lab, needed)
        if any(job.rule.name in ("train", "ask") for job in needed):  # anything else takes less than a server
            self.start_server(job.wildcards.run for job in needed if job.rule.name == "train")
        signal.signal(signal.SIGINT, self._interrupt)

    def end(self, jobs: Iterable[Any]) -> None:
        """The last words.

        Raises:
            SystemExit: 130 where Ctrl-C ended the build; Snakemake itself would say 1.
        """
        told = list(jobs)
        self._lab.forget_machine_failures()
        if self._is_interrupted:
            tell_interrupted(self._lab, told)
            sys.exit(130)
        tell(self._lab, told)

    def _interrupt(self, *_: object) -> None:
        """Jobs in the server are not in the terminal's group. What else runs gets its own Ctrl-C from the terminal."""
        self._is_interrupted = True
        if self._server is not None:
            self._server.interrupt()
        raise KeyboardInterrupt


def is_forced(job: Any, asked: DAGSettings) -> bool:
    """Whether somebody asked for this job by force. Snakemake also calls a job forced that a crash left incomplete."""
    outputs = {str(output) for output in job.output}
    named = {str(name) for name in asked.forcerun} | (
        {str(one) for one in asked.targets} if asked.forcetargets else set()
    )
    return bool(asked.forceall or named & {job.rule.name, *outputs})
