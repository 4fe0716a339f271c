"""A build that is stopped, that cannot write, or that runs at the same time as another one."""

from __future__ import annotations

import json
import os
import re
import signal
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.end_to_end.support.build import RealLab, running_build
from tests.end_to_end.support.mounted import mounted, remount
from tests.end_to_end.support.specs import spec

pytestmark = pytest.mark.slow

COUNTED = '''
import os
import time
from lightning_modules.models.mlp import MLP

class Counted(MLP):
    """Records each start of a training, then waits."""

    def __init__(self, seconds: float = 0.0, lr: float = 0.01) -> None:
        super().__init__(lr)
        self.seconds = seconds

    def on_train_start(self) -> None:
        with open("trained", "a") as file:
            file.write(f"{os.getpid()}\\n")
        time.sleep(self.seconds)
'''


@pytest.fixture
def lab(separate_lab: RealLab) -> RealLab:
    return separate_lab


def write_study(lab: RealLab, runs: int, seconds: float) -> None:
    """Write a study whose model appends a line to the file `trained` at each start of a training."""
    lab.write("counted.py", COUNTED)
    lab.write("conf/model/counted.yaml", "_target_: counted.Counted\nlr: 0.01\n")
    body = spec("It survives.", f"sweep: {{seed: range({runs})}}", "deliverables: [{type: model_checkpoint}]")
    header = f"defaults:\n  - override /model: counted\nmodel: {{seconds: {seconds}}}\nexperiment:"
    lab.write("conf/experiment/study.yaml", body.replace("experiment:", header))


def started_trainings(lab: RealLab) -> int:
    file = lab.root / "trained"
    return len(file.read_text().splitlines()) if file.exists() else 0


def wait_for_trainings(lab: RealLab, count: int) -> None:
    deadline = time.monotonic() + 120
    while started_trainings(lab) < count and time.monotonic() < deadline:
        time.sleep(0.05)
    assert started_trainings(lab) >= count


@pytest.mark.parametrize("fork", ["1", "0"], ids=["served", "direct"])
def test_ctrl_c_stops_the_jobs_and_prints_how_to_resume(fork: str, lab: RealLab) -> None:
    write_study(lab, runs=3, seconds=60)
    with running_build(lab, "study", PROBAND_FORK=fork) as driver:
        wait_for_trainings(lab, 2)
        os.killpg(driver.pid, signal.SIGINT)  # Ctrl-C in a terminal sends the signal to the whole process group
        output, _ = driver.communicate(timeout=60)
    assert driver.returncode == 130
    assert "interrupted: 0 of 3 runs are finished and kept; the same command resumes the build" in output
    assert "Traceback" not in output
    assert not list((lab.root / "results/runs/.partial").iterdir())


def test_an_interrupt_of_the_driver_alone_stops_the_jobs_of_the_server(lab: RealLab) -> None:
    write_study(lab, runs=2, seconds=60)
    with running_build(lab, "study") as driver:
        wait_for_trainings(lab, 2)
        driver.send_signal(signal.SIGINT)
        driver.communicate(timeout=60)
    assert driver.returncode == 130
    assert not list((lab.root / "results/runs/.partial").iterdir())
    write_study(lab, runs=2, seconds=0)
    assert lab.snakemake("study").exit_code == 0


def test_a_build_without_job_server_writes_the_same_files(tmp_path: Path) -> None:
    served, direct = RealLab(tmp_path / "served"), RealLab(tmp_path / "direct")
    for lab, fork in ((served, "1"), (direct, "0")):
        write_study(lab, runs=1, seconds=0)
        with running_build(lab, "study", PROBAND_FORK=fork) as driver:
            output, _ = driver.communicate(timeout=300)
        assert driver.returncode == 0, output
        assert (lab.root / ".proband/logs/server.log").exists() is (fork == "1")
    (run,) = served.start_times()
    assert served.json(f"runs/{run}/output/metrics.json") == direct.json(f"runs/{run}/output/metrics.json")
    names = [set(lab.json(f"runs/{run}/status.json")["artifacts"]) for lab in (served, direct)]
    assert names[0] == names[1]


def test_builds_at_once_in_one_lab_succeed_and_train_no_run_twice(lab: RealLab) -> None:
    """`study` is built twice, `overlapping` shares a run with it, and `other` shares none."""
    write_study(lab, runs=2, seconds=0.5)
    study = (lab.root / "conf/experiment/study.yaml").read_text()
    for name, seeds in (("overlapping", "1,3"), ("other", "7,9")):
        lab.write(f"conf/experiment/{name}.yaml", study.replace("range(2)", f"'range({seeds})'"))
    names = ("study", "study", "overlapping", "other")
    with ExitStack() as stack:
        drivers = [stack.enter_context(running_build(lab, name)) for name in names]
        outputs = [driver.communicate(timeout=300)[0] for driver in drivers]
    assert [driver.returncode for driver in drivers] == [0, 0, 0, 0], outputs
    assert not [output for output in outputs if "--unlock" in output or "LockException" in output]
    assert "another build" not in outputs[-1], "builds without a common run do not wait"
    assert started_trainings(lab) == 2 + 1 + 2
    entries = [json.loads(line) for line in (lab.root / "results/registrations.jsonl").read_text().splitlines()]
    registered = [entry["experiment_id"] for entry in entries if entry["kind"] == "registration"]
    assert sorted(registered) == ["other", "overlapping", "study"]
    again = lab.snakemake(*registered)
    assert again.exit_code == 0, again.output
    assert not again.trained
    assert again.jobs("train") == 0
    verified = lab.proband("verify", *registered)
    assert verified.returncode == 0, verified.stdout


def without_logging_errors(output: str) -> str:
    """Remove errors of the progress bar, which may look for the log of a failed job that a new attempt has removed."""
    return re.sub(r"--- Logging\s+error ---.*?^Arguments: None$", "", output, flags=re.DOTALL | re.MULTILINE)


def test_a_full_disk_is_reported_and_the_build_resumes_with_free_space(lab: RealLab) -> None:
    write_study(lab, runs=2, seconds=0)
    with mounted(lab.root / "results", "160k"):
        build = lab.snakemake("study")
        assert build.exit_code == 1
        assert "no_space" in build.output or "No space left on device" in build.output
        assert "Traceback" not in without_logging_errors(build.output)
        remount(lab.root / "results", "size=32m")
        build = lab.snakemake("study")
        assert build.exit_code == 0, build.output
        assert lab.json("experiments/study/results.json")["status"] == "completed"


def test_read_only_results_are_reported_before_any_training(lab: RealLab) -> None:
    write_study(lab, runs=1, seconds=0)
    with mounted(lab.root / "results", "32m"):
        remount(lab.root / "results", "ro")
        build = lab.snakemake("study")
        assert build.exit_code == 1
        assert "results/runs cannot be written: Read-only file system" in build.output
        assert "Traceback" not in build.output
        assert started_trainings(lab) == 0
