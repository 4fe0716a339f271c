"""A build that trains runs together gives the runs that a build without it gives, with all their evidence."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from compiler.base.paths import Lab
from tests.end_to_end.support.build import RealLab
from tests.end_to_end.support.built_labs import BuiltLabs
from tests.end_to_end.support.fused_study import build_alone, build_fused
from tests.end_to_end.support.specs import CopyOf
from tests.stored_runs import write_status

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("fused_training")]


@pytest.fixture
def fused(copy_of: CopyOf) -> RealLab:
    return copy_of(build_fused)


def provenance(lab: RealLab, run: str) -> dict[str, Any]:
    content: dict[str, Any] = lab.json(f"runs/{run}/provenance.json")
    return content


def test_fused_runs_have_the_results_of_runs_that_were_trained_alone(built_labs: BuiltLabs) -> None:
    fused, alone = built_labs.original(build_fused), built_labs.original(build_alone)
    runs = {run["run_id"]: run for run in alone.runs("rates")}
    assert {run["run_id"] for run in fused.runs("rates")} == runs.keys()
    members: set[str] = set()
    for run in fused.runs("rates"):
        assert {item["status"] for item in run["deliverables_status"].values()} == {"delivered"}
        assert run["metrics"]["accuracy"] == runs[run["run_id"]]["metrics"]["accuracy"]
        predictions = [
            np.load(lab.root / "results/runs" / run["run_id"] / "output/predictions.npz", allow_pickle=False)
            for lab in (fused, alone)
        ]
        for name in predictions[0].files:
            np.testing.assert_allclose(predictions[0][name], predictions[1][name], atol=1e-5)
        members.update(provenance(fused, run["run_id"])["fused"]["members"])
        assert provenance(alone, run["run_id"])["fused"] is None
    assert members == runs.keys()
    verdicts = [lab.json("experiments/rates/results.json")["comparison"]["verdict"] for lab in (fused, alone)]
    assert verdicts[0] == verdicts[1]


def test_forced_runs_are_trained_together_and_others_are_left(fused: RealLab) -> None:
    first, second = (run["run_id"] for run in fused.runs("rates")[:2])
    targets = [f"results/runs/{run}/status.json" for run in (first, second)]
    build = fused.snakemake(*targets, "--forcerun", *targets, "--until", "_train")
    assert build.exit_code == 0, build.output
    assert build.trained == {first, second}
    assert set(provenance(fused, first)["fused"]["members"]) == {first, second}
    assert not (fused.root / ".proband/fusion").exists() or not list((fused.root / ".proband/fusion").iterdir())


def test_a_model_that_is_not_fusable_is_trained_alone(fused: RealLab) -> None:
    build = fused.snakemake("liar")
    assert build.exit_code == 0, build.output
    runs = [run["run_id"] for run in fused.runs("liar")]
    assert build.trained == set(runs)
    assert {provenance(fused, run)["fused"] is None for run in runs} == {True}
    logs = " ".join((fused.root / f".proband/logs/train/{run}.log").read_text(encoding="utf-8") for run in runs)
    assert "are not trained together, but each alone" in logs


def test_a_fused_run_is_reproduced_by_a_training_of_its_own(fused: RealLab) -> None:
    """Both the proven member and another one."""
    members = [run["run_id"] for run in fused.runs("rates")]
    proven = provenance(fused, members[0])["fused"]["proof"]["run_id"]
    other = next(run for run in members if run != proven)
    before = {run: (fused.root / f"results/runs/{run}/status.json").read_bytes() for run in members}
    completed = fused.proband("reproduce", proven, other, "--json")
    assert completed.returncode == 0, completed.stdout + completed.stderr
    for made in json.loads(completed.stdout)["reproductions"]:
        assert made["result"] in ("identical", "within_tolerance"), made
        assert made["trainings"] == 1
        assert any("trained together with" in note and "the repeated one alone" in note for note in made["notes"])
    assert before == {run: (fused.root / f"results/runs/{run}/status.json").read_bytes() for run in members}


def test_changed_predictions_of_a_fused_run_are_not_within_its_tolerance(fused: RealLab) -> None:
    """Their hash was changed as well, so only a training can reveal it."""
    run = fused.runs("rates")[0]["run_id"]
    file = fused.root / f"results/runs/{run}/output/predictions.npz"
    arrays = dict(np.load(file, allow_pickle=False))
    np.savez(file, **{name: array + 1e-3 if array.dtype.kind == "f" else array for name, array in arrays.items()})
    write_status(Lab(fused.root), run, {})
    completed = fused.proband("reproduce", run, "--once", "--json")
    (made,) = json.loads(completed.stdout)["reproductions"]
    assert (completed.returncode, made["result"], made["trainings"]) == (1, "different", 1), made
