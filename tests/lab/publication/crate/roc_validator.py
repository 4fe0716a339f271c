"""Run roc-validator on a crate in an environment of its own. `.ci/run` installs it; other test runs install it once."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from pathlib import Path

from filelock import FileLock

_FOLDER = Path(__file__).parent
_REQUIREMENTS, _SCRIPT = _FOLDER / "roc_validator.txt", _FOLDER / "run_roc_validator.py"
_ENVIRONMENT = Path(sys.prefix) / "roc-validator"


def crate_issues(crate: Path, severity: str = "REQUIRED") -> list[str]:
    """Return what roc-validator finds in a crate, as the Provenance Run Crate profile requires or recommends it."""
    command = (_python(), _SCRIPT, crate, severity)
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert result.returncode == 0, result.stderr
    answer = json.loads(result.stdout.splitlines()[-1])
    assert answer["profile"].startswith("provenance-run-crate"), answer
    return [": ".join(issue) for issue in answer["issues"]]


def _python() -> Path:
    """Return the Python of the environment. It is complete if its copy of the requirements is."""
    python, ready = _ENVIRONMENT / "bin/python", _ENVIRONMENT / "installed.txt"
    with FileLock(f"{_ENVIRONMENT}.lock"):
        if not ready.is_file() or ready.read_bytes() != _REQUIREMENTS.read_bytes():
            venv.create(_ENVIRONMENT, clear=True, with_pip=True)
            pip = (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps")
            subprocess.run([*pip, "--requirement", _REQUIREMENTS], check=True)
            ready.write_bytes(_REQUIREMENTS.read_bytes())
    return python


if __name__ == "__main__":
    _python()
