"""Process jobs until the queue is empty, or for ever."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from compiler.base.paths import Lab
from lab.queue.claim import next_claim
from lab.queue.folders import QueueBusy
from lab.queue.jobs import Job
from lab.worker.process_job import Outcome, process_job
from lab.worker.tools import Tools
from lightning_modules.run_store.signals import signals_as_interrupts

_IDLE_SECONDS = 1.0


@dataclass(frozen=True)
class Work:
    """What a worker did. `held` is why it started no further jobs."""

    completed: int = 0
    failed: int = 0
    held: str | None = None
    is_interrupted: bool = False


def work(
    lab: Lab,
    tools: Tools,
    once: bool,
    started: Callable[[Job], None],
    ended: Callable[[Job, Outcome], None],
    held: Callable[[str], None],
    sleep: Callable[[float], None] = time.sleep,
) -> Work:
    """Process jobs until an interrupt. With `once`, return when no job waits or experiments may not start.

    Args:
        started, ended: are called with each job before and after its build.
        held: is called when a hold begins.

    Raises:
        CompileError: A file that all experiments share is wrong. The job stays in the queue.
        QueueUnusable: A folder of the queue cannot be written.
    """
    done = Work()
    reported_hold: str | None = None
    with _stop_signals():
        try:
            while True:
                hold = tools.read_hold(lab)
                if hold is not None and hold != reported_hold:
                    held(hold)
                reported_hold = hold
                outcome = None if hold is not None else _next_job(lab, tools, started, ended)
                state = outcome.state if outcome is not None else None
                if state == "interrupted":
                    return replace(done, is_interrupted=True)
                if state == "completed":
                    done = replace(done, completed=done.completed + 1)
                elif state == "failed":
                    done = replace(done, failed=done.failed + 1)
                elif once and (hold is not None or outcome is None):
                    return replace(done, held=hold)
                else:
                    sleep(_IDLE_SECONDS)
        except KeyboardInterrupt:
            return replace(done, is_interrupted=True)


def _next_job(
    lab: Lab, tools: Tools, started: Callable[[Job], None], ended: Callable[[Job, Outcome], None]
) -> Outcome | None:
    """Process the next job. Return None if no job waits, or another process is changing the queue for a long time."""
    try:
        with next_claim(lab) as claim:
            if claim is None:
                return None
            started(claim.job)
            outcome = process_job(lab, claim, tools)
            ended(claim.job, outcome)
            return outcome
    except QueueBusy:
        return None


@contextmanager
def _stop_signals() -> Iterator[None]:
    """Interrupt the worker also when its terminal is closed, unless `nohup` has disabled this signal."""
    with signals_as_interrupts() as stop:
        previous = signal.getsignal(signal.SIGHUP)
        if previous == signal.SIG_DFL:
            signal.signal(signal.SIGHUP, stop.handle)
        try:
            yield
        finally:
            if previous == signal.SIG_DFL:
                signal.signal(signal.SIGHUP, signal.SIG_DFL)
