"""Whether a build can write where it has to, asked before the first job and not after the first training."""

from __future__ import annotations

import tempfile

from snakemake.exceptions import WorkflowError

from compiler.base.paths import Lab


def check_access(lab: Lab) -> None:
    """Raises WorkflowError: a folder of the lab cannot be written."""
    for folder in (lab.results / "runs", lab.results / "experiments", lab.state):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=folder) as probe:
                probe.write(b"\n" * 4096)
                probe.flush()
        except OSError as error:
            told = f"{folder} cannot be written: {error.strerror}. Nothing was built; make room or give access, and say"
            raise WorkflowError(f"{told} the same command again.") from error
