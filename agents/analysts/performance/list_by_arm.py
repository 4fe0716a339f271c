"""List a mean by arm inside a sentence: `4 with model.lr = 0.001 and 4.8 with model.lr = 0.01`."""

from __future__ import annotations

from collections.abc import Mapping

from agents.analysts.shared.arm_runs import ArmRuns
from agents.analysts.shared.derived_facts import mean_text
from agents.facts.fact import Fact

_AVERAGE = " on average"


def list_by_arm(means: Mapping[ArmRuns, Fact]) -> str:
    """Return the list as a template. "On average" is omitted if `average_suffix` returns it for all arms."""
    suffix = average_suffix(means)
    *others, last = [f"{mean_text(mean).removesuffix(suffix)} {arm.phrase}" for arm, mean in means.items()]
    return f"{', '.join(others)} and {last}" if others else last


def average_suffix(means: Mapping[ArmRuns, Fact]) -> str:
    """Return ` on average` if the value of every arm is a mean over more than two runs, otherwise an empty string."""
    return _AVERAGE if all(mean.n > 2 for mean in means.values()) else ""


def fact_ids(means: Mapping[ArmRuns, Fact]) -> tuple[str, ...]:
    """Return the ids of the means and of their inputs."""
    return tuple(dict.fromkeys(name for mean in means.values() for name in (mean.id, *mean.inputs)))
