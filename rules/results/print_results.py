"""Print the results of experiments and the paths of their reports: `python -m rules.results.print_results NAME…`."""

from __future__ import annotations

import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from compiler.base.json_files import read_json
from compiler.base.paths import Lab
from rules.results.experiment_results import SummaryMetrics, read_results

REPORTS = ("technical_report.pdf", "blog_post.html", "paper_draft.pdf")  # each in the format that it is written for


def main() -> int:
    lab, console = Lab(Path()), Console(highlight=False, soft_wrap=True)
    for name in sys.argv[1:]:
        folder = lab.experiment(name)
        results = read_results(lab.results_file(name))
        console.print(f"\n[bold]{name}[/bold]: {read_json(folder / 'experiment.json')['hypothesis']}")
        console.print(_table(results.summary_metrics))
        if results.comparison:
            console.print(f"Hypothesis [bold]{results.verdict}[/bold]. {results.comparison['reason']}")
        console.print(f"Look at {folder}/results.json, and at {folder}/runs/*/output/training_curves.png")
        for report in results.analysis_reports:
            if report.endswith(REPORTS):
                console.print(f"Read {folder}/{report}")
    return 0


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
