"""Start a job server for the trainings of several reproductions, so that they need not import torch again."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from rules.jobserver.client import ADDRESS
from rules.jobserver.start import JobServer, can_fork


@contextmanager
def training_server() -> Iterator[None]:
    """Keep a job server running inside the block, if this platform supports one and none is running yet."""
    if os.environ.get(ADDRESS) or not can_fork():
        yield
        return
    with TemporaryDirectory(prefix="proband-reproduce-", ignore_cleanup_errors=True) as folder:
        server = JobServer(Path(folder) / "server.log")
        try:
            yield
        finally:
            server.stop()
