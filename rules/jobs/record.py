"""Write the experiment as it was compiled, and a readable name for each of its runs."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from compiler.base.json_files import write_json
from compiler.base.paths import Lab
from compiler.plan.model import read_plan


def main() -> int:
    plan_file, experiment = sys.argv[1:]
    lab, plan = Lab(Path()), read_plan(Path(plan_file))
    planned, genealogy = plan.experiments[experiment], plan.genealogy_entry(experiment).to_json()
    link_runs(lab, experiment, {point.name: point.run for point in planned.points})
    record = {"schema_version": 1, "experiment_id": experiment, "file": planned.file, **planned.spec}
    record |= {"points": [point.to_json() for point in planned.points], "overrides": list(plan.overrides)}
    record |= {"parent": genealogy["parent_experiment"], "parent_source": genealogy["parent_source"]}
    record |= {"modifications": genealogy["modifications"]}
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
