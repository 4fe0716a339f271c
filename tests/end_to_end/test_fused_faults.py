"""A build that trains runs together is killed, shares its runs with another build, or has no space left."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable

import psutil
import pytest

from tests.end_to_end.support.build import RealLab, running_build
from tests.end_to_end.support.built_labs import BuiltLabs
from tests.end_to_end.support.chaos import role
from tests.end_to_end.support.fused_study import build_fused, write_study
from tests.end_to_end.support.mounted import mounted, remount
from tests.end_to_end.support.specs import spec

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("fused_training")]


@pytest.fixture
def original(built_labs: BuiltLabs) -> RealLab:
    return built_labs.original(build_fused)


def wait_for_ensemble(lab: RealLab, driver: subprocess.Popen[str]) -> None:
    """Wait until an ensemble holds the folders of its members."""
    deadline = time.monotonic() + 300
    while len(list((lab.root / "results/runs/.partial").glob("*"))) < 3:
        assert driver.poll() is None, "the build ended before it trained an ensemble"
        assert time.monotonic() < deadline
        time.sleep(0.01)


def metrics_of(lab: RealLab) -> dict[str, float]:
    return {run["run_id"]: run["metrics"]["accuracy"] for run in lab.runs("rates")}


def kill_driver(driver: subprocess.Popen[str]) -> None:
    os.killpg(driver.pid, signal.SIGKILL)


def kill_server(driver: subprocess.Popen[str]) -> None:
    (server,) = [child for child in psutil.Process(driver.pid).children(recursive=True) if role(child) == "server"]
    server.kill()


def interrupt(driver: subprocess.Popen[str]) -> None:
    os.killpg(driver.pid, signal.SIGINT)


@pytest.mark.parametrize("stop", [kill_driver, kill_server, interrupt])
def test_a_build_whose_ensemble_was_stopped_is_completed_by_the_next_one(
    stop: Callable[[subprocess.Popen[str]], None], original: RealLab, separate_lab: RealLab
) -> None:
    write_study(separate_lab, "auto")
    with running_build(separate_lab, "rates") as driver:
        wait_for_ensemble(separate_lab, driver)
        stop(driver)
        output, _ = driver.communicate(timeout=300)
    assert "Traceback" not in output
    finished = separate_lab.start_times()
    build = separate_lab.snakemake("rates")
    assert build.exit_code == 0, build.output
    assert not build.trained & finished.keys()
    assert metrics_of(separate_lab) == metrics_of(original)
    assert not list((separate_lab.root / "results/runs/.partial").glob("*"))


def test_two_builds_that_share_runs_train_each_of_them_once(original: RealLab, separate_lab: RealLab) -> None:
    write_study(separate_lab, "auto")
    text = spec("A rate of 0.003 is enough.", "sweep: {model.lr: '0.003,0.01', seed: range(4)}")
    separate_lab.write("conf/experiment/two.yaml", text.replace("max_epochs: 1", "max_epochs: 1, fuse: auto"))
    assert separate_lab.proband("compile").returncode == 0
    with running_build(separate_lab, "rates") as first, running_build(separate_lab, "two") as second:
        outputs = [driver.communicate(timeout=600)[0] for driver in (first, second)]
    assert (first.returncode, second.returncode) == (0, 0), outputs
    assert metrics_of(separate_lab) == metrics_of(original)
    shared = {run["run_id"]: run["metrics"]["accuracy"] for run in separate_lab.runs("two")}
    assert len(shared) == 8
    assert shared.items() <= metrics_of(separate_lab).items()
    verified = separate_lab.proband("verify", "rates", "two")
    assert verified.returncode == 0, verified.stdout


def test_a_full_disk_loses_only_the_runs_without_space(original: RealLab, lab: RealLab) -> None:
    write_study(lab, "auto")
    size = sum(file.stat().st_size for file in (original.root / "results/runs").rglob("*") if file.is_file())
    with mounted(lab.root / "results", str(size // 2)):
        build = lab.snakemake("rates")
        assert build.exit_code == 1
        assert "no_space" in build.output or "No space left on device" in build.output
        finished = lab.start_times()
        stored = {run for run in finished if lab.json(f"runs/{run}/status.json")["status"] == "completed"}
        assert 0 < len(stored) < 12
        remount(lab.root / "results", "size=64m")
        build = lab.snakemake("rates")
        assert build.exit_code == 0, build.output
        assert not build.trained & stored
        assert metrics_of(lab) == metrics_of(original)
