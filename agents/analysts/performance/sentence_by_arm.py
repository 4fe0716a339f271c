"""One measure over all arms in a sentence: `4 with model.lr = 0.001 and 4.8 with model.lr = 0.01`."""

from __future__ import annotations

from collections.abc import Mapping

from agents.analysts.shared.arm_runs import ArmRuns
from agents.analysts.shared.derived_facts import mean_text
from agents.facts.fact import Fact

_AVERAGE = " on average"


def list_by_arm(means: Mapping[ArmRuns, Fact]) -> str:
    """A template."""
    said = average_suffix(means)
    told = [f"{mean_text(mean).removesuffix(said)} {arm.where_inside}" for arm, mean in means.items()]
    *others, last = told
    return f"{', '.join(others)} and {last}" if others else last


def average_suffix(means: Mapping[ArmRuns, Fact]) -> str:
    """` on average` where that holds of every arm; else each says for itself what it is."""
    return _AVERAGE if all(mean.n > 2 for mean in means.values()) else ""


def fact_ids(means: Mapping[ArmRuns, Fact]) -> tuple[str, ...]:
    """The means and what they were computed from."""
    return tuple(dict.fromkeys(name for mean in means.values() for name in (mean.id, *mean.inputs)))
