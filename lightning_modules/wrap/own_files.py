"""Check the files that a training wrote into the folder of its run itself."""

from __future__ import annotations

import os
from pathlib import Path

# Files that Proband writes after the training.
RESERVED = (
    *("metrics.json", "eval_results.json", "history.csv", "system_metrics.json", "training_curves.png"),
    "tracking.json",
)
_WANDB = "wandb"  # the log of W&B links to its debug files, which are deleted at the end


class WrongFile(RuntimeError):
    """A training wrote a file that Proband writes, or a link that leads out of the folder of the run."""


def check_own_files(output: Path) -> None:
    """Check the files of a training that has finished. Raises WrongFile."""
    for name in RESERVED:
        if os.path.lexists(output / name):
            raise WrongFile(f"the training wrote output/{name}, which Proband writes itself (choose another name)")
    for path in sorted(output.rglob("*")):
        if path.relative_to(output).parts[0] == _WANDB:
            continue
        if path.is_symlink() and not path.resolve().is_relative_to(output.resolve()):
            name = path.relative_to(output).as_posix()
            raise WrongFile(f"output/{name} is a link out of the folder of the run (copy the file instead)")
