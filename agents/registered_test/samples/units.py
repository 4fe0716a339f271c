"""Group the cells that share seeds, and compute one value for each independent unit.

Runs with equal seeds may be similar in all blocks, because the seed determines the split and the initial weights. Where
blocks share seeds, the unit is the seed and not the run, and its value is a mean over the blocks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agents.registered_test.claims import RegisteredTest
from agents.registered_test.observation import Observation, settings_text
from agents.registered_test.samples.cells import Cell, Values
from agents.statistics import Stratum
from compiler.base.seed import SEED


def groups_of(cells: Sequence[Cell], *, paired: bool) -> list[list[Cell]]:
    """Return the cells in groups that share no unit of an arm with each other. Pairs in one block are in one group."""
    groups: list[list[Cell]] = []
    for cell in cells:
        linked = [group for group in groups if any(_is_linked(cell, other, paired) for other in group)]
        joined = [*(member for group in linked for member in group), cell]
        groups = [group for group in groups if group not in linked] + [joined]
    order = {id(cell): number for number, cell in enumerate(cells)}
    return sorted((sorted(group, key=lambda c: order[id(c)]) for group in groups), key=lambda g: order[id(g[0])])


def with_complete_units(group: Sequence[Cell], *, paired: bool) -> list[Cell]:
    """Return the cells with the units that are in each of them, and in both arms of pairs, in one order."""
    arms = [list(group[0].treatment), list(group[0].control)]
    for number, name in enumerate(("treatment", "control")):
        arms[number] = [unit for unit in arms[number] if all(unit in getattr(cell, name) for cell in group)]
    if paired:
        arms = [[unit for unit in arms[0] if unit in arms[1]]] * 2
    return [cell.restricted_to(*arms) for cell in group]


def strata_of(groups: Sequence[Sequence[Cell]]) -> list[Stratum]:
    """Return one stratum for each group. The weighted differences of the strata add up to the effect.

    The value of a unit is its mean over the blocks of the group. For an interaction, it is the mean of the differences
    between the levels of the second factor.
    """
    cells = [cell for group in groups for cell in group]
    blocks, first = len({cell.block for cell in cells}), cells[0].second_level
    return [_stratum(group, blocks, first) for group in groups]


def are_exchangeable(groups: Sequence[Sequence[Cell]], *, interaction: bool) -> bool:
    """Return whether the null hypothesis makes the units exchangeable.

    Those of an interaction are if each has runs at both levels of the second factor.
    """
    return not interaction or all(len(group) == 2 * len({cell.block for cell in group}) for group in groups)


def cell_values(cell: Cell) -> Stratum:
    """Return the values of a cell whose failed runs have a value or are removed."""
    return Stratum(_values(cell.treatment), _values(cell.control))


def independent_blocks(test: RegisteredTest, runs: Sequence[Observation]) -> int:
    """Return the number of blocks, or 1 if two blocks share a seed of an arm."""
    blocks: dict[tuple[str, str], set[str]] = {}
    for run in runs:
        in_block = [key for key in test.block if key != SEED or not test.pairs_seeds]
        unit = settings_text(run.settings, [key for key in run.settings if key not in test.block or key == SEED])
        blocks.setdefault((run.level, unit), set()).add(settings_text(run.settings, in_block))
    if any(len(of_unit) > 1 for of_unit in blocks.values()):
        return 1
    return len(set().union(*blocks.values())) or 1


def _is_linked(cell: Cell, other: Cell, paired: bool) -> bool:
    if cell.treatment.keys() & other.treatment.keys() or cell.control.keys() & other.control.keys():
        return True
    return paired and cell.block == other.block


def _stratum(group: Sequence[Cell], blocks: int, first: str) -> Stratum:
    in_group = len({cell.block for cell in group})
    signs = [-1.0 if cell.second_level == first and first else 1.0 for cell in group]
    treatment, control = (
        tuple(_units([getattr(cell, name) for cell in group], signs, in_group)) for name in ("treatment", "control")
    )
    largest = max(cell_values(cell).largest for cell in group)
    return Stratum(treatment, control, in_group / blocks, largest)


def _units(cells: Sequence[Values], signs: Sequence[float], blocks: int) -> Iterator[float]:
    for values in zip(*map(_values, cells), strict=True):
        yield sum(sign * value for sign, value in zip(signs, values, strict=True)) / blocks


def _values(values: Values) -> tuple[float, ...]:
    return tuple(value for value in values.values() if value is not None)
