"""Measure and print the tables. `python -m tests.bench FILE` writes all tables to a file.

`python -m tests.bench FILE NAME…` prints only the named tables and does not write the file.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date
from importlib.metadata import version
from pathlib import Path

from hydra import compose, initialize_config_dir

from compiler.base.paths import ENGINE
from compiler.plan.plan_files import current_plan
from tests.bench.labs import bare_workflow, pretend_finished, snakemake, wide_lab
from tests.bench.measure import Row, cost_of, python, seconds_of
from tests.bench.reports import reports
from tests.bench.scaling import scaling
from tests.bench.short_runs import short_runs

POINTS, COMPOSED_POINTS, FINISHED_RUNS = 10_000, 200, 1_000
_COMPILE = (
    "from pathlib import Path; from compiler.base.paths import Lab; from compiler.plan.plan_files import current_plan; "
)
_COMPILE += "current_plan(Lab(Path('.')))"


def plans(scratch: Path) -> Iterator[Row]:
    yield from compiling(scratch)
    yield from planning(scratch)
    yield nothing_to_do(scratch)
    yield from commands(scratch)


TABLES = {
    "plans": ("Compiling and planning", plans),
    "large": ("Large labs", scaling),
    "short": ("Short trainings", short_runs),
    "reports": ("Analyses and reports", reports),
}


def compiling(scratch: Path) -> Iterator[Row]:
    """Compile 10,000 points, without and with an interpolation in each."""
    with initialize_config_dir(str(ENGINE / "conf"), version_base="1.3"):
        compose("config", overrides=["experiment=digits_lr"])  # read the files once before the measurement
        hydra_seconds = seconds_of(_compose_each) / COMPOSED_POINTS * POINTS
    interpolation = 'model: {hidden: "${data.batch_size}"}\n'
    for name, text in (("", ""), (", each with an interpolation", interpolation)):
        lab = wide_lab(scratch / f"compile{len(text)}", POINTS, text)
        cost = cost_of(python(_COMPILE), lab.root)
        measured = f"{cost}, {cost.megabytes:.0f} MB; "
        measured += f"Hydra's compose: {hydra_seconds:.0f} s (extrapolated from {COMPOSED_POINTS}); "
        measured += f"{hydra_seconds / cost.seconds:.0f} times faster"
        reached = hydra_seconds / cost.seconds >= 50 and cost.seconds < 20 and cost.megabytes < 1000
        yield Row(f"{POINTS:,} points compiled{name}", measured, "≥ 50 times faster, < 20 s, < 1 GB", reached)


def _compose_each() -> None:
    for point in range(COMPOSED_POINTS):
        compose("config", overrides=["experiment=digits_lr", f"model.lr={point % 10}", f"seed={point}"])


def planning(scratch: Path) -> Iterator[Row]:
    lab = wide_lab(scratch / "plan", POINTS)
    current_plan(lab)
    bare_folder = bare_workflow(scratch / "bare", POINTS)
    proband_costs, bare_costs = [], []
    for _ in range(3):  # alternately, so that other load affects both
        proband_costs.append(cost_of([*snakemake(lab), "--dry-run"], lab.root))
        bare_costs.append(cost_of([*snakemake(), "--dry-run"], bare_folder))
    proband, bare = (min(costs, key=lambda cost: cost.seconds) for costs in (proband_costs, bare_costs))
    ratio = proband.seconds / bare.seconds
    measured = f"{proband}, {proband.megabytes:.0f} MB; a bare workflow of the same shape: {bare}; ratio {ratio:.2f}"
    yield Row(f"Dry run of a plan of {POINTS:,} runs", measured, "≤ 1.3 times", ratio <= 1.3)


def nothing_to_do(scratch: Path) -> Row:
    lab = wide_lab(scratch / "finished", FINISHED_RUNS)
    pretend_finished(lab)
    cost_of([*snakemake(lab), "--touch"], lab.root)
    cost = cost_of(snakemake(lab), lab.root, times=3)
    return Row(f"Build with {FINISHED_RUNS:,} finished runs and nothing to do", str(cost), "≤ 4 s", cost.seconds <= 4)


def commands(scratch: Path) -> Iterator[Row]:
    lab = wide_lab(scratch / "small", 10)
    for name in ("compile", "status", "tree"):
        (lab.state / "plan.json").unlink(missing_ok=True)
        cold = cost_of([sys.executable, "-m", "proband.cli.main", name], lab.root)
        warm = cost_of([sys.executable, "-m", "proband.cli.main", name], lab.root, times=3)
        measured = f"{cold}; {warm} if the plan is up to date"
        yield Row(f"`proband {name}` in a small lab", measured, "< 1 s", cold.seconds < 1)


def head() -> str:
    """Return the title of the page, the machine and the versions of the tools."""
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    tools = ", ".join(f"{name} {version(name)}" for name in ("snakemake", "hydra-core"))
    return (
        f"# Benchmarks\n\nMeasured by `make bench` on {date.today()}: {machine}, {tools}.\n"
        "Times are processor seconds unless stated otherwise, because wall time also depends on other load of the\n"
        "machine. Compare the ratios: both sides of a ratio were measured in the same run.\n"
    )


def table(title: str, measured: Iterable[Row]) -> str:
    lines = [f"| {row.name} | {row.measured} | {row.goal} | {'yes' if row.reached else 'no'} |" for row in measured]
    return f"\n## {title}\n\n| measurement | result | goal | reached |\n|---|---|---|---|\n" + "\n".join(lines) + "\n"


def main(target: Path, names: list[str]) -> None:
    text = head()
    print(text)
    for title, rows in (TABLES[name] for name in names or TABLES):
        with tempfile.TemporaryDirectory() as folder:
            text += (measured := table(title, rows(Path(folder))))
        print(measured, flush=True)
    if not names:
        target.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
