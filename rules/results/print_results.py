"""Print the results of experiments and the paths of their reports: `python -m rules.results.print_results NAME…`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from rich.markup import escape
from rich.table import Table

from compiler.base.json_files import read_json
from compiler.base.paths import Lab
from compiler.view.rich_output import PrintableConsole
from rules.results.content.summary import SummaryMetrics
from rules.results.experiment_results import ExperimentResults, read_results

REPORTS = ("technical_report.pdf", "blog_post.html", "paper_draft.pdf")  # each in the format that it is written for


def main() -> int:
    lab, console = Lab(Path()), PrintableConsole(highlight=False, soft_wrap=True)
    for name in sys.argv[1:]:
        folder = lab.experiment(name)
        results = read_results(lab.results_file(name))
        console.print(f"\n[bold]{name}[/bold]: {read_json(folder / 'experiment.json')['hypothesis']}")
        console.print(_table(results.summary_metrics))
        for line in _verdict(results):
            console.print(line)
        console.print(f"Look at {folder}/results.json, and at {folder}/runs/*/output/training_curves.png")
        for report in results.analysis_reports:
            if report.endswith(REPORTS) and (folder / report).is_file():  # a rejected report is a draft
                console.print(f"Read {folder}/{report}")
    return 0


def _verdict(results: ExperimentResults) -> Iterator[str]:
    """Yield the claims that the test decides, its verdict, its standing, and the exploratory test over all runs."""
    comparison, registration = results.comparison, results.registration
    if comparison is None:
        return
    for claim in comparison["claims"]:
        yield escape(f"Claim: {claim['text'] or claim['type']}" + ("" if claim["primary"] else " (secondary)"))
    kind = "Exploratory verdict" if results.post_hoc else "Verdict"
    yield f"{kind}: [bold]{results.verdict}[/bold]. {escape(comparison['reason'])}"
    if results.post_hoc:
        yield f"This verdict does not confirm the claim: {registration.reason}."
    elif registration.registered_at:
        runs = len(registration.fresh_runs)
        yield f"Registered at {registration.registered_at}. The test rests on {runs} run(s) that started later."
    if results.exploratory is not None:
        exploratory = results.exploratory
        yield escape(f"Exploratory test over all runs: {exploratory['verdict']}. {exploratory['reason']}")


def _table(summary: SummaryMetrics) -> Table:
    table = Table("setting", "runs", "failed", f"mean {summary.metric}", "sd", box=None, pad_edge=False)
    for arm in summary.arms:
        level = ", ".join(f"{key}={value}" for key, value in arm.level.items()) or "base"
        metric = arm.metrics.get(summary.metric)
        mean, sd = (metric.mean, metric.sd) if metric else (None, None)
        table.add_row(level, str(arm.n), str(arm.failed), _rounded(mean), _rounded(sd))
    return table


def _rounded(number: float | None) -> str:
    return "" if number is None else f"{number:.4f}"


if __name__ == "__main__":
    sys.exit(main())
