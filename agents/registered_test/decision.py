"""Carry out the registered test: measure and adjust all contrasts, and decide on the hypothesis."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from agents.facts.verdict import TestOutcome
from agents.registered_test.arms import Arm, make_arm, sweep_warnings
from agents.registered_test.claims import RegisteredTest
from agents.registered_test.comparison import Comparison
from agents.registered_test.contrast import Contrast, adjust_p, contrast_outcome, measure_contrast
from agents.registered_test.observation import Observation
from agents.statistics import at_most, smallest_n


def compare(test: RegisteredTest, observations: Sequence[Observation], *, alpha: float | None = None) -> Comparison:
    """Decide `test` over the runs of its arms. The levels keep their order. `alpha` is that of a planned look.

    The family holds every registered contrast, including those whose runs failed. The claim is that some treatment
    improves the metric over the control by at least `minimum_effect`. The verdict is the first that applies:

    - untestable: The control or every treatment has fewer than two usable runs, or there are so few runs that no
      result could have been significant after Holm's adjustment.
    - supported: The adjusted p of some contrast is at most alpha, and its observed improvement is positive and reaches
      `minimum_effect`.
    - refuted: Every contrast of the family falls short of the claim. Either it is significantly worse than the control
      by the same adjusted p, or its interval at level 1 - alpha / family size (Bonferroni) excludes the claim: the
      largest improvement inside it is below `minimum_effect`. A significant improvement that is certainly too small
      therefore refutes. A contrast that could not be compared prevents a refutation.
    - inconclusive: otherwise. This is not evidence that the arms are equal.
    """
    test = test if alpha is None else replace(test, alpha=alpha)
    values: dict[str, dict[str, float | None]] = {}
    for observation in observations:
        values.setdefault(observation.level, {})[observation.unit] = observation.value(test.metric)
    arms = {level: make_arm(level, units) for level, units in values.items()}
    others = [level for level in arms if level != test.control]
    registered = others if test.treatment is None else [test.treatment]
    for level in (test.control, *registered):
        arms.setdefault(level, Arm(level, (), 0))
    control, treatments = arms[test.control], [arms[level] for level in registered]
    confidence = 1 - test.alpha / max(len(registered), 1)
    contrasts = adjust_p(
        [measure_contrast(arm, control, test.goal, paired=test.paired, level=confidence) for arm in treatments]
    )
    return _decide(test, tuple(arms.values()), contrasts, tuple(_notes(test, control, treatments, contrasts)))


def _decide(
    test: RegisteredTest, arms: tuple[Arm, ...], measured: Sequence[Contrast], notes: tuple[str, ...]
) -> Comparison:
    floor = min([1.0, *(len(measured) * contrast.floor for contrast in measured)])
    testable = at_most(floor, test.alpha) and any(contrast.p is not None for contrast in measured)
    contrasts = tuple(replace(contrast, conclusion=_outcome(test, contrast, testable)) for contrast in measured)
    return Comparison(
        test=test,
        alpha=test.alpha,
        method=_method(test, len(contrasts)),
        family_size=len(contrasts),
        floor=floor,
        arms=arms,
        contrasts=contrasts,
        claim_verdicts=(_verdict(contrasts) if testable else "untestable",) * len(test.claims),
        verdict=_verdict(contrasts) if testable else "untestable",
        required_n=None if testable else smallest_n(test.alpha, max(len(contrasts), 1), paired=test.paired),
        notes=notes,
    )


def _outcome(test: RegisteredTest, contrast: Contrast, testable: bool) -> TestOutcome:
    if not testable:
        return "untestable"
    return contrast_outcome(contrast, test.goal, alpha=test.alpha, minimum_effect=test.minimum_effect)


def _verdict(contrasts: Sequence[Contrast]) -> TestOutcome:
    outcomes = {contrast.conclusion for contrast in contrasts}
    if "supported" in outcomes:
        return "supported"
    return "refuted" if outcomes == {"refuted"} else "inconclusive"


def _method(test: RegisteredTest, family_size: int) -> str:
    test_name = f"two-sided {'paired ' if test.paired else ''}permutation test on the difference of means"
    intervals = f"{'paired' if test.paired else 'Welch'} t confidence intervals at level 1 - {test.alpha:g}"
    if family_size < 2:
        return f"{test_name}, with {intervals}"
    return f"{test_name}, with Holm's adjustment over {family_size} contrasts and {intervals} / {family_size}"


def _notes(
    test: RegisteredTest, control: Arm, treatments: Sequence[Arm], contrasts: Sequence[Contrast]
) -> Iterator[str]:
    yield from sweep_warnings(control, treatments, test.factor)
    for arm, contrast in zip(treatments, contrasts, strict=True):
        name = f"{test.factor}={arm.level}"
        if contrast.p is None:
            yield f"{name} could not be compared and still counts in the family"
        elif contrast.interval is None:
            yield f"no interval for {name}: {'all pairs differ equally' if test.paired else 'neither arm varies'}"
        unpaired = arm.n + control.n - 2 * contrast.n_treatment
        if test.paired and unpaired:
            yield f"{name}: {unpaired} run(s) have no partner in the other arm and are excluded"
