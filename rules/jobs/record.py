"""Write the spec of an experiment as it was compiled, and link its runs under readable names."""

from __future__ import annotations

import sys
from pathlib import Path

from compiler.base.json_files import write_json
from compiler.base.paths import Lab
from compiler.plan.model import read_plan
from rules.results.run_links import link_runs


def main() -> int:
    plan_file, experiment = sys.argv[1:]
    lab, plan = Lab(Path()), read_plan(Path(plan_file))
    planned, ancestry = plan.experiments[experiment], plan.genealogy_entry(experiment).to_json()
    link_runs(lab, experiment, {point.name: point.run for point in planned.points})
    content = {
        "schema_version": 1,
        "experiment_id": experiment,
        "file": planned.file,
        **planned.spec,
        "points": [point.to_json() for point in planned.points],
        "overrides": list(plan.overrides),
        "parent": ancestry["parent_experiment"],
        "parent_source": ancestry["parent_source"],
        "modifications": ancestry["modifications"],
        "datasets": [dataset.to_json() for dataset in planned.datasets],
    }
    write_json(lab.experiment(experiment) / "experiment.json", content)
    return 0


if __name__ == "__main__":
    sys.exit(main())
