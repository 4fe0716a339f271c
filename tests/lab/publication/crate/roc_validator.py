"""Run roc-validator on a crate in an environment of its own."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from tests.own_environments import python_with

_SCRIPT = Path(__file__).with_name("run_roc_validator.py")


def crate_issues(crate: Path, severity: str = "REQUIRED") -> list[str]:
    """Return what roc-validator finds in a crate, as the Provenance Run Crate profile requires or recommends it."""
    command = (python_with("roc-validator"), _SCRIPT, crate, severity)
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert result.returncode == 0, result.stderr
    answer = json.loads(result.stdout.splitlines()[-1])
    assert answer["profile"].startswith("provenance-run-crate"), answer
    return [": ".join(issue) for issue in answer["issues"]]
