"""Give the runs of an experiment readable names."""

from __future__ import annotations

import os
from collections.abc import Mapping

from compiler.base.paths import Lab


def link_runs(lab: Lab, experiment: str, runs: Mapping[str, str]) -> None:
    """Make `runs/<point>` a relative link to each run, and remove the links of points that no longer exist."""
    folder = lab.experiment(experiment) / "runs"
    folder.mkdir(parents=True, exist_ok=True)
    for link in folder.iterdir():
        if link.is_symlink() and link.name not in runs:
            link.unlink()
    for name, run in runs.items():
        link, target = folder / name, os.path.relpath(lab.run(run), folder)
        if not link.is_symlink() or os.readlink(link) != target:
            link.unlink(missing_ok=True)
            link.symlink_to(target)
