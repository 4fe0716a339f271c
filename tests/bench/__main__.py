"""Measures and prints the tables: all of them into the file that the first argument names, or those named after it."""

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

POINTS, COMPOSED, FINISHED = 10_000, 200, 1_000
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
    """10,000 points, once as written and once with an interpolation to resolve in each."""
    with initialize_config_dir(str(ENGINE / "conf"), version_base="1.3"):
        compose("config", overrides=["experiment=digits_lr"])  # first reads are not what is compared
        each = seconds_of(_compose_each) / COMPOSED
    peer = each * POINTS
    more = 'model: {hidden: "${data.batch_size}"}\n'
    for name, text in (("", ""), (", each with an interpolation", more)):
        lab = wide_lab(scratch / f"compile{len(text)}", POINTS, text)
        cost = cost_of(python(_COMPILE), lab.root)
        told = f"{cost}, {cost.megabytes:.0f} MB; Hydra's compose: {peer:.0f} s (from {COMPOSED}); "
        told += f"{peer / cost.seconds:.0f} times faster"
        reached = peer / cost.seconds >= 50 and cost.seconds < 20 and cost.megabytes < 1000
        yield Row(f"{POINTS:,} points compiled{name}", told, "≥ 50 times faster, < 20 s, < 1 GB", reached)


def _compose_each() -> None:
    for point in range(COMPOSED):
        compose("config", overrides=["experiment=digits_lr", f"model.lr={point % 10}", f"seed={point}"])


def planning(scratch: Path) -> Iterator[Row]:
    lab = wide_lab(scratch / "plan", POINTS)
    current_plan(lab)
    bare = bare_workflow(scratch / "bare", POINTS)
    ours, theirs = [], []
    for _ in range(3):  # taken in turns, so that a busy moment falls on both
        ours.append(cost_of([*snakemake(lab), "--dry-run"], lab.root))
        theirs.append(cost_of([*snakemake(), "--dry-run"], bare))
    best, peer = (min(costs, key=lambda cost: cost.seconds) for costs in (ours, theirs))
    ratio = best.seconds / peer.seconds
    told = f"{best}, {best.megabytes:.0f} MB; a bare workflow of the same shape: {peer}; "
    yield Row(f"Dry run of a plan of {POINTS:,} runs", told + f"ratio {ratio:.2f}", "≤ 1.3 times", ratio <= 1.3)


def nothing_to_do(scratch: Path) -> Row:
    lab = wide_lab(scratch / "finished", FINISHED)
    pretend_finished(lab)
    cost_of([*snakemake(lab), "--touch"], lab.root)
    cost = cost_of(snakemake(lab), lab.root, times=3)
    return Row(f"Nothing to do on {FINISHED:,} finished runs", str(cost), "≤ 4 s", cost.seconds <= 4)


def commands(scratch: Path) -> Iterator[Row]:
    lab = wide_lab(scratch / "small", 10)
    for name in ("compile", "status", "tree"):
        (lab.state / "plan.json").unlink(missing_ok=True)
        cold = cost_of([sys.executable, "-m", "proband.cli.main", name], lab.root)
        warm = cost_of([sys.executable, "-m", "proband.cli.main", name], lab.root, times=3)
        told = f"{cold}, with a plan that is up to date {warm}"
        yield Row(f"`proband {name}` on a small lab", told, "< 1 s", cold.seconds < 1)


def head() -> str:
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    tools = ", ".join(f"{name} {version(name)}" for name in ("snakemake", "hydra-core"))
    told = f"# What it costs\n\nMeasured by `make bench` on {date.today()}: {machine}, {tools}.\n"
    told += (
        "Seconds are of the processor where nothing else is said; machines are shared, and the clock also tells what\n"
    )
    return told + "others did. Compare the ratios, whose two sides were measured in the same run.\n"


def table(title: str, measured: Iterable[Row]) -> str:
    lines = [f"| {row.what} | {row.measured} | {row.goal} | {'yes' if row.reached else 'no'} |" for row in measured]
    return f"\n## {title}\n\n| what | measured | goal | reached |\n|---|---|---|---|\n" + "\n".join(lines) + "\n"


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
