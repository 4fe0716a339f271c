"""Say in a few lines what an experiment found, and where to look."""

from __future__ import annotations

import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from compiler.base.json_files import read_json
from compiler.base.paths import Lab

READ_FIRST = ("technical_report.pdf", "blog_post.html", "paper_draft.pdf")  # each in the format it is meant for


def main() -> int:
    lab, console = Lab(Path()), Console(highlight=False, soft_wrap=True)
    for name in sys.argv[1:]:
        home = lab.experiment(name)
        results = read_json(home / "results.json")
        metric = results["summary_metrics"]["metric"]
        table = Table("setting", "runs", "failed", f"mean {metric}", "sd", box=None, pad_edge=False)
        for arm in results["summary_metrics"]["arms"]:
            level = ", ".join(f"{key}={value}" for key, value in arm["level"].items()) or "base"
            found = arm["metrics"].get(metric, {"mean": None, "sd": None})
            table.add_row(level, str(arm["n"]), str(arm["failed"]), _shown(found["mean"]), _shown(found["sd"]))
        console.print(f"\n[bold]{name}[/bold]: {read_json(home / 'experiment.json')['hypothesis']}")
        console.print(table)
        if results["comparison"]:
            console.print(f"Hypothesis [bold]{results['verdict']}[/bold]. {results['comparison']['reason']}")
        console.print(f"Look at {home}/results.json, and at {home}/runs/*/output/training_curves.png")
        for report in results["analysis_reports"]:
            if report.endswith(READ_FIRST):
                console.print(f"Read {home}/{report}")
    return 0


def _shown(number: float | None) -> str:
    return "" if number is None else f"{number:.4f}"


if __name__ == "__main__":
    sys.exit(main())
