"""Write `results.json`, the results of an experiment, the gates of its training and validation, and its environment."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from compiler.base.json_files import write_json
from compiler.base.paths import Lab
from compiler.plan.model import read_plan
from compiler.registration.chain import read_chain
from compiler.registration.history import write_registration
from rules.environment.write_environment import write_environment
from rules.gates.gate import write_gate
from rules.gates.training_gate import is_threshold, training_gate
from rules.gates.validation_gate import validation_gate
from rules.results.assemble_results import assemble_results
from rules.results.checked_deliverable import read_checked_deliverable
from rules.results.damage import damaged_artifacts
from rules.results.evaluation.evaluate import evaluate, record_evaluation
from rules.results.experiment_results import write_results
from rules.results.for_dvc.curves import curve_texts, write_curves
from rules.results.for_dvc.metrics_file import metrics_content
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
    write_json(lab.metrics(experiment), metrics_content(results))
    write_curves(lab.curves(experiment), dict(curve_texts(planned, runs, results.summary_metrics.metric)))
    write_environment(lab, experiment, planned.runs)
    statuses = [lab.status(run) for run in planned.runs]
    thresholds = [name for name, value in results.deliverables_status.items() if is_threshold(value)]
    performance = [lab.deliverable(experiment, name) for name in thresholds]
    others = [lab.deliverable(experiment, name) for name in results.deliverables_status if name not in thresholds]
    write_gate(lab, experiment, training_gate(results).with_inputs(lab, [*statuses, *performance]))
    write_gate(lab, experiment, validation_gate(results).with_inputs(lab, [*statuses, *others]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
