"""What fails is evidence: it is kept, told in one line, and not trained again and again."""

from __future__ import annotations

import json

import pytest
from build import RealLab
from specs import spec

pytestmark = pytest.mark.slow
DIVERGING = 'sweep: {model.lr: "0.01,1e30"}'
COMPARED = "compare: {metric: accuracy, goal: maximize, factor: model.lr, control: 0.01}"


def threshold(value: float, *more: str) -> str:
    told = ", ".join(["type: evaluation_results", "metric: accuracy", 'operator: ">="', f"value: {value}", *more])
    return f"deliverables: [{{{told}}}]"


def test_a_diverged_run_is_told_in_one_line_and_its_evidence_is_kept(shared_lab: RealLab) -> None:
    shared_lab.write("conf/experiment/diverging.yaml", spec("Large is fine.", DIVERGING, threshold(0.1)))
    build = shared_lab.snakemake("diverging")
    assert build.code != 0
    assert build.output.count("diverging: 1 of 2 runs failed (non_finite)") == 1
    assert len(build.trained) == 2
    results = shared_lab.json("experiments/diverging/results.json")
    assert results["status"] == "partial_success"
    (failed,) = [run for run in results["runs"] if run["status"] == "failed"]
    folder = shared_lab.root / "results/runs" / failed["run_id"]
    assert json.loads((folder / "status.json").read_text())["error"]["kind"] == "non_finite"
    assert all((folder / name).is_file() for name in ("config.json", "provenance.json", "output/history.csv"))


def test_failed_runs_are_not_trained_again(shared_lab: RealLab) -> None:
    build = shared_lab.snakemake("diverging")
    assert (build.code != 0, build.trained) == (True, frozenset())
    status = shared_lab.proband("status", "diverging").stdout
    assert "non_finite" in status


def test_the_best_arm_delivers_although_another_failed(shared_lab: RealLab) -> None:
    best = threshold(0.1, "over: best")
    shared_lab.write("conf/experiment/best.yaml", spec("Small is fine.", DIVERGING, COMPARED, best))
    build = shared_lab.snakemake("best")
    assert (build.code, build.trained) == (0, frozenset()), build.output
    assert shared_lab.json("experiments/best/results.json")["verdict"] == "untestable"


def test_a_missed_threshold_names_metric_and_runs(shared_lab: RealLab) -> None:
    strict = spec("Small is perfect.", "sweep: {model.lr: [0.01]}", threshold(0.9999))
    shared_lab.write("conf/experiment/strict.yaml", strict)
    build = shared_lab.snakemake("strict")
    assert build.code != 0
    assert build.trained == frozenset()
    assert build.output.count("strict: 1 of 1 run miss accuracy >= 0.9999") == 1
    assert shared_lab.json("experiments/strict/deliverables/evaluation_results.json")["status"] == "failed"


def test_advice_that_is_not_met_stops_nothing(shared_lab: RealLab) -> None:
    advisory = threshold(0.9999, "required: false")
    shared_lab.write("conf/experiment/advice.yaml", spec("Advice.", "sweep: {model.lr: [0.01]}", advisory))
    assert shared_lab.snakemake("advice").code == 0


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


def flaky(failures: int) -> str:
    model = f"model: {{_target_: flaky.Flaky, failures: {failures}}}\n"
    return "# @package _global_\ndefaults:\n  - override /model: flaky\n" + spec(
        "It recovers.", "deliverables: [{type: model_checkpoint}]", more=model
    ).removeprefix("# @package _global_\n")


def test_a_transient_fault_is_retried_and_the_last_attempt_is_written_down(lab: RealLab) -> None:
    lab.write("flaky.py", FLAKY)
    lab.write("conf/model/flaky.yaml", "_target_: flaky.Flaky\nfailures: 1\n")
    lab.write("conf/experiment/recovers.yaml", flaky(1))
    lab.write("conf/experiment/never.yaml", flaky(9))
    build = lab.snakemake()
    assert build.code != 0
    assert "recovers: delivered" in build.output
    assert "never: 1 of 1 run failed (out_of_memory)" in build.output
    statuses = [lab.json(f"runs/{run}/status.json") for run in sorted(lab.starts())]
    assert [(one["status"], one["attempt"]) for one in statuses] == [("completed", 2)]
    (failed,) = (lab.root / "results/runs").glob("*/machine_failure.json")
    assert json.loads(failed.read_text())["attempt"] == 3
    (lab.root / "attempts-9").write_text("9")  # the machine is mended
    assert lab.snakemake().code == 0
