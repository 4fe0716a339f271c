"""Sort the runs that a contrast compares into strata, with failed runs as registered."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from agents.registered_test.cells import (
    Cell,
    merged_single_runs,
    paired_cells,
    sort_into_cells,
    with_failed_as,
    without_failed,
)
from agents.registered_test.claims import RegisteredClaim, RegisteredTest
from agents.registered_test.failed_runs import NotCompared, check_failures, value_of_failed_runs
from agents.registered_test.observation import Observation, repeated_blocks
from agents.statistics import Stratum

_MIN_IN_CELL = 2  # runs of each arm in a block, or pairs


@dataclass(frozen=True)
class ComparedRuns:
    """The values of both arms in strata, multiplied by -1 for a metric that is to be minimized.

    `ranked` holds the arms by block, with minus infinity for a failed run. It is empty for an interaction. `cells`
    holds the compared arms. `n_treatment` and `n_control` count the compared runs or pairs, and `unpaired` the runs
    without a partner. `used` has the compared values by unit; the units of merged blocks are the blocks.
    """

    strata: tuple[Stratum, ...]
    cells: tuple[Stratum, ...]
    ranked: tuple[Stratum, ...]
    is_paired: bool
    n_treatment: int
    n_control: int
    unpaired: int
    used: tuple[Cell, ...] = ()
    is_merged: bool = False


def compared_runs(
    test: RegisteredTest, claim: RegisteredClaim, treatment: str, runs: Sequence[Observation]
) -> ComparedRuns:
    """Return the runs of one contrast.

    Blocks with one run of each arm, and equal seeds if the seed is a blocking key, become pairs. Raises NotCompared.
    """
    treated, controls = ([run for run in runs if run.level == level] for level in (treatment, test.control))
    check_failures(test, claim, treated, controls)
    if repeated := repeated_blocks(test, claim.metric, (*treated, *controls)):
        names = " and ".join(repeated)
        raise NotCompared(f"{names} have equal values for equal seeds (sweep only keys that change the training)")
    sign = 1.0 if claim.goal == "maximize" else -1.0
    cells = sort_into_cells(test, claim, treated, controls, sign)
    merges = len({cell.block for cell in cells}) > 1 and all(cell.n == (1, 1) for cell in cells)
    is_paired = test.paired or test.pairs_seeds or merges
    if merges:
        cells = merged_single_runs(cells)
    elif is_paired:
        cells = paired_cells(cells)
    completed = [sign * value for run in (*treated, *controls) if (value := run.value(claim.metric)) is not None]
    fill = value_of_failed_runs(test, claim, completed, sign)
    used = without_failed(cells, paired=is_paired) if fill is None else with_failed_as(cells, fill)
    _check_size(used, is_paired)
    ranked = used if fill is None else with_failed_as(cells, -math.inf)
    return ComparedRuns(
        strata=tuple(_strata(used, claim, is_paired)),
        cells=tuple(map(_stratum, used)),
        ranked=tuple(_ranked(ranked, merges)) if claim.second_factor is None else (),
        is_paired=is_paired,
        n_treatment=sum(cell.n[0] for cell in used),
        n_control=sum(cell.n[1] for cell in used),
        unpaired=len(treated) + len(controls) - sum(sum(cell.n) for cell in cells),
        used=tuple(used),
        is_merged=merges,
    )


def _check_size(cells: Sequence[Cell], is_paired: bool) -> None:
    if not all(min(cell.n) >= _MIN_IN_CELL for cell in cells):
        missing = "fewer than two pairs" if is_paired else "fewer than two runs of an arm"
        where = "a block has " if len(cells) > 1 else "the experiment has "
        raise NotCompared(where + missing, needs_runs=True)


def _strata(cells: Sequence[Cell], claim: RegisteredClaim, is_paired: bool) -> list[Stratum]:
    """Return the strata whose weighted differences add up to the effect.

    For an interaction, the strata at the two levels of the second factor have opposite weights. With pairs, the
    differences of the pairs at the second level are paired with those at the first level.
    """
    blocks = list(dict.fromkeys(cell.block for cell in cells))
    if claim.second_factor is None:
        return [_stratum(cell, 1 / len(blocks)) for cell in cells]
    first, second = dict.fromkeys(cell.second_level for cell in cells)
    if not is_paired:
        return [_stratum(cell, (1 if cell.second_level == second else -1) / len(blocks)) for cell in cells]
    differences = {(cell.block, cell.second_level): _differences(_stratum(cell)) for cell in cells}
    magnitude = max(stratum.largest for stratum in map(_stratum, cells))
    return [
        Stratum(differences[block, second], differences[block, first], 1 / len(blocks), magnitude) for block in blocks
    ]


def _stratum(cell: Cell, weight: float = 1.0) -> Stratum:
    treatment, control = (
        tuple(value for value in values.values() if value is not None) for values in (cell.treatment, cell.control)
    )
    return Stratum(treatment, control, weight)


def _differences(stratum: Stratum) -> tuple[float, ...]:
    return tuple(a - b for a, b in zip(stratum.treatment, stratum.control, strict=True))


def _ranked(cells: Sequence[Cell], merged: bool) -> list[Stratum]:
    """Return the arms in each block. In a merged cell each pair is a block."""
    strata = list(map(_stratum, cells))
    if not merged:
        return strata
    return [Stratum((a,), (b,)) for s in strata for a, b in zip(s.treatment, s.control, strict=True)]
