"""The compiled manifest: what is to be trained, checked and written. Pure data, no clock and no machine in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from compiler.base.identity import digest
from compiler.base.redaction import without_keys
from compiler.deliverables.registry import deliverable_type
from compiler.experiment.experiment import Experiment
from compiler.plan.ancestry import parent
from compiler.plan.genealogy import Descent, parameters
from compiler.plan.step_hashes import StepCode, check_name
from compiler.runs.toolchain import Run
from compiler.spec.agent_entry_points import WRITINGS, title
from compiler.spec.core_config import resources
from compiler.sweep.search import PlannedSearch

SCHEMA_VERSION = 1


@dataclass(frozen=True)
class Compilation:
    """All that a lab compiles to."""

    experiments: tuple[Experiment, ...]
    runs: Mapping[str, Run]
    family: tuple[Descent, ...]
    code: StepCode
    background: Mapping[str, str]  # hashes of what reports are written against
    broken: Mapping[str, Sequence[str]]  # experiment id -> diagnostics as people read them
    overrides: tuple[str, ...] = ()


def manifest(compilation: Compilation) -> dict[str, Any]:
    """The plan as JSON values. Configs of runs are kept beside it, one file each: a job reads only its own."""
    users: dict[str, list[str]] = {}
    for one in compilation.experiments:
        for run in dict.fromkeys(point.run for point in one.points):
            users.setdefault(run, []).append(one.id)
    probes = [run for one in compilation.experiments if one.search for run in one.search.probes]
    needed = [*compilation.runs.values(), *probes]
    family = [entry.to_json() for entry in compilation.family]
    return {
        "schema_version": SCHEMA_VERSION,
        "overrides": _kept(compilation),
        "experiments": {one.id: _experiment(one, compilation.code) for one in compilation.experiments},
        "runs": {run.id: _run(run, users[run.id]) for _, run in sorted(compilation.runs.items())},
        "data": {path: run.data[path] for run in needed for path in sorted(run.data)},
        "steps": dict(compilation.code.steps),
        "background": dict(compilation.background),
        "genealogy": family,
        "broken": {name: list(lines) for name, lines in sorted(compilation.broken.items())},
    }


def _kept(compilation: Compilation) -> list[str]:
    """Overrides that break every spec may be refused for the key in them, which is written nowhere."""
    given = compilation.overrides
    return list(given) if compilation.experiments else list(map(without_keys, given))


def run_job(run: Run, experiments: Sequence[str]) -> dict[str, Any]:
    """What a training job reads."""
    return {
        "schema_version": SCHEMA_VERSION,
        "run_id": run.id,
        "config": run.config,
        "data": dict(run.data),
        "fingerprint": run.fingerprint,
        "resources": resources(run.config),
        "experiments": list(experiments),
    }


def promise(experiment: Experiment) -> dict[str, Any]:
    """What is registered before the first run: the claim, the test, the thresholds, and the size of the study."""
    spec, search = experiment.spec, experiment.search
    levels: dict[str, int] = {}
    if spec.compare is not None:
        for point in search.sweep if search else experiment.points:
            level = str(point.overrides.get(spec.compare.factor))
            levels[level] = levels.get(level, 0) + (search.budget if search else 1)
    size = search.budget * len(search.sweep) if search else 0
    return {
        "hypothesis": spec.hypothesis,
        "research_question": spec.research_question,
        "compare": spec.compare.model_dump() if spec.compare else None,
        "deliverables": {one.title: one.model_dump(exclude_none=True) for one in experiment.deliverables},
        "planned": {
            "points": size or len(experiment.points),
            "runs": size or len({point.run for point in experiment.points}),
            "levels": levels,
        },
    } | ({"search": search.promise} if search else {})


def digests(plan: Mapping[str, Any]) -> dict[str, str]:
    """What each step is made from, by the name of a small file: when one changes, its step is done again."""
    found = {"genealogy": digest(plan["genealogy"])}
    for entry in plan["genealogy"]:
        name = entry["experiment_id"]
        one = plan["experiments"][name]
        runs, points = _standing(one)
        found[f"{name}/runs"] = digest(runs)
        found[f"{name}/experiment"] = digest([one["spec"], one["promise"], points, entry, plan["overrides"]])
        for called, deliverable in one["deliverables"].items():
            needs_arms = deliverable["spec"]["over"] == "best" or deliverable["scope"] == "experiment"
            about = [deliverable, runs, one["promise"]["compare"] if needs_arms else None]
            found[f"{name}/deliverables/{called}"] = digest(about)
        found |= {f"{name}/{step}": made_from for step, made_from in _written(plan, name).items()}
    return found


def _written(plan: Mapping[str, Any], name: str) -> dict[str, str]:
    """What each step from facts to reports is made from, beside the files that it reads."""
    one, steps, background = plan["experiments"][name], plan["steps"], plan["background"]
    analyses, reports, agents = one["analyses"], one["reports"], one["agents"]
    found = {
        "facts": digest([steps["facts"], _told_of_parent(plan, name)]),
        "agenda": digest([steps["agenda"], one["spec"]["analysis_pipeline"]]),
        "integration": digest([steps["integration"], one["spec"]["analysis_pipeline"]]),
        "quality_review": digest([steps["quality_review"], list(analyses)]),
    }
    found |= {f"analyses/{called}": digest([about, agents, background]) for called, about in analyses.items()}
    return found | {f"reports/{called}": digest([about, agents, background]) for called, about in reports.items()}


def _told_of_parent(plan: Mapping[str, Any], name: str) -> Any:
    found = parent(plan, name)
    return found and [found[1]["points"], found[1]["promise"]["compare"]]


def _standing(one: Mapping[str, Any]) -> tuple[Any, Any]:
    """An experiment's runs and points; of a search, whose points come round by round, what it will have asked."""
    if (search := one["search"]) is not None:
        asked = [search["id"], search["budget"]]
        return asked, asked
    return [point["run"] for point in one["points"]], one["points"]


