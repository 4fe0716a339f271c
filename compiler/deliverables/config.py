"""`config`: the config that the run recorded has the id of the run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from compiler.base.identity import differing_keys, identifying_config, run_id
from compiler.deliverables.artifact import UnreadableArtifact, read_object
from compiler.deliverables.check import CheckResult, FinishedRun
from compiler.deliverables.deliverable import Deliverable, DeliverableType, exists


class Config(Deliverable):
    path: str = "config.json"
    validation: Literal["matches_expected", "exists"] = "matches_expected"


def matches_expected(run: FinishedRun, spec: Config) -> CheckResult:
    """Check that the id of the recorded config and data versions is the id of the run.

    The id is computed again from the record, so that no other file has to be trusted. The expected config, which is a
    cached file, only serves to name the keys that differ.
    """
    try:
        recorded = read_object(run.folder, spec.path)
    except UnreadableArtifact as error:
        return CheckResult(False, str(error))
    config, data = recorded.get("config"), recorded.get("data")
    if not isinstance(config, dict) or not isinstance(data, dict):
        return CheckResult(False, f"{spec.path} does not contain a config and data")
    recorded_id = run_id(config, data)
    if recorded_id == run.run_id:
        return CheckResult(True, f"{spec.path} has run id {recorded_id}")
    keys = _differing_keys(config, data, run)
    where = f": it differs from the compiled config in {', '.join(keys)}" if keys else ""
    return CheckResult(False, f"{spec.path} has run id {recorded_id}, not {run.run_id}{where}")


def _differing_keys(config: Mapping[str, Any], data: Mapping[str, Any], run: FinishedRun) -> list[str]:
    keys = differing_keys(identifying_config(config), identifying_config(run.config))
    return keys + [f"data.{path}" for path in sorted({*data, *run.data}) if data.get(path) != run.data.get(path)]


TYPE = DeliverableType("config", Config, {"matches_expected": matches_expected, "exists": exists})
