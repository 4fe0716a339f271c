"""Check one deliverable of an experiment, over all its runs or on a report, and write the result."""

from __future__ import annotations

import sys
from pathlib import Path

from compiler.base.json_files import write_json
from compiler.base.paths import Lab
from compiler.deliverables.deliverable import Deliverable
from compiler.deliverables.registry import deliverable_type
from compiler.plan.model import PlannedDeliverable, PlannedExperiment, read_plan
from compiler.registration.chain import read_chain
from rules.gates.report_gate import update_report_gate
from rules.results.check_cache import CheckCache
from rules.results.deliverable_check import check_experiment, check_report, check_runs, run_check
from rules.results.evaluation.evidence import registered_evidence
from rules.results.run_record import read_runs


def main() -> int:
    plan_file, experiment, name = sys.argv[1:]
    lab, planned = Lab(Path()), read_plan(Path(plan_file)).experiments[experiment]
    deliverable = planned.deliverables[name]
    spec = _parsed(deliverable)
    if deliverable.report is not None:
        write_json(lab.deliverable(experiment, name), check_report(lab, spec, experiment).to_json())
        update_report_gate(lab, planned)
    elif deliverable.scope == "experiment":
        runs = read_runs(lab, planned.runs)
        evidence = registered_evidence(read_chain(lab.registrations), planned, runs)
        write_json(lab.deliverable(experiment, name), check_experiment(spec, planned, runs, evidence).to_json())
    else:
        write_run_deliverable(lab, planned, name)
    return 0


def write_run_deliverable(lab: Lab, planned: PlannedExperiment, name: str) -> None:
    """Check a deliverable on the runs of an experiment and write the result."""
    deliverable, runs = planned.deliverables[name], read_runs(lab, planned.runs)
    spec = _parsed(deliverable)
    file = lab.state / "cache" / "deliverables" / planned.id / f"{name}.json"
    tracking = {"tracking": planned.tracking, "tracker": planned.tracker}
    cache = CheckCache(file, {**deliverable.spec, **tracking}, deliverable.check)
    check = run_check(lab, spec, planned.tracking, planned.tracker)
    result = check_runs(spec, planned, runs, cache.cached(check))
    cache.save()
    write_json(lab.deliverable(planned.id, name), result.to_json())


def _parsed(deliverable: PlannedDeliverable) -> Deliverable:
    return deliverable_type(str(deliverable.spec["type"])).schema.model_validate(deliverable.spec)


if __name__ == "__main__":
    sys.exit(main())
