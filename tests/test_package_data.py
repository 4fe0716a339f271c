"""Data files beside the code are part of the distribution."""

from __future__ import annotations

import subprocess
import tomllib

from compiler.base.paths import ENGINE

SETUPTOOLS = tomllib.loads((ENGINE / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]


def test_every_data_file_of_a_package_is_package_data() -> None:
    names = [name.rstrip("*") for name in SETUPTOOLS["packages"]["find"]["include"]]
    listed = subprocess.run(["git", "ls-files", *names], cwd=ENGINE, capture_output=True, text=True, check=True)
    tracked = {ENGINE / name for name in listed.stdout.splitlines() if not name.endswith(".py")}
    packages = {file.parent for name in names for file in (ENGINE / name).rglob("__init__.py")}
    patterns = SETUPTOOLS["package-data"]["*"]
    included = {file for package in packages for pattern in patterns for file in package.glob(pattern)}
    assert tracked, "git lists the data files of the packages"
    assert tracked <= included
