"""Read the text of a job, and write the spec of its experiment to `conf/experiment/`."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from compiler.base.diagnostics import InputError
from compiler.base.paths import Lab
from compiler.deliverables.deliverable import FILE_NAME
from lab.queue.jobs import Job, is_regular
from lab.spec_files.new_spec import write_new_spec

MAX_BYTES = 10_000_000  # of a job; a spec has a few thousand


class UnusableJob(InputError):
    """The file of a job contains no spec."""


@dataclass(frozen=True)
class SpecText:
    """The spec of a job: the id of its experiment, and the bytes of its file in `conf/experiment/`."""

    experiment_id: str
    content: bytes


# Returns the spec in the text of a job. Raises InputError with all diagnostics.
ReadSpec = Callable[[Lab, Job, bytes], SpecText]


def read_text(job: Job) -> bytes:
    """Return the content of a job.

    Raises:
        UnusableJob: The job is a link, a folder or another special file, or too large. Nothing of it is read.
    """
    if not is_regular(job.path):
        raise UnusableJob(f"{job.name}: is no regular file, such as a link or folder (submit the spec again)")
    descriptor = os.open(job.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise UnusableJob(f"{job.name}: is larger than {MAX_BYTES} bytes (a spec has a few thousand)")
    return content


def write_spec(lab: Lab, spec: SpecText) -> Path | None:
    """Write the spec file of a job. Return its path, or None if the file with this content exists already.

    Raises:
        UnusableJob: The id is not the name of a file.
        SpecExists: The file exists with other content.
    """
    if not re.fullmatch(FILE_NAME, spec.experiment_id, re.ASCII):
        raise UnusableJob(f"{spec.experiment_id!r} is no experiment_id (use letters, digits, _, - and .)")
    return write_new_spec(lab, spec.experiment_id, spec.content)
