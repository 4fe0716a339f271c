"""Write `results.json`, the payload of an experiment."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from agents.registered_test.comparison_check import check_experiment
from compiler.base.file_hash import sha256_of_file
from compiler.base.json_files import read_json, write_json
from compiler.base.paths import Lab
from compiler.plan.model import PlannedExperiment, read_plan
from rules.results.deliverable_check import compared
from rules.results.payload import results_payload
from rules.results.run_record import RunRecord, compiled_job, run_record

REPORT_SUFFIXES = (".html", ".md", ".pdf", ".tex")
_HASHED_UP_TO = 2**24  # bytes; of larger artifacts only the size is compared, their own check loads them


def main() -> int:
    plan, experiment = sys.argv[1:]
    lab, planned = Lab(Path()), read_plan(Path(plan)).experiments[experiment]
    runs = {run: run_record(lab, run) for run in planned.runs}
    deliverables = {name: read_json(lab.deliverable(experiment, name)) for name in planned.deliverables}
    payload = results_payload(
        planned,
        runs,
        deliverables,
        comparison(planned, runs),
        registration(lab, experiment),
        [damage for run in runs.values() for damage in damaged(lab, run)],
        list(promised_writings(lab, planned)),
    )
    write_json(lab.results_file(experiment), payload)
    return 0


def comparison(experiment: PlannedExperiment, runs: Mapping[str, RunRecord]) -> dict[str, Any] | None:
    test = experiment.design.test
    return check_experiment(test.to_json(), compared(experiment, runs))[2] if test else None


def registration(lab: Lab, experiment: str) -> dict[str, Any] | None:
    file = lab.experiment(experiment) / "registration.json"
    return dict(read_json(file)) if file.is_file() else None


def damaged(lab: Lab, run: RunRecord) -> Iterator[str]:
    """Artifacts that are not what the run recorded, and data that are not those compiled."""
    for path, about in (run.status.get("artifacts") or {}).items():
        file = run.folder / path
        if not file.is_file():
            yield f"{run.run_id}/{path} is gone"
        elif file.stat().st_size != about["size"] or (
            about["size"] <= _HASHED_UP_TO and sha256_of_file(file) != about["sha256"]
        ):
            yield f"{run.run_id}/{path} was changed after the run"
    config = run.folder / "config.json"
    if config.is_file() and read_json(config).get("data") != compiled_job(lab, run.run_id).data:
        yield f"{run.run_id} was trained on other data than compiled"


def promised_writings(lab: Lab, experiment: PlannedExperiment) -> Iterator[str]:
    """Analyses and reports below the experiment's folder. They are made from this payload, and so after it."""
    files = [lab.analysis(experiment.id, title) for title in experiment.analyses]
    files += [lab.report(experiment.id, title, suffix) for title in experiment.reports for suffix in REPORT_SUFFIXES]
    yield from (str(file.relative_to(lab.experiment(experiment.id))) for file in files)


if __name__ == "__main__":
    sys.exit(main())
