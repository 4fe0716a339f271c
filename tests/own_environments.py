"""Environments of their own, for packages that tests run and whose requirements conflict with those of Proband.

`.ci/run` installs all of them; other test runs install one when it is first needed.
"""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

from filelock import FileLock

_TESTS = Path(__file__).parent
_REQUIREMENTS = {
    "roc-validator": _TESTS / "lab/publication/crate/roc_validator.txt",
    "trackio": _TESTS / "lightning_modules/tracking/trackio.txt",
}


def python_with(package: str) -> Path:
    """Return the Python of an environment. It is complete if its copy of the requirements is."""
    requirements, environment = _REQUIREMENTS[package], Path(sys.prefix) / package
    python, ready = environment / "bin/python", environment / "installed.txt"
    with FileLock(f"{environment}.lock"):
        if not ready.is_file() or ready.read_bytes() != requirements.read_bytes():
            venv.create(environment, clear=True, with_pip=True)
            pip = (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps")
            subprocess.run([*pip, "--requirement", requirements], check=True)
            ready.write_bytes(requirements.read_bytes())
    return python


if __name__ == "__main__":
    for package in _REQUIREMENTS:
        python_with(package)
