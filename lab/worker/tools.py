"""What a worker uses and tests replace: how specs are read and compiled, the build, the hold and the clock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from compiler.base.paths import Lab
from lab.queue.jobs import Clock, utc_now
from lab.worker.spec_file import ReadSpec

# Returns the diagnostics of an experiment that does not compile. Raises CompileError if no experiment compiles.
CompileSpec = Callable[[Lab, str], Sequence[str]]
# Returns why an experiment may not run, such as a missing approval; None if it may run.
AdmissionProblem = Callable[[Lab, str], str | None]
# Returns why no experiment may start, such as a hold; None if experiments may start.
ReadHold = Callable[[Lab], str | None]


@dataclass(frozen=True)
class Tools:
    """The tools of a worker. `command` starts a build; the name of the experiment is added to it."""

    read_spec: ReadSpec
    compile_spec: CompileSpec
    admission_problem: AdmissionProblem
    command: Sequence[str]
    read_hold: ReadHold
    clock: Clock = utc_now
