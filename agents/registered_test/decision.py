"""Arms and a registered test make a comparison and its verdict. Code judges; nothing here is chosen after the runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, get_args

from agents.registered_test.arms import Arm, arm, oddities
from agents.registered_test.contrast import Contrast, Goal, Verdict, adjusted, conclusion, measured
from agents.registered_test.sentences import hypothesis_told
from agents.statistics import at_most, smallest_n


class UnusableTest(ValueError):
    """A registered test that cannot mean anything, whatever the runs give."""


@dataclass(frozen=True)
class RegisteredTest:
    """The test fixed before the first run. `treatment` None: every other level against the control.

    `minimum_effect` is in the metric's unit and counts in the direction of the goal. `paired` only where equal units
    (seeds) share split and initialisation. Raises UnusableTest.
    """

    metric: str
    goal: Goal
    factor: str
    control: str
    treatment: str | None = None
    alpha: float = 0.05
    minimum_effect: float = 0.0
    paired: bool = False

    def __post_init__(self) -> None:
        if self.goal not in get_args(Goal):
            raise UnusableTest(f"compare.goal: '{self.goal}' is neither 'maximize' nor 'minimize'")
        if not 0 < self.alpha < 1:
            raise UnusableTest(f"compare.alpha: {self.alpha} is not between 0 and 1")
        if not 0 <= self.minimum_effect < float("inf"):
            raise UnusableTest(f"compare.minimum_effect: {self.minimum_effect} is not a size; the goal has the sign")
        if self.treatment == self.control:
            raise UnusableTest(f"compare.treatment: '{self.control}' is the control; name another level or none")


@dataclass(frozen=True)
class Comparison:
    """`floor` is the smallest adjusted p these runs could have given; `required_n` the runs per arm (pairs) it takes
    to reach alpha, given where the verdict is untestable."""

    test: RegisteredTest
    method: str
    family_size: int
    floor: float
    arms: tuple[Arm, ...]
    contrasts: tuple[Contrast, ...]
    verdict: Verdict
    required_n: int | None = None
    notes: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """The sentence that says why the verdict is what it is. Code puts the numbers in."""
        return hypothesis_told(self._found()).sentence

    def to_json(self) -> dict[str, Any]:
        return {**self._found(), "reason": self.reason}

    def _found(self) -> dict[str, Any]:
        return {
            **asdict(self.test),
            "method": self.method,
            "family_size": self.family_size,
            "floor": self.floor,
            "arms": [each.to_json() for each in self.arms],
            "contrasts": [each.to_json() for each in self.contrasts],
            "verdict": self.verdict,
            "required_n": self.required_n,
            "notes": list(self.notes),
        }


def compare(test: RegisteredTest, arms: Mapping[str, Mapping[str, float | None]]) -> Comparison:
    """Decide `test` over arms {level: {unit: value, None for a failed run}}, levels in the order given.

    The family is every registered contrast, also those whose runs failed. The claim is that some treatment improves
    the metric over the control, by `minimum_effect` at least. The verdict is the first of these that applies:

    - untestable: the control or every treatment has fewer than two usable runs, or so few that no outcome could
      have been significant after Holm.
    - supported: some contrast has an adjusted p of at most alpha, and an observed improvement that is positive and
      reaches `minimum_effect`.
    - refuted: every contrast of the family is shown to fall short of the claim. Either it is significantly worse than
      the control by the same adjusted p, or its interval excludes the claim: the upper end of the improvement, at
      level 1 - alpha / family size (Bonferroni), lies below `minimum_effect`. So an improvement that is significant
      and surely too small refutes, and a contrast that could not be compared keeps the family from being refuted.
    - inconclusive: otherwise. That is not evidence of equality, and is never worded as such.
    """
    every = {level: arm(level, units) for level, units in arms.items()}
    others = [level for level in every if level != test.control]
    registered = others if test.treatment is None else [test.treatment]
    for registered_level in (test.control, *registered):
        every.setdefault(registered_level, Arm(registered_level, (), 0))
    control, treatments = every[test.control], [every[level] for level in registered]
    level = 1 - test.alpha / max(len(registered), 1)
    family = adjusted([measured(each, control, test.goal, paired=test.paired, level=level) for each in treatments])
    return _judged(test, tuple(every.values()), family, tuple(_notes(test, control, treatments, family)))


def _judged(
    test: RegisteredTest, arms: tuple[Arm, ...], family: Sequence[Contrast], notes: tuple[str, ...]
) -> Comparison:
    floor = min([1.0, *(len(family) * each.floor for each in family)])
    testable = at_most(floor, test.alpha) and any(each.p is not None for each in family)
    contrasts = tuple(replace(each, conclusion=_conclusion(test, each, testable)) for each in family)
    return Comparison(
        test=test,
        method=_method(test, len(family)),
        family_size=len(family),
        floor=floor,
        arms=arms,
        contrasts=contrasts,
        verdict=_verdict(contrasts) if testable else "untestable",
        required_n=None if testable else smallest_n(test.alpha, max(len(family), 1), paired=test.paired),
        notes=notes,
    )


def _conclusion(test: RegisteredTest, contrast: Contrast, testable: bool) -> Verdict:
    if not testable:
        return "untestable"
    return conclusion(contrast, test.goal, alpha=test.alpha, minimum_effect=test.minimum_effect)


def _verdict(contrasts: Sequence[Contrast]) -> Verdict:
    conclusions = {each.conclusion for each in contrasts}
    if "supported" in conclusions:
        return "supported"
    return "refuted" if conclusions == {"refuted"} else "inconclusive"


def _method(test: RegisteredTest, family_size: int) -> str:
    test_name = f"two-sided {'paired ' if test.paired else ''}permutation test on the difference of means"
    interval = "paired t" if test.paired else "Welch t"
    share = f" / {family_size}" if family_size > 1 else ""
    return f"{test_name}, Holm over {family_size}; {interval} intervals at level 1 - {test.alpha:g}{share}"


def _notes(test: RegisteredTest, control: Arm, treatments: Sequence[Arm], family: Sequence[Contrast]) -> Iterator[str]:
    yield from oddities(control, treatments, test.factor)
    for each, contrast in zip(treatments, family, strict=True):
        name = f"{test.factor}={each.level}"
        if contrast.p is None:
            yield f"{name} could not be compared and still counts in the family"
        elif contrast.interval is None:
            yield f"no interval for {name}: {'the pairs all differ alike' if test.paired else 'neither arm varies'}"
        alone = each.n + control.n - 2 * contrast.n_treatment
        if test.paired and alone:
            yield f"{name}: {alone} run(s) have no partner in the other arm and are left out"
