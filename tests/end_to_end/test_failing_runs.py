"""Failed runs are results: they are kept, reported in one line, and not trained again by every build."""

from __future__ import annotations

import json

import pytest

from tests.end_to_end.support.build import RealLab
from tests.end_to_end.support.specs import HEADER, CopyOf, spec

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("failing_runs")]
SWEEP = 'sweep: {model.lr: "0.01,1e30"}'
COMPARE = "compare: {metric: accuracy, goal: maximize, factor: model.lr, control: 0.01}"
FLAKY = '''
from pathlib import Path
from lightning_modules.models.mlp import MLP

class Flaky(MLP):
    """Runs out of memory in its first attempts."""

    def __init__(self, failures: int = 1) -> None:
        super().__init__()
        self.failures = failures

    def on_train_start(self) -> None:
        counter = Path(f"attempts-{self.failures}")
        attempt = int(counter.read_text()) + 1 if counter.exists() else 1
        counter.write_text(str(attempt))
        if attempt <= self.failures:
            raise MemoryError("no more memory")
'''


def threshold(value: float, *more: str) -> str:
    fields = ", ".join(["type: evaluation_results", "metric: accuracy", 'operator: ">="', f"value: {value}", *more])
    return f"deliverables: [{{{fields}}}]"


def build_diverging(lab: RealLab) -> None:
    """Build a study of two runs, one of which diverges."""
    lab.write("conf/experiment/diverging.yaml", spec("Large is fine.", SWEEP, threshold(0.1)))
    build = lab.snakemake("diverging")
    assert build.exit_code == 1, build.output
    assert len(build.trained) == 2
    lab.write("build.log", build.output)


@pytest.fixture
def diverged(copy_of: CopyOf) -> RealLab:
    return copy_of(build_diverging)


def test_a_diverged_run_is_reported_in_one_line_and_its_files_are_kept(diverged: RealLab) -> None:
    output = (diverged.root / "build.log").read_text(encoding="utf-8")
    assert output.count("diverging: 1 of 2 runs failed (non_finite)") == 1
    assert diverged.json("experiments/diverging/results.json")["status"] == "partial_success"
    (failed,) = [run for run in diverged.runs("diverging") if run["status"] == "failed"]
    folder = diverged.root / "results/runs" / failed["run_id"]
    assert json.loads((folder / "status.json").read_text())["error"]["kind"] == "non_finite"
    assert all((folder / name).is_file() for name in ("config.json", "provenance.json", "output/history.csv"))


def test_failed_runs_are_not_trained_again(diverged: RealLab) -> None:
    build = diverged.snakemake("diverging")
    assert (build.exit_code != 0, build.trained) == (True, frozenset())
    assert "non_finite" in diverged.proband("status", "diverging").stdout


def test_a_deliverable_over_the_best_arm_is_met_although_another_arm_failed(diverged: RealLab) -> None:
    best = spec("Small is fine.", SWEEP, COMPARE, threshold(0.1, "over: best"))
    diverged.write("conf/experiment/best.yaml", best)
    build = diverged.snakemake("best")
    assert (build.exit_code, build.trained) == (0, frozenset()), build.output
    assert diverged.json("experiments/best/results.json")["verdict"] == "untestable"


def test_an_experiment_whose_only_run_diverges_fails_although_it_asks_for_nothing(lab: RealLab) -> None:
    lab.write("conf/experiment/probe.yaml", spec("Nothing can go wrong.", more="model: {lr: 1.0e+30}\n"))
    assert "completed_runs, metrics_finite, every run" in lab.proband("explain", "probe").stdout
    build = lab.snakemake("probe")
    assert build.exit_code == 1
    assert "probe: 1 of 1 run failed (non_finite)" in build.output
    assert "delivered" not in build.output
    results = lab.json("experiments/probe/results.json")
    assert results["status"] == "failed"
    assert True not in results["validation_results"].values()
    assert results["deliverables_status"]["completed_runs"]["status"] == "not_checked"
    gate = lab.json("experiments/probe/gates/training.json")
    assert (gate["status"], gate["held"]) == ("failed", [])
    assert "failed" in lab.proband("status", "probe").stdout


