"""Start a job server for the trainings of several reproductions, so that they need not import torch again."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from lab.reproduction.rebuild.scratch import scratch_folder
from rules.jobserver.client import ADDRESS
from rules.jobserver.start import JobServer, can_fork


@contextmanager
def training_server(at_commit: bool) -> Iterator[None]:
    """Keep a job server running inside the block, if this platform supports one and none is running yet.

    A training with the code of a commit does not use a server, which has imported the present code of Proband.
    """
    if at_commit or os.environ.get(ADDRESS) or not can_fork():
        yield
        return
    with scratch_folder() as folder:
        server = JobServer(folder / "server.log")
        try:
            yield
        finally:
            server.stop()
