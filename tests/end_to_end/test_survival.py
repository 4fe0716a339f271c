"""What a build does when it is stopped, when it cannot write, and when it is not alone."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from build import RealLab
from chaos import activated
from specs import spec

from compiler.base.paths import ENGINE

pytestmark = pytest.mark.slow

COUNTED = '''
import os
import time
from lightning_modules.models.mlp import MLP

class Counted(MLP):
    """Says that it is trained, and takes its time."""

    def __init__(self, seconds: float = 0.0, lr: float = 0.01) -> None:
        super().__init__(lr)
        self.seconds = seconds

    def on_train_start(self) -> None:
        with open("trained", "a") as file:
            file.write(f"{os.getpid()}\\n")
        time.sleep(self.seconds)
'''
COMMAND = [sys.executable, "-m", "snakemake", "-s", str(ENGINE / "Snakefile"), "--cores", "2", "study"]


def counted(lab: RealLab, runs: int, seconds: float) -> None:
    """A study whose model writes a line into `trained` for each training that it began."""
    lab.write("counted.py", COUNTED)
    lab.write("conf/model/counted.yaml", "_target_: counted.Counted\nlr: 0.01\n")
    body = spec("It survives.", f"sweep: {{seed: range({runs})}}", "deliverables: [{type: model_checkpoint}]")
    chosen = f"defaults:\n  - override /model: counted\nmodel: {{seconds: {seconds}}}\nexperiment:"
    lab.write("conf/experiment/study.yaml", body.replace("experiment:", chosen))


def trainings(lab: RealLab) -> int:
    file = lab.root / "trained"
    return len(file.read_text().splitlines()) if file.exists() else 0


@contextmanager
def building(lab: RealLab, **environ: str) -> Iterator[subprocess.Popen[str]]:
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with subprocess.Popen(
        COMMAND, cwd=lab.root, env=activated() | environ, text=True, start_new_session=True, **pipes
    ) as driver:
        yield driver


def until_trained(lab: RealLab, count: int) -> None:
    deadline = time.monotonic() + 120
    while trainings(lab) < count and time.monotonic() < deadline:
        time.sleep(0.05)
    assert trainings(lab) >= count


@pytest.mark.parametrize("fork", ["1", "0"], ids=["served", "direct"])
def test_ctrl_c_stops_the_jobs_and_says_how_to_go_on(fork: str, lab: RealLab) -> None:
    counted(lab, runs=3, seconds=60)
    with building(lab, PROBAND_FORK=fork) as driver:
        until_trained(lab, 2)
        os.killpg(driver.pid, signal.SIGINT)  # as a terminal does
        output, _ = driver.communicate(timeout=60)
    assert driver.returncode == 130
    assert "interrupted: 0 of 3 runs are trained and stay; the same command goes on from here" in output
    assert "Traceback" not in output
    assert not list((lab.root / "results/runs/.partial").iterdir())


def test_ctrl_c_for_the_driver_alone_stops_the_jobs_of_the_server(lab: RealLab) -> None:
    counted(lab, runs=2, seconds=60)
    with building(lab) as driver:
        until_trained(lab, 2)
        driver.send_signal(signal.SIGINT)
        driver.communicate(timeout=60)
    assert driver.returncode == 130
    assert not list((lab.root / "results/runs/.partial").iterdir())
    counted(lab, runs=2, seconds=0)
    assert lab.snakemake("study").code == 0


def test_without_a_server_the_evidence_is_the_same(tmp_path: Path) -> None:
    served, direct = RealLab(tmp_path / "served"), RealLab(tmp_path / "direct")
    for lab, fork in ((served, "1"), (direct, "0")):
        counted(lab, runs=1, seconds=0)
        with building(lab, PROBAND_FORK=fork) as driver:
            output, _ = driver.communicate(timeout=300)
        assert driver.returncode == 0, output
        assert (lab.root / ".proband/logs/server.log").exists() is (fork == "1")
    (run,) = served.starts()
    assert served.json(f"runs/{run}/output/metrics.json") == direct.json(f"runs/{run}/output/metrics.json")
    names = [set(lab.json(f"runs/{run}/status.json")["artifacts"]) for lab in (served, direct)]
    assert names[0] == names[1]


def test_two_drivers_in_one_lab_train_nothing_twice(lab: RealLab) -> None:
    counted(lab, runs=4, seconds=0.5)
    with building(lab) as first, building(lab) as second:
        outputs = [driver.communicate(timeout=300)[0] for driver in (first, second)]
    codes = [first.returncode, second.returncode]
    assert 0 in codes, outputs
    refused = [output for output, code in zip(outputs, codes, strict=True) if code]
    assert all("Directory cannot be locked" in output for output in refused), refused
    assert trainings(lab) == 4
    assert lab.snakemake("study").code == 0
    assert trainings(lab) == 4


@contextmanager
def mounted(folder: Path, size: str) -> Iterator[None]:
    folder.mkdir(parents=True)
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], check=False)
    if made.returncode:
        pytest.skip("a file system of a given size can only be mounted by root")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def remount(folder: Path, option: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{option}", str(folder)], check=True)


def without_lost_logs(output: str) -> str:
    """The progress bar shows the log of a failed job, which a new attempt may just have removed: its thread says so."""
    return re.sub(r"--- Logging\s+error ---.*?^Arguments: None$", "", output, flags=re.DOTALL | re.MULTILINE)


def test_a_full_disk_is_told_and_with_room_the_same_command_goes_on(lab: RealLab) -> None:
    counted(lab, runs=2, seconds=0)
    with mounted(lab.root / "results", "160k"):
        build = lab.snakemake("study")
        assert build.code == 1
        assert "no_space" in build.output or "No space left on device" in build.output
        assert "Traceback" not in without_lost_logs(build.output)
        remount(lab.root / "results", "size=32m")
        build = lab.snakemake("study")
        assert build.code == 0, build.output
        assert lab.json("experiments/study/results.json")["status"] == "completed"


def test_results_that_cannot_be_written_are_told_before_anything_is_trained(lab: RealLab) -> None:
    counted(lab, runs=1, seconds=0)
    with mounted(lab.root / "results", "32m"):
        remount(lab.root / "results", "ro")
        build = lab.snakemake("study")
        assert build.code == 1
        assert "results/runs cannot be written: Read-only file system" in build.output
        assert "Traceback" not in build.output
        assert trainings(lab) == 0
