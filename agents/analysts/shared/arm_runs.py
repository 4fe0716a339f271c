"""Which runs make an arm, named as facts name them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agents.context.case import Case
from agents.facts.fact import Fact
from agents.facts.subject import arm_subject, parse_subject, run_subject

FEW = 7  # arms: as many as a figure can tell apart


@dataclass(frozen=True)
class ArmRuns:
    """`subject` is `arm[FACTOR=LEVEL]` and `where` the start of a sentence about it. `name` is for pictures, which
    are no templates."""

    subject: str
    name: str
    where: str
    runs: tuple[str, ...]  # run[POINT]

    @property
    def level(self) -> str:
        return f"{{{{f:{self.subject}.level}}}}"

    @property
    def where_inside(self) -> str:
        """`where` inside a sentence."""
        return f"{self.where[:1].lower()}{self.where[1:]}"

    def of(self, facts: Mapping[str, Fact], what: str, prefix: str = "") -> list[Fact]:
        """That fact of each run that has it: `of(facts, "accuracy")`."""
        names = [f"{prefix}{run}.{what}" for run in self.runs]
        return [facts[name] for name in names if name in facts]


def arm_runs(case: Case) -> tuple[ArmRuns, ...]:
    """In the order of the sweep. A point that does not set the registered factor belongs to none, and a run that
    several points name counts once: as in the facts."""
    factor = (case.spec.get("compare") or {}).get("factor")
    found: dict[str, dict[str, str]] = {}
    for point in case.spec.get("points", ()):
        levels = _levels(point["overrides"], factor)
        if levels is not None:
            found.setdefault(str(arm_subject(levels)), {}).setdefault(point["run"], str(run_subject(point["name"])))
    return tuple(_arm(case, subject, tuple(runs.values()), factor) for subject, runs in found.items())


def prominent(case: Case, arms: Sequence[ArmRuns]) -> tuple[ArmRuns, ...]:
    """Those that a text or a legend names: all while they are few, else the control and the best seen."""
    if len(arms) <= FEW:
        return tuple(arms)
    levels = {case.book.facts[name].value for name in ("best.level", "test.control") if name in case.book.facts}
    facts = ((arm, case.book.facts.get(f"{arm.subject}.level")) for arm in arms)
    return tuple(arm for arm, fact in facts if fact is not None and fact.value in levels)


def arm_column(arms: Sequence[ArmRuns]) -> str:
    """The head of the column of levels: the registered factor, where there is one."""
    return "{{spec:compare.factor}}" if any("{{spec:compare.factor}}" in arm.where for arm in arms) else "Setting"


def _levels(overrides: Mapping[str, Any], factor: str | None) -> dict[str, Any] | None:
    if factor is None:
        return {key: value for key, value in overrides.items() if key != "seed"}
    return {factor: overrides[factor]} if factor in overrides else None


def _arm(case: Case, subject: str, runs: tuple[str, ...], factor: str | None) -> ArmRuns:
    fact = case.book.facts.get(f"{subject}.level")
    level = str(fact.value) if fact else parse_subject(subject).name or ""
    where = f"With {{{{f:{subject}.level}}}}"
    if subject == str(arm_subject({})):
        return ArmRuns(subject, "all runs", "Over all runs", runs)
    if factor is None:
        return ArmRuns(subject, level.replace("=", " = ").replace(",", ", "), where, runs)
    return ArmRuns(subject, f"{factor} = {level}", where.replace("With ", "With {{spec:compare.factor}} = "), runs)
