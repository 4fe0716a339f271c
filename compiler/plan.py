"""The compiled manifest: what is to be trained, checked and written. Pure data, no clock and no machine in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from compiler.deliverables.deliverable import Deliverable
from compiler.deliverables.registry import deliverable_type
from compiler.experiment import Experiment, Run
from compiler.genealogy import Descent, parameters
from compiler.identity import digest

SCHEMA_VERSION = 1
_DEFAULT_RESOURCES = {"cpus": 1, "mem_mb": 2000, "runtime": 60, "gpus": 0}


@dataclass(frozen=True)
class Compilation:
    """All that a lab compiles to."""

    experiments: tuple[Experiment, ...]
    runs: Mapping[str, Run]
    family: tuple[Descent, ...]
    checks: Mapping[str, str]  # fingerprint of the code that checks, by type and validation
    broken: Mapping[str, Sequence[str]]  # experiment id -> diagnostics as people read them
    overrides: tuple[str, ...] = ()


def manifest(compilation: Compilation) -> dict[str, Any]:
    """The plan as JSON values. Configs of runs are kept beside it, one file each: a job reads only its own."""
    users: dict[str, list[str]] = {}
    for one in compilation.experiments:
        for run in dict.fromkeys(point.run for point in one.points):
            users.setdefault(run, []).append(one.id)
    family = [entry.to_json() for entry in compilation.family]
    return {
        "schema_version": SCHEMA_VERSION,
        "overrides": list(compilation.overrides),
        "experiments": {one.id: _experiment(one, compilation.checks) for one in compilation.experiments},
        "runs": {run.id: _run(run, users[run.id]) for _, run in sorted(compilation.runs.items())},
        "genealogy": family,
        "genealogy_digest": digest(family),
        "broken": {name: list(lines) for name, lines in sorted(compilation.broken.items())},
    }


def run_job(run: Run, experiments: Sequence[str]) -> dict[str, Any]:
    """What a training job reads."""
    return {
        "schema_version": SCHEMA_VERSION,
        "run_id": run.id,
        "config": run.config,
        "data": dict(run.data),
        "fingerprint": run.fingerprint,
        "experiments": list(experiments),
    }


def promise(experiment: Experiment) -> dict[str, Any]:
    """What is registered before the first run: the claim, the test, the thresholds, and the size of the study."""
    spec = experiment.spec
    levels: dict[str, int] = {}
    if spec.compare is not None:
        for point in experiment.points:
            level = str(point.overrides.get(spec.compare.factor))
            levels[level] = levels.get(level, 0) + 1
    return {
        "hypothesis": spec.hypothesis,
        "research_question": spec.research_question,
        "compare": spec.compare.model_dump() if spec.compare else None,
        "deliverables": {one.title: one.model_dump(exclude_none=True) for one in experiment.deliverables},
        "planned": {
            "points": len(experiment.points),
            "runs": len({point.run for point in experiment.points}),
            "levels": levels,
        },
    }


def check_name(one: Deliverable) -> str:
    return f"{one.type}.{one.validation}"


def _experiment(experiment: Experiment, checks: Mapping[str, str]) -> dict[str, Any]:
    runs = [point.run for point in experiment.points]
    registered = promise(experiment)
    entry = {
        "file": experiment.file,
        "is_own": experiment.is_own,
        "on_request": experiment.spec.on_request,
        "spec": experiment.spec.model_dump(mode="json", exclude_none=True),
        "promise": registered,
        "parameters": parameters(experiment),
        "points": [
            {"name": point.name, "overrides": dict(point.overrides), "run": point.run} for point in experiment.points
        ],
        "deliverables": {
            one.title: _deliverable(one, runs, registered["compare"], checks[check_name(one)])
            for one in experiment.deliverables
        },
    }
    return entry | {"digest": digest({key: entry[key] for key in ("spec", "promise", "points")})}


def _deliverable(one: Deliverable, runs: Sequence[str], compare: Any, check: str) -> dict[str, Any]:
    """With a digest of all that its verdict depends on but the evidence: when that changes, it is checked anew."""
    spec = one.model_dump(exclude_none=True)
    scope = deliverable_type(one.type).scope
    needs_arms = one.over == "best" or scope == "experiment"
    about = {"spec": spec, "runs": runs, "compare": compare if needs_arms else None, "check": check}
    return {"spec": spec, "scope": scope, "check": check, "digest": digest(about)}


def _run(run: Run, experiments: Sequence[str]) -> dict[str, Any]:
    given = run.config.get("resources")
    resources = _DEFAULT_RESOURCES | (given if isinstance(given, dict) else {})
    return {
        "fingerprint": run.fingerprint,
        "data": sorted(run.data),
        "resources": {key: resources[key] for key in _DEFAULT_RESOURCES},
        "experiments": list(experiments),
    }
