"""Build the plan of a lab from its compiled experiments. The plan does not depend on the time or the machine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from compiler.base.redaction import redact_keys
from compiler.base.seed import SEED
from compiler.experiment.experiment import Experiment
from compiler.plan.design import Design, PlannedTest, StudySize
from compiler.plan.genealogy import parameters
from compiler.plan.genealogy_entry import GenealogyEntry
from compiler.plan.model import Plan, PlannedDeliverable, PlannedDocument, PlannedExperiment
from compiler.plan.planned_run import PlannedRun, RunJob
from compiler.plan.planned_search import PlannedSearch, PlannedTrial
from compiler.plan.planned_test import planned_test
from compiler.registration.claim import claim_digest
from compiler.runs.toolchain import Run
from compiler.spec.agent_entry_points import AGENT_FIELDS, title
from compiler.spec.data_group.declaration import DataDeclaration
from compiler.spec.resources import Resources
from compiler.steps.step_hashes import StepCode
from compiler.sweep.search import CompiledSearch


@dataclass(frozen=True)
class Compilation:
    """The compiled parts of a lab, from which its plan is built."""

    experiments: tuple[Experiment, ...]
    runs: Mapping[str, Run]
    genealogy: tuple[GenealogyEntry, ...]
    code: StepCode
    background: Mapping[str, str]  # hashes of the library and the baselines
    broken: Mapping[str, Sequence[str]]  # diagnostics by experiment id, as text
    overrides: tuple[str, ...] = ()
    fusion: Mapping[str, str] = field(default_factory=dict)  # groups of runs that one job may train, by run id


def build_plan(compilation: Compilation) -> Plan:
    """Return the plan of a lab."""
    users: dict[str, list[str]] = {}
    for experiment in compilation.experiments:
        for run_id in dict.fromkeys(point.run for point in experiment.points):
            users.setdefault(run_id, []).append(experiment.id)
    searches = [experiment.search for experiment in compilation.experiments if experiment.search]
    runs = [*compilation.runs.values(), *(probe for search in searches for probe in search.probes)]
    return Plan(
        overrides=_stored_overrides(compilation),
        experiments={experiment.id: _experiment(experiment, compilation) for experiment in compilation.experiments},
        runs={
            run.id: replace(_run(run, users[run.id]), fusion=compilation.fusion.get(run.id, ""))
            for _, run in sorted(compilation.runs.items())
        },
        data={path: run.data[path] for run in runs for path in sorted(run.data)},
        steps=dict(compilation.code.steps),
        background=dict(compilation.background),
        genealogy=compilation.genealogy,
        broken={name: tuple(lines) for name, lines in sorted(compilation.broken.items())},
    )


def _stored_overrides(compilation: Compilation) -> tuple[str, ...]:
    """Return the overrides. If no spec compiles, secrets are removed, because no check has rejected them."""
    overrides = compilation.overrides
    return overrides if compilation.experiments else tuple(map(redact_keys, overrides))


def run_job(run: Run, experiments: Sequence[str]) -> RunJob:
    """Return the input of the training job of a run."""
    resources = Resources.of_config(run.config)
    written = run.config.get("resources") or {}  # a config.yaml of a lab may set none, or no CPUs
    config = run.config if "cpus" in written else {**run.config, "resources": {"cpus": resources.cpus, **written}}
    return RunJob(run.id, config, dict(run.data), run.fingerprint, resources, tuple(experiments))


def design(experiment: Experiment) -> Design:
    """Return the design that is registered before the first run: hypothesis, test, deliverables and planned size."""
    spec, search = experiment.spec, experiment.search
    test, levels = _test_and_levels(experiment)
    size = search.budget * len(search.sweep) if search else 0
    points, runs = len(experiment.points), len({point.run for point in experiment.points})
    return Design(
        spec.hypothesis,
        spec.research_question,
        test,
        {deliverable.title: deliverable.model_dump(exclude_none=True) for deliverable in experiment.deliverables},
        StudySize(size or points, size or runs, levels),
        search.registered_fields if search else None,
    )


def _test_and_levels(experiment: Experiment) -> tuple[PlannedTest | None, dict[str, int]]:
    """Return the registered test, and the number of points at each level of its factor."""
    spec, search = experiment.spec, experiment.search
    if spec.compare is None:
        return None, {}
    points = [point.overrides for point in (search.sweep if search else experiment.points)]
    counts = Counter(str(settings.get(spec.compare.factor)) for settings in points)
    test = planned_test(spec.compare, spec.claims, points, spec.folds)
    return test, {level: count * (search.budget if search else 1) for level, count in counts.items()}


def _claim(experiment: Experiment, runs: Mapping[str, Run]) -> str:
    search = experiment.search
    run_ids = sorted({point.run for point in experiment.points})
    data = dict(
        item for run in (search.probes if search else map(runs.__getitem__, run_ids)) for item in run.data.items()
    )
    settings = {key: value for key, value in parameters(experiment).items() if key != SEED}
    return claim_digest(
        design(experiment).to_json(), run_ids, [settings, data], is_exploratory=experiment.is_exploratory
    )


def _experiment(experiment: Experiment, compilation: Compilation) -> PlannedExperiment:
    code = compilation.code
    return PlannedExperiment(
        id=experiment.id,
        file=experiment.file,
        is_own=experiment.is_own,
        on_request=experiment.spec.on_request,
        spec=experiment.spec.model_dump(mode="json", exclude_none=True) | {"exploratory": experiment.is_exploratory},
        design=design(experiment),
        claim=_claim(experiment, compilation.runs),
        seeds=experiment.seeds,
        parameters=parameters(experiment),
        points=experiment.points,
        search=_search(experiment.search) if experiment.search else None,
        deliverables={
            deliverable.title: PlannedDeliverable(
                deliverable.model_dump(exclude_none=True),
                "report" if deliverable.checked_report else code.scopes[deliverable.type],
                code.of_check(experiment.id, deliverable),
            )
            for deliverable in experiment.deliverables
        },
        analyses=_documents("analysis_pipeline", experiment, code),
        reports=_documents("reports", experiment, code),
        agents=dict(experiment.agents),
        tracking=experiment.tracking,
        tracker=experiment.tracker,
        warnings=experiment.warnings,
        datasets=tuple(map(DataDeclaration.from_json, experiment.datasets)),
    )


def _documents(field: str, experiment: Experiment, code: StepCode) -> dict[str, PlannedDocument]:
    """Return the analyses or reports of a spec by title, in the order of the spec."""
    return {
        title(name): PlannedDocument(AGENT_FIELDS[field].target(name) or "", code.documents[field, name])
        for name in getattr(experiment.spec, field)
    }


def _search(search: CompiledSearch) -> PlannedSearch:
    probes = {repr(probe): probe for probe in (_run(run, (), run_id="") for run in search.probes)}
    return PlannedSearch(
        id=search.id,
        sampler=search.spec.sampler,
        seed=search.spec.seed,
        metric=search.objective.metric,
        goal=search.objective.goal,
        budget=search.spec.runs,
        runs_per_trial=len(search.sweep),
        batch=search.spec.batch,
        space={searched.key: searched.domain.to_json() for searched in search.space},
        trials=tuple(
            PlannedTrial(trial.number, trial.round, dict(trial.params), search.runs[trial.number])
            for trial in search.trials
        ),
        probes=tuple(probes.values()),
    )


def _run(run: Run, experiments: Sequence[str], run_id: str | None = None) -> PlannedRun:
    resources = Resources.of_config(run.config)
    used_by = tuple(experiments)
    return PlannedRun(
        run.id if run_id is None else run_id, run.fingerprint, tuple(sorted(run.data)), resources, used_by
    )
