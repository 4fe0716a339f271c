"""Fetch a tracked data file in the version that its runs were compiled with."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from compiler.base.json_files import write_json, write_text
from compiler.base.paths import Lab
from compiler.plan.model import Plan, read_plan
from compiler.plan.planned_run import read_run_job
from compiler.runs.data_versions import TrackedData, remote_of, tracked_data
from lightning_modules.data.fetch import DataUnavailable, fetch_data


def main() -> int:
    plan_file, path, marker, ready = sys.argv[1:]
    lab = Lab(Path())
    data = tracked_data(lab)
    tracked = data[path]
    try:
        fetch_data(tracked, lab, _remote(lab, read_plan(Path(plan_file)), path, data))
    except DataUnavailable as error:
        print(error, file=sys.stderr)
        return 1
    write_text(Path(marker), "")
    write_json(Path(ready), {"schema_version": 1, "path": path, "version": tracked.version})
    return 0


def _remote(lab: Lab, plan: Plan, path: str, data: Mapping[str, TrackedData]) -> str:
    """Return the remote that a config names for the data, "" if none does."""
    jobs = (lab.run_job(run.id) for run in plan.runs.values() if path in run.data)
    remotes = (remote_of(path, read_run_job(job).config, data) for job in jobs if job.is_file())
    return next(filter(None, remotes), "")


if __name__ == "__main__":
    sys.exit(main())
