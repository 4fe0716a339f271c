"""Create labs of a given size, and a bare Snakemake workflow with the same DAG."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from compiler.base.identity import digest
from compiler.base.paths import ENGINE, Lab
from compiler.plan.plan_files import current_plan
from rules.results.experiment_results import write_results
from tests.run_files import experiment_results

_SPEC = """# @package _global_
experiment:
  hypothesis: A plan of many points is compiled quickly.
  research_question: How long does a build take without trainings?
  sweep: {{model.lr: "range(1,11)", seed: range({seeds})}}
  deliverables:
    - {{type: model_checkpoint}}
    - {{type: evaluation_results, metric: accuracy, operator: ">=", value: 0.85}}
{more}"""

_BARE = """
RUNS = range({runs})
rule all:
    input: "gate", "genealogy", expand("runs/{{r}}/status.json", r=RUNS), expand("deliverables/{{d}}.json", d=range(2))
rule train:
    output: "runs/{{r}}/status.json"
    shell: "touch {{output}}"
rule evidence:
    input: expand("runs/{{r}}/status.json", r=RUNS)
    output: "evidence.json"
    shell: "touch {{output}}"
rule deliverable:
    input: "evidence.json"
    output: "deliverables/{{d}}.json"
    shell: "touch {{output}}"
rule results:
    input: expand("deliverables/{{d}}.json", d=range(2))
    output: "results.json"
    shell: "touch {{output}}"
rule gate:
    input: "results.json"
    output: "gate"
    shell: "touch {{output}}"
rule genealogy:
    output: "genealogy"
    shell: "touch {{output}}"
"""


def wide_lab(root: Path, runs: int, more: str = "") -> Lab:
    """Create a lab with one experiment of `runs` runs, at ten learning rates. `more` is appended to the spec."""
    spec = root / "conf/experiment/wide.yaml"
    spec.parent.mkdir(parents=True)
    spec.write_text(_SPEC.format(seeds=runs // 10, more=more), encoding="utf-8")
    return Lab(root)


def bare_workflow(root: Path, runs: int) -> Path:
    """Create a workflow with the same jobs and dependencies, whose jobs do nothing. It uses the same profile."""
    root.mkdir()
    (root / "Snakefile").write_text(_BARE.format(runs=runs), encoding="utf-8")
    profile = root / "profiles/default/config.yaml"
    profile.parent.mkdir(parents=True)
    profile.write_text((ENGINE / "profiles/default/config.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    return root


def pretend_finished(lab: Lab) -> None:
    """Create all output files of a build, with modification times in the order of the DAG."""
    plan = current_plan(lab)
    runs = plan.experiments["wide"].runs
    (data,) = plan.runs[runs[0]].data
    name = digest(data)
    waves = [
        [lab.root / data, lab.state / "data" / f"{name}.json", lab.state / "data" / f"{name}.ready"],
        [lab.status(run) for run in runs],
        [lab.evidence("wide"), lab.experiment("wide") / "experiment.json"],
        [lab.deliverable("wide", title) for title in plan.experiments["wide"].deliverables],
        [lab.experiment("wide") / "results.json"],
        [lab.gate("wide"), lab.genealogy],
    ]
    content = {"status": "completed", "verdict": None, "version": plan.data[data]}
    for number, wave in enumerate(waves):
        moment = time.time() - 60 + number
        for file in wave:
            file.parent.mkdir(parents=True, exist_ok=True)
            if file == lab.results_file("wide"):
                write_results(file, experiment_results(status="completed"))
            else:
                file.write_text(json.dumps(content), encoding="utf-8")
            os.utime(file, (moment, moment))


def snakemake(lab: Lab | None = None) -> list[str]:
    """Return the command that builds a lab, or the bare workflow in the current folder."""
    command = [sys.executable, "-m", "snakemake", "--cores", "2"]
    return [*command, "--snakefile", str(ENGINE / "Snakefile"), "wide"] if lab else command
