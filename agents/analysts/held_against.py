"""Every arm against every known result, as facts and verdicts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from agents.analysts.arm_runs import ArmRuns
from agents.analysts.reference import Reference
from agents.analysts.standing import Standing, standing, with_adjusted
from agents.facts.about import About
from agents.facts.fact import Fact, Verdict
from agents.facts.shown import number, p_value
from agents.facts.units import unit_of

_STATISTICS = "agents.statistics:"


@dataclass(frozen=True)
class Held:
    """One arm against one reference. `left_out` counts runs that are the reference's own as well."""

    arm: ArmRuns
    reference: Reference
    values: tuple[Fact, ...]
    standing: Standing
    left_out: int

    @property
    def key(self) -> str:
        return f"{self.reference.key}.{self.arm.subject}"

    @property
    def with_arm(self) -> str:
        """As sentences name the arm."""
        return "over all runs" if self.arm.name == "all runs" else f"with {self.arm.name}"

    @property
    def with_slot(self) -> str:
        """The same as a template."""
        return f"{self.arm.where[:1].lower()}{self.arm.where[1:]}"


def held_against(
    arms: Sequence[ArmRuns], references: Sequence[Reference], facts: Mapping[str, Fact], alpha: float
) -> tuple[Held, ...]:
    """By reference, then by arm. The arms share alpha: each is held against the reference at its part of it."""
    found = [_held(arm, one, facts, alpha / len(arms)) for one in references for arm in arms]
    adjusted = with_adjusted([one.standing for one in found])
    return tuple(
        Held(one.arm, one.reference, one.values, each, one.left_out) for one, each in zip(found, adjusted, strict=True)
    )


def _held(arm: ArmRuns, reference: Reference, facts: Mapping[str, Fact], alpha: float) -> Held:
    measured = [one for one in arm.of(facts, reference.metric) if isinstance(one.value, int | float)]
    own = tuple(one for one in measured if one.source.file not in reference.files)
    values = [float(one.value) for one in own if one.value is not None]
    return Held(arm, reference, own, standing(values, reference, alpha), len(measured) - len(own))


def facts_of(held: Held) -> Iterator[Fact]:
    """Difference, limits, effect size and p: all post hoc."""
    one, reference = held.standing, held.reference
    about = About(held.key, held.arm.subject, reference.source, "agents.analysts.standing:standing", is_post_hoc=True)
    inputs = [*(fact.id for fact in held.values), *reference.inputs]
    unit, versus = unit_of(reference.metric), f"{reference.metric} {held.with_arm} against {reference.words}"
    limits = "prediction_interval" if one.method == "prediction interval" else "noninferiority"
    for name, value, its_unit, label, function in (
        ("difference", one.difference, unit, "difference of", "number_difference"),
        ("low", one.low, unit, "lower limit of the difference of", limits),
        ("high", one.high, unit, "upper limit of the difference of", limits),
        ("confidence", one.confidence, "percent", "confidence level of the limits of", limits),
        ("hedges_g", one.hedges_g, "", "difference in standard deviations (Hedges' g) of", "hedges_g"),
        ("p", one.p, "p", "unadjusted p of the difference of", "permutation_test"),
        ("p_adjusted", one.p_adjusted, "p", "p after Benjamini-Hochberg of", "benjamini_hochberg"),
        ("n", one.n, "runs", "runs of the arm in", ""),
        ("left_out", held.left_out, "runs", "runs that the known result has too and that were left out of", ""),
    ):
        producer = f"{_STATISTICS}{function}" if function else ""
        yield about.fact(name, value, its_unit, f"{label} {versus}", n=one.n, inputs=inputs, function=producer)


def verdict_of(held: Held) -> Verdict:
    one, reference = held.standing, held.reference
    words = _words(held)
    numbers = _numbers(held)
    sentence = f"{words[:1].upper()}{words[1:]}{f' ({numbers})' if numbers else ''}. {_told(held)}"
    facts = tuple(f"{held.key}.{name}" for name in _used(one))
    named = (fact for fact in reference.facts if fact.value is not None and fact.unit != "text")
    known = tuple(fact.id for fact in named) or reference.inputs
    subjects = (held.arm.subject, reference.subject)
    return Verdict(held.key, one.conclusion, words, sentence, subjects, (*facts, *known), is_post_hoc=True)


