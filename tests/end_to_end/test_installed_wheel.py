"""From an environment with only the wheel to the verdict of a new lab, beside another package called `agents`."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.installed import Environment, build_wheel, install_wheel


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    folder = tmp_path_factory.mktemp("installed")
    environment = install_wheel(build_wheel(folder), folder / "environment")
    (environment.site_packages / "agents").mkdir()
    (environment.site_packages / "agents/__init__.py").write_text("class Agent: ...\n", encoding="utf-8")
    return environment


def test_a_new_lab_builds_to_a_verdict_and_can_be_moved(environment: Environment, tmp_path: Path) -> None:
    assert environment.run("proband", "init", "lab", folder=tmp_path).returncode == 0
    lab = tmp_path / "lab"
    training = (lab / "own.py").read_text(encoding="utf-8")
    (lab / "own.py").write_text(f"{training}\nfrom agents import Agent\n", encoding="utf-8")
    built = environment.run("python", "-m", "snakemake", "--cores", "2", folder=lab)
    assert built.returncode == 0, built.stdout
    assert "own_lr: delivered, hypothesis supported" in built.stdout
    results = json.loads((lab / "results/experiments/own_lr/results.json").read_text(encoding="utf-8"))
    assert (results["verdict"], len(results["runs"])) == ("supported", 10)
    assert list((lab / "results/experiments/own_lr/reports").glob("technical_report.pdf"))
    program = (
        "import agents, proband; lr = proband.load('own_lr', lab='lab'); print(lr.verdict, len(lr.runs), agents.Agent)"
    )
    read = environment.run("python", "-c", program, folder=tmp_path)
    assert read.stdout == "supported 10 <class 'agents.Agent'>\n", read.stdout
    shutil.move(lab, tmp_path / "moved")
    again = environment.run("python", "-m", "snakemake", "--cores", "2", folder=tmp_path / "moved")
    assert "Nothing to be done" in again.stdout, again.stdout
