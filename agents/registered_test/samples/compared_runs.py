"""Sort the runs that a contrast compares into strata of independent units, with failed runs as registered."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from agents.registered_test.claims import RegisteredClaim, RegisteredTest
from agents.registered_test.observation import Observation
from agents.registered_test.samples.cells import (
    Cell,
    merged_single_runs,
    sort_into_cells,
    with_failed_as,
    without_failed,
)
from agents.registered_test.samples.failed_runs import NotCompared, check_failures, value_of_failed_runs
from agents.registered_test.samples.units import (
    are_exchangeable,
    cell_values,
    groups_of,
    strata_of,
    with_complete_units,
)
from agents.statistics import Stratum

_MIN_IN_CELL = 2  # units of each arm in a block, or pairs


@dataclass(frozen=True)
class ComparedRuns:
    """The values of both arms in strata, multiplied by -1 for a metric that is to be minimized.

    A stratum has one value for each unit. `groups` are the cells of each stratum; those of a group share seeds. `cells`
    holds the values of the runs of both arms in each cell, and `ranked` the same with minus infinity for a failed run.
    `ranked` is empty for an interaction. `n_treatment` and `n_control` count the units or pairs, and `unpaired` the
    runs without a partner. The units of merged blocks are the blocks.
    """

    strata: tuple[Stratum, ...]
    groups: tuple[tuple[Cell, ...], ...]
    ranked: tuple[Stratum, ...]
    is_paired: bool
    is_exchangeable: bool
    unpaired: int
    is_merged: bool = False

    @property
    def used(self) -> tuple[Cell, ...]:
        return tuple(chain.from_iterable(self.groups))

    @property
    def cells(self) -> tuple[Stratum, ...]:
        return tuple(map(cell_values, self.used))

    @property
    def group_numbers(self) -> tuple[int, ...]:
        """The number of the group of each cell."""
        return tuple(number for number, group in enumerate(self.groups) for _ in group)

    @property
    def n_treatment(self) -> int:
        return sum(len(stratum.treatment) for stratum in self.strata)

    @property
    def n_control(self) -> int:
        return sum(len(stratum.control) for stratum in self.strata)

    @property
    def shared_blocks(self) -> int:
        """The largest number of blocks that share seeds, 1 if no blocks do."""
        return max(len({cell.block for cell in group}) for group in self.groups)


def compared_runs(
    test: RegisteredTest, claim: RegisteredClaim, treatment: str, runs: Sequence[Observation]
) -> ComparedRuns:
    """Return the runs of one contrast.

    Blocks with one run of each arm, whose seeds differ, become pairs. Raises NotCompared.
    """
    treated, controls = ([run for run in runs if run.level == level] for level in (treatment, test.control))
    check_failures(test, claim, treated, controls)
    sign = 1.0 if claim.goal == "maximize" else -1.0
    cells = sort_into_cells(test, claim, treated, controls, sign)
    merges = test.folds is None and _are_pairs(cells)
    is_paired = test.paired or test.pairs_seeds or merges
    if merges:
        cells = merged_single_runs(cells)
    linked = [[cell] for cell in cells] if test.folds else groups_of(cells, paired=is_paired)
    groups = [with_complete_units(group, paired=is_paired) for group in linked]
    completed = [sign * value for run in (*treated, *controls) if (value := run.value(claim.metric)) is not None]
    fill = value_of_failed_runs(test, claim, completed, sign)
    if fill is None:
        used = [with_complete_units(without_failed(group), paired=is_paired) for group in groups]
    else:
        used = [with_failed_as(group, fill) for group in groups]
    if test.folds:
        used = [group for group in used if min(group[0].n)]  # a fold without a pair is excluded
        _check_folds(used)
    else:
        _check_size(used, is_paired)
    ranked = [cell for group in (used if fill is None else groups) for cell in with_failed_as(group, -math.inf)]
    return ComparedRuns(
        strata=tuple(strata_of(used)),
        groups=tuple(map(tuple, used)),
        ranked=tuple(_ranked(ranked, merges)) if claim.second_factor is None else (),
        is_paired=is_paired,
        is_exchangeable=are_exchangeable(used, interaction=claim.second_factor is not None),
        unpaired=len(treated) + len(controls) - sum(sum(cell.n) for group in groups for cell in group),
        is_merged=merges,
    )


def _are_pairs(cells: Sequence[Cell]) -> bool:
    """Return whether each of several blocks has one run of each arm, and no two blocks share the seed."""
    blocks = {cell.block for cell in cells}
    if len(blocks) < 2 or any(cell.n != (1, 1) for cell in cells):
        return False
    return all(len({cell.block for cell in group}) == 1 for group in groups_of(cells, paired=False))


def _check_size(groups: Sequence[Sequence[Cell]], is_paired: bool) -> None:
    for group in groups:
        if min(group[0].n) < _MIN_IN_CELL:
            where = "a block has" if len(groups) > 1 else "the experiment has"
            missing = "pairs" if is_paired else "runs of an arm"
            if len({cell.block for cell in group}) > 1:
                missing = f"seeds {'in both arms' if is_paired else 'of an arm'} that are in every block"
            raise NotCompared(f"{where} fewer than two {missing}", needs_runs=True)


def _check_folds(groups: Sequence[Sequence[Cell]]) -> None:
    if len(groups) < _MIN_IN_CELL:
        raise NotCompared(f"fewer than two folds have a pair of completed runs, got {len(groups)}")


def _ranked(cells: Sequence[Cell], merged: bool) -> list[Stratum]:
    """Return the arms in each block. In a merged cell each pair is a block."""
    strata = list(map(cell_values, cells))
    if not merged:
        return strata
    return [Stratum((a,), (b,)) for s in strata for a, b in zip(s.treatment, s.control, strict=True)]
