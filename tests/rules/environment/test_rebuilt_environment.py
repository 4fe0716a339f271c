"""pip rebuilds exactly the recorded versions from a lock, and refuses files that are not those of the lock."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from compiler.runs.provenance_parts import Distribution
from rules.environment.lock_text import LOCK
from tests.rules.environment.recorded import record, texts

INSTALL = ("--no-deps", "--no-index", "--find-links", "wheels", "--requirement")
VERSIONS = {"alpha-tools": "1.2.0", "beta": "0.3.1", "gamma": "2.0+cpu"}


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """A folder with an empty virtual environment and wheels: the recorded versions and a later one of each package."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv"], check=True)
    for name, version in VERSIONS.items():
        write_wheel(tmp_path / "wheels", name, version)
        write_wheel(tmp_path / "wheels", name, "9.9")
    return tmp_path


def test_environment_is_rebuilt_with_exactly_the_recorded_versions(scratch: Path) -> None:
    (scratch / LOCK).write_text(lock_of(scratch / "wheels", without_hash=""), encoding="utf-8")
    assert pip(scratch, *INSTALL, LOCK, "--require-hashes") == ""
    assert installed(scratch) == VERSIONS


def test_other_file_of_a_recorded_version_is_refused(scratch: Path) -> None:
    (scratch / LOCK).write_text(lock_of(scratch / "wheels", without_hash=""), encoding="utf-8")
    write_wheel(scratch / "wheels", "beta", "0.3.1", code="changed = True\n")
    assert "THESE PACKAGES DO NOT MATCH THE HASHES" in pip(scratch, *INSTALL, LOCK, "--require-hashes")
    assert installed(scratch) == {}


@pytest.mark.parametrize("without_hash", ["beta", ""], ids=["one without hash", "all with hashes"])
def test_the_commands_in_the_head_rebuild_the_environment_from_the_folder_of_the_lab(
    without_hash: str, scratch: Path
) -> None:
    lock = scratch / "results/experiments/study/environment" / LOCK
    lock.parent.mkdir(parents=True)
    lock.write_text(lock_of(scratch / "wheels", without_hash), encoding="utf-8")
    commands = head_commands(lock)
    assert len(commands) == (3 if without_hash else 1)
    for command in commands:
        run_in_shell(scratch, command)
    assert installed(scratch) == VERSIONS


def test_no_file_is_installed_instead_of_one_with_a_known_hash_if_other_hashes_are_not_known(scratch: Path) -> None:
    lock = scratch / "results/experiments/study/environment" / LOCK
    lock.parent.mkdir(parents=True)
    lock.write_text(lock_of(scratch / "wheels", without_hash="beta"), encoding="utf-8")
    write_wheel(scratch / "wheels", "alpha-tools", "1.2.0", code="changed = True\n")
    with pytest.raises(subprocess.CalledProcessError):
        run_in_shell(scratch, head_commands(lock)[0])
    assert installed(scratch) == {}


def head_commands(lock: Path) -> list[str]:
    lines = lock.read_text(encoding="utf-8").splitlines()
    return [line.removeprefix("#   ") for line in lines if line.startswith("#   ")]


def run_in_shell(scratch: Path, command: str) -> None:
    """Run a command of the head as a reader does, with the pip of the tests for the empty environment."""
    stand_in = f"{sys.executable} -m pip --isolated --quiet --python {scratch / 'venv/bin/python'} install"
    command = command.replace("python -m pip install", f"{stand_in} --no-index --find-links wheels")
    variables = {"PATH": "/usr/bin:/bin", "PIP_CONFIG_FILE": "/dev/null", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    subprocess.run(["sh", "-c", command], cwd=scratch, env=variables, capture_output=True, check=True)


def lock_of(wheels: Path, without_hash: str) -> str:
    hashes = {wheel.name: hashlib.sha256(wheel.read_bytes()).hexdigest() for wheel in wheels.iterdir()}
    distributions = {
        name: Distribution(version, None if name == without_hash else hashes[wheel_name(name, version)])
        for name, version in VERSIONS.items()
    }
    return texts(record(**distributions))[LOCK]


def pip(scratch: Path, *arguments: str) -> str:
    """Run `pip install` for the virtual environment, without the settings of this machine. Return its errors."""
    python = scratch / "venv/bin/python"
    command = [sys.executable, "-m", "pip", "--isolated", "--python", str(python), "install", "--quiet", *arguments]
    environment = {"PATH": "/usr/bin:/bin", "PIP_CONFIG_FILE": "/dev/null", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    result = subprocess.run(command, cwd=scratch, env=environment, capture_output=True, text=True, check=False)
    assert (result.returncode == 0) == (result.stderr == "")
    return result.stderr


def installed(scratch: Path) -> dict[str, str]:
    code = "import json; from importlib.metadata import distributions as all_of"
    code += "; print(json.dumps({item.name: item.version for item in all_of()}))"
    command = [scratch / "venv/bin/python", "-I", "-c", code]  # without the packages in the working folder
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    versions: dict[str, str] = json.loads(result.stdout)
    return versions


def wheel_name(name: str, version: str) -> str:
    return f"{name.replace('-', '_')}-{version}-py3-none-any.whl"


def write_wheel(folder: Path, name: str, version: str, code: str = "") -> None:
    module, info = name.replace("-", "_"), f"{name.replace('-', '_')}-{version}.dist-info"
    files = {
        f"{module}.py": code,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[f"{info}/RECORD"] = "".join(_record_lines(files, info))
    folder.mkdir(exist_ok=True)
    with zipfile.ZipFile(folder / wheel_name(name, version), "w") as archive:
        for path, content in files.items():
            archive.writestr(path, content)


def _record_lines(files: dict[str, str], info: str) -> Iterator[str]:
    for path, content in files.items():
        value = base64.urlsafe_b64encode(hashlib.sha256(content.encode()).digest()).rstrip(b"=").decode()
        yield f"{path},sha256={value},{len(content)}\n"
    yield f"{info}/RECORD,,\n"
