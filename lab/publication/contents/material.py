"""Read the files of an experiment that its package is computed from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agents.context.case import Book
from agents.facts.verdict import HYPOTHESIS, Verdict
from compiler.base.json_files import read_json
from compiler.base.paths import Lab
from compiler.plan.model import Plan, PlannedExperiment
from compiler.registration.chain import Chain, read_chain
from compiler.registration.history import Registration, registration_of
from compiler.reproduction.read_records import reproductions
from compiler.reproduction.summary import Summary
from compiler.stages.names import GATES, GateName
from lab.publication.package_error import CannotPackage
from rules.gates.gate import Gate, document_gates, read_gate
from rules.reporting.load_case import read_writers_case
from rules.results.experiment_results import ExperimentResults, read_results


@dataclass(frozen=True)
class Material:
    """What is known about an experiment.

    `gates` are those before the publication that were decided. `reproductions` are those of the completed runs.
    """

    lab: Lab
    plan: Plan
    experiment: PlannedExperiment
    results: ExperimentResults
    spec: Mapping[str, Any]
    book: Book
    chain: Chain
    registration: Registration | None
    gates: Mapping[GateName, Gate]
    reproductions: Summary

    @property
    def name(self) -> str:
        return self.experiment.id

    @property
    def folder(self) -> Path:
        return self.lab.experiment(self.name)

    @property
    def verdict(self) -> Verdict | None:
        """The verdict on the registered hypothesis, None without a test."""
        return self.book.verdicts.get(HYPOTHESIS)

    @property
    def metadata(self) -> Mapping[str, Any]:
        return dict(self.spec.get("metadata") or {})


def read_material(lab: Lab, plan: Plan, name: str) -> Material:
    """Read an experiment.

    Raises:
        CannotPackage: The spec names no report, or a file that the build of the experiment writes is missing.
    """
    experiment = plan.experiments[name]
    if not experiment.reports:
        raise CannotPackage(f"{experiment.file}: experiment.reports: names no report to publish (add technical_report)")
    folder = lab.experiment(name)
    needed = [lab.results_file(name), folder / "experiment.json", lab.facts(name), lab.quality_review(name)]
    for file in (*needed, *(lab.report(name, title, ".md") for title in experiment.reports)):
        if not file.is_file():
            path = file.relative_to(lab.root)
            raise CannotPackage(f"{path}: missing, so {name} cannot be published (run snakemake --cores 2 {name})")
    chain, results = read_chain(lab.registrations), read_results(lab.results_file(name))
    return Material(
        lab,
        plan,
        experiment,
        results,
        read_json(folder / "experiment.json"),
        read_writers_case(lab, plan, name).book,
        chain,
        registration_of(chain, name),
        decided_gates(lab, experiment),
        reproductions(lab, completed_runs(results)),
    )


def completed_runs(results: ExperimentResults) -> list[str]:
    """Return the completed runs, each of them once."""
    return list(dict.fromkeys(run.run_id for run in results.runs if run.is_completed))


def decided_gates(lab: Lab, experiment: PlannedExperiment) -> Mapping[GateName, Gate]:
    """Return the gates before the publication. Without all of them, a package could not state what is closed."""
    needed: tuple[GateName, ...] = ("training", "validation", *document_gates(experiment))
    decided: dict[GateName, Gate | None] = {
        gate: read_gate(lab, experiment.id, gate) for gate in GATES if gate != "publication"
    }
    for gate in needed:
        if decided[gate] is None:
            file = lab.gate_file(experiment.id, gate).relative_to(lab.root)
            raise CannotPackage(f"{file}: missing or damaged (run snakemake --cores 2 {experiment.id})")
    return {gate: content for gate, content in decided.items() if content is not None}
