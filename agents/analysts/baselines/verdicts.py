"""Build the verdicts of comparisons with references. Only their sentences compare arms with references."""

from __future__ import annotations

from collections.abc import Sequence

from agents.analysts.baselines.comparisons import ReferenceComparison
from agents.analysts.baselines.judgement import PREDICTION_INTERVAL, Judgement
from agents.facts.number_format import format_exact, format_p_equals, format_quantity
from agents.facts.text_case import capitalized
from agents.facts.units import unit_of
from agents.facts.verdict import BaselineOutcome, Verdict

_PRECEDENCE: tuple[BaselineOutcome, ...] = ("held", "inconclusive", "regressed")  # of the outcomes of several arms
_HEDGE = {"held": "", "regressed": "", "inconclusive": "the runs neither establish nor exclude that "}
_NUMBERS = ("difference", "low", "high", "confidence", "hedges_g", "p", "p_adjusted", "n")


def arm_verdict(comparison: ReferenceComparison) -> Verdict:
    """Return the verdict of one arm against one reference."""
    judgement, reference = comparison.judgement, comparison.reference
    words, numbers = _words(comparison), _numbers(comparison)
    sentence = f"{capitalized(words)}{f' ({numbers})' if numbers else ''}. {_remarks(comparison)}"
    reference_facts = (fact for fact in reference.facts if fact.value is not None and fact.unit != "text")
    facts = (*_used_facts(comparison), *(tuple(fact.id for fact in reference_facts) or reference.inputs))
    subjects = (comparison.arm.subject, reference.subject)
    return Verdict(comparison.key, judgement.conclusion, words, sentence, subjects, facts, is_post_hoc=True)


def reference_verdict(comparisons: Sequence[ReferenceComparison]) -> Verdict:
    """Return the verdict of one reference over all arms: held if any arm held, regressed if every judged arm regressed.

    Its words cover every judged arm.
    """
    reference = comparisons[0].reference
    judged = [comparison for comparison in comparisons if comparison.is_judged]
    verdicts = [arm_verdict(comparison) for comparison in judged]
    words = _words_of_all(judged) if judged else f"no arm was judged against {reference.name}"
    sentence = verdicts[0].sentence if len(verdicts) == 1 else f"{capitalized(words)}."
    facts = tuple(dict.fromkeys(name for verdict in verdicts for name in verdict.facts)) or _differences(comparisons)
    subjects = dict.fromkeys((reference.subject, *(name for verdict in verdicts for name in verdict.subjects)))
    conclusions = {comparison.judgement.conclusion for comparison in comparisons}
    conclusion: BaselineOutcome = next((outcome for outcome in _PRECEDENCE if outcome in conclusions), "not judged")
    return Verdict(reference.key, conclusion, words, sentence, tuple(subjects), facts, is_post_hoc=True)


def _words_of_all(judged: Sequence[ReferenceComparison]) -> str:
    """Return a clause for each outcome, with all arms that have it, and a clause for each arm with a single run."""
    single_runs = [comparison for comparison in judged if _is_single_run(comparison)]
    tested = [comparison for comparison in judged if not _is_single_run(comparison)]
    groups = [
        [comparison for comparison in tested if comparison.judgement.conclusion == outcome] for outcome in _PRECEDENCE
    ]
    clauses = [_clause(group) for group in groups if group]
    tests = "post hoc tests" if len(tested) > 1 else "a post hoc test"
    joined = [f"in {tests}, {'; '.join(clauses)}"] if clauses else []
    return "; ".join([*joined, *map(_words, single_runs)])


def _words(comparison: ReferenceComparison) -> str:
    reference, conclusion = comparison.reference, comparison.judgement.conclusion
    metric = f"{reference.metric} {comparison.arm_phrase}"
    if conclusion == "not judged":
        return f"{metric} was not judged against {reference.name}"
    if _is_single_run(comparison):
        return f"in a post hoc comparison of a single run, {_clause([comparison])}"
    return f"in a post hoc test, {_clause([comparison])}"


def _clause(group: Sequence[ReferenceComparison]) -> str:
    """Return a clause such as `accuracy with … falls short of that of … by more than 0.01`.

    The verb is negated for `held`. For a metric that is to be minimized, the verb is `exceeds`.
    """
    reference, conclusion = group[0].reference, group[0].judgement.conclusion
    verbs = {"maximize": ("falls short of", "does not fall short of"), "minimize": ("exceeds", "does not exceed")}
    margin = f" by more than {format_exact(reference.margin)}" if reference.margin else ""
    verb = verbs[reference.goal][conclusion == "held"]
    return f"{_HEDGE[conclusion]}{reference.metric} {_arms(group)} {verb} that of {reference.name}{margin}"


def _arms(group: Sequence[ReferenceComparison]) -> str:
    """Return the arms as a phrase such as `with model.lr = 0.001, 0.003 and 0.01`."""
    first, *others = (comparison.arm_phrase for comparison in group)
    factor = f"{first.rpartition(' = ')[0]} = "
    *names, last = [first, *(name.removeprefix(factor).removeprefix("with ") for name in others)]
    return f"{', '.join(names)} and {last}" if names else last


def _numbers(comparison: ReferenceComparison) -> str:
    judgement, reference = comparison.judgement, comparison.reference
    if judgement.difference is None:
        return ""

    def quantity(value: float) -> str:
        return format_quantity(value, unit_of(reference.metric))

    parts = [f"{'mean ' if judgement.n > 1 else ''}difference {quantity(judgement.difference)}"]
    if judgement.low is not None and judgement.high is not None and judgement.confidence is not None:
        kind = "interval for a single run" if _is_single_run(comparison) else "confidence interval"
        level = format_quantity(judgement.confidence, "percent")
        parts.append(f"{level} {kind} {quantity(judgement.low)} to {quantity(judgement.high)}")
    if judgement.p_adjusted is not None:
        parts.append(f"Benjamini-Hochberg-adjusted p {format_p_equals(judgement.p_adjusted)}")
    return ", ".join([*parts, f"n = {judgement.n} and {reference.n}"])


def _remarks(comparison: ReferenceComparison) -> str:
    """Return the reason for a missing verdict, the values of two runs, and the number of excluded runs."""
    judgement, reference = comparison.judgement, comparison.reference
    remarks = [f"No verdict: {judgement.why}."] if judgement.why else []
    if judgement.n == 2:
        unit = unit_of(reference.metric)
        values = (format_quantity(float(fact.value or 0), unit) for fact in comparison.values)
        remarks.append(f"The two values are {' and '.join(values)}.")
    if comparison.excluded:
        remarks.append(f"{comparison.excluded} run(s) that {reference.name} contains as well were excluded.")
    return " ".join(remarks) or "The test was not registered."


def _is_single_run(comparison: ReferenceComparison) -> bool:
    return comparison.judgement.method == PREDICTION_INTERVAL


def _differences(comparisons: Sequence[ReferenceComparison]) -> tuple[str, ...]:
    measured = (comparison for comparison in comparisons if comparison.judgement.difference is not None)
    return tuple(f"{comparison.key}.difference" for comparison in measured)


def _used_facts(comparison: ReferenceComparison) -> list[str]:
    judgement: Judgement = comparison.judgement
    return [f"{comparison.key}.{name}" for name in _NUMBERS if getattr(judgement, name) is not None]
