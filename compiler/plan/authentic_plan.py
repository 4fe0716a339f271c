"""Check the runs of a plan against their configs, because a plan and all hashes of it can be edited together."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from compiler.base.identity import NotCanonical, differing_keys, run_id
from compiler.base.nested import value_at
from compiler.base.paths import Lab
from compiler.plan.model import Plan
from compiler.plan.planned_run import RunJob, parse_run_job

_MISSING = object()


class ForgedRunJob(Exception):
    """The input of a training job does not belong to the run that it names."""


def read_authentic_job(lab: Lab, run: str) -> RunJob:
    """Return the input of the training job of a run, whose config and data versions have the id of the run.

    Raises:
        FileNotFoundError: The run was not compiled.
        ForgedRunJob: The file was changed after the lab was compiled.
    """
    file = lab.run_job(run)
    return _authentic_job(file, run, file.read_bytes())


def _authentic_job(file: Path, run: str, content: bytes) -> RunJob:
    try:
        job = parse_run_job(content)
        actual = run_id(job.config, job.data)
    except (ValueError, KeyError, TypeError, AttributeError, NotCanonical) as error:
        raise ForgedRunJob(_message(file, f"it is not the input of a training: {error!r}")) from error
    if not run == job.run_id == actual:
        raise ForgedRunJob(_message(file, f"its config and data versions have the run id {actual}, not {run}"))
    return job


def has_authentic_runs(plan: Plan, lab: Lab, contents: Mapping[Path, bytes]) -> bool:
    """Return whether every run is the run of its config, and every point names a run with the settings of the point.

    Args:
        contents: the files of runs by their path below `.proband`, which may include others. A run without a file is
            not authentic.
    """
    files = {run: lab.run_job(run).relative_to(lab.state) for run in plan.runs}
    try:
        jobs = {run: _authentic_job(file, run, contents[file]) for run, file in files.items()}
    except (KeyError, ForgedRunJob):
        return False
    points = [point for experiment in plan.experiments.values() for point in experiment.points]
    return all(point.run in jobs and _contains(jobs[point.run].config, point.overrides) for point in points) and all(
        _describes(plan, run, job) for run, job in jobs.items()
    )


def _describes(plan: Plan, run: str, job: RunJob) -> bool:
    planned = plan.runs[run]
    return planned.fingerprint == job.fingerprint and set(planned.data) == set(job.data)


def _contains(config: Mapping[str, Any], overrides: Mapping[str, Any]) -> bool:
    """Return whether a config has the values of overrides. An override may choose a config group instead of a value."""
    values = ((value_at(config, key, _MISSING), expected) for key, expected in overrides.items())
    return not any(_differ(value, expected) for value, expected in values if not _is_free(value, expected))


def _differ(value: Any, expected: Any) -> bool:
    if type(value) is type(expected) and isinstance(value, bool | int | str):
        return bool(value != expected)  # what `differing_keys` finds, without writing both as JSON
    return bool(differing_keys(value, expected))


def _is_free(value: Any, expected: Any) -> bool:
    """Return whether an override chooses the config of a group, or is an interpolation: then its value differs."""
    names = expected if isinstance(expected, list) else [expected]
    if value is _MISSING or isinstance(value, Mapping) or any("${" in name for name in names if isinstance(name, str)):
        return True
    return isinstance(value, list) and value != expected and all(isinstance(name, str) for name in names)


def _message(file: Any, problem: str) -> str:
    return f"{file}: {problem} (the file was changed after the compile: delete .proband and build again)"
