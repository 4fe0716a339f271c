"""Sort the runs of two arms into cells: one block, at one level of the second factor of an interaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from agents.registered_test.claims import RegisteredClaim, RegisteredTest
from agents.registered_test.observation import Observation, settings_text
from agents.registered_test.samples.failed_runs import NotCompared
from compiler.base.seed import SEED

Values = Mapping[str, float | None]  # by unit, multiplied by the sign of the goal; None is a failed run


@dataclass(frozen=True)
class Cell:
    """The runs of both arms in one block. `second_level` is empty if the claim is not an interaction."""

    block: str
    second_level: str
    treatment: Values
    control: Values

    @property
    def n(self) -> tuple[int, int]:
        return len(self.treatment), len(self.control)

    def restricted_to(self, treatment: Iterable[str], control: Iterable[str]) -> Cell:
        """Return the cell with these units of the arms only, in this order."""
        return replace(
            self,
            treatment={unit: self.treatment[unit] for unit in treatment},
            control={unit: self.control[unit] for unit in control},
        )


def sort_into_cells(
    test: RegisteredTest,
    claim: RegisteredClaim,
    treatment: Sequence[Observation],
    control: Sequence[Observation],
    sign: float,
) -> list[Cell]:
    """Return the cells in the order of their first runs. Raises NotCompared if a cell has no run of an arm."""
    cells: dict[tuple[str, str], tuple[dict[str, float | None], dict[str, float | None]]] = {}
    for arm, runs in enumerate((treatment, control)):
        for run in runs:
            block, second_level, unit = position(test, claim, run)
            value = run.value(claim.metric)
            cells.setdefault((block, second_level), ({}, {}))[arm][unit] = None if value is None else sign * value
    if claim.second_factor is not None:
        _check_second_factor(cells, claim.second_factor)
    sorted_cells = [Cell(*key, *values) for key, values in cells.items()]
    for cell in sorted_cells:
        if not min(cell.n):
            raise NotCompared(f"{_name(cell)} has no run of one of the arms")
    return sorted_cells


def merged_single_runs(cells: Sequence[Cell]) -> list[Cell]:
    """Return one cell for all blocks, with the blocks as units. Each block must have one run of each arm."""
    merged: dict[str, Cell] = {}
    for cell in cells:
        previous = merged.setdefault(cell.second_level, Cell("", cell.second_level, {}, {}))
        merged[cell.second_level] = replace(
            previous,
            treatment={**previous.treatment, cell.block: next(iter(cell.treatment.values()))},
            control={**previous.control, cell.block: next(iter(cell.control.values()))},
        )
    return list(merged.values())


def without_failed(cells: Sequence[Cell]) -> list[Cell]:
    return [replace(cell, treatment=_usable(cell.treatment), control=_usable(cell.control)) for cell in cells]


def with_failed_as(cells: Sequence[Cell], value: float) -> list[Cell]:
    """Return the cells with the value of failed runs filled in."""
    return [
        replace(cell, treatment=_filled(cell.treatment, value), control=_filled(cell.control, value)) for cell in cells
    ]


def position(test: RegisteredTest, claim: RegisteredClaim, run: Observation) -> tuple[str, str, str]:
    """Return block, level of the second factor, and unit of a run.

    The unit has all settings except those of the blocks and the second factor, such as `seed=3`, so that runs with
    equal seeds have equal units in all blocks. The seed is part of the unit, also if it is a blocking key.
    """
    second = claim.second_factor
    if second is not None and second not in run.settings:
        raise NotCompared(f"run {run.run_id} does not set {second}, the second factor of the interaction")
    if second is None and not test.block:
        return run.block, "", run.unit
    pairs_seeds = test.pairs_seeds and SEED in run.settings
    not_blocks = {second, SEED} if pairs_seeds else {second}
    not_units = {second, *test.block} - {SEED}
    block = settings_text(run.settings, [key for key in test.block if key not in not_blocks])
    unit = settings_text(run.settings, [key for key in run.settings if key not in not_units])
    return block, run.settings.get(second or "", ""), unit


def _check_second_factor(cells: Iterable[tuple[str, str]], factor: str) -> None:
    levels = list(dict.fromkeys(level for _, level in cells))
    if len(levels) != 2:
        raise NotCompared(f"an interaction needs two levels of {factor}, got {len(levels)} ({', '.join(levels)})")
    if len({block for block, _ in cells}) * 2 != len(list(cells)):
        raise NotCompared(f"a block has runs at only one level of {factor}")


def _name(cell: Cell) -> str:
    return ",".join(filter(None, (cell.block, cell.second_level))) or "the experiment"


def _usable(values: Values) -> Values:
    return {unit: value for unit, value in values.items() if value is not None}


def _filled(values: Values, fill: float) -> Values:
    return {unit: fill if value is None else value for unit, value in values.items()}
