"""Check that the factor of a test is swept, and that control and treatments are different levels of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from compiler.base.diagnostics import Problem, did_you_mean
from compiler.base.identity import canonical
from compiler.base.level_label import label
from compiler.base.nested import Keys
from compiler.base.seed import SEED
from compiler.comparison.levels import distinct_levels, is_same_level, other_levels
from compiler.comparison.spec_paths import CLAIMS_PATH, COMPARE_PATH
from compiler.spec.compare import ANY_LEVEL, Claim, Compare


def factor_problems(compare: Compare, values: Sequence[Any], swept: Collection[str] = ()) -> Iterator[Problem]:
    """Yield why the values of the factor are not at least two different levels. `swept` are the keys of the sweep."""
    key_path = (*COMPARE_PATH, "factor")
    if compare.factor == SEED:
        yield Problem(key_path, "the seed is no setting: runs that differ in it are repetitions of one arm")
        return
    if len(distinct_levels(values)) < 2:
        reason = f"'{compare.factor}' has one level" if values else f"'{compare.factor}' is not swept"
        yield Problem(key_path, f"{reason}, so there is nothing to compare", _swept_hint(compare.factor, swept))
        return
    first_values: dict[str, Any] = {}
    for value in values:
        first = first_values.setdefault(label(value), value)
        if canonical(first) != canonical(value):
            problem = f"{first!r} and {value!r} are one level of '{compare.factor}', but different trainings"
            yield Problem(key_path, problem, "write the level in one way in the sweep")
            return


def _swept_hint(factor: str, swept: Collection[str]) -> str:
    """Return the swept key that a factor without its group means, else the closest or all swept keys."""
    settings = set(swept) - {SEED, factor}
    meant = [key for key in settings if key.rpartition(".")[2] == factor]
    return f"did you mean '{meant[0]}'?" if len(meant) == 1 else did_you_mean(factor, settings)


def level_problems(compare: Compare, claims: Sequence[Claim], values: Sequence[Any]) -> Iterator[Problem]:
    """Yield a control or a treatment that is not a level, and a claim that does not name its treatment."""
    levels = distinct_levels(values)
    hint = f"levels: {', '.join(map(repr, levels))}"
    if not any(is_same_level(compare.control, level) for level in levels):
        problem = f"{compare.control!r} is not a level of '{compare.factor}'"
        yield Problem((*COMPARE_PATH, "control"), problem, hint)
        return
    if compare.treatment is not None:
        yield from _treatment_problems(compare, compare.treatment, levels, (*COMPARE_PATH, "treatment"))
    others = other_levels(compare.control, levels)
    if compare.treatment is None and not claims and len(others) > 1:
        yield _missing_treatment(compare, others, (*COMPARE_PATH, "treatment"))
    for index, claim in enumerate(claims):
        key_path = (*CLAIMS_PATH, index, "treatment")
        if claim.treatment is not None:
            yield from _treatment_problems(compare, claim.treatment, levels, key_path)
        elif compare.treatment is None and len(others) > 1:
            yield _missing_treatment(compare, others, key_path)


def _treatment_problems(compare: Compare, treatment: Any, levels: Sequence[Any], key_path: Keys) -> Iterator[Problem]:
    if treatment == ANY_LEVEL:
        if ANY_LEVEL in levels:
            yield Problem(key_path, f"'{ANY_LEVEL}' is a level of '{compare.factor}' and means any level of it")
        return
    hint = f"levels: {', '.join(map(repr, levels))}"
    if is_same_level(treatment, compare.control):
        yield Problem(key_path, f"{treatment!r} is the control", hint)
    elif not any(is_same_level(treatment, level) for level in levels):
        yield Problem(key_path, f"{treatment!r} is not a level of '{compare.factor}'", hint)


def _missing_treatment(compare: Compare, others: Sequence[Any], key_path: Keys) -> Problem:
    problem = f"is missing: '{compare.factor}' has {len(others)} levels beside the control"
    listed = ", ".join(map(label, others))
    return Problem(key_path, problem, f"write the level that the hypothesis names ({listed}), or `{ANY_LEVEL}`")
