"""Carry out the registered test: measure all contrasts, adjust p over the family, and decide on every claim."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from agents.facts.verdict import TestOutcome
from agents.registered_test.arms import Arm, make_arm, sweep_warnings
from agents.registered_test.claims import RegisteredTest
from agents.registered_test.comparison import Comparison
from agents.registered_test.contrast import NOT_COMPARED, Contrast
from agents.registered_test.family import decide_family, decide_in_order
from agents.registered_test.measurement import Measured, measure_claim
from agents.registered_test.observation import Observation
from agents.registered_test.samples.units import independent_blocks
from agents.statistics import MIN_BOOTSTRAP_RUNS, smallest_n


def compare(test: RegisteredTest, observations: Sequence[Observation], *, alpha: float | None = None) -> Comparison:
    """Decide the claims of `test` over the runs of its arms. `alpha` is that of a planned look.

    Alpha is two-sided for every claim, so each direction has alpha/2. The outcome of a contrast is the first that
    applies:

    - untestable: no result of these runs could decide, see `failed_runs`, `compared_runs` and `decide_family`.
    - supported: the improvement is shown to be inside the region of the claim. Both the permutation test of the arms,
      shifted by the bound of the region, and Welch's test have to be significant after adjustment over the family.
    - refuted: the improvement is shown to be outside the region, in the same way.
    - inconclusive: otherwise. This is not evidence that the arms are equal.

    A claim that some level is superior is supported if one of its contrasts is, and refuted if all are.
    """
    level = test.alpha if alpha is None else alpha
    arms = _arms(test, observations)
    others = [name for name in arms if name != test.control]
    claims = [
        measure_claim(test, number, others if claim.treatment is None else [claim.treatment], observations)
        for number, claim in enumerate(test.claims)
    ]
    measured = list(chain.from_iterable(claims))
    contrasts = decide_in_order(claims, level) if test.order == "fixed" else decide_family(measured, level)
    verdicts = [_claim_verdict([c for c in contrasts if c.claim == number]) for number in range(len(claims))]
    verdict = _verdict([outcome for outcome, claim in zip(verdicts, test.claims, strict=True) if claim.primary])
    family_size = max(map(len, claims)) if test.order == "fixed" else len(contrasts)
    return Comparison(
        test=test,
        alpha=level,
        method=_method(test, contrasts, family_size, level),
        family_size=family_size,
        floor=min([1.0, *(family_size * item.contrast.floor for item in measured)]),
        arms=tuple(arms.values()),
        contrasts=tuple(contrasts),
        claim_verdicts=tuple(verdicts),
        verdict=verdict,
        required_n=_required_n(test, contrasts, family_size, observations, level) if verdict == "untestable" else None,
        notes=tuple(_notes(test, arms, measured)),
    )


def _arms(test: RegisteredTest, observations: Sequence[Observation]) -> dict[str, Arm]:
    """Return the arms by level, in the order of their first runs, also the registered ones without runs."""
    values: dict[str, dict[str, float | None]] = {}
    for run in observations:
        values.setdefault(run.level, {})[run.unit] = run.value(test.metric)
    registered = [test.control, *(claim.treatment for claim in test.claims if claim.treatment is not None)]
    return {level: make_arm(level, values.get(level, {})) for level in dict.fromkeys([*values, *registered])}


def _claim_verdict(contrasts: Sequence[Contrast]) -> TestOutcome:
    """Return the verdict on the claim that some contrast has the claimed effect."""
    outcomes = {contrast.conclusion for contrast in contrasts}
    if "supported" in outcomes:
        return "supported"
    if outcomes <= {"untestable"}:
        return "untestable"
    return "refuted" if outcomes == {"refuted"} else "inconclusive"


def _verdict(primary: Sequence[TestOutcome]) -> TestOutcome:
    """Return the verdict on the hypothesis, which all primary claims together state."""
    if "refuted" in primary:
        return "refuted"
    if "untestable" in primary:
        return "untestable"
    return "supported" if set(primary) == {"supported"} else "inconclusive"


def _required_n(
    test: RegisteredTest,
    contrasts: Sequence[Contrast],
    family_size: int,
    observations: Sequence[Observation],
    alpha: float,
) -> int | None:
    """Return the seeds per arm (pairs), in each block, that the test requires, if it has too few."""
    if contrasts and not any(contrast.needs_runs for contrast in contrasts):
        return None
    if test.aggregate == "iqm":
        return MIN_BOOTSTRAP_RUNS
    blocks = independent_blocks(test, observations)
    if blocks > 1 and max(Counter((run.block, run.level) for run in observations).values()) == 1:
        return smallest_n(alpha, max(family_size, 1), paired=True)
    return smallest_n(alpha, max(family_size, 1), paired=test.paired or test.pairs_seeds, blocks=blocks)


def _method(test: RegisteredTest, contrasts: Sequence[Contrast], family_size: int, alpha: float) -> str:
    """Return the tests of the compared contrasts, and how they decide. Without any, the text is that of a contrast."""
    names = dict.fromkeys(contrast.method for contrast in contrasts if contrast.method != NOT_COMPARED)
    if not names:
        return NOT_COMPARED
    tests = "which all have to be " if "item" in test.generalize_to else "which both have to be "
    is_single = test.aggregate == "iqm" or test.folds is not None
    method = f"{' or '.join(names)}, {'' if is_single else tests}significant at {alpha:g}"
    is_fixed = test.order == "fixed"
    if is_fixed and len(test.claims) > 1:
        method += ", for the claims in the registered order until one is not supported"
    if family_size > 1:
        over = "the contrasts of each claim" if is_fixed else f"{family_size} contrasts"
        method += f", with Holm's adjustment over {over}"
    return method


def _notes(test: RegisteredTest, arms: Mapping[str, Arm], measured: Sequence[Measured]) -> Iterator[str]:
    control = arms[test.control]
    compared = dict.fromkeys(item.contrast.treatment for item in measured)
    yield from sweep_warnings(control, [arms[level] for level in compared], test.factor)
    for item in measured:
        name = f"{test.factor}={item.contrast.treatment}"
        if item.effect is None:
            yield f"{name}: {item.contrast.reason}; the contrast still counts in the family"
        if item.unpaired:
            yield f"{name}: {item.unpaired} run(s) have no partner {_missing_partner(test)} and are excluded"


def _missing_partner(test: RegisteredTest) -> str:
    places = ["in the other arm"] * (test.paired or test.pairs_seeds) + ["in every block"] * bool(test.block)
    return " and ".join(places)
