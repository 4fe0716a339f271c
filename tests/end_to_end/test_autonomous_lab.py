"""An autonomous lab runs two generations of proposals and stops; a person can stop it before."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import Any

import pytest
import yaml

from compiler.base.paths import ENGINE
from rules.jobserver.client import ADDRESS
from tests.end_to_end.support.build import RealLab, activated_environment
from tests.end_to_end.support.specs import spec

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("autonomous")]

ADVANCE = (sys.executable, "-m", "proband.cli.main", "advance", "--cores", "2")
COMPARE = "compare: {metric: accuracy, goal: maximize, factor: model.lr, control: 0.001, alpha: 0.25}"
STUDY = spec(
    "A rate of 0.01 gives a higher accuracy.",
    "sweep: {model.lr: '0.001,0.01', seed: range(2)}",
    COMPARE,
    "analysis_pipeline: [ablation_study]",
)
POLICY = """\
defaults: [autonomous]
budget: {runs: 17, hours: 1, generations: 9}
bounds: {model.lr: [0.0001, 0.1]}
"""
EXCEEDED = "6 runs beside the 12 of before exceed collaboration.budget.runs = 17"
LEAVES_BOUNDS = """\
# @package _global_
defaults: [rates, _self_]
experiment:
  experiment_id: aaa_first
  parent: rates
  hypothesis: More is better.
  sweep: {model.lr: "choice(0.001,5)", seed: [7, 8]}
"""


def test_two_generations_within_the_limits_and_a_hold(lab: RealLab) -> None:
    config = (ENGINE / "conf/config.yaml").read_text(encoding="utf-8")
    lab.write("conf/config.yaml", config.replace("- collaboration: assisted", "- collaboration: ours"))
    lab.write("conf/collaboration/ours.yaml", POLICY)
    lab.write("conf/experiment/rates.yaml", STUDY)
    assert lab.snakemake("rates").exit_code == 0
    lab.write("results/experiments/rates/proposals/aaa_first.yaml", LEAVES_BOUNDS)

    environ = activated_environment() | {ADDRESS: lab.server}
    loop = subprocess.Popen(ADVANCE, cwd=lab.root, env=environ, stderr=subprocess.PIPE, text=True)
    while not _admissions(lab) and loop.poll() is None:
        time.sleep(0.05)
    assert lab.proband("hold", "--why", "look first", "--as", "Eva").returncode == 0
    stopped = loop.communicate()[1]
    assert "stopped: the lab is on hold" in stopped, stopped
    assert len(_admissions(lab)) == 1

    assert lab.proband("hold", "--release", "--as", "Eva").returncode == 0
    ended = lab.run(*ADVANCE)
    admissions = _admissions(lab)
    assert ended.stderr.splitlines()[-1].endswith(f"limits: {EXCEEDED}"), ended.stderr
    assert [decision["answers"]["generation"] for decision in admissions] == ["1", "2"]
    for decision in admissions:
        name, parent = decision["subjects"][0]["name"], decision["answers"]["parent"]
        written = (lab.root / f"conf/experiment/{name}.yaml").read_bytes()
        assert written == (lab.root / f"results/experiments/{parent}/proposals/{name}.yaml").read_bytes()
        assert (decision["by"]["kind"], decision["by"]["name"]) == ("policy", "autonomous")
        assert lab.json(f"experiments/{name}/gates/experiment.json")["decided_by"]["kind"] == "policy"
    refusal = lab.json("experiments/rates/proposals/aaa_first.refused.json")
    assert "'model.lr' has the value 5, outside [0.0001, 0.1]" in refusal["reasons"]
    assert not (lab.root / "conf/experiment/aaa_first.yaml").exists()

    trained = lab.start_times()
    again = lab.run(*ADVANCE)
    assert again.stderr.splitlines()[-1].endswith(EXCEEDED)
    assert (lab.start_times(), len(_admissions(lab))) == (trained, len(admissions))


def _admissions(lab: RealLab) -> list[dict[str, Any]]:
    files = sorted((lab.root / "approvals").glob("*-admitted-*.yaml"))
    return [yaml.safe_load(file.read_text(encoding="utf-8")) for file in files]
