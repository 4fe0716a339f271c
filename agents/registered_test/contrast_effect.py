"""Measure the effect of a contrast: a difference of means, also over test items, or of interquartile means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from agents.registered_test.claims import RegisteredClaim, RegisteredTest
from agents.registered_test.observation import Observation
from agents.registered_test.samples.cells import Cell, position
from agents.registered_test.samples.compared_runs import ComparedRuns
from agents.registered_test.samples.failed_runs import NotCompared
from agents.registered_test.samples.item_scores import NoItemScores, scored_arm
from agents.statistics import (
    MIN_BOOTSTRAP_RUNS,
    CrossedDifference,
    CrossedScores,
    FoldEffect,
    ResampledEffect,
    TestedEffect,
    UnusableSample,
    crossed_difference,
    iqm_difference,
    measure_effect,
    measure_fold_effect,
    rounding,
)


def contrast_effect(
    test: RegisteredTest,
    claim: RegisteredClaim,
    treatment: str,
    runs: Sequence[Observation],
    compared: ComparedRuns,
) -> TestedEffect:
    """Return the effect that the registered test decides on.

    Raises:
        NotCompared: The runs do not allow to estimate it.
        UnusableSample: No value varies.
    """
    if test.folds:
        return _fold_effect(test.folds, compared)
    effect = measure_effect(compared.strata, paired=compared.is_paired, exchangeable=compared.is_exchangeable)
    if test.aggregate == "iqm":
        return _iqm_effect(test, claim, compared)
    if "item" not in test.generalize_to:
        return effect
    return replace(effect, over_items=_over_items(test, claim, treatment, runs, compared))


def _iqm_effect(test: RegisteredTest, claim: RegisteredClaim, compared: ComparedRuns) -> ResampledEffect:
    """Return the difference of interquartile means over the runs of all blocks."""
    if claim.second_factor is not None or "item" in test.generalize_to:
        raise NotCompared("the difference of interquartile means is not estimated for interactions or over test items")
    if compared.is_paired and not compared.is_merged:
        raise NotCompared("the difference of interquartile means is not estimated for pairs (remove compare.paired)")
    smallest = 1 if compared.is_merged else min(min(cell.n) for cell in compared.used)
    arms = zip(*((cell.treatment, cell.control) for cell in compared.cells), strict=True)
    resampled = iqm_difference(*arms, groups=compared.group_numbers)
    if compared.is_merged or resampled is None:
        raise NotCompared(
            f"the interval of the interquartile mean needs {MIN_BOOTSTRAP_RUNS} runs of each arm in every block, and a"
            f" block has {smallest}",
            needs_runs=True,
        )
    values = [value for cell in compared.cells for value in (*cell.treatment, *cell.control)]
    interval = resampled.interval(1 - test.alpha)
    if interval.high - interval.low <= rounding(values):
        raise NotCompared("the middle half of the values of the runs does not vary, so the interval is not estimated")
    return ResampledEffect(resampled, "difference of interquartile means over the runs of all blocks")


def _fold_effect(folds: int, compared: ComparedRuns) -> FoldEffect:
    """Return the mean over the folds of the differences of pairs."""
    pairs = [list(zip(stratum.treatment, stratum.control, strict=True)) for stratum in compared.cells]
    differences = [[treatment - control for treatment, control in fold] for fold in pairs]
    return measure_fold_effect(differences, folds, [value for fold in pairs for pair in fold for value in pair])


def _over_items(
    test: RegisteredTest, claim: RegisteredClaim, treatment: str, runs: Sequence[Observation], compared: ComparedRuns
) -> CrossedDifference:
    """Return the estimate of the difference of means over seeds and test items."""
    if claim.second_factor is not None:
        raise NotCompared("an interaction is not estimated over test items (use generalize_to: [seed])")
    index: dict[tuple[str, str, str], Observation] = {}
    for run in runs:
        block, _, unit = position(test, claim, run)
        index[(run.level, "", block) if compared.is_merged else (run.level, block, unit)] = run
    try:
        blocks = [_scores(test, claim, treatment, index, cell) for cell in compared.used]
        return crossed_difference(blocks, paired=compared.is_paired, groups=compared.group_numbers)
    except NoItemScores as error:
        raise NotCompared(str(error)) from error
    except UnusableSample as error:
        raise NotCompared(f"the difference cannot be estimated over test items: {error}") from error


def _scores(
    test: RegisteredTest,
    claim: RegisteredClaim,
    treatment: str,
    index: Mapping[tuple[str, str, str], Observation],
    cell: Cell,
) -> CrossedScores:
    """Return the scores of both arms in a cell. Raises NoItemScores."""
    sign = 1.0 if claim.goal == "maximize" else -1.0
    arms = []
    for level, values in ((treatment, cell.treatment), (test.control, cell.control)):
        keys = [(level, cell.block, unit) for unit in values]
        observed = [sign * value for value in values.values() if value is not None]
        arms.append(scored_arm([index[key] for key in keys], observed, claim.metric))
    if arms[0].test_set != arms[1].test_set:
        raise NoItemScores("the two arms have different test sets")
    return CrossedScores(sign * arms[0].scores, sign * arms[1].scores, arms[0].test_set)
