"""Decide from the files of a build whether its experiment was built, also if it misses deliverables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from compiler.base.json_files import parse_json
from compiler.base.paths import Lab
from lab.queue.finish import FailureKind


def gate_log(lab: Lab, experiment: str) -> Path:
    """Return the log of the job that decides the gates. It exists after a build whose other steps did not fail."""
    return lab.state / "logs" / "gates" / f"{experiment}.log"


def forget_gate_log(lab: Lab, experiment: str) -> None:
    """Delete the log of an earlier build, so that it is not taken for that of the next one."""
    gate_log(lab, experiment).unlink(missing_ok=True)


def read_payload(lab: Lab, experiment: str) -> bytes | None:
    """Return the bytes of `results.json`. None if it is missing or damaged."""
    try:
        content = lab.results_file(experiment).read_bytes()
        return content if isinstance(parse_json(content), dict) else None
    except (OSError, ValueError):
        return None


def build_problem(lab: Lab, experiment: str, exit_code: int, payload: bytes | None) -> tuple[FailureKind, str] | None:
    """Return the kind and the reason of a failed build. None if the experiment was built.

    An experiment that misses its deliverables was built: the only step that failed is the one that decides the gates.
    """
    if payload is None:
        return "build", f"the build ended with exit code {exit_code} and without results"
    if exit_code == 0:
        return None
    if not gate_log(lab, experiment).exists():
        return "build", f"the build ended with exit code {exit_code} before the gates were decided"
    if unfinished := _unfinished_runs(lab, parse_json(payload)):
        listed = ", ".join(unfinished[:3]) + (", …" if len(unfinished) > 3 else "")
        return "machine", f"{len(unfinished)} runs failed because of the machine: {listed}"
    return None


def _unfinished_runs(lab: Lab, results: dict[str, Any]) -> list[str]:
    """Return the runs in the results whose status was reset, because a failure of the machine is not a result."""
    runs = {str(run["run_id"]) for run in results.get("runs", ())}
    return sorted(run for run in runs if not lab.status(run).is_file())
