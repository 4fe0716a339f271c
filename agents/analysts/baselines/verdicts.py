"""How it is said that an arm holds against a known result, or does not. Words compare only where code has judged."""

from __future__ import annotations

from collections.abc import Sequence

from agents.analysts.baselines.comparisons import ReferenceComparison
from agents.analysts.baselines.judgement import Judgement
from agents.facts.number_format import format_exact, format_p_equals, format_quantity
from agents.facts.units import unit_of
from agents.facts.verdict import BaselineOutcome, Verdict

_PLACED = "prediction interval"
_DECIDING: tuple[BaselineOutcome, ...] = ("held", "inconclusive", "regressed")  # in order of precedence over the arms
_HEDGE = {"held": "", "regressed": "", "inconclusive": "the runs neither establish nor exclude that "}


def arm_verdict(held: ReferenceComparison) -> Verdict:
    one, reference = held.judgement, held.reference
    words = _words(held)
    numbers = _numbers(held)
    sentence = f"{words[:1].upper()}{words[1:]}{f' ({numbers})' if numbers else ''}. {_told(held)}"
    facts = tuple(f"{held.key}.{name}" for name in _used(one))
    named = (fact for fact in reference.facts if fact.value is not None and fact.unit != "text")
    known = tuple(fact.id for fact in named) or reference.inputs
    subjects = (held.arm.subject, reference.subject)
    return Verdict(held.key, one.conclusion, words, sentence, subjects, (*facts, *known), is_post_hoc=True)


def reference_verdict(held: Sequence[ReferenceComparison]) -> Verdict:
    """Of one known result, over the arms: held where some arm holds, regressed where every judged arm regressed.

    Its words tell of every judged arm.
    """
    reference, conclusion = held[0].reference, _conclusion(held)
    judged = [one for one in held if one.judgement.conclusion != "not judged"]
    verdicts = [arm_verdict(one) for one in judged]
    words = _words_together(judged) if judged else f"no arm was judged against {reference.words}"
    facts = tuple(dict.fromkeys(name for one in verdicts for name in one.facts)) or _differences(held)
    subjects = tuple(dict.fromkeys((reference.subject, *(name for one in verdicts for name in one.subjects))))
    sentence = verdicts[0].sentence if len(verdicts) == 1 else f"{words[:1].upper()}{words[1:]}."
    return Verdict(reference.key, conclusion, words, sentence, subjects, facts, is_post_hoc=True)


def _conclusion(held: Sequence[ReferenceComparison]) -> BaselineOutcome:
    found = {one.judgement.conclusion for one in held}
    return next((each for each in _DECIDING if each in found), "not judged")


def _words_together(judged: Sequence[ReferenceComparison]) -> str:
    """Arms that came out alike in a clause; those placed among recorded runs by themselves."""
    placed = [one for one in judged if one.judgement.method == _PLACED]
    tested = [[one for one in judged if one not in placed and one.judgement.conclusion == each] for each in _DECIDING]
    told = [f"{_HEDGE[group[0].judgement.conclusion]}{_with_arms(group)} {_short(group)}" for group in tested if group]
    several = sum(map(len, tested)) > 1
    opened = [f"in {'post hoc tests' if several else 'a post hoc test'}, {'; '.join(told)}"] if told else []
    return "; ".join([*opened, *map(_words, placed)])


def _with_arms(group: Sequence[ReferenceComparison]) -> str:
    """`with model.lr = 0.001, 0.003 and 0.01`."""
    opening, *others = (one.with_arm for one in group)
    factor = f"{opening.rpartition(' = ')[0]} = "
    names = [opening, *(one.removeprefix(factor).removeprefix("with ") for one in others)]
    return f"{', '.join(names[:-1])} and {names[-1]}" if others else opening


def _differences(held: Sequence[ReferenceComparison]) -> tuple[str, ...]:
    return tuple(f"{one.key}.difference" for one in held if one.judgement.difference is not None)


def _short(group: Sequence[ReferenceComparison]) -> str:
    """`accuracy falls short of … by more than 0.01`, of a loss `exceeds`, or that it does not."""
    reference, holds = group[0].reference, group[0].judgement.conclusion == "held"
    verbs = {"maximize": ("falls short of", "does not fall short of"), "minimize": ("exceeds", "does not exceed")}
    margin = f" by more than {format_exact(reference.margin)}" if reference.margin else ""
    return f"{reference.metric} {verbs[reference.goal][holds]} {reference.words}{margin}"


def _words(held: ReferenceComparison) -> str:
    reference, arm, conclusion = held.reference, held.with_arm, held.judgement.conclusion
    if conclusion == "not judged":
        return f"{reference.metric} {arm} was not judged against {reference.words}"
    if held.judgement.method == _PLACED:
        worse = "is worse" if conclusion == "regressed" else "is no worse"
        metric = f"{reference.metric} {arm}"
        return f"in a post hoc look, {metric} {worse} than the recorded runs of {reference.words} lead to expect"
    return f"in a post hoc test, {_HEDGE[conclusion]}{arm} {_short([held])}"


def _numbers(held: ReferenceComparison) -> str:
    one = held.judgement
    if one.difference is None:
        return ""
    told = f"difference {_measured(held, one.difference)}"
    if one.low is not None and one.high is not None and one.confidence is not None:
        kind = "expected" if one.method == _PLACED else "interval"
        limits = f"{_measured(held, one.low)} to {_measured(held, one.high)}"
        told += f", {format_quantity(one.confidence, 'percent')} {kind} {limits}"
    told += f", p after Benjamini-Hochberg {format_p_equals(one.p_adjusted)}" if one.p_adjusted is not None else ""
    return f"{told}, n = {one.n} against {held.reference.n}"


def _told(held: ReferenceComparison) -> str:
    """Why nothing was judged, the values where there are two, and what was left out."""
    one, told = held.judgement, []
    if one.why:
        told.append(f"No verdict: {one.why}.")
    if one.n == 2:
        values = (_measured(held, float(fact.value or 0)) for fact in held.values)
        told.append(f"The two values are {' and '.join(values)}.")
    if held.left_out:
        told.append(f"{held.left_out} run(s) that {held.reference.words} has too are left out.")
    return " ".join(told) or "The test was not registered."


def _measured(held: ReferenceComparison, value: float) -> str:
    """In the unit of the metric, as its facts are shown."""
    return format_quantity(value, unit_of(held.reference.metric))


def _used(one: Judgement) -> list[str]:
    named = ("difference", "low", "high", "confidence", "hedges_g", "p", "p_adjusted", "n")
    return [name for name in named if getattr(one, name) is not None]
