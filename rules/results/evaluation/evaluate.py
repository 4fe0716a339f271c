"""Evaluate the registered test of an experiment over its fresh runs, and over all its runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from agents.registered_test.comparison_check import check_experiment
from compiler.base.file_hash import sha256_of_file
from compiler.base.paths import Lab
from compiler.plan.model import PlannedExperiment
from compiler.registration.chain import Chain, Clock, read_chain
from compiler.registration.looks import chain_before_look, evidence_digest, record_look, unplanned_looks
from compiler.registration.standing import Standing, standing
from rules.results.content.registration import RegistrationResults
from rules.results.evaluation.evidence import RegisteredEvidence, registered_evidence
from rules.results.evaluation.points import compared_points, registered_points
from rules.results.run_record import RunRecord


@dataclass(frozen=True)
class Evaluation:
    """The registered test over the fresh runs, the same test over all runs if some were known, and the registration."""

    comparison: Mapping[str, Any] | None
    exploratory: Mapping[str, Any] | None
    registration: RegistrationResults


def evaluate(chain: Chain, experiment: PlannedExperiment, runs: Mapping[str, RunRecord]) -> Evaluation:
    """Return the evaluation of an experiment. Nothing is recorded."""
    evidence, test = registered_evidence(chain, experiment, runs), experiment.design.test
    comparison = exploratory = None
    if test is not None:
        points = compared_points(experiment, runs)
        fresh_points = registered_points(points, evidence.known)
        _, _, comparison = check_experiment(test.to_json(), fresh_points, alpha=evidence.alpha)
        if evidence.known:
            _, _, exploratory = check_experiment(test.to_json(), points)
    return Evaluation(comparison, exploratory, _registration(chain, experiment, runs, evidence, comparison))


def record_evaluation(
    lab: Lab, experiment: PlannedExperiment, runs: Mapping[str, RunRecord], evaluation: Evaluation, clock: Clock
) -> Chain:
    """Append the look to the chain, unless these values were evaluated before, and return the chain.

    Nothing is recorded while runs are missing because of the machine, or if no run has a value, for example because
    the code of the model is wrong, because such an evaluation shows nothing about the arms.
    """
    chain = read_chain(lab.registrations)
    evidence = registered_evidence(chain, experiment, runs)
    finished = [*evidence.tested_fresh, *evidence.tested_known]
    has_values = any(runs[run].metrics for run in finished)
    if evaluation.comparison is None or not evidence.is_complete or not has_values:
        return chain
    hashes = {run: sha256_of_file(lab.status(run)) for run in finished}
    digest, verdict = _evidence_digest(experiment, runs, evidence), str(evaluation.comparison["verdict"])
    return record_look(lab, experiment.id, experiment.claim, digest, hashes, verdict, clock)


def _registration(
    chain: Chain,
    experiment: PlannedExperiment,
    runs: Mapping[str, RunRecord],
    evidence: RegisteredEvidence,
    comparison: Mapping[str, Any] | None,
) -> RegistrationResults:
    test, claim = experiment.design.test, experiment.claim
    planned_seeds = test.looks.seeds if test and test.looks else ()
    before = chain_before_look(chain, experiment.id, claim, _evidence_digest(experiment, runs, evidence))
    unplanned = unplanned_looks(before.looks_of(experiment.id), claim, evidence.seeds, planned_seeds)
    result = standing(
        chain,
        experiment.id,
        claim,
        fresh=evidence.tested_fresh,
        known=evidence.tested_known,
        unplanned_looks=unplanned,
        plan_problem=evidence.plan_problem,
        is_declared_exploratory=bool(experiment.spec.get("exploratory", False)),
        is_testable=comparison["verdict"] != "untestable" if comparison else not evidence.known,
        required_n=comparison["required_n"] if comparison else None,
    )
    return _registration_results(result, evidence, len(unplanned), tuple(_siblings(before, experiment)))


def _registration_results(
    result: Standing, evidence: RegisteredEvidence, looks: int, siblings: tuple[str, ...]
) -> RegistrationResults:
    entry = result.entry
    git = entry.git if entry else None
    return RegistrationResults(
        entry=entry.number if entry else None,
        sha256=entry.sha256 if entry else None,
        registered_at=entry.recorded_at if entry else None,
        commit=git.commit if git else None,
        spec_committed=git.spec_committed if git else None,
        standing=result.name,
        reason=result.reason,
        fresh_runs=evidence.fresh,
        known_runs=evidence.known,
        looks=looks,
        planned_look=evidence.planned_look,
        siblings=siblings,
    )


def _siblings(chain: Chain, experiment: PlannedExperiment) -> Iterator[str]:
    """Yield the other experiments that registered a test over runs of this one, before it was evaluated."""
    tested = set(experiment.tested_runs)
    others = {entry.experiment_id: entry for entry in chain.registrations if entry.experiment_id != experiment.id}
    for name, entry in sorted(others.items()):
        if entry.design["compare"] and experiment.design.test and tested & set(entry.planned_runs):
            yield name


def _evidence_digest(experiment: PlannedExperiment, runs: Mapping[str, RunRecord], evidence: RegisteredEvidence) -> str:
    metrics = experiment.design.test.metrics if experiment.design.test else ()
    finished = {run: runs[run] for run in (*evidence.tested_fresh, *evidence.tested_known)}
    return evidence_digest(
        {
            run: {metric: record.metrics.get(metric) for metric in metrics} if record.is_completed else None
            for run, record in finished.items()
        }
    )
