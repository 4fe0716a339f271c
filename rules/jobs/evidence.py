"""Write the hash of each run's status file. The deliverable checks depend on this file and not on every run.

The job fails if a run is no result: the environment made it fail, or it was trained with other code than this build was
compiled for. Before anything is checked, runs that finished with less tracking than an experiment asks for are tracked.
A tracker that fails does not fail the job.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from compiler.base.file_hash import sha256_of_file
from compiler.base.json_files import write_json
from compiler.base.paths import Lab
from compiler.plan.model import PlannedExperiment, read_plan
from compiler.plan.planned_run import read_run_job
from compiler.runs.run_status import read_complete_status
from compiler.runs.tracking import with_tracking_mode
from lightning_modules.run_store.complete_tracking import complete_tracking, has_log, record_problem
from lightning_modules.run_store.wandb_upload import UntilFirstFailure, Upload
from rules.results.countable_runs import check_countable


def main() -> int:
    plan_file, experiment, output = sys.argv[1:]
    lab, plan = Lab(Path()), read_plan(Path(plan_file))
    planned = plan.experiments[experiment]
    runs = planned.runs
    check_countable(lab, runs, {run: plan.runs[run].fingerprint for run in runs if run in plan.runs})
    if planned.tracking != "disabled":
        upload = UntilFirstFailure()
        for run in runs:
            _complete_tracking(lab, run, planned, upload)
    hashes = {run: sha256_of_file(lab.status(run)) for run in runs}
    write_json(Path(output), {"schema_version": 1, "experiment_id": experiment, "runs": hashes})
    return 0


def _complete_tracking(lab: Lab, run: str, planned: PlannedExperiment, upload: Upload) -> None:
    """Track a completed run as much as the experiment asks for. Other experiments may ask for more."""
    if planned.tracking == "offline" and has_log(lab.run(run), planned.tracker):
        return
    status = read_complete_status(lab.status(run))
    if status is None or not status.is_completed:
        return
    job = read_run_job(lab.run_job(run))
    job = replace(job, config=with_tracking_mode(job.config, planned.tracking, planned.tracker))
    try:
        complete_tracking(lab.run(run), job, upload)
    except Exception as error:  # of the tracker or its server; the deliverable states the reason
        print(f"run {run}: not tracked: {record_problem(lab.run(run), job, error)}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
