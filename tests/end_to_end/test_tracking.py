"""Experiments that share runs and ask for different tracking: a run is completed, never trained again."""

from __future__ import annotations

import pytest

from compiler.base.file_hash import sha256_of_file
from tests.end_to_end.support.build import RealLab
from tests.end_to_end.support.specs import HEADER

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("tracking")]


def spec(mode: str, deliverable: str) -> str:
    return f"""{HEADER}defaults:
  - override /tracking: {mode}
experiment:
  hypothesis: It can be tracked.
  research_question: Is every run tracked?
  deliverables: [{{type: {deliverable}}}]
trainer: {{max_epochs: 1}}
"""


def test_a_finished_run_is_tracked_for_an_experiment_that_asks_for_more(lab: RealLab) -> None:
    lab.write("conf/experiment/plain.yaml", spec("none", "model_checkpoint"))
    first = lab.snakemake("plain")
    assert (first.exit_code, len(first.trained)) == (0, 1), first.output
    (run,) = (lab.root / "results/runs").glob("*/status.json")
    weights = run.parent / "output/final_model/model.safetensors"
    trained = (sha256_of_file(run), sha256_of_file(weights))

    lab.write("conf/experiment/tracked.yaml", spec("offline", "wandb_run, mode: offline"))
    second = lab.snakemake("tracked")
    assert (second.exit_code, second.trained) == (0, frozenset()), second.output
    assert (sha256_of_file(run), sha256_of_file(weights)) == trained
    (check,) = lab.json("experiments/tracked/deliverables/wandb_run.json")["runs"].values()
    assert check["status"] == "delivered"
    assert check["detail"].startswith("read from the local log, not uploaded")

    lab.write("conf/experiment/curves.yaml", spec("tensorboard", "tracked_run"))
    third = lab.snakemake("curves")
    assert (third.exit_code, third.trained) == (0, frozenset()), third.output
    (check,) = lab.json("experiments/curves/deliverables/tracked_run.json")["runs"].values()
    assert check["status"] == "delivered"
    assert check["detail"].startswith("read from the event file")
    again = lab.snakemake("plain", "tracked", "curves")
    assert "Nothing to be done" in again.output, again.output
