"""Take the runs of a group that nobody else trains, and hold their locks and leases. This never waits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from compiler.base.paths import Lab
from compiler.plan.planned_run import RunJob
from lightning_modules.run_store.reuse import reusable_status
from lightning_modules.run_store.run_lease import leased_folder
from lightning_modules.run_store.run_lock import run_if_free

ReadJob = Callable[[str], RunJob | None]  # None if the run cannot be a member


@dataclass(frozen=True)
class HeldMember:
    """A run that only this process trains, and the folder for its files."""

    job: RunJob
    folder: Path
    _held: ExitStack

    def release(self) -> None:
        """Release the lock, and delete the folder if it was not moved into the run store."""
        self._held.close()


@contextmanager
def held_members(
    runs: Iterable[str], read: ReadJob, lab: Lab, size: int, now: datetime
) -> Iterator[tuple[HeldMember, ...]]:
    """Yield at most `size` of the runs, in their order. Runs that are trained by another process or finished are left.

    No lock is waited for, so two processes that take runs of the same group cannot block each other.
    """
    members: list[HeldMember] = []
    with ExitStack() as all_members:
        for run in runs:
            if len(members) == size:
                break
            held = all_members.enter_context(ExitStack())
            is_free = held.enter_context(run_if_free(lab, run))
            job = read(run) if is_free else None
            if job is None or not _is_untrained(job, lab):
                held.close()
                continue
            folder = held.enter_context(leased_folder(lab.partial_run(run), now))
            members.append(HeldMember(job, folder, held))
        yield tuple(members)


def _is_untrained(job: RunJob, lab: Lab) -> bool:
    """Return whether a run starts from its beginning: no result can be reused, and there is no checkpoint."""
    return not lab.checkpoint(job.run_id).exists() and reusable_status(job, lab) is None
