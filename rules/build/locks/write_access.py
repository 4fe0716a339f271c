"""Check before the first job that a build can write to the lab."""

from __future__ import annotations

import tempfile

from snakemake.exceptions import WorkflowError

from compiler.base.paths import Lab


def check_access(lab: Lab) -> None:
    """Raise WorkflowError if a folder of the lab cannot be written."""
    for folder in (lab.results / "runs", lab.results / "experiments", lab.state):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=folder) as probe:
                probe.write(b"\n" * 4096)
                probe.flush()
        except OSError as error:
            problem = f"{folder} cannot be written: {error.strerror}. Nothing was built"
            hint = "free disk space or give write access, then run the same command again"
            raise WorkflowError(f"{problem} ({hint})") from error
