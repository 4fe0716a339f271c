"""A command in an environment without all packages names them with the pip command, and ends without a traceback."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

from compiler.base.paths import ENGINE
from proband import missing_packages
from proband.missing_packages import missing_message, missing_requirements

START = "import sys; sys.path.insert(0, {engine!r}); sys.argv = ['proband', 'doctor']; {before}"
COMMAND = "from proband.command import main; sys.exit(main())"
# The package and its metadata cannot be found, as if it had never been installed.
HIDE = """
from importlib import metadata
real = metadata.distribution
def distribution(name):
    if name == 'rfc8785':
        raise metadata.PackageNotFoundError(name)
    return real(name)
metadata.distribution = distribution
sys.modules['rfc8785'] = None
"""


def doctor(folder: Path, *options: str, before: str = "") -> subprocess.CompletedProcess[str]:
    code = f"{START.format(engine=str(ENGINE), before=before)}\n{COMMAND}"
    command = [sys.executable, *options, "-c", code]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)


def test_doctor_without_any_package_names_all_of_them(tmp_path: Path) -> None:
    result = doctor(tmp_path, "-I", "-S")  # without site-packages
    required = tomllib.loads((ENGINE / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert set(required) <= {line.strip() for line in result.stderr.splitlines()}
    assert f"{sys.executable} -m pip install " in result.stderr


def test_doctor_without_a_package_names_it_and_the_command(tmp_path: Path) -> None:
    result = doctor(tmp_path, before=HIDE)
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert f"Install them: {sys.executable} -m pip install 'rfc8785>=0.1.4'\n" in result.stderr


def test_doctor_names_a_package_whose_files_were_deleted(tmp_path: Path) -> None:
    result = doctor(tmp_path, before="sys.modules['rfc8785'] = None")
    assert result.returncode == 1
    assert "-m pip install --force-reinstall 'rfc8785>=0.1.4'\n" in result.stderr


def test_the_environment_of_the_tests_lacks_nothing() -> None:
    assert missing_requirements() == []


def test_another_module_that_is_missing_is_not_explained() -> None:
    assert missing_message(ModuleNotFoundError("No module named 'own'", name="own")) is None


class Installed:
    def __init__(self, *requires: str) -> None:
        self.requires = list(requires)


REQUIREMENTS: dict[str, tuple[dict[str, Installed], list[str]]] = {
    "direct": ({"proband": Installed("alpha>=1", "beta")}, ["alpha>=1", "beta"]),
    "of a package": ({"proband": Installed("alpha"), "alpha": Installed("gamma<2", "alpha")}, ["gamma<2"]),
    "of an extra": ({"proband": Installed("alpha; extra == 'dev'")}, []),
    "other system": ({"proband": Installed("alpha; sys_platform == 'nothing'")}, []),
    "condition that holds": ({"proband": Installed("alpha ; python_version >= '3'")}, ["alpha"]),
    "other spelling": ({"proband": Installed("My_Package>=1"), "my-package": Installed()}, []),
}


@pytest.mark.parametrize(("packages", "missing"), REQUIREMENTS.values(), ids=REQUIREMENTS)
def test_missing_requirements(
    packages: dict[str, Installed], missing: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def distribution(name: str) -> Installed:
        if name not in packages:
            raise metadata.PackageNotFoundError(name)
        return packages[name]

    monkeypatch.setattr(missing_packages.metadata, "distribution", distribution)
    monkeypatch.setattr(missing_packages, "ENGINE", tmp_path)  # an installed Proband has no pyproject.toml
    assert missing_requirements() == missing
