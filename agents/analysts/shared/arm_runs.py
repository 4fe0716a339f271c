"""Group the runs of an experiment by arm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agents.context.case import Case
from agents.facts.fact import Fact
from agents.facts.subject import arm_subject, parse_subject, run_subject
from agents.facts.text_case import capitalized
from agents.registered_test.runs_by_arm import runs_by_arm

MOST_NAMED = 7  # arms that a figure can distinguish


@dataclass(frozen=True)
class ArmRuns:
    """The runs of one arm.

    `subject` is `arm[FACTOR=LEVEL]`. `name` is for figures, which cannot contain placeholders. `phrase` is the template
    that names the arm inside a sentence: `with model.lr = 0.01`. `runs` are subjects such as
    `run[model.lr=0.01,seed=0]`.
    """

    subject: str
    name: str
    phrase: str
    runs: tuple[str, ...]

    @property
    def level(self) -> str:
        """The placeholder of the arm's level."""
        return f"{{{{f:{self.subject}.level}}}}"

    @property
    def opening(self) -> str:
        """The phrase with a capital letter, for the start of a sentence."""
        return capitalized(self.phrase)

    def of(self, facts: Mapping[str, Fact], quantity: str, prefix: str = "") -> list[Fact]:
        """Return one fact of each run that has it: `arm.of(facts, "accuracy")`."""
        names = [f"{prefix}{run}.{quantity}" for run in self.runs]
        return [facts[name] for name in names if name in facts]


def arm_runs(case: Case) -> tuple[ArmRuns, ...]:
    """Return the arms of the experiment in the order of the sweep.

    A point that does not set the registered factor belongs to no arm. A run that several points share counts once.
    """
    factor = case.test.factor if case.test else None
    groups = runs_by_arm(case.points, factor, overrides=lambda point: point.overrides, run_id=lambda point: point.run)
    return tuple(
        _arm(case, str(arm_subject(group.levels)), tuple(str(run_subject(point.name)) for point in group.runs), factor)
        for group in groups
    )


def prominent(case: Case, arms: Sequence[ArmRuns]) -> tuple[ArmRuns, ...]:
    """Return the arms that a text or legend names: all if they are few, otherwise the control and the best arm."""
    if len(arms) <= MOST_NAMED:
        return tuple(arms)
    levels = {case.book.facts[name].value for name in ("best.level", "test.control") if name in case.book.facts}
    level_facts = ((arm, case.book.facts.get(f"{arm.subject}.level")) for arm in arms)
    return tuple(arm for arm, fact in level_facts if fact is not None and fact.value in levels)


def arm_column(case: Case) -> str:
    """Return the heading for a column of levels: the registered factor, if there is one."""
    return "{{spec:compare.factor}}" if case.test else "Setting"


def _arm(case: Case, subject: str, runs: tuple[str, ...], factor: str | None) -> ArmRuns:
    fact = case.book.facts.get(f"{subject}.level")
    level = str(fact.value) if fact else parse_subject(subject).name or ""
    placeholder = f"{{{{f:{subject}.level}}}}"
    if subject == str(arm_subject({})):
        return ArmRuns(subject, "all runs", "over all runs", runs)
    if factor is None:
        return ArmRuns(subject, level.replace("=", " = ").replace(",", ", "), f"with {placeholder}", runs)
    return ArmRuns(subject, f"{factor} = {level}", f"with {{{{spec:compare.factor}}}} = {placeholder}", runs)
