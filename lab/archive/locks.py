"""Let one process at a time archive or restore, and keep builds away from the experiments that it reads or writes."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from compiler.base.paths import Lab
from rules.build.locks.announced_lock import announced_lock
from rules.build.locks.driver_lock import hold_driver_lock
from rules.build.locks.experiment_locks import try_lock


@contextmanager
def exclusive_archive(lab: Lab) -> Iterator[None]:
    """Wait for another process that archives or restores, then hold the lock of the archive inside the block.

    The lock that every build shares is held, too, so that `proband clean` deletes nothing meanwhile.
    """
    with announced_lock(lab.state / "locks" / "archive.lock", "another process archives or restores in this lab"):
        shared = hold_driver_lock(lab, lab.root / ".snakemake/locks")
        try:
            yield
        finally:
            os.close(shared.descriptor)


@contextmanager
def unbuilt_experiments(lab: Lab, names: Collection[str]) -> Iterator[frozenset[str]]:
    """Hold the locks of those experiments that no build holds, and yield their ids. A later build of them waits."""
    descriptors: dict[str, int] = {}
    try:
        for name in sorted(names):
            if (descriptor := try_lock(lab, name)) is not None:
                descriptors[name] = descriptor
        yield frozenset(descriptors)
    finally:
        for descriptor in descriptors.values():
            os.close(descriptor)