def test_a_missed_threshold_is_reported_with_metric_and_number_of_runs(diverged: RealLab) -> None:
    strict = spec("Small is perfect.", "sweep: {model.lr: [0.01]}", threshold(0.9999))
    diverged.write("conf/experiment/strict.yaml", strict)
    build = diverged.snakemake("strict")
    assert build.exit_code != 0
    assert build.trained == frozenset()
    assert build.output.count("strict: 1 of 1 run miss accuracy >= 0.9999") == 1
    assert diverged.json("experiments/strict/deliverables/evaluation_results.json")["status"] == "invalid"


def test_a_missed_advisory_deliverable_does_not_fail_the_build(diverged: RealLab) -> None:
    advisory = threshold(0.9999, "required: false")
    diverged.write("conf/experiment/advice.yaml", spec("Advice.", "sweep: {model.lr: [0.01]}", advisory))
    assert diverged.snakemake("advice").exit_code == 0


def flaky(failures: int) -> str:
    model = f"model: {{_target_: flaky.Flaky, failures: {failures}}}\n"
    body = spec("It recovers.", "deliverables: [{type: model_checkpoint}]", more=model).removeprefix(HEADER)
    return f"{HEADER}defaults:\n  - override /model: flaky\n{body}"


def test_a_transient_fault_is_retried_and_the_last_attempt_is_recorded(lab: RealLab) -> None:
    lab.write("flaky.py", FLAKY)
    lab.write("conf/model/flaky.yaml", "_target_: flaky.Flaky\nfailures: 1\n")
    lab.write("conf/experiment/recovers.yaml", flaky(1))
    lab.write("conf/experiment/never.yaml", flaky(9))
    build = lab.snakemake()
    assert build.exit_code != 0
    assert "recovers: delivered" in build.output
    assert "never: 1 of 1 run failed (out_of_memory)" in build.output
    statuses = [lab.json(f"runs/{run}/status.json") for run in sorted(lab.start_times())]
    assert [(status["status"], status["attempt"]) for status in statuses] == [("completed", 2)]
    (failure,) = (lab.root / "results/runs").glob("*/machine_failure.json")
    assert json.loads(failure.read_text())["attempt"] == 3
    (lab.root / "attempts-9").write_text("9")  # from here on the model trains without a fault
    assert lab.snakemake().exit_code == 0


def test_a_closed_gate_stops_analyses_and_reports_unless_the_spec_continues(diverged: RealLab) -> None:
    lines = ("sweep: {model.lr: [0.01]}", threshold(0.9999), "analysis_pipeline: [performance_analysis]")
    documents, home = (*lines, "reports: [technical_report]"), diverged.root / "results/experiments/gated"
    diverged.write("conf/experiment/gated.yaml", spec("Small is perfect.", *documents))
    until = diverged.snakemake("gated", "--until", "training_execution")
    assert (until.exit_code, until.output.count("gated: training_execution is the last stage of this build")) == (1, 1)
    stopped = diverged.snakemake("gated")
    assert stopped.exit_code == 1
    assert "gated: 1 analysis and 1 report not written, because the training gate is closed" in stopped.output
    assert sorted(file.stem for file in (home / "gates").iterdir()) == ["experiment", "training", "validation"]
    assert not (home / "facts.jsonl").exists()
    stage = json.loads(diverged.proband("status", "gated", "--json").stdout)["experiments"]["gated"]["stage"]
    assert (stage["name"], stage["gate_state"]) == ("training_execution", "closed")

    diverged.write("conf/experiment/gated.yaml", spec("Small is perfect.", *documents, "on_gate: continue"))
    continued = diverged.snakemake("gated")
    assert (continued.exit_code, continued.trained) == (1, frozenset()), continued.output
    for suffix in (".html", ".md", ".tex"):
        text = (home / f"reports/technical_report{suffix}").read_text(encoding="utf-8")
        assert "Closed gates: this experiment does not deliver" in text, suffix
    assert (home / "reports/technical_report.pdf").is_file()
    assert "The training gate is closed" in (home / "analysis/performance_analysis.md").read_text(encoding="utf-8")
    assert diverged.proband("verify", "gated").returncode == 0
