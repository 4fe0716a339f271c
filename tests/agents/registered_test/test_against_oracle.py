"""Verdicts, p and intervals are those of an independent implementation of the rule, and of worked cases."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.registered_test.claims import RegisteredClaim, RegisteredTest
from agents.registered_test.comparison import Comparison
from agents.registered_test.contrast import Contrast
from agents.registered_test.decision import compare
from agents.registered_test.observation import Observation
from tests.agents.registered_test import oracle

CASES = json.loads((Path(__file__).parent / "cases.json").read_text(encoding="utf-8"))
TYPES = ("superiority", "noninferiority", "equivalence")


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_verdict_p_and_interval_of_a_worked_case(case: Mapping[str, Any]) -> None:
    experiment = case["input"]
    contrasts = compared(experiment).contrasts
    for contrast, expected in zip(contrasts, case["expected"], strict=True):
        assert numbers(contrast, experiment["goal"]) == approximately(expected), case["why"]


@st.composite
def experiments(draw: st.DrawFn) -> dict[str, Any]:
    """Draw an experiment of arms without blocks, with blocks, or of pairs, with ties, constant arms and failed runs.

    The blocks have the same seeds, or different ones.
    """
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    layout = draw(st.sampled_from(["arms", "blocks", "pairs"]))
    blocks = {"arms": 1, "blocks": draw(st.integers(2, 3)), "pairs": draw(st.integers(2, 9))}[layout]
    shared = draw(st.booleans())
    largest = {"arms": 6, "blocks": 6 if shared else 6 - blocks, "pairs": 1}[layout]  # few enough to enumerate
    sizes = [tuple(rng.integers(min(2, largest), largest + 1, 2)) for _ in range(blocks)]
    decimals, failing, spread = draw(st.integers(0, 6)), draw(st.sampled_from([0.0, 0.0, 0.2])), rng.choice([1, 10])

    def values(n: int, shift: float, sd: float) -> list[float | None]:
        sample = np.round(rng.normal(shift, sd, 1 if rng.random() < 0.1 else n), decimals)
        return [None if rng.random() < failing else float(value) for value in np.resize(sample, n)]

    def arm(index: int, shift: float, sd: float) -> Any:
        by_block = {f"b{number}": values(n[index], shift, sd) for number, n in enumerate(sizes)}
        return by_block if blocks > 1 else by_block["b0"]

    control, goal = arm(1, 0.0, 1.0), draw(st.sampled_from(["maximize", "minimize"]))
    worst = -20.0 if goal == "maximize" else 20.0
    claims = [
        {
            "type": draw(st.sampled_from(TYPES)),
            "margin": draw(st.sampled_from([0.5, 1.0, 2.0])),
            "treatment": arm(0, draw(st.sampled_from([-4.0, -1.0, 0.0, 1.0, 4.0, 8.0])), spread),
            "control": control,
        }
        for _ in range(draw(st.integers(1, 3)))
    ]
    return {
        "goal": goal,
        "alpha": draw(st.sampled_from([0.01, 0.05, 0.1])),
        "order": draw(st.sampled_from(["holm", "fixed"])),
        "on_failure": draw(st.sampled_from(["worst", "worst", "refuse", "exclude"])),
        "worst": draw(st.sampled_from([None, worst])),
        "shared_seeds": shared,
        "claims": claims,
    }


@settings(deadline=None, max_examples=150)
@given(experiments())
def test_decisions_equal_those_of_the_oracle(experiment: dict[str, Any]) -> None:
    contrasts = compared(experiment).contrasts
    for contrast, expected in zip(contrasts, oracle.decide(experiment), strict=True):
        assert numbers(contrast, experiment["goal"]) == approximately(expected), contrast


@settings(deadline=None, max_examples=100)
@given(experiments())
def test_supported_and_refuted_agree_with_the_printed_interval(experiment: dict[str, Any]) -> None:
    for contrast in compared(experiment).contrasts:
        if contrast.interval is None:
            continue
        sign = 1 if experiment["goal"] == "maximize" else -1
        low, high = sorted((sign * contrast.interval.low, sign * contrast.interval.high))
        bound = {"superiority": contrast.margin, "noninferiority": -contrast.margin}.get(contrast.type)
        is_inside = -contrast.margin < low and high < contrast.margin if bound is None else low > bound
        is_outside = low > contrast.margin or high < -contrast.margin if bound is None else high < bound
        assert is_inside or contrast.conclusion != "supported"
        assert is_outside or contrast.conclusion != "refuted"


def compared(experiment: Mapping[str, Any]) -> Comparison:
    """Return the decision of the tool. The claims share the control of the first one."""
    claims = experiment["claims"]
    shared = experiment.get("shared_seeds", False)
    runs = list(_runs("control", claims[0]["control"], shared))
    for number, claim in enumerate(claims):
        runs += _runs(f"treatment {number}", claim["treatment"], shared)
    test = RegisteredTest(
        "accuracy",
        experiment["goal"],
        "optimizer",
        "control",
        alpha=experiment["alpha"],
        claims=tuple(
            RegisteredClaim(claim["type"], f"treatment {number}", claim["margin"], "accuracy", experiment["goal"])
            for number, claim in enumerate(claims)
        ),
        on_failure=experiment["on_failure"],
        worst=experiment["worst"],
        block=("block",) if isinstance(claims[0]["control"], dict) else (),
        order=experiment["order"],
    )
    return compare(test, runs)


def _runs(level: str, arm: Any, shared: bool) -> Iterator[Observation]:
    for block, values in (arm if isinstance(arm, dict) else {"": arm}).items():
        for number, value in enumerate(values):
            swept = {"block": block, "seed": str(number) if shared else f"{number} in {block}"}
            unit = ",".join(f"{key}={setting}" for key, setting in swept.items())
            failure = "run" if value is None else None
            yield Observation(f"{level} {unit}", level, block, unit, {"accuracy": value}, failure, settings=swept)


def numbers(contrast: Contrast, goal: str) -> dict[str, Any]:
    """Return what the oracle decides on, with the interval of the improvement."""
    if contrast.conclusion == "untestable":
        return {"verdict": "untestable"}
    assert contrast.interval is not None
    low, high = contrast.interval.low, contrast.interval.high
    interval = (low, high) if goal == "maximize" else (-high, -low)
    return {
        "verdict": contrast.conclusion,
        "p": contrast.p,
        "p_adjusted": contrast.p_adjusted,
        "low": interval[0],
        "high": interval[1],
    }


def approximately(expected: Mapping[str, Any]) -> Any:
    if expected["verdict"] == "untestable":
        return {"verdict": "untestable"}
    values = {key: expected[key] for key in ("verdict", "p", "p_adjusted")}
    low, high = expected["interval"]
    return pytest.approx(values | {"low": low, "high": high}, rel=1e-7, abs=1e-9)
