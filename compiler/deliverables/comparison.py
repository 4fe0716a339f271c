"""`comparison`: the registered test over all runs of the experiment."""

from __future__ import annotations

from typing import Literal

from compiler.deliverables.deliverable import Deliverable, DeliverableType


class Comparison(Deliverable):
    path: str = "results.json"
    validation: Literal["statistical_test"] = "statistical_test"


# The check is given as text, because the compiler must not import agents. A test checks that the function exists.
TYPE = DeliverableType(
    "comparison",
    Comparison,
    {"statistical_test": "agents.registered_test.comparison_check:check_experiment"},
    scope="experiment",
)
