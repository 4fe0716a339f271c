"""The first run that lacks a required metric is reported with the metrics that it has, and no further one is."""

from __future__ import annotations

from pathlib import Path

from compiler.base.json_files import write_json
from compiler.base.paths import Lab
from compiler.runs.run_status import RunStatus
from rules.build.terminal.build_log import outcome
from rules.build.terminal.lacking_metrics import LackingMetrics, required_metrics
from tests.plans import deliverable, plan_of, planned_experiment

THRESHOLD = {"type": "evaluation_results", "metric": "tset/acc", "validation": "threshold", "over": "all"}
KEYS = {"type": "training_metrics", "required_keys": ["val/loss"], "validation": "contains_keys", "over": "all"}


def finish(lab: Lab, run: str) -> None:
    write_json(lab.status(run), RunStatus("completed", run, duration_seconds=2.0).to_json())
    write_json(lab.run(run) / "output/metrics.json", {"schema_version": 1, "val/loss_epoch": None, "epochs": 3})
    write_json(lab.run(run) / "output/eval_results.json", {"test/acc": 0.5, "n": 4, "split": "test"})


def test_the_first_run_without_a_required_metric_is_reported(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lacking = LackingMetrics({"a": frozenset({"tset/acc", "val/loss"}), "b": frozenset({"tset/acc"}), "c": frozenset()})
    for run in "abc":
        finish(lab, run)
    note = "it logged no tset/acc, which the experiment requires, but epochs, test/acc, val/loss_epoch"
    assert outcome(lab, "a", lacking).endswith(f"; {note}")
    assert not lacking.note(lab, "b")
    assert not lacking.note(lab, "c")


def test_required_deliverables_name_metrics() -> None:
    deliverables = {"good": deliverable(**THRESHOLD), "keys": deliverable(**KEYS)}
    study = planned_experiment("study", {"a": {}}, deliverables=deliverables)
    assert required_metrics(plan_of(study)) == {"a": frozenset({"tset/acc", "val/loss"})}
