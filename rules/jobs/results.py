"""Write `results.json`, the results of an experiment, and the gates of its runs and deliverables."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from compiler.base.paths import Lab
from compiler.plan.model import read_plan
from compiler.registration.chain import read_chain
from compiler.registration.history import write_registration
from rules.gates.deliverable_gate import deliverable_gate
from rules.gates.gate import write_gate
from rules.gates.run_gate import run_gate
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
        {name: read_checked_deliverable(lab.deliverable(experiment, name)) for name in planned.run_deliverables},
        evaluation,
        damaged=[damage for run in runs.values() for damage in damaged_artifacts(lab, run)],
        reports=planned_reports(lab, planned),
    )
    write_results(lab.results_file(experiment), results)
    statuses = [lab.status(run) for run in planned.runs]
    checks = [lab.deliverable(experiment, name) for name in planned.run_deliverables]
    write_gate(lab, experiment, run_gate(results).with_inputs(lab, statuses))
    write_gate(lab, experiment, deliverable_gate(results).with_inputs(lab, checks))
    return 0


if __name__ == "__main__":
    sys.exit(main())
