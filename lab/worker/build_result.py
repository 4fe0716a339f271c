"""Decide from the files of a build whether its experiment was built, also if it misses deliverables."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from compiler.base.json_files import parse_json
from compiler.base.paths import Lab
from compiler.stages.names import GATE_OF, STAGES
from lab.queue.finish import FailureKind
from rules.gates.gate import read_gate


def forget_logs(lab: Lab, experiment: str) -> None:
    """Delete the logs of gates and stages of an earlier build, so that they are not taken for those of the next one."""
    _gate_log(lab, experiment).unlink(missing_ok=True)
    shutil.rmtree(_stage_logs(lab, experiment), ignore_errors=True)


def read_payload(lab: Lab, experiment: str) -> bytes | None:
    """Return the bytes of `results.json`. None if it is missing or damaged."""
    try:
        content = lab.results_file(experiment).read_bytes()
        return content if isinstance(parse_json(content), dict) else None
    except (OSError, ValueError):
        return None


def build_problem(lab: Lab, experiment: str, exit_code: int, payload: bytes | None) -> tuple[FailureKind, str] | None:
    """Return the kind and the reason of a failed build. None if the experiment was built.

    An experiment that misses its deliverables was built: the only step that failed is one that ends at a closed gate.
    """
    if payload is None:
        return "build", f"the build ended with exit code {exit_code} and without results"
    if exit_code == 0:
        return None
    if not _gate_log(lab, experiment).exists() and not _ended_at_closed_gate(lab, experiment):
        return "build", f"the build ended with exit code {exit_code} before the gates were decided"
    if unfinished := _unfinished_runs(lab, parse_json(payload)):
        listed = ", ".join(unfinished[:3]) + (", …" if len(unfinished) > 3 else "")
        runs = "run" if len(unfinished) == 1 else "runs"
        return "machine", f"{len(unfinished)} {runs} failed because of the machine: {listed}"
    return None


def _ended_at_closed_gate(lab: Lab, experiment: str) -> bool:
    """Return whether a stage of this build ended because its gate is closed. Snakemake skips all later jobs then."""
    for log in _stage_logs(lab, experiment).glob("*.log"):
        stage = next((stage for stage in STAGES if stage == log.stem), None)
        gate = stage and read_gate(lab, experiment, GATE_OF[stage])
        if stage and gate and not gate.passed and not lab.stage_mark(experiment, stage).exists():
            return True
    return False


def _gate_log(lab: Lab, experiment: str) -> Path:
    """Return the log of the last job of an experiment. It exists after a build whose other steps did not fail."""
    return lab.state / "logs" / "gates" / f"{experiment}.log"


def _stage_logs(lab: Lab, experiment: str) -> Path:
    return lab.state / "logs" / "stages" / experiment


def _unfinished_runs(lab: Lab, results: dict[str, Any]) -> list[str]:
    """Return the runs in the results whose status was reset, because a failure of the machine is not a result."""
    runs = {str(run["run_id"]) for run in results.get("runs", ())}
    return sorted(run for run in runs if not lab.status(run).is_file())
