"""Check one deliverable of an experiment, over all its runs or on a report, and write the result."""

from __future__ import annotations

import sys
from pathlib import Path

from compiler.base.json_files import write_json
from compiler.base.paths import Lab
from compiler.deliverables.registry import deliverable_type
from compiler.plan.model import read_plan
from compiler.registration.chain import read_chain
from rules.gates.report_gate import update_report_gate
from rules.results.check_cache import CheckCache
from rules.results.deliverable_check import check_experiment, check_report, check_runs, run_check
from rules.results.evaluation.evidence import registered_evidence
from rules.results.run_record import read_runs


def main() -> int:
    plan_file, experiment, name = sys.argv[1:]
    lab, planned = Lab(Path()), read_plan(Path(plan_file)).experiments[experiment]
    deliverable, runs = planned.deliverables[name], read_runs(lab, planned.runs)
    spec = deliverable_type(str(deliverable.spec["type"])).schema.model_validate(deliverable.spec)
    if deliverable.report is not None:
        write_json(lab.deliverable(experiment, name), check_report(lab, spec, experiment).to_json())
        update_report_gate(lab, planned)
        return 0
    if deliverable.scope == "experiment":
        evidence = registered_evidence(read_chain(lab.registrations), planned, runs)
        result = check_experiment(spec, planned, runs, evidence)
    else:
        file = lab.state / "cache" / "deliverables" / experiment / f"{name}.json"
        cache = CheckCache(file, {**deliverable.spec, "tracking": planned.tracking}, deliverable.check)
        result = check_runs(spec, planned, runs, cache.cached(run_check(lab, spec, planned.tracking)))
        cache.save()
    write_json(lab.deliverable(experiment, name), result.to_json())
    return 0


if __name__ == "__main__":
    sys.exit(main())
