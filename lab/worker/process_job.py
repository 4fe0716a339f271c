"""Process one job: write its spec, compile it, build the experiment, and move the job with its results."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from compiler.base.diagnostics import CompileError, InputError
from compiler.base.paths import Lab
from compiler.base.printable import printable
from compiler.base.redaction import redact_keys
from lab.queue.cancel import cancelled_attempt
from lab.queue.claim import Claim
from lab.queue.finish import FailedAttempt, FailureKind, complete, fail
from lab.queue.job_names import stem
from lab.worker.build_result import build_problem, forget_logs, read_payload
from lab.worker.log_tail import log_tail
from lab.worker.run_build import BuildEnd, run_build, worker_name
from lab.worker.spec_file import SpecText, read_text, write_spec
from lab.worker.tools import Tools

# Files that every job needs. If one is wrong, all jobs would fail.
_SHARED = ("conf/config.yaml", "conf/import.yaml")


@dataclass(frozen=True)
class Outcome:
    """What happened to a job. A job that is `interrupted` or `held` stays in the queue."""

    state: Literal["completed", "failed", "interrupted", "held"]
    message: str = ""


class _Failure(Exception):
    """A job cannot be built."""

    def __init__(self, kind: FailureKind, message: str, diagnostics: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.kind, self.diagnostics = kind, tuple(diagnostics)


def process_job(lab: Lab, claim: Claim, tools: Tools) -> Outcome:
    """Process a job of this worker and return what happened to it.

    Raises:
        CompileError: A file that all experiments share is wrong. The job stays in the queue.
    """
    if request := claim.lease.cancel_request:
        return _cancelled(lab, claim, request, tools)
    log = lab.state / "logs" / "queue" / f"{stem(claim.job.name)}.log"
    experiment = claim.job.experiment_id
    try:
        spec = _read_spec(lab, claim, tools)
        experiment = spec.experiment_id
        _compile(lab, spec, tools)
        if problem := tools.admission_problem(lab, experiment):
            raise _Failure("not_approved", problem)
        forget_logs(lab, experiment)
        end = run_build(lab, tools.command, experiment, log, claim.lease)
        return _outcome(lab, claim, experiment, end, tools)
    except _Failure as failure:
        attempt = FailedAttempt(failure.kind, str(failure), _now(tools), worker_name(), experiment, failure.diagnostics)
        if failure.kind in ("build", "machine"):
            attempt = replace(attempt, log=log.relative_to(lab.root).as_posix(), log_tail=log_tail(log))
        fail(lab, claim, attempt)
        return Outcome("failed", str(failure))


def _read_spec(lab: Lab, claim: Claim, tools: Tools) -> SpecText:
    try:
        return tools.read_spec(lab, claim.job, read_text(claim.job))
    except CompileError as error:
        if any(diagnostic.file in _SHARED for diagnostic in error.diagnostics):
            raise
        raise _Failure("spec", "the spec is wrong", _printable_lines(str(error))) from error
    except InputError as error:
        raise _Failure("job", "the job contains no usable spec", _printable_lines(str(error))) from error


def _compile(lab: Lab, spec: SpecText, tools: Tools) -> None:
    """Write the spec and compile it. A spec that does not compile is removed if this call has written it."""
    try:
        written = write_spec(lab, spec)
    except InputError as error:
        raise _Failure("job", "the spec cannot be written", _printable_lines(str(error))) from error
    diagnostics = tools.compile_spec(lab, spec.experiment_id)
    if diagnostics:
        if written is not None:
            os.unlink(written)
        raise _Failure("spec", "the spec does not compile", [redact_keys(line) for line in diagnostics])


def _outcome(lab: Lab, claim: Claim, experiment: str, end: BuildEnd, tools: Tools) -> Outcome:
    if end.is_interrupted:
        return Outcome("interrupted", "the job stays in the queue")
    if end.cancelled is not None:
        return _cancelled(lab, claim, end.cancelled, tools)
    payload = read_payload(lab, experiment)
    problem = build_problem(lab, experiment, end.exit_code, payload)
    if problem is not None or payload is None:
        if hold := tools.read_hold(lab):  # the build was refused, because the hold came after the claim
            return Outcome("held", hold)
        kind, message = problem or ("build", "no results")
        raise _Failure(kind, message)
    complete(lab, claim, payload)
    return Outcome("completed", "delivered" if end.exit_code == 0 else "did not pass its gates")


def _cancelled(lab: Lab, claim: Claim, request: Any, tools: Tools) -> Outcome:
    attempt = cancelled_attempt(claim.job, str(request.get("by")), str(request.get("why") or ""), tools.clock)
    fail(lab, claim, attempt)
    return Outcome("failed", attempt.message)


def _now(tools: Tools) -> str:
    return tools.clock().isoformat(timespec="seconds")


def _printable_lines(text: str) -> list[str]:
    return [redact_keys(line) for line in printable(text).splitlines()]
