"""Delete the metrics and learning curves of experiments that are no longer in the lab."""

from __future__ import annotations

from collections.abc import Collection

from compiler.base.paths import Lab
from rules.results.for_dvc.curves import write_curves


def delete_obsolete(lab: Lab, experiments: Collection[str]) -> None:
    """Delete the files of other experiments than the given ones. Nothing else in the folders is touched."""
    for file in lab.metrics("").parent.glob("*.json"):
        if file.stem not in experiments:
            file.unlink()
    for folder in lab.curves("x").parent.glob("*/"):
        if folder.name not in experiments and not folder.is_symlink():
            write_curves(folder, {})