def overall(held: Sequence[Held]) -> Verdict:
    """Of one known result, over the arms: held where some arm holds, regressed where every judged arm regressed."""
    reference = held[0].reference
    conclusions = ("held", "regressed", "inconclusive")
    by = {name: [each for each in held if each.standing.conclusion == name] for name in conclusions}
    judged = [each for members in by.values() for each in members]
    verdicts = [verdict_of(each) for each in judged]
    if by["held"]:
        conclusion, words = "held", f"at least {by['held'][0].with_arm} {_short(reference, 'does not fall short')}"
    elif judged and not by["inconclusive"]:
        conclusion, words = "regressed", f"with every arm that could be judged {_short(reference, 'falls short')}"
    elif judged:
        unsettled = _short(reference, "falls short")
        conclusion, words = "inconclusive", f"the runs do not settle whether with every arm {unsettled}"
    else:
        conclusion, words = "not judged", f"no arm was judged against {reference.words}"
    words = f"in a post hoc test, {words}" if judged else words
    facts = tuple(dict.fromkeys(name for one in verdicts for name in one.facts)) or _differences(held)
    subjects = tuple(dict.fromkeys((reference.subject, *(name for one in verdicts for name in one.subjects))))
    sentence = f"{words[:1].upper()}{words[1:]}."
    return Verdict(reference.key, conclusion, words, sentence, subjects, facts, is_post_hoc=True)


def _differences(held: Sequence[Held]) -> tuple[str, ...]:
    return tuple(f"{one.key}.difference" for one in held if one.standing.difference is not None)


def _short(reference: Reference, verb: str) -> str:
    margin = f" by more than {number(reference.margin)}" if reference.margin else ""
    return f"{reference.metric} {verb} of {reference.words}{margin}"


def _words(held: Held) -> str:
    reference, arm, conclusion = held.reference, held.with_arm, held.standing.conclusion
    if conclusion == "not judged":
        return f"{reference.metric} {arm} was not judged against {reference.words}"
    if held.standing.method == "prediction interval":
        worse = "is worse" if conclusion == "regressed" else "is no worse"
        metric = f"{reference.metric} {arm}"
        return f"in a post hoc look, {metric} {worse} than the recorded runs of {reference.words} lead to expect"
    told = {"held": "", "regressed": "", "inconclusive": "the runs neither establish nor exclude that "}[conclusion]
    verb = "does not fall short" if conclusion == "held" else "falls short"
    return f"in a post hoc test, {told}{arm} {_short(reference, verb)}"


def _numbers(held: Held) -> str:
    one = held.standing
    if one.difference is None:
        return ""
    told = f"difference {number(one.difference)}"
    if one.low is not None and one.high is not None and one.confidence is not None:
        kind = "expected" if one.method == "prediction interval" else "interval"
        told += f", {number(one.confidence)}% {kind} {number(one.low)} to {number(one.high)}"
    told += f", p after Benjamini-Hochberg {_p(one.p_adjusted)}" if one.p_adjusted is not None else ""
    return f"{told}, n = {one.n} against {held.reference.n}"


def _told(held: Held) -> str:
    """Why nothing was judged, the values where there are two, and what was left out."""
    one, told = held.standing, []
    if one.why:
        told.append(f"No verdict: {one.why}.")
    if one.n == 2:
        told.append(f"The two values are {' and '.join(number(float(fact.value or 0)) for fact in held.values)}.")
    if held.left_out:
        told.append(f"{held.left_out} run(s) that {held.reference.words} has too are left out.")
    return " ".join(told) or "The test was not registered."


def _p(value: float) -> str:
    shown = p_value(value)
    return shown if shown.startswith("<") else f"= {shown}"


def _used(one: Standing) -> list[str]:
    named = ("difference", "low", "high", "confidence", "hedges_g", "p", "p_adjusted", "n")
    return [name for name in named if getattr(one, name) is not None]
