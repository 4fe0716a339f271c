"""Find the checkpoint of the best run of an experiment, and the numbers that describe it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from compiler.base.json_files import readable_object
from lab.publication.contents.material import Material
from rules.results.arms import group_by_arm
from rules.results.content.summary import MetricSummary

_WEIGHTS = (".safetensors", ".pt", ".pth", ".ckpt", ".bin", ".joblib", ".gguf")


@dataclass(frozen=True)
class BestCheckpoint:
    """The run with the best value of the metric, which was selected among `candidates` after all runs had finished.

    Attributes:
        arm: mean, standard deviation and number of the runs with the same setting, None if it is in no arm.
        files: size and sha256 of the files with weights, by path in the run. The package does not contain them.
    """

    run_id: str
    metric: str
    value: float
    setting: Mapping[str, Any]
    candidates: int
    arm: MetricSummary | None
    split: str | None
    target: str
    data: str
    files: Mapping[str, Mapping[str, Any]]


def best_checkpoint(material: Material) -> BestCheckpoint | None:
    """Return the checkpoint of the best run, None if no completed run has the metric or stores weights."""
    summary, lab = material.results.summary_metrics, material.lab
    best = summary.best_value
    if best is None:
        return None
    run = lab.run(best.run)
    artifacts = (readable_object(run / "status.json") or {}).get("artifacts") or {}
    files = {
        path: state for path, state in sorted(artifacts.items()) if path.endswith(_WEIGHTS) and "sample" not in path
    }
    if not files:
        return None
    config = (readable_object(run / "config.json") or {}).get("config") or {}
    evaluation = readable_object(run / "output/eval_results.json") or {}
    with_metric = {item.run_id for item in material.results.runs if summary.metric in item.metrics}
    return BestCheckpoint(
        best.run,
        summary.metric,
        best.value,
        best.setting,
        len(with_metric),
        _arm_of(material, best.run),
        evaluation.get("split"),
        _class_name(config.get("model")),
        _class_name(config.get("data")),
        files,
    )


def _arm_of(material: Material, run_id: str) -> MetricSummary | None:
    """Return the summary of the arm that contains the run. The results list the arms in the order of the plan."""
    summary = material.results.summary_metrics
    arms = zip(group_by_arm(material.experiment), summary.arms, strict=True)
    return next((values.metrics.get(summary.metric) for arm, values in arms if run_id in arm.runs), None)


def _class_name(config: Any) -> str:
    """Return the last part of `_target_`, "unknown" if there is none."""
    target = config.get("_target_") if isinstance(config, Mapping) else None
    return str(target).rpartition(".")[2] if target else "unknown"
