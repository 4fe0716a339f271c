"""Write docs/verdict_rates.md: the rate of each false verdict and the power, with simulation errors.

`python -m tests.verdicts.table FILE [EXPERIMENTS]`. It prints its progress to stderr. With 300 experiments a row it
takes about 6 minutes of one core, with 1,000 about 20 minutes. The time is proportional to their number.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from tests.verdicts.all_scenarios import SCENARIOS
from tests.verdicts.power_scenarios import plain_rule_supports, power_scenarios
from tests.verdicts.rates import ScenarioRates, simulate, simulated
from tests.verdicts.scenario import Scenario

EXPERIMENTS = 4_000
_HEAD = """\
# Rates of verdicts

`make bench` regenerates this page from simulated experiments that the code of the registered test decides. Each row
states the number of its experiments. The sd is that of the runs of an arm. The standard error of a simulated rate
follows the sign ±.

## False verdicts

The nominal bound is alpha / 2 = 0.025 for each direction, and applies to a complete experiment: to all its claims and
looks together. A rate is above its bound if it exceeds the bound by more than 3.5 standard errors of the simulation.
Rows without a bound are errors that no test can prevent. The last column states why, and why another bound applies.

| scenario | false verdict | bound | rate | within bound | untestable | experiments | note |
|---|---|---|---|---|---|---|---|
"""
_POWER_HEAD = """
## Power

How often a true claim is supported, by the registered test and by a rule that requires only p ≤ alpha in a two-sided
permutation test of no difference, and an estimate beyond the margin. That rule gives false verdicts at higher rates.

| scenario | registered test | plain permutation test | experiments |
|---|---|---|---|
"""


def page(experiments: int) -> Iterator[str]:
    """Yield the parts of the page. Each scenario is one part."""
    yield _HEAD
    for scenario in SCENARIOS.values():
        yield "".join(_error_rows(simulate(scenario, experiments)))
    yield _POWER_HEAD
    for scenario in power_scenarios():
        yield _power_row(scenario, experiments)


def _error_rows(result: ScenarioRates) -> Iterator[str]:
    for rate in result.rates:
        within = "" if rate.bound is None else "yes" if rate.is_within_bound else "**no**"
        cells = (
            result.scenario.name,
            rate.verdict,
            "none" if rate.bound is None else f"{rate.bound:g}",
            f"{rate.share:.4f} ± {rate.error:.4f}",
            within,
            f"{result.untestable:.2f}",
            f"{rate.experiments:,}",
            result.scenario.note,
        )
        yield f"| {' | '.join(cells)} |\n"


def _power_row(scenario: Scenario, experiments: int) -> str:
    (rate,) = simulate(scenario, experiments).rates
    plain = [plain_rule_supports(look) for looks in simulated(scenario, experiments) for look in looks]
    known = [supports for supports in plain if supports is not None]
    plain_cell = f"{np.mean(known):.3f}" if known else ""
    return f"| {scenario.name} | {rate.share:.3f} ± {rate.error:.3f} | {plain_cell} | {experiments:,} |\n"


def main(target: Path, experiments: int) -> None:
    started, count = time.monotonic(), len(SCENARIOS) + len(list(power_scenarios())) + 2
    parts: list[str] = []
    for part in page(experiments):
        parts.append(part)
        progress = f"{len(parts)} of {count} parts, {time.monotonic() - started:.0f} s"
        print(f"{progress}: {part.strip().splitlines()[0][:70]}", file=sys.stderr, flush=True)
    target.write_text("".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if sys.argv[2:] else EXPERIMENTS)