def _experiment(experiment: Experiment, code: StepCode) -> dict[str, Any]:
    return {
        "file": experiment.file,
        "is_own": experiment.is_own,
        "on_request": experiment.spec.on_request,
        "spec": experiment.spec.model_dump(mode="json", exclude_none=True),
        "promise": promise(experiment),
        "parameters": parameters(experiment),
        "points": [
            {"name": point.name, "overrides": dict(point.overrides), "run": point.run} for point in experiment.points
        ],
        "search": experiment.search and _search(experiment.search),
        "deliverables": {
            one.title: {
                "spec": one.model_dump(exclude_none=True),
                "scope": deliverable_type(one.type).scope,
                "check": code.checks[check_name(one)],
            }
            for one in experiment.deliverables
        },
        "analyses": _writings("analysis_pipeline", experiment, code),
        "reports": _writings("reports", experiment, code),
        "agents": dict(experiment.agents),
    }


def _writings(field: str, experiment: Experiment, code: StepCode) -> dict[str, Any]:
    """By title, in the order of the spec: whose function writes it, and the hash of its code."""
    return {
        title(name): {"target": WRITINGS[field].target(name), "code": code.writings[field, name]}
        for name in getattr(experiment.spec, field)
    }


def _search(search: PlannedSearch) -> dict[str, Any]:
    """`probes` shows what runs to come ask of the scheduler."""
    probes = {repr(one): one for one in (_run(run, ()) for run in search.probes)}
    return search.to_json() | {"probes": list(probes.values())}


def _run(run: Run, experiments: Sequence[str]) -> dict[str, Any]:
    return {
        "fingerprint": run.fingerprint,
        "data": sorted(run.data),
        "resources": resources(run.config),
        "experiments": list(experiments),
    }
