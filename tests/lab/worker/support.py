"""Workers whose builds are a short script instead of Snakemake, in processes of their own."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections import Counter
from collections.abc import Sequence
from multiprocessing.process import BaseProcess
from pathlib import Path

from compiler.base.paths import Lab
from lab.queue.folders import job_names
from lab.queue.jobs import Job, enqueue
from lab.worker.process_job import Outcome
from lab.worker.spec_file import SpecText
from lab.worker.tools import Tools
from lab.worker.work_loop import Work, work

# Writes results as a build does. A lock that is held by another process means that two builds of one experiment run.
BUILD = """
import fcntl, json, os, pathlib, sys, time
name = sys.argv[-1]
lock = open(f"{name}.lock", "w")
fcntl.flock(lock, fcntl.LOCK_EX)
with open("builds.log", "a") as log:
    log.write(name + "\\n")
time.sleep(float(os.environ.get("BUILD_SECONDS", "0")))
folder = pathlib.Path("results/experiments", name)
folder.mkdir(parents=True, exist_ok=True)
(folder / "results.json").write_text(json.dumps({"experiment_id": name, "runs": []}))
"""


def fake_tools(
    build: str = BUILD, *, diagnostics: Sequence[str] = (), hold: str | None = None, problem: str | None = None
) -> Tools:
    command = (sys.executable, "-S", "-E", "-c", build)
    return Tools(
        lambda lab, job, text: SpecText(str(job.experiment_id), text),
        lambda lab, name: diagnostics,
        lambda lab, name: problem,
        command,
        lambda lab: hold,
    )


def add_jobs(lab: Lab, names: Sequence[str]) -> list[Job]:
    (lab.root / "conf").mkdir(exist_ok=True)
    return [enqueue(lab, f"experiment: {{name: {name}}}\n", ".yaml", "medium", name) for name in names]


def run_worker(lab: Lab, tools: Tools | None = None, once: bool = True) -> tuple[Work, list[tuple[str, Outcome]]]:
    """Run a worker in this process. Return what it did, and the outcome of each job by experiment."""
    outcomes: list[tuple[str, Outcome]] = []

    def ended(job: Job, outcome: Outcome) -> None:
        outcomes.append((str(job.experiment_id), outcome))

    done = work(lab, tools or fake_tools(), once, lambda job: None, ended, lambda hold: None, lambda seconds: None)
    return done, outcomes


def start_worker(lab: Lab, tools: Tools | None = None, once: bool = True) -> BaseProcess:
    """Start a worker in a process of its own."""
    process = multiprocessing.get_context("fork").Process(target=_work, args=(lab, tools or fake_tools(), once))
    process.start()
    return process


def _work(lab: Lab, tools: Tools, once: bool) -> None:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # tests that run under `nohup` inherit that it is ignored
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (1, 2):
        os.dup2(null, descriptor)
    done = work(lab, tools, once, lambda job: None, lambda job, outcome: None, lambda hold: None)
    os._exit(130 if done.is_interrupted else 0)


def builds(lab: Lab) -> Counter[str]:
    """Return how often each experiment was built."""
    file = lab.root / "builds.log"
    return Counter(file.read_text().split()) if file.exists() else Counter()


def places(lab: Lab) -> dict[str, list[str]]:
    """Return the jobs in each folder."""
    folders = {name: lab.root / name for name in ("queue", "completed", "failed")}
    return {name: job_names(Path(folder)) for name, folder in folders.items()}
