"""Write `results.json`, the results of an experiment."""

from __future__ import annotations

import sys
from pathlib import Path

from agents.registered_test.comparison_check import check_experiment
from compiler.base.paths import Lab
from compiler.plan.model import read_plan
from compiler.registration.history import read_registration
from rules.results.assemble_results import assemble_results
from rules.results.checked_deliverable import read_checked_deliverable
from rules.results.damage import damaged_artifacts
from rules.results.deliverable_check import compared_points
from rules.results.experiment_results import write_results
from rules.results.planned_reports import planned_reports
from rules.results.run_record import read_runs


def main() -> int:
    plan_file, experiment = sys.argv[1:]
    lab, planned = Lab(Path()), read_plan(Path(plan_file)).experiments[experiment]
    runs, test = read_runs(lab, planned.runs), planned.design.test
    results = assemble_results(
        planned,
        runs,
        {name: read_checked_deliverable(lab.deliverable(experiment, name)) for name in planned.deliverables},
        comparison=check_experiment(test.to_json(), compared_points(planned, runs))[2] if test else None,
        registration=read_registration(lab.experiment(experiment) / "registration.json"),
        damaged=[damage for run in runs.values() for damage in damaged_artifacts(lab, run)],
        reports=planned_reports(lab, planned),
    )
    write_results(lab.results_file(experiment), results)
    return 0


if __name__ == "__main__":
    sys.exit(main())
