"""Outputs of two trainings: every deviation of a metric, a prediction or a weight is found, and its size decides."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from compiler.base.file_hash import sha256_of_file
from compiler.runs.run_status import Artifact, RunError, RunStatus
from compiler.tracking.choice import TRACKERS
from lab.reproduction.comparison.deviation import Comparison
from lab.reproduction.comparison.runs import StoredRun, compare_runs
from rules.verification.tolerance import Tolerance

Write = Callable[[Path], object]
WEIGHTS = {"w": torch.tensor([[1.0, -2.0], [0.0, 3.0]]), "n": torch.tensor([3, 4])}
ITEMS: dict[str, Any] = {"target": np.array([0, 1, 2]), "score": np.array([0.5, 0.25, np.nan], dtype=np.float32)}
HISTORY = "epoch,step,train_loss\n0,0,0.5\n0,1,0.25\n"
METRICS = {"schema_version": 1, "accuracy": 0.5, "epochs": 2, "split": "test", "by": {"class": [0.25, None]}}


def metrics(**changes: Any) -> Write:
    return lambda folder: (folder / "output/metrics.json").write_text(json.dumps(METRICS | changes))


def history(text: str = HISTORY) -> Write:
    return lambda folder: (folder / "output/history.csv").write_text(text)


def items(**changes: Any) -> Write:
    return lambda folder: np.savez_compressed(folder / "output/predictions.npz", **{**ITEMS, **changes})


def weights(**changes: torch.Tensor) -> Write:
    return lambda folder: save_file({**WEIGHTS, **changes}, folder / "output/model.safetensors")


def torch_file(content: Any) -> Write:
    return lambda folder: torch.save(content, folder / "output/model.pt")


def pickled(content: Any) -> Write:
    return lambda folder: joblib.dump(content, folder / "output/model.joblib")


def text(content: str, name: str = "notes.txt") -> Write:
    return lambda folder: (folder / "output" / name).write_text(content)


def stored(folder: Path, *writes: Write, error: RunError | None = None) -> StoredRun:
    for name in TRACKERS:
        (folder / "output" / name).mkdir(parents=True)
    for write in writes:
        write(folder)
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    artifacts = {f.relative_to(folder).as_posix(): Artifact(f.stat().st_size, sha256_of_file(f)) for f in files}
    return folder, RunStatus("failed" if error else "completed", artifacts=artifacts, error=error)


def compared(tmp_path: Path, old: Write, new: Write, tolerance: float = 1e-4) -> Comparison:
    return compare_runs(stored(tmp_path / "old", old), stored(tmp_path / "new", new), Tolerance(tolerance))


@pytest.mark.parametrize(
    ("write", "counts"),
    [
        pytest.param(metrics(), {"metrics": 5}, id="metrics"),
        pytest.param(history(), {"metrics": 2}, id="history"),
        pytest.param(items(), {"predictions": 3}, id="predictions with a NaN"),
        pytest.param(weights(), {"weights": 2}, id="weights"),
        pytest.param(torch_file({"a": {"b": torch.ones(2)}, "epoch": 3}), {"weights": 1}, id="file of torch"),
        pytest.param(torch_file({"threshold": 0.5}), {"weights": 1}, id="file of torch without tensors"),
        pytest.param(pickled({"tree": 1}), {"weights": 1}, id="pickle"),
    ],
)
def test_equal_outputs_are_identical(tmp_path: Path, write: Write, counts: Mapping[str, int]) -> None:
    comparison = compared(tmp_path, write, write)
    assert (comparison.result, comparison.compared, comparison.deviations) == ("identical", counts, ())


@pytest.mark.parametrize(
    ("old", "new", "result", "line"),
    [
        pytest.param(metrics(), metrics(accuracy=0.500001), "within_tolerance", "accuracy is 0.5", id="rounded metric"),
        pytest.param(metrics(), metrics(accuracy=0.6), "different", "now 0.6", id="other metric"),
        pytest.param(metrics(), metrics(epochs=3), "different", "epochs is 2", id="other count"),
        pytest.param(metrics(n=10**9), metrics(n=10**9 + 1), "different", "n is", id="large count off by one"),
        pytest.param(metrics(), metrics(split="val"), "different", "split", id="other text"),
        pytest.param(metrics(ok=True), metrics(ok=1), "different", "ok", id="number for a flag"),
        pytest.param(metrics(), metrics(accuracy=None), "different", "now None", id="metric that is now null"),
        pytest.param(metrics(), metrics(extra=1.0), "different", "extra is missing", id="further metric"),
        pytest.param(metrics(), metrics(by={"class": [0.3, None]}), "different", "by.class.0", id="nested metric"),
        pytest.param(history(), history(HISTORY.replace("0.25", "0.26")), "different", "1 of 2", id="other history"),
        pytest.param(history(), history(HISTORY + "1,2,0.1\n"), "different", "now 3", id="longer history"),
        pytest.param(history(), history(HISTORY.replace("0,1,", "0,2,")), "different", "step 1", id="other step"),
        pytest.param(history(), history(HISTORY.replace("0.25", "nan")), "different", "now nan", id="NaN in a history"),
        pytest.param(
            items(), items(target=np.array([0, 1, 1])), "different", "target: 1 of 3 items", id="one other class"
        ),
        pytest.param(
            items(),
            items(score=np.array([0.5, 0.250001, np.nan], dtype=np.float32)),
            "within_tolerance",
            "score: 1 of 3",
            id="rounded score",
        ),
        pytest.param(items(), items(target=np.array([0, 1])), "different", "shape", id="fewer items"),
        pytest.param(items(), items(more=np.array([1])), "different", "more is missing", id="further array"),
        pytest.param(weights(), weights(w=WEIGHTS["w"] + 1e-7), "within_tolerance", "weights differ", id="rounding"),
        pytest.param(weights(), weights(w=WEIGHTS["w"] + 1), "different", "by at most 1", id="other weights"),
        pytest.param(weights(), weights(n=torch.tensor([3, 5])), "different", "n: 1 of 2", id="other integer buffer"),
        pytest.param(weights(), weights(w=WEIGHTS["w"] * torch.nan), "different", "w: 4 of 4", id="weights are NaN"),
        pytest.param(weights(), weights(w=WEIGHTS["w"].half()), "different", "float16", id="other precision"),
        pytest.param(weights(), weights(b=torch.ones(1)), "different", "b is missing", id="further tensor"),
        pytest.param(
            torch_file({"a": torch.ones(2)}), torch_file({"a": torch.zeros(2)}), "different", "a:", id="torch"
        ),
        pytest.param(
            torch_file({"a": Path("x")}), torch_file({"a": Path("y")}), "different", "cannot be read", id="object"
        ),
        pytest.param(torch_file({"a": 0.5}), torch_file({"a": 0.6}), "different", "no tensors", id="only numbers"),
        pytest.param(pickled({"tree": 1}), pickled({"tree": 2}), "different", "bytes differ", id="other pickle"),
        pytest.param(metrics(), text("{", "metrics.json"), "different", "cannot be read", id="damaged metrics"),
        pytest.param(metrics(), text(""), "different", "metrics.json is missing", id="no metrics any more"),
        pytest.param(text(""), metrics(), "different", "missing in the record", id="metrics that were not recorded"),
    ],
)
def test_every_deviation_is_named(tmp_path: Path, old: Write, new: Write, result: str, line: str) -> None:
    comparison = compared(tmp_path, old, new)
    assert comparison.result == result
    assert line in str(comparison.deviations[0])


def test_tolerance_of_zero_accepts_equal_values_only(tmp_path: Path) -> None:
    changed = weights(w=WEIGHTS["w"] + 1e-7)
    assert compared(tmp_path / "a", weights(), changed, 0).result == "different"
    assert compared(tmp_path / "b", weights(), weights(), 0).result == "identical"


def test_other_files_are_named_and_do_not_decide(tmp_path: Path) -> None:
    old = stored(
        tmp_path / "old",
        metrics(),
        text("a"),
        text("1", "system_metrics.json"),
        *(text("x", f"{tracker}/log") for tracker in TRACKERS),
    )
    new = stored(tmp_path / "new", metrics(), text("b"), text("2", "system_metrics.json"))
    comparison = compare_runs(old, new, Tolerance())
    assert comparison.result == "identical"
    assert comparison.notes == ("not compared, although the bytes differ: output/notes.txt",)


def test_runs_without_comparable_outputs_prove_nothing(tmp_path: Path) -> None:
    assert compared(tmp_path, text("a"), text("a")).result == "not_reproducible"


def error(kind: str = "error", exception: str = "ValueError", message: str = "bad rate 3") -> RunError:
    return RunError(
        kind, message, "", f'Traceback (most recent call last):\n  File "x", line 1\n{exception}: {message}\n'
    )


@pytest.mark.parametrize(
    ("old", "new", "result"),
    [
        pytest.param(error(), error(message="bad rate 4"), "identical", id="same kind, other message"),
        pytest.param(error(), error(exception="KeyError"), "different", id="another exception"),
        pytest.param(error("non_finite"), error(), "different", id="another kind"),
        pytest.param(error(), None, "different", id="completes now"),
        pytest.param(None, error(), "different", id="fails now"),
        pytest.param(RunError("error", ""), RunError("error", ""), "identical", id="without a traceback"),
    ],
)
def test_failed_run_is_reproduced_if_it_fails_in_the_same_way(
    tmp_path: Path, old: RunError | None, new: RunError | None, result: str
) -> None:
    runs = stored(tmp_path / "old", error=old), stored(tmp_path / "new", error=new)
    comparison = compare_runs(*runs, Tolerance())
    assert (comparison.result, comparison.compared) == (result, {"failures": 1})
