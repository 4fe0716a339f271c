"""Let only one process advance a lab at a time, and none that an agent, a worker or another loop started."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from filelock import FileLock, Timeout

from compiler.base.diagnostics import InputError
from compiler.base.paths import Lab
from lab.approvals.person import is_program
from rules.jobserver.client import ACTOR


class CannotAdvance(InputError):
    """Another process advances the lab, or a program asked for it."""


@contextmanager
def only_loop(lab: Lab, environ: Mapping[str, str]) -> Iterator[None]:
    """Hold the lock of the loop, so that two loops never spend the same budget.

    Raises:
        CannotAdvance: Another process holds it, or an agent, a worker or a policy started this process.
    """
    if is_program(environ):
        raise CannotAdvance(f"{ACTOR} is {environ[ACTOR]!r}: a job of the lab cannot advance it")
    lock = lab.state / "locks" / "advance.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(lock, timeout=0):
            yield
    except Timeout as error:
        raise CannotAdvance("another process advances this lab (wait until it ends, or stop it)") from error
