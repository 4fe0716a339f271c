"""Write a lab with one finished experiment of two runs, in a repository of git and DVC, without a training."""

from __future__ import annotations

import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from compiler.base.json_files import write_json, write_text
from compiler.base.paths import Lab
from compiler.plan.model import Plan, PlannedExperiment
from tests.plans import plan_of, planned_experiment
from tests.stored_runs import store_run

STUDY = "study"


def repository(root: Path) -> Lab:
    """Make a folder a repository of git and DVC with a remote beside it. The files are copied, because DVC is slow."""
    shutil.copytree(_template(), root, dirs_exist_ok=True, symlinks=True)
    return Lab(root)


def finished_study(lab: Lab, name: str = STUDY, seeds: tuple[int, ...] = (0, 1)) -> Plan:
    """Write an experiment whose runs have completed and whose gates have passed. Return the plan."""
    runs = {run: {"seed": seed} for seed in seeds if (run := store_run(lab, seed))}
    return plan_of(finished_experiment(lab, name, runs))


def finished_experiment(lab: Lab, name: str, runs: dict[str, dict[str, int]]) -> PlannedExperiment:
    points = [{"name": f"seed={values['seed']}", "run": run} for run, values in runs.items()]
    folder = lab.experiment(name)
    write_json(folder / "experiment.json", {"points": points})
    write_json(lab.results_file(name), {"runs": [{"run_id": run} for run in runs], "status": "completed"})
    for gate in ("experiment", "training", "validation"):
        write_json(lab.gate_file(name, gate), {"status": "passed", "why": ""})
    write_text(folder / "analysis" / "notes.md", "Notes.\n")
    (folder / "runs").mkdir(exist_ok=True)
    for point in points:
        (folder / "runs" / point["name"]).symlink_to(f"../../../runs/{point['run']}")
    return planned_experiment(name, runs)


def run_program(folder: Path, *command: str) -> str:
    completed = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert completed.returncode == 0, completed.stderr + completed.stdout
    return completed.stdout


def dvc(lab: Lab, *arguments: str) -> str:
    return run_program(lab.root, sys.executable, "-m", "dvc", *arguments)


def clone(lab: Lab, target: Path) -> Lab:
    """Commit the pointers, push the content, and return a clone, which has neither results nor a cache."""
    git = ("git", "-c", "user.name=t", "-c", "user.email=t@example.org")
    run_program(lab.root, *git, "add", "-A")
    run_program(lab.root, *git, "commit", "--quiet", "--message", "Archive")
    dvc(lab, "push", "--quiet")
    run_program(lab.root, "git", "clone", "--quiet", ".", str(target))
    return Lab(target)


def contents(folder: Path) -> dict[str, bytes]:
    """Return the bytes of every file below a folder. Links are not followed."""
    files = (file for file in folder.rglob("*") if file.is_file() and not file.is_symlink())
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


def remote_object(lab: Lab, pointer: Path) -> Path:
    """Return the object in the remote that a pointer names first."""
    md5 = pointer.read_text(encoding="utf-8").split("md5: ")[1].split()[0]
    return lab.root.parent / "store/files/md5" / md5[:2] / md5[2:]


@cache
def _template() -> Path:
    root = Path(mkdtemp(prefix="archive-")) / "lab"
    root.mkdir()
    run_program(root, "git", "init", "--quiet")
    dvc(Lab(root), "init", "--quiet")
    write_text(root / ".gitignore", "/results/\n/.proband/\n")
    with (root / ".dvc/config").open("a", encoding="utf-8") as config:
        config.write("[core]\n    remote = store\n['remote \"store\"']\n    url = ../../store\n")
    return root
