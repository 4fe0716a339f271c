"""Measure how the cost of planning and building grows with the number of runs and of specs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from compiler.base.paths import Lab
from tests.bench.harness.bench_context import Bench
from tests.bench.harness.measure import Cost, cost_of
from tests.bench.harness.rows import Note, Row
from tests.bench.labs import change_spec, many_specs, snakemake, wide_lab
from tests.bench.tables.growth_figure import draw
from tests.bench.tables.planning import COMPILE

FIGURE = "bench_growth.svg"
_NOTE = f"""\
The exponent is the slope of a straight line through the logarithms of size and cost, after the cost of the smallest
size was subtracted: 1 means that cost grows in proportion to size. There is none where fewer than two sizes cost at
least a twentieth more than the smallest. The lab has the specs of Proband as well, so that the smallest size is not
free. The trainings of the builds do nothing, but each run is recorded with all its files.

![Cost against size: seconds and memory of compiling, dry runs and builds]({FIGURE})
"""
PER_RUN = "s per run"
_MIN_GROWTH = 0.1  # the share of the cost of the smallest size below which a growth is not told from noise


@dataclass(frozen=True)
class Curve:
    """The cost of an action at each size. `sizes` are numbers of runs or specs; the unit of `costs` is s or MB."""

    action: str
    of: str
    unit: str
    sizes: tuple[int, ...]
    costs: tuple[float, ...]

    @property
    def exponent(self) -> float | None:
        return slope(self.sizes, self.costs) if self.unit == PER_RUN else growth_exponent(self.sizes, self.costs)

    @property
    def fitted_sizes(self) -> tuple[int, ...]:
        if self.unit == PER_RUN:
            return self.sizes
        return tuple(size for size, _ in growth_points(self.sizes, self.costs))


def growth_exponent(sizes: Sequence[int], costs: Sequence[float]) -> float | None:
    """Return the exponent of the growth above the cost of the smallest size, or None if there is too little growth."""
    points = growth_points(sizes, costs)
    return slope(*zip(*points, strict=True)) if len(points) > 1 else None


def growth_points(sizes: Sequence[int], costs: Sequence[float]) -> list[tuple[int, float]]:
    """Return the sizes that cost clearly more than the smallest, and how much more."""
    more = [(size, cost - costs[0]) for size, cost in zip(sizes[1:], costs[1:], strict=True)]
    return [(size, cost) for size, cost in more if cost > _MIN_GROWTH * costs[0]]


def slope(sizes: Sequence[float], costs: Sequence[float]) -> float | None:
    """Return the slope of the logarithm of cost against that of size, or None where a logarithm does not exist."""
    if len(sizes) < 2 or min(costs) <= 0:
        return None
    return float(np.polyfit(np.log(sizes), np.log(costs), 1)[0])


def growth(bench: Bench) -> Iterator[Row | Note]:
    curves: list[Curve] = []
    sizes = bench.sizes
    for of, numbers, create in (("runs", sizes.planned_runs, wide_lab), ("specs", sizes.planned_specs, many_specs)):
        compiles, dry_runs = _plan_costs(bench, numbers, create)
        for action, costs in (("compile", compiles), ("dry run", dry_runs)):
            curves += _curves(action, of, numbers, costs)
            yield from map(_row, curves[-2:])
    yield _changed_spec_row(bench)
    builds = [bench.finished_labs.with_runs(runs).cost for runs in sizes.built_runs]
    curves += _curves("build", "runs", sizes.built_runs, builds)
    yield from map(_row, curves[-2:])
    curves.append(_overhead(sizes.built_runs, builds))
    yield _row(curves[-1])
    draw(curves, bench.folder / FIGURE)
    yield Note(_NOTE)


def _changed_spec_row(bench: Bench) -> Row:
    specs = bench.sizes.planned_specs[-1]
    lab = many_specs(bench.new_folder("changed"), specs)
    first = cost_of(COMPILE, lab.root)
    change_spec(lab, "wide_0", 1)
    cost = cost_of(COMPILE, lab.root)
    values = {"seconds": cost.seconds, "first": first.seconds}
    return Row(f"compile after a change in one of {specs} specs", f"{cost}; the first time: {first}", values=values)


def _plan_costs(
    bench: Bench, sizes: Sequence[int], create: Callable[[Path, int], Lab]
) -> tuple[list[Cost], list[Cost]]:
    compiles, dry_runs = [], []
    for size in sizes:
        lab = create(bench.new_folder("growth"), size)
        compiles.append(cost_of(COMPILE, lab.root))
        command = snakemake(lab)[:-1]  # all experiments of the lab
        dry_runs.append(cost_of([*command, "--dry-run"], lab.root))
    return compiles, dry_runs


def _curves(action: str, of: str, sizes: tuple[int, ...], costs: Sequence[Cost]) -> list[Curve]:
    return [
        Curve(action, of, "s", sizes, tuple(cost.seconds for cost in costs)),
        Curve(action, of, "MB", sizes, tuple(cost.megabytes for cost in costs)),
    ]


def _row(curve: Curve) -> Row:
    digits = 2 if curve.unit == PER_RUN else 1
    pairs = [f"{size:,}: {cost:,.{digits}f}" for size, cost in zip(curve.sizes, curve.costs, strict=True)]
    exponent = "too little growth for an exponent"
    if curve.exponent is not None:
        exponent = f"exponent {curve.exponent:.2f}, fitted to {', '.join(f'{size:,}' for size in curve.fitted_sizes)}"
    values = {str(size): cost for size, cost in zip(curve.sizes, curve.costs, strict=True)}
    if curve.exponent is not None:
        values["exponent"] = curve.exponent
    name = f"{curve.action}, {curve.unit} by number of {curve.of}"
    return Row(name, f"{'; '.join(pairs)}; {exponent}", values=values)


def _overhead(sizes: Sequence[int], costs: Sequence[Cost]) -> Curve:
    """Return the time of each run beyond the time of the smallest build."""
    further = zip(sizes[1:], costs[1:], strict=True)
    seconds = tuple((cost.seconds - costs[0].seconds) / (size - sizes[0]) for size, cost in further)
    return Curve("each run more", "runs", PER_RUN, tuple(sizes[1:]), seconds)
