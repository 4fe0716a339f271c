"""Build the wheel of this source tree and install it in a fresh environment, without a network."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass
from pathlib import Path

from compiler.base.paths import ENGINE

_PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]


def build_wheel(folder: Path, source: Path = ENGINE) -> Path:
    """Build the wheel of a source tree or source distribution into a folder, and return its path."""
    options = ["--no-deps", "--no-build-isolation", "--wheel-dir", str(folder)]
    subprocess.run([*_PIP, "wheel", *options, str(source)], check=True, env=_clean_environment())
    (wheel,) = folder.glob("proband-*.whl")
    return wheel


@dataclass(frozen=True)
class Environment:
    """A virtual environment with a wheel of Proband, in which nothing of the clone can be imported."""

    root: Path

    @property
    def site_packages(self) -> Path:
        return Path(sysconfig.get_path("purelib", "venv", {"base": str(self.root)}))

    def run(self, *command: str, folder: Path) -> subprocess.CompletedProcess[str]:
        """Run a command, of which the first word is a program of the environment, and wait for it."""
        program, *arguments = command
        return subprocess.run(
            [str(self.root / "bin" / program), *arguments],
            cwd=folder,
            env=_clean_environment() | self._variables(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=400,
        )

    def _variables(self) -> dict[str, str]:
        path = f"{self.root / 'bin'}{os.pathsep}{os.environ['PATH']}"
        return {"PATH": path, "XDG_STATE_HOME": str(self.root / "state")}  # the list of trusted labs is there


def install_wheel(wheel: Path, root: Path) -> Environment:
    """Install a wheel in a fresh environment, which finds all other packages in the environment of the tests.

    A path in a `.pth` file adds a folder of packages. The `.pth` files in that folder, with which an editable
    installation of this clone works, are not read.
    """
    venv.create(root, with_pip=False, symlinks=True)
    environment = Environment(root)
    (environment.site_packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    command = [*_PIP, "--python", str(root / "bin/python"), "install", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(command, check=True, env=_clean_environment())
    return environment


def _clean_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PROBAND_SERVER")}
