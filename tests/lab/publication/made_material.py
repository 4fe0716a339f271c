"""Make the material of a package for tests, from typed values and without files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from agents.context.case import Book
from agents.facts.verdict import Verdict
from compiler.base.paths import Lab
from compiler.plan.model import Plan
from compiler.registration.chain import Chain
from compiler.reproduction.summary import Summary
from compiler.spec.data_group.declaration import DataDeclaration
from lab.publication.contents.material import Material
from rules.gates.gate import decide
from rules.results.content.checks import PointResults
from tests.plans import planned_experiment
from tests.run_files import experiment_results

SENTENCE = "With lr = 0.1 accuracy was lower than with the control."


def material(root: Path, verdict: str | None = "supported", closed: str = "", **spec: Any) -> Material:
    """Return the material of an experiment with two runs, of which the second failed.

    Args:
        verdict: of the registered test, None without a test.
        closed: why its validation gate is closed, "" if it passed.
        spec: values of `experiment.json`.
    """
    runs = (
        PointResults("lr=0.1", "a" * 12, {"lr": 0.1}, "completed", None, None, 2.0, {"accuracy": 0.75}, {}),
        PointResults("=cmd", "b" * 12, {"lr": "=1+1"}, "failed", {"kind": "non_finite"}, None, None, {}, {}),
    )
    known: Any = Verdict("hypothesis", verdict, "w", SENTENCE, (), ()) if verdict else None
    declared = (DataDeclaration("digits", licence="CC-BY-4.0"), DataDeclaration("own"))
    lab = Lab(root)
    return Material(
        lab,
        Plan((), {}, {}, {}, {}, {}, (), {}),
        planned_experiment("study", datasets=declared),
        experiment_results(runs=runs, verdict=verdict),
        {"name": "Study", "hypothesis": "A rate of 0.1 is better.", "metadata": {}} | spec,
        Book(facts={}, verdicts={"hypothesis": known} if known else {}, spec={}),
        Chain(),
        None,
        {"validation": decide("validation", {"plot": closed}, "code", "")},
        Summary((), ()),
    )
