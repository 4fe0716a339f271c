"""How it is said that an arm holds against a known result, or does not. Words compare only where code has judged."""

from __future__ import annotations

from collections.abc import Sequence

from agents.analysts.held_against import Held
from agents.analysts.reference import Reference
from agents.analysts.standing import Standing
from agents.facts.fact import Verdict
from agents.facts.shown import fixed, p_value, quantity
from agents.facts.units import unit_of


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
    """Of one known result, over the arms: held where some arm holds, regressed where every judged arm regressed.

    Its words are those of the arms that decided it.
    """
    reference, (conclusion, decisive) = held[0].reference, _decisive(held)
    verdicts = [verdict_of(each) for each in decisive]
    words = "; ".join(one.words for one in verdicts) or f"no arm was judged against {reference.words}"
    facts = tuple(dict.fromkeys(name for one in verdicts for name in one.facts)) or _differences(held)
    subjects = tuple(dict.fromkeys((reference.subject, *(name for one in verdicts for name in one.subjects))))
    sentence = f"{words[:1].upper()}{words[1:]}."
    return Verdict(reference.key, conclusion, words, sentence, subjects, facts, is_post_hoc=True)


def _decisive(held: Sequence[Held]) -> tuple[str, list[Held]]:
    """The conclusion over all arms, and the arms that it rests on: the first that holds, else all that ruled it out."""
    for conclusion in ("held", "inconclusive", "regressed"):
        found = [each for each in held if each.standing.conclusion == conclusion]
        if found:
            return conclusion, found[:1] if conclusion == "held" else found
    return "not judged", []


def _differences(held: Sequence[Held]) -> tuple[str, ...]:
    return tuple(f"{one.key}.difference" for one in held if one.standing.difference is not None)


def _short(reference: Reference, *, holds: bool) -> str:
    """`accuracy falls short of … by more than 0.01`, of a loss `exceeds`, or that it does not."""
    verbs = {"maximize": ("falls short of", "does not fall short of"), "minimize": ("exceeds", "does not exceed")}
    margin = f" by more than {fixed(reference.margin)}" if reference.margin else ""
    return f"{reference.metric} {verbs[reference.goal][holds]} {reference.words}{margin}"


def _words(held: Held) -> str:
    reference, arm, conclusion = held.reference, held.with_arm, held.standing.conclusion
    if conclusion == "not judged":
        return f"{reference.metric} {arm} was not judged against {reference.words}"
    if held.standing.method == "prediction interval":
        worse = "is worse" if conclusion == "regressed" else "is no worse"
        metric = f"{reference.metric} {arm}"
        return f"in a post hoc look, {metric} {worse} than the recorded runs of {reference.words} lead to expect"
    told = {"held": "", "regressed": "", "inconclusive": "the runs neither establish nor exclude that "}[conclusion]
    return f"in a post hoc test, {told}{arm} {_short(reference, holds=conclusion == 'held')}"


def _numbers(held: Held) -> str:
    one = held.standing
    if one.difference is None:
        return ""
    told = f"difference {_measured(held, one.difference)}"
    if one.low is not None and one.high is not None and one.confidence is not None:
        kind = "expected" if one.method == "prediction interval" else "interval"
        limits = f"{_measured(held, one.low)} to {_measured(held, one.high)}"
        told += f", {quantity(one.confidence, 'percent')} {kind} {limits}"
    told += f", p after Benjamini-Hochberg {_p(one.p_adjusted)}" if one.p_adjusted is not None else ""
    return f"{told}, n = {one.n} against {held.reference.n}"


def _told(held: Held) -> str:
    """Why nothing was judged, the values where there are two, and what was left out."""
    one, told = held.standing, []
    if one.why:
        told.append(f"No verdict: {one.why}.")
    if one.n == 2:
        told.append(f"The two values are {' and '.join(_measured(held, float(fact.value or 0)) for fact in held.values)}.")
    if held.left_out:
        told.append(f"{held.left_out} run(s) that {held.reference.words} has too are left out.")
    return " ".join(told) or "The test was not registered."


def _measured(held: Held, value: float) -> str:
    """In the unit of the metric, as its facts are shown."""
    return quantity(value, unit_of(held.reference.metric))


def _p(value: float) -> str:
    shown = p_value(value)
    return shown if shown.startswith("<") else f"= {shown}"


def _used(one: Standing) -> list[str]:
    named = ("difference", "low", "high", "confidence", "hedges_g", "p", "p_adjusted", "n")
    return [name for name in named if getattr(one, name) is not None]
