"""A build announces only runs that it will train itself, on this machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from compiler.base.paths import Lab
from compiler.fusion.build_groups import FOLDER, BuildGroup, FusedBuild
from rules.build.fusion.fused_trainings import FusedTrainings
from tests.plans import planned_run

RUNS = {
    **{name: replace(planned_run(name), fusion="g1") for name in "abcd"},
    **{name: replace(planned_run(name, cpus=2), fusion="g2") for name in "ef"},
    "h": planned_run("h"),
}


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv(FOLDER, "of-an-outer-build")
    yield
    os.environ.pop(FOLDER, None)


def fused_trainings(root: Path, cores: int | None = 2, submits: bool = False) -> FusedTrainings:
    plan: Any = SimpleNamespace(lab=Lab(root), compiled=SimpleNamespace(runs=RUNS))
    return FusedTrainings(plan, cores, submits=submits)


def announced(root: Path, *runs: str, **settings: Any) -> dict[str, BuildGroup | None]:
    fused_trainings(root, **settings).announce(runs, is_alone=True)
    if FOLDER not in os.environ:
        return {}
    return {run: FusedBuild(Path(os.environ[FOLDER])).group_of(run) for run in RUNS}


def test_only_runs_of_this_build_are_members(tmp_path: Path) -> None:
    groups = announced(tmp_path, "a", "b", "c", "e", "f", "h")
    assert groups["a"] == groups["c"] == BuildGroup("g1", ("a", "b", "c"), 2)
    assert groups["e"] == BuildGroup("g2", ("e", "f"), 2)
    assert groups["d"] is None
    assert groups["h"] is None


@pytest.mark.parametrize("runs", [(), ("a",), ("h",), ("a", "e"), ("unknown", "a")], ids=str)
def test_a_build_without_two_runs_of_a_group_announces_nothing(runs: tuple[str, ...], tmp_path: Path) -> None:
    assert announced(tmp_path, *runs) == {}
    assert not (tmp_path / ".proband").exists()


def test_trainings_on_other_machines_are_trained_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert announced(tmp_path, *RUNS, submits=True, cores=None) == {}
    assert "6 runs are each trained alone: only trainings on this machine are fused" in capsys.readouterr().err


def test_the_folder_is_removed_at_the_end_and_that_of_a_killed_build_by_the_next_one(tmp_path: Path) -> None:
    first, second, third = (fused_trainings(tmp_path) for _ in range(3))
    first.announce("ab", is_alone=True)
    killed = Path(os.environ[FOLDER])
    second.announce("cd", is_alone=False)
    assert killed.is_dir()
    running = Path(os.environ[FOLDER])
    assert running != killed
    second.forget()
    assert not running.exists()
    third.announce("h", is_alone=True)
    assert not killed.exists()


def test_one_core_trains_all_runs_of_a_group_at_once(tmp_path: Path) -> None:
    assert cast(BuildGroup, announced(tmp_path, *"abcd", cores=1)["a"]).size == 4
