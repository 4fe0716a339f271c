"""Checksums notice every change of a package, and `sha256sum` accepts them."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from lab.publication.checksums import CHECKSUMS, VERIFY, changed_files, checksums_text
from lab.publication.package_files import write_package

FILES = {"README.md": b"# Study\n", "tables/runs.csv": b"run\n", ".zenodo.json": b"{}\n", "verify.sh": VERIFY}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "package"
    write_package(folder, {**FILES, CHECKSUMS: checksums_text(FILES).encode()})
    return folder


def test_written_package_is_unchanged_and_verified_by_its_script(package: Path) -> None:
    assert changed_files(package) == []
    verified = subprocess.run(["sh", "verify.sh"], cwd=package, capture_output=True, text=True, check=True)
    assert sorted(verified.stdout.splitlines()) == sorted(f"{path}: OK" for path in FILES)


def test_link_in_the_place_of_a_package_is_replaced_and_not_followed(package: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    package.rename(elsewhere)
    package.symlink_to(elsewhere)
    write_package(package, {"README.md": b"# Other\n"})
    assert not package.is_symlink()
    assert [file.name for file in package.iterdir()] == ["README.md"]
    assert (elsewhere / "README.md").read_bytes() == FILES["README.md"]


def append(path: str) -> Callable[[Path], object]:
    return lambda package: (package / path).open("a").write("x")


@pytest.mark.parametrize(
    ("edit", "problem"),
    [
        pytest.param(append("README.md"), "README.md: changed", id="edited"),
        pytest.param(append(".zenodo.json"), ".zenodo.json: changed", id="edited-hidden-file"),
        pytest.param(lambda p: (p / "tables/runs.csv").unlink(), "tables/runs.csv: missing", id="deleted"),
        pytest.param(lambda p: (p / "tables/new.csv").write_text("x"), "tables/new.csv: not listed", id="added"),
        pytest.param(lambda p: (p / CHECKSUMS).unlink(), f"{CHECKSUMS}: missing", id="no-checksums"),
        pytest.param(append(CHECKSUMS), f"{CHECKSUMS}: has a line that is not a checksum", id="edited-checksums"),
        pytest.param(
            lambda p: ((p / "README.md").rename(p.parent / "r"), (p / "README.md").symlink_to(p.parent / "r")),
            "README.md: is a link",
            id="link-to-equal-content",
        ),
    ],
)
def test_change_is_named(package: Path, edit: Callable[[Path], object], problem: str) -> None:
    edit(package)
    assert [line for line in changed_files(package) if line.startswith(problem)]


def test_time_stamp_of_snakemake_is_no_file_of_a_package(package: Path) -> None:
    (package / "tables/.snakemake_timestamp").touch()
    assert changed_files(package) == []
