"""Check one deliverable of an experiment over all its runs, and write the verdict."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from compiler.deliverables.deliverable import Deliverable
from compiler.deliverables.registry import deliverable_type
from compiler.json_files import read_json, write_json
from compiler.paths import Lab
from rules.check_cache import CheckCache
from rules.checking import checked_deliverable, named_check, run_check
from rules.run_record import RunRecord, run_record


def main() -> int:
    plan, experiment, name = sys.argv[1:]
    lab, entry = Lab(Path()), read_json(Path(plan))["experiments"][experiment]
    given = entry["deliverables"][name]["spec"]
    spec = deliverable_type(given["type"]).schema.model_validate(given)
    runs = {run: run_record(lab, run) for run in dict.fromkeys(point["run"] for point in entry["points"])}
    if deliverable_type(spec.type).scope == "experiment":
        verdict = experiment_verdict(spec, entry, runs)
    else:
        file = lab.state / "cache" / "deliverables" / experiment / f"{name}.json"
        cache = CheckCache(file, given, entry["deliverables"][name]["check"])
        verdict = checked_deliverable(spec, entry, runs, cache.through(run_check(lab, spec)))
        cache.save()
    write_json(lab.deliverable(experiment, name), verdict)
    return 0


def experiment_verdict(spec: Deliverable, entry: Mapping[str, Any], runs: Mapping[str, RunRecord]) -> dict[str, Any]:
    """The verdict on a deliverable that is checked once, over all runs together."""
    holds, detail, found = named_check(spec)(entry["promise"]["compare"], compared(entry, runs))
    return {
        "schema_version": 1,
        "name": spec.title,
        "type": spec.type,
        "validation": spec.validation,
        "required": spec.required,
        "over": spec.over,
        "status": "validated" if holds else "failed",
        "detail": detail,
        "comparison": found,
        "runs": {},
    }


def compared(entry: Mapping[str, Any], runs: Mapping[str, RunRecord]) -> list[dict[str, Any]]:
    """Each point as the registered test sees it; a failed run has no metrics."""
    return [
        {
            "run_id": point["run"],
            "levels": point["overrides"],
            "metrics": dict(runs[point["run"]].metrics) if runs[point["run"]].is_completed else None,
        }
        for point in entry["points"]
    ]


if __name__ == "__main__":
    sys.exit(main())
