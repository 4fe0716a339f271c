"""Check one deliverable of an experiment over all its runs, and write the verdict."""

from __future__ import annotations

import sys
from pathlib import Path

from compiler.base.json_files import write_json
from compiler.base.paths import Lab
from compiler.deliverables.registry import deliverable_type
from compiler.plan.model import read_plan
from rules.results.check_cache import CheckCache
from rules.results.deliverable_check import checked_deliverable, experiment_verdict, run_check
from rules.results.run_record import run_record


def main() -> int:
    plan, experiment, name = sys.argv[1:]
    lab, planned = Lab(Path()), read_plan(Path(plan)).experiments[experiment]
    given = planned.deliverables[name].spec
    spec = deliverable_type(given["type"]).schema.model_validate(given)
    runs = {run: run_record(lab, run) for run in planned.runs}
    if deliverable_type(spec.type).scope == "experiment":
        verdict = experiment_verdict(spec, planned, runs)
    else:
        file = lab.state / "cache" / "deliverables" / experiment / f"{name}.json"
        cache = CheckCache(file, given, planned.deliverables[name].check)
        verdict = checked_deliverable(spec, planned, runs, cache.through(run_check(lab, spec)))
        cache.save()
    write_json(lab.deliverable(experiment, name), verdict)
    return 0


if __name__ == "__main__":
    sys.exit(main())
