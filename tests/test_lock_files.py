"""The lock files pin each dependency to an allowed version with hashes, and name no index or path of a machine."""

from __future__ import annotations

import importlib.util
import re
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from compiler.base.paths import ENGINE

LOCK, CPU_LOCK, CUDA_LOCK = (ENGINE / f"requirements{part}.lock" for part in ("", "-cpu", "-cuda"))
PROJECT = tomllib.loads((ENGINE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
# trackio needs an older pillow than the lock has, so its versions are those of an environment of its own.
OTHER_LOCKS = {"trackio": ENGINE / "tests/lightning_modules/tracking/trackio.txt"}
EXTRAS = PROJECT["optional-dependencies"]
DECLARED = [*PROJECT["dependencies"], *(text for extra in EXTRAS.values() for text in extra)]


@pytest.fixture(scope="module")
def writer() -> Any:
    """The module that writes the lock files. It is no part of a package."""
    spec = importlib.util.spec_from_file_location("write_lock", ENGINE / "build_backend/write_lock.py")
    assert spec
    assert spec.loader
    module = sys.modules["write_lock"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def locked(file: Path) -> dict[str, tuple[str, str]]:
    """Return the version and the rest of each entry of a lock file, by name."""
    lines = file.read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    entries = (line.partition("==") for line in lines if not line.startswith(("#", "--")))
    return {name: (rest.split()[0], rest) for name, _, rest in entries}


def test_each_declared_dependency_is_locked_to_an_allowed_version() -> None:
    versions = locked(LOCK)
    for extra, file in OTHER_LOCKS.items():
        assert extra not in versions
        versions |= {name: pin for name, pin in locked(file).items() if name == extra}
    for requirement in map(Requirement, DECLARED):
        name = canonicalize_name(requirement.name)
        if name != "proband":  # the extra `dev` contains other extras
            assert requirement.specifier.contains(versions[name][0], prereleases=True), requirement


@pytest.mark.parametrize("file", [LOCK, CPU_LOCK, CUDA_LOCK], ids=lambda file: file.name)
def test_each_entry_has_hashes_and_no_origin(file: Path) -> None:
    assert locked(file)
    for name, (_, rest) in locked(file).items():
        assert re.search(r" --hash=sha256:[0-9a-f]{64}( |$)", rest), name
    assert not re.search(r"://|--index|--find-links|--trusted|\.whl|^-e|@", file.read_text(encoding="utf-8"))


def test_build_without_cuda_is_accepted_for_the_locked_version() -> None:
    torch, build = locked(LOCK)["torch"], locked(CPU_LOCK)["torch"]
    assert build[0].partition("+")[0] == torch[0]
    hashes = re.findall(r"--hash=\S+", build[1])
    assert hashes
    assert set(hashes) < set(re.findall(r"--hash=\S+", torch[1]))


def test_cuda_libraries_are_in_their_own_file_which_the_lock_includes() -> None:
    assert "triton" in locked(CUDA_LOCK)
    assert not [name for name in locked(LOCK) if name.startswith(("nvidia-", "cuda-"))]
    assert LOCK.read_text(encoding="utf-8").endswith(f"\n--requirement {CUDA_LOCK.name}\n")


def test_installed_versions_are_the_locked_ones() -> None:
    wrong = {}
    for name, (locked_version, _) in locked(LOCK).items():
        try:
            installed = version(name).partition("+")[0]
        except PackageNotFoundError:
            continue  # for other platforms
        if installed != locked_version:
            wrong[name] = (installed, locked_version)
    assert not wrong


def test_present_builds_are_kept_only_for_the_locked_version(writer: Any) -> None:
    entries = [writer.Entry("torch==2.14.0", ("a" * 64,))]
    assert writer.is_build_of(writer.Entry("torch==2.14.0+cpu", ()), entries)
    assert not writer.is_build_of(writer.Entry("torch==2.13.0+cpu", ()), entries)
    assert not writer.is_build_of(writer.Entry("vision==2.14.0+cpu", ()), entries)


def test_written_files_are_parsed_to_the_same_entries(writer: Any) -> None:
    entries = [
        writer.Entry("nvidia-x==1.0 ; sys_platform == 'linux'", ("c" * 64,)),
        writer.Entry("torch==2.14.0", ("b" * 64, "a" * 64)),
    ]
    builds = [writer.Entry("torch==2.14.0+cpu", (value * 64,)) for value in ("e", "d", "e")]
    texts = {file.name: text for file, text in writer.lock_files(entries, builds).items()}
    parsed = {name: writer.parsed(text) for name, text in texts.items()}
    both = tuple(value * 64 for value in "abde")
    assert parsed == {
        "requirements.lock": [writer.Entry("torch==2.14.0", both)],
        "requirements-cpu.lock": [writer.Entry("torch==2.14.0+cpu", both[2:])],
        "requirements-cuda.lock": [entries[0]],
    }
