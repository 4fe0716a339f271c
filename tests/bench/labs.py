"""Create labs of a given size, and a bare Snakemake workflow with the same DAG, threads and resources."""

from __future__ import annotations

import sys
from pathlib import Path

from compiler.base.paths import ENGINE, Lab

_SPEC = """# @package _global_
experiment:
  hypothesis: A plan of many points is compiled quickly.
  research_question: How long does a build take without trainings?
  sweep: {{model.lr: "range(1,{last_rate})", seed: range({seeds})}}
  deliverables:
    - {{type: model_checkpoint}}
    - {{type: evaluation_results, metric: accuracy, operator: ">=", value: 0.85}}
{more}"""

_INSTANT = """def train(seed):
    return {"accuracy": 0.9}
"""

_INSTANT_SPEC = """# @package _global_
defaults: [override /model: null, override /tracking: disabled]
experiment:
  hypothesis: A build adds little to its trainings.
  research_question: How long does a build take whose trainings do nothing?
  sweep: {{seed: range({runs})}}
  deliverables: [{{type: completed_runs}}]
model: {{_target_: instant.train}}
"""

_BARE = """
RUNS = range({runs})
rule all:
    input: "gate", "genealogy", expand("runs/{{r}}/status.json", r=RUNS), expand("deliverables/{{d}}.json", d=range(2))
rule train:
    output: "runs/{{r}}/status.json"
    threads: 1
    resources:
        mem_mb=2000, runtime=60, gpus=0, gpu=0, attempts=3, attempt=lambda wildcards, attempt: attempt
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
    """Create a lab with one experiment of `runs` runs, at up to ten learning rates. `more` is appended to the spec."""
    lab = Lab(root)
    rates = min(10, runs)
    lab.spec("wide").parent.mkdir(parents=True)
    text = _SPEC.format(last_rate=rates + 1, seeds=runs // rates, more=more)
    lab.spec("wide").write_text(text, encoding="utf-8")
    return lab


def many_specs(root: Path, specs: int) -> Lab:
    """Create a lab with `specs` experiments of six runs each."""
    lab = Lab(root)
    lab.spec("wide").parent.mkdir(parents=True)
    for number in range(specs):
        text = _SPEC.format(last_rate=4, seeds=2, more=f"model: {{hidden: {number + 1}}}\n")
        lab.spec(f"wide_{number}").write_text(text, encoding="utf-8")
    return lab


def instant_lab(root: Path, runs: int) -> Lab:
    """Create a lab whose trainings do nothing, so that a build of it consists of its own work."""
    lab = Lab(root)
    lab.spec("wide").parent.mkdir(parents=True)
    (root / "instant.py").write_text(_INSTANT, encoding="utf-8")
    lab.spec("wide").write_text(_INSTANT_SPEC.format(runs=runs), encoding="utf-8")
    return lab


def change_spec(lab: Lab, name: str, number: int) -> None:
    """Change the description of an experiment, which changes no run."""
    spec = lab.spec(name)
    lines = [line for line in spec.read_text(encoding="utf-8").splitlines() if "  description:" not in line]
    place = lines.index("experiment:") + 1
    lines.insert(place, f"  description: Version {number} of this spec.")
    spec.write_text("\n".join(lines) + "\n", encoding="utf-8")


def bare_workflow(root: Path, runs: int) -> Path:
    """Create a workflow whose jobs do nothing, with the same dependencies, threads, resources and profile."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "Snakefile").write_text(_BARE.format(runs=runs), encoding="utf-8")
    profile = root / "profiles/default/config.yaml"
    profile.parent.mkdir(parents=True)
    profile.write_text((ENGINE / "profiles/default/config.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    return root


def snakemake(lab: Lab | None = None) -> list[str]:
    """Return the command that builds a lab, or the bare workflow in the current folder."""
    command = [sys.executable, "-m", "snakemake", "--cores", "2"]
    return [*command, "--snakefile", str(ENGINE / "Snakefile"), "wide"] if lab else command
