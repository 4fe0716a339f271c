"""`config`: what the run says it was trained with is what was compiled."""

from __future__ import annotations

from typing import Literal

from compiler.base.identity import differing_keys, identifying_config, run_id
from compiler.deliverables.artifact import UnreadableArtifact, read_object
from compiler.deliverables.check import CheckResult, FinishedRun
from compiler.deliverables.deliverable import Deliverable, DeliverableType, exists


class Config(Deliverable):
    path: str = "config.json"
    validation: Literal["matches_expected", "exists"] = "matches_expected"


def matches_expected(evidence: FinishedRun, spec: Config) -> CheckResult:
    """The recorded config and data versions equal the compiled ones in all that identifies a run."""
    try:
        found = read_object(evidence.folder, spec.path)
    except UnreadableArtifact as error:
        return CheckResult(False, str(error))
    config, data = found.get("config"), found.get("data")
    if not isinstance(config, dict) or not isinstance(data, dict):
        return CheckResult(False, f"{spec.path} has no config and data")
    differing = differing_keys(identifying_config(config), identifying_config(evidence.config))
    differing += [
        f"data.{path}" for path in sorted({*data, *evidence.data}) if data.get(path) != evidence.data.get(path)
    ]
    if differing:
        return CheckResult(False, f"{spec.path} differs from what was compiled in {', '.join(differing)}")
    return CheckResult(True, f"{spec.path} gives run id {run_id(config, data)}")


TYPE = DeliverableType("config", Config, {"matches_expected": matches_expected, "exists": exists})
