"""The wheel contains the whole engine inside `proband/`, and works beside other packages without the clone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from compiler.base.paths import ENGINE, Lab
from proband import engine_path
from proband.cli.main import main
from tests.installed import Environment, build_wheel, install_wheel

ENGINE_FOLDERS = ("agents", "compiler", "conf", "docs", "lab", "lightning_modules", "profiles", "rules")


def tracked_files(*names: str) -> set[str]:
    listed = subprocess.run(["git", "ls-files", *names], cwd=ENGINE, capture_output=True, text=True, check=True)
    return set(listed.stdout.splitlines())


def state_of_clone() -> str:
    command = ["git", "status", "--porcelain", "--ignored", "--untracked-files=all", "build", "*egg-info*", ":/"]
    listed = subprocess.run(command, cwd=ENGINE, capture_output=True, text=True, check=True).stdout
    return "\n".join(line for line in listed.splitlines() if "cache" not in line)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment with Proband, and with another package called `agents`, as openai-agents has."""
    environment = install_wheel(wheel, tmp_path_factory.mktemp("environment"))
    (environment.site_packages / "agents").mkdir()
    (environment.site_packages / "agents/__init__.py").write_text("class Agent: ...\n", encoding="utf-8")
    return environment


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    root = tmp_path_factory.mktemp("lab")
    (root / "conf/experiment").mkdir(parents=True)
    study = (ENGINE / "conf/experiment/digits_lr.yaml").read_text(encoding="utf-8")
    (root / "conf/experiment/mine.yaml").write_text(study, encoding="utf-8")
    return Lab(root)


def test_building_a_wheel_leaves_the_clone_unchanged(tmp_path: Path) -> None:
    before = state_of_clone()
    build_wheel(tmp_path)
    assert state_of_clone() == before


def test_only_proband_and_the_plugins_of_hydra_are_installed_at_the_top_level(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    top_level = {name.partition("/")[0] for name in names}
    assert {name for name in top_level if not name.endswith(".dist-info")} == {"proband", "hydra_plugins"}
    assert not [name for name in names if name.startswith("hydra_plugins/") and "proband" not in name]


def test_every_file_of_the_engine_is_in_the_wheel(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    engine = tracked_files(*ENGINE_FOLDERS, "Snakefile", "dvc.yaml", "dvc.lock", "requirements*.lock")
    assert engine, "git lists the files of the engine"
    expected = {f"proband/engine/{name}" for name in engine} | tracked_files("proband", "hydra_plugins")
    assert expected <= names


def test_every_folder_of_the_clone_is_in_the_wheel_or_only_for_developers() -> None:
    folders = {name.partition("/")[0] for name in tracked_files() if "/" in name}
    assert folders - {*ENGINE_FOLDERS, "proband", "hydra_plugins"} == {
        "build_backend",
        "tests",
        ".ci",
        ".github",
        ".dvc",
    }


def test_a_source_distribution_gives_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    code = f"import proband_build; print(proband_build.build_sdist({str(tmp_path)!r}))"
    environment = os.environ | {"PYTHONPATH": str(ENGINE / "build_backend")}
    subprocess.run([sys.executable, "-c", code], cwd=ENGINE, env=environment, capture_output=True, check=True)
    (archive,) = tmp_path.glob("*.tar.gz")
    first, second = zipfile.ZipFile(wheel), zipfile.ZipFile(build_wheel(tmp_path, archive))
    assert second.namelist() == first.namelist()
    assert second.read("proband/built_from.json") == first.read("proband/built_from.json")


def test_the_wheel_names_the_commit_of_the_clone(wheel: Path) -> None:
    content = json.loads(zipfile.ZipFile(wheel).read("proband/built_from.json"))
    git = ["git", "status", "--porcelain", "--untracked-files=no"]
    changes = subprocess.run(git, cwd=ENGINE, capture_output=True, text=True, check=True).stdout
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ENGINE, capture_output=True, text=True, check=True).stdout
    assert content == {"commit": head.strip(), "local_changes": bool(changes)}
    assert not (ENGINE / "proband/built_from.json").exists()


def test_the_engine_is_the_folder_of_its_packages() -> None:
    assert engine_path.ENGINE == ENGINE


def test_another_package_called_agents_stays_importable(environment: Environment, tmp_path: Path) -> None:
    code = "import proband, hydra_plugins.proband_launcher, agents; print(agents.Agent.__name__)"
    assert environment.run("python", "-c", code, folder=tmp_path).stdout == "Agent\n"


def test_an_installed_engine_gives_the_same_run_ids_and_fingerprints(environment: Environment, lab: Lab) -> None:
    def identity() -> dict[str, Any]:
        plan = json.loads((lab.state / "plan.json").read_text(encoding="utf-8"))
        return {"steps": plan["steps"], "runs": {run: entry["fingerprint"] for run, entry in plan["runs"].items()}}

    completed = environment.run("proband", "compile", folder=lab.root)
    assert completed.returncode == 0, completed.stdout
    installed = identity()
    assert main(["-C", str(lab.root), "compile"]) == 0
    assert installed["runs"]
    assert installed == identity()


def test_an_own_program_with_hydra_does_not_need_the_engine(environment: Environment, tmp_path: Path) -> None:
    """Hydra imports the plugins of all installed packages in every program that uses Hydra."""
    program = "import hydra\n@hydra.main(version_base=None)\ndef main(config): print('own program')\nmain()\n"
    (tmp_path / "program.py").write_text(program, encoding="utf-8")
    assert environment.run("python", "program.py", folder=tmp_path).stdout == "own program\n"
