"""Build the ids and facts that both estimates of importance share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from agents.analysts.ablation.sweep_results import SweepResults
from agents.analysts.shared.derived_facts import derived_fact
from agents.facts.fact import Fact, Value
from agents.facts.ids import id_part

PREFIX = "ablation.importance"
QUESTION = "The importance of the swept parameters"


def term_key(term: str) -> str:
    """Return the id prefix of the facts about a parameter or interaction: `ablation.importance[model.lr]`."""
    return f"{PREFIX}[{id_part(term)}]"


def importance_fact(
    sweep: SweepResults, name: str, value: Value, unit: str, label: str, function: Callable[..., Any]
) -> Fact:
    """Return a post hoc fact that is computed from all values of the sweep."""
    return replace(derived_fact(name, value, unit, label, "experiment", sweep.facts, function), is_post_hoc=True)
