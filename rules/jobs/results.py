"""Write `results.json`, the results of an experiment."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from compiler.base.paths import Lab
from compiler.plan.model import read_plan
from compiler.registration.chain import read_chain
from compiler.registration.history import write_registration
from rules.results.assemble_results import assemble_results
from rules.results.checked_deliverable import read_checked_deliverable
from rules.results.damage import damaged_artifacts
from rules.results.evaluation.evaluate import evaluate, record_evaluation
from rules.results.experiment_results import write_results
from rules.results.planned_reports import planned_reports
from rules.results.run_record import read_runs


def main() -> int:
    plan_file, experiment = sys.argv[1:]
    lab, planned = Lab(Path()), read_plan(Path(plan_file)).experiments[experiment]
    runs = read_runs(lab, planned.runs)
    evaluation = evaluate(read_chain(lab.registrations), planned, runs)
    chain = record_evaluation(lab, planned, runs, evaluation, lambda: datetime.now(UTC))
    write_registration(lab, chain, experiment)
    results = assemble_results(
        planned,
        runs,
        {name: read_checked_deliverable(lab.deliverable(experiment, name)) for name in planned.deliverables},
        evaluation,
        damaged=[damage for run in runs.values() for damage in damaged_artifacts(lab, run)],
        reports=planned_reports(lab, planned),
    )
    write_results(lab.results_file(experiment), results)
    return 0


if __name__ == "__main__":
    sys.exit(main())
