"""Show where the time of a build goes: before the first training, after the last one, and in the demo with reports."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.bench.harness.bench_context import Bench
from tests.bench.harness.measure import CommandFailed, Cost, cost_of
from tests.bench.harness.rows import Note, Row, not_measured
from tests.bench.timeline import Timeline, parts_of_a_training, timeline
from tests.bench.tools import BARE, BARE_SINGLE, FUSED, PROBAND, Tool, build_command

DEMO, BASELINE = "digits_lr", "digits_baseline"
_STAGE_HEAD = """\
| stage | from (s) | to (s) | number | sum of durations (s) | share of the wall time (s) |
|---|---|---|---|---|---|
"""


def single_run(bench: Bench) -> Iterator[Row | Note]:
    """Compare a build of one run with a bare script that trains it, and the cost of each further run of a sweep."""
    sizes = bench.sizes
    build = cost_of(build_command(BASELINE), bench.new_folder("single"))
    script = bench.sweeps.compare([BARE_SINGLE], 1, repeat=True)[BARE_SINGLE].cost
    result = f"`snakemake --cores 2 {BASELINE}`: {build.wall:.1f} s ({build.seconds:.1f} s processor time); "
    result += f"{BARE_SINGLE.name}: {script.wall:.1f} s ({script.seconds:.1f} s processor time)"
    yield Row("One run", result, values={"proband": build.wall, "peer": script.wall})
    for tool in (PROBAND, BARE):
        few, many = (bench.sweeps.compare([tool], runs)[tool].cost for runs in (sizes.few, sizes.many))
        more = sizes.many - sizes.few
        seconds, wall = (many.seconds - few.seconds) / more, (many.wall - few.wall) / more
        result = f"{seconds:.2f} s processor time, {wall:.2f} s wall time"
        name = f"{tool.name}: each run more, from {sizes.few} to {sizes.many}"
        yield Row(name, result, values={"seconds": seconds, "wall": wall})


def build_stages(bench: Bench) -> Iterator[Row | Note]:
    """Show the stages of builds that the comparison with the bare script has measured."""
    few, many = bench.sizes.few, bench.sizes.many
    yield from _stages_of_sweep(bench, PROBAND, few, f"{few} digits runs, without reports")
    try:
        yield from _stages_of_sweep(
            bench, FUSED, many, f"{many} digits runs with `trainer.fuse: auto`, without reports"
        )
    except CommandFailed as error:
        yield not_measured(f"{many} digits runs with `trainer.fuse: auto`", "", error)


def _stages_of_sweep(bench: Bench, tool: Tool, runs: int, name: str) -> Iterator[Row | Note]:
    measured = bench.sweeps.compare([tool], runs, repeat=runs == bench.sizes.few)[tool].median
    build = timeline(measured.folder, measured.cost.started, measured.cost.wall)
    yield from _milestones(name, build)
    yield Note(_stage_table(f"The build of {name}", build, measured.folder))


def demo(bench: Bench) -> Iterator[Row | Note]:
    """Measure the demo from Snakemake's start to the last report, then its analyses and reports alone."""
    folder = bench.new_folder("demo")
    cost = cost_of(build_command(DEMO), folder)
    build = timeline(folder, cost.started, cost.wall)
    result = f"{cost.wall:.1f} s wall time, {cost.seconds:.1f} s processor time"
    name = f"`snakemake --cores 2 {DEMO}`: {len(build.trainings)} runs, results, three analyses, three reports"
    yield Row(name, result, "≤ 25 s wall time", cost.wall <= 25, _values(cost))
    yield from _milestones(DEMO, build)
    yield Note(_stage_table(f"The build of {DEMO}", build, folder))
    yield from _analyses_and_reports(folder)


def _analyses_and_reports(folder: Path) -> Iterator[Row]:
    for step in ("_facts", "_report"):
        cost = cost_of([*build_command(DEMO), "--forcerun", step], folder)
        result = f"{cost.wall:.1f} s wall time, {cost.seconds:.1f} s processor time"
        yield Row(f"{DEMO}: all steps from `{step}` on", result, "< 20 s wall time", cost.wall < 20, _values(cost))


def _milestones(name: str, build: Timeline) -> Iterator[Row]:
    first, last = build.first_training, build.after_last_training
    yield Row(f"{name}: until the first training starts", f"{first:.1f} s", values={"wall": first})
    yield Row(f"{name}: from the end of the last training", f"{last:.1f} s", values={"wall": last})


def _stage_table(title: str, build: Timeline, lab: Path) -> str:
    lines = [
        f"| {stage.name} | {stage.start:.1f} | {stage.end:.1f} | {stage.spans} |"
        f" {stage.seconds:.1f} | {stage.share:.1f} |"
        for stage in build.stages()
    ]
    lines.append(f"| all | 0.0 | {build.wall:.1f} | | | {sum(stage.share for stage in build.stages()):.1f} |")
    parts = parts_of_a_training(lab)
    text = (
        f"### {title}\n\nTimes since the start of the command, from Snakemake's records of jobs and the status files of"
    )
    text += " runs. A moment belongs to all stages that run in it, in equal parts; those parts are the last column.\n\n"
    text += _STAGE_HEAD + "\n".join(lines)
    text += (
        f"\n\nA training takes {parts['duration']:.2f} s on average, of which {parts['fit']:.2f} s are for the fit with"
    )
    text += f" its validations, {parts['test']:.2f} s for the test and {parts['rest']:.2f} s for all other outputs.\n"
    return text


def _values(cost: Cost) -> dict[str, float]:
    return {"wall": cost.wall, "seconds": cost.seconds, "megabytes": cost.megabytes}
