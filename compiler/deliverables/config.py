"""`config`: the config that the run recorded equals the compiled one."""

from __future__ import annotations

from typing import Literal

from compiler.base.identity import differing_keys, identifying_config, run_id
from compiler.deliverables.artifact import UnreadableArtifact, read_object
from compiler.deliverables.check import CheckResult, FinishedRun
from compiler.deliverables.deliverable import Deliverable, DeliverableType, exists


class Config(Deliverable):
    path: str = "config.json"
    validation: Literal["matches_expected", "exists"] = "matches_expected"


def matches_expected(run: FinishedRun, spec: Config) -> CheckResult:
    """Check that the recorded config and data versions equal the compiled ones in everything that identifies a run."""
    try:
        recorded = read_object(run.folder, spec.path)
    except UnreadableArtifact as error:
        return CheckResult(False, str(error))
    config, data = recorded.get("config"), recorded.get("data")
    if not isinstance(config, dict) or not isinstance(data, dict):
        return CheckResult(False, f"{spec.path} does not contain a config and data")
    differing = differing_keys(identifying_config(config), identifying_config(run.config))
    differing += [f"data.{path}" for path in sorted({*data, *run.data}) if data.get(path) != run.data.get(path)]
    if differing:
        return CheckResult(False, f"{spec.path} differs from the compiled config in {', '.join(differing)}")
    return CheckResult(True, f"{spec.path} has run id {run_id(config, data)}")


TYPE = DeliverableType("config", Config, {"matches_expected": matches_expected, "exists": exists})
