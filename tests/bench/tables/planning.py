"""Measure compiling, dry runs, builds with nothing to do, and commands that only read the plan."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from itertools import count

from hydra import compose, initialize_config_dir

from compiler.base.paths import ENGINE, Lab
from compiler.plan.plan_files import current_plan
from tests.bench.harness.bench_context import Bench
from tests.bench.harness.measure import Cost, cost_of, python, seconds_of
from tests.bench.harness.rows import Row, measured_or_reason
from tests.bench.labs import bare_workflow, change_spec, snakemake, wide_lab

COMPILE = python(
    "from pathlib import Path; from compiler.base.paths import Lab; from compiler.plan.plan_files import current_plan; "
    "current_plan(Lab(Path('.')))"
)
COMMANDS = ("compile", "status", "tree")
_VERSIONS = count()  # of changed specs


def plans(bench: Bench) -> Iterator[Row]:
    sizes = bench.sizes
    yield from compiling(bench)
    name, goal = f"Dry run of a plan of {sizes.points:,} runs", "≤ 1.3 times a bare workflow"
    yield measured_or_reason(name, goal, lambda: _dry_run(bench, name, goal))
    finished = f"Build with {sizes.finished:,} finished runs and nothing to do"
    finished_goal = "≤ 1.5 times Snakemake's own start"
    yield measured_or_reason(finished, finished_goal, lambda: _nothing_to_do(bench, finished, finished_goal))
    yield from _commands(bench)
    yield from _status_of_many_points(bench)


def compiling(bench: Bench) -> Iterator[Row]:
    """Compile many points, without and with an interpolation in each."""
    points, composed = bench.sizes.points, bench.sizes.composed
    with initialize_config_dir(str(ENGINE / "conf"), version_base="1.3"):
        compose("config", overrides=["experiment=digits_lr"])  # read the files once before the measurement
        hydra_seconds = seconds_of(lambda: _compose_each(composed)) / composed * points
    interpolation = 'model: {hidden: "${data.batch_size}"}\n'
    for name, text in (("", ""), (", each with an interpolation", interpolation)):
        lab = wide_lab(bench.new_folder("compile"), points, text)
        cost = cost_of(COMPILE, lab.root)
        result = (
            f"{cost}, {cost.megabytes:.0f} MB; Hydra's compose: {hydra_seconds:.0f} s (extrapolated from {composed}); "
        )
        result += f"{hydra_seconds / cost.seconds:.0f} times faster"
        reached = hydra_seconds / cost.seconds >= 50 and cost.seconds < 20 and cost.megabytes < 1000
        goal = "≥ 50 times faster, < 20 s, < 1 GB"
        yield Row(f"{points:,} points compiled{name}", result, goal, reached, _values(cost))


def _compose_each(points: int) -> None:
    for point in range(points):
        compose("config", overrides=["experiment=digits_lr", f"model.lr={point % 10}", f"seed={point}"])


def _dry_run(bench: Bench, name: str, goal: str) -> Row:
    lab = wide_lab(bench.new_folder("plan"), bench.sizes.points)
    current_plan(lab)
    bare_folder = bare_workflow(bench.new_folder("bare"), bench.sizes.points)
    proband_costs, bare_costs = [], []
    for _ in range(2):  # alternately, so that other load affects both
        proband_costs.append(cost_of([*snakemake(lab), "--dry-run"], lab.root))
        bare_costs.append(cost_of([*snakemake(), "--dry-run"], bare_folder))
    return _ratio_row(name, goal, proband_costs, bare_costs, "a bare workflow with the same threads and resources", 1.3)


def _nothing_to_do(bench: Bench, name: str, goal: str) -> Row:
    lab = bench.finished_labs.with_runs(bench.sizes.finished).lab
    start_folder = bench.new_folder("start")
    (start_folder / "Snakefile").write_text("rule all:\n    input: []\n", encoding="utf-8")
    costs, starts = [], []
    for _ in range(3):
        costs.append(cost_of(snakemake(lab), lab.root))
        starts.append(cost_of(snakemake(), start_folder))
    return _ratio_row(name, goal, costs, starts, "Snakemake with one rule and nothing to do", 1.5)


def _ratio_row(name: str, goal: str, costs: list[Cost], others: list[Cost], other_name: str, factor: float) -> Row:
    cost, other = (min(group, key=lambda cost: cost.seconds) for group in (costs, others))
    ratio = cost.seconds / other.seconds
    result = f"{cost}, {cost.megabytes:.0f} MB; {other_name}: {other}; ratio {ratio:.2f}"
    return Row(name, result, goal, ratio <= factor, {**_values(cost), "other": other.seconds, "ratio": ratio})


def _commands(bench: Bench) -> Iterator[Row]:
    lab = wide_lab(bench.new_folder("small"), 10)
    for name in COMMANDS:
        (lab.state / "plan.json").unlink(missing_ok=True)
        first = _command(lab, name)
        unchanged = _median(_command(lab, name) for _ in range(3))
        title = f"`proband {name}` in a small lab, nothing changed"
        result = f"{unchanged}; {first} without a compiled plan"
        yield Row(title, result, "< 0.5 s wall time", unchanged.wall < 0.5, _values(unchanged))
        changed = _median(_after_change(lab, name, "wide") for _ in range(3))
        title = f"`proband {name}` in a small lab, one spec changed"
        yield Row(title, str(changed), "< 1 s wall time", changed.wall < 1, _values(changed))


def _status_of_many_points(bench: Bench) -> Iterator[Row]:
    """Measure with a second, small experiment, which is changed first, and then the large one itself."""
    points = bench.sizes.points
    lab = wide_lab(bench.new_folder("points"), points)
    text = lab.spec("wide").read_text(encoding="utf-8").replace(f"seed: range({points // 10})", "seed: '7'")
    lab.spec("small").write_text(text, encoding="utf-8")
    assert not current_plan(lab).broken, "a plan with a broken spec is compiled again by every command"
    title, goal = f"`proband status` of {points:,} points", "< 2 s wall time"
    unchanged = _median(_command(lab, "status") for _ in range(3))
    yield Row(f"{title}, nothing changed", str(unchanged), goal, unchanged.wall < 2, _values(unchanged))
    for name, note in (("small", "after a change of another spec"), ("wide", "after a change of their own spec")):
        cost = _median(_after_change(lab, "status", name) for _ in range(3))
        yield Row(f"{title}, {note}", str(cost), goal, cost.wall < 2, _values(cost))


def _command(lab: Lab, name: str) -> Cost:
    return cost_of([sys.executable, "-m", "proband.command", name], lab.root)


def _after_change(lab: Lab, command: str, spec: str) -> Cost:
    change_spec(lab, spec, next(_VERSIONS))
    return _command(lab, command)


def _median(costs: Iterable[Cost]) -> Cost:
    by_wall = sorted(costs, key=lambda cost: cost.wall)
    return by_wall[len(by_wall) // 2]


def _values(cost: Cost) -> dict[str, float]:
    return {"seconds": cost.seconds, "wall": cost.wall, "megabytes": cost.megabytes}
