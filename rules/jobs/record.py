"""Write the experiment as it was compiled, and a readable name for each of its runs."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from compiler.base.json_files import read_json, write_json
from compiler.base.paths import Lab
from compiler.plan.ancestry import descent


def main() -> int:
    plan_file, experiment = sys.argv[1:]
    lab, plan = Lab(Path()), read_json(Path(plan_file))
    entry = plan["experiments"][experiment]
    family = descent(plan, experiment)
    link_runs(lab, experiment, {point["name"]: point["run"] for point in entry["points"]})
    record = {"schema_version": 1, "experiment_id": experiment, "file": entry["file"], **entry["spec"]}
    record |= {"points": entry["points"], "parent": family["parent_experiment"], "overrides": plan["overrides"]}
    record |= {"parent_source": family["parent_source"], "modifications": family["modifications"]}
    write_json(lab.experiment(experiment) / "experiment.json", record)
    return 0


def link_runs(lab: Lab, experiment: str, runs: Mapping[str, str]) -> None:
    """Make `runs/<point>` a relative link to each run; links of points that are gone go too."""
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


if __name__ == "__main__":
    sys.exit(main())
