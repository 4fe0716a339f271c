"""How often one new run that is worse than the recorded ones by three standard deviations is held."""

from __future__ import annotations

import math

import numpy as np
import pytest

from agents.analysts.baselines.judgement import judge_arm
from agents.analysts.baselines.reference import Reference
from agents.facts.fact import Source

ALPHA, EXPERIMENTS = 0.05, 2_000


def recorded(values: list[float], margin: float | None) -> Reference:
    return Reference(
        key="baseline",
        name="the baseline",
        placeholder="",
        metric="accuracy",
        goal="maximize",
        mean=float(np.mean(values)),
        sd=float(np.std(values, ddof=1)),
        n=len(values),
        values=tuple(values),
        margin=margin,
        source=Source("conf/baseline/x.yaml", "a" * 64),
        subject="baseline",
        inputs=(),
    )


@pytest.mark.parametrize("margin", [None, 0.5, 1.0, 2.0, 3.0], ids=lambda margin: f"margin {margin}")
def test_a_run_that_is_three_sd_worse_is_rarely_held(margin: float | None) -> None:
    random = np.random.default_rng(5)
    held = 0
    for _ in range(EXPERIMENTS):
        reference = recorded(list(random.normal(size=3)), margin)
        held += judge_arm([random.normal() - 3], reference, ALPHA).conclusion == "held"
    bound = ALPHA if margin is not None else 0.0
    assert held / EXPERIMENTS <= bound + 3.5 * math.sqrt(bound * (1 - bound) / EXPERIMENTS)
