"""`comparison`: the registered test, made over all runs of the experiment."""

from __future__ import annotations

from typing import Literal

from compiler.deliverables.deliverable import Deliverable, DeliverableType


class Comparison(Deliverable):
    path: str = "results.json"
    validation: Literal["statistical_test"] = "statistical_test"


TYPE = DeliverableType(
    "comparison",
    Comparison,
    {"statistical_test": "agents.registered_test.comparison_check:check_experiment"},
    scope="experiment",
)
