"""The notebook of the documentation runs on the shipped study, and the Python API agrees with the build."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

import proband
from compiler.base.paths import ENGINE
from tests.docs.notebook import code_cells, run_cells, without_numbers
from tests.end_to_end.support.build import RealLab
from tests.end_to_end.support.built_labs import BuiltLabs
from tests.end_to_end.test_lifecycle import build_shipped_study

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("lifecycle")]

NOTEBOOK = ENGINE / "docs/reading.ipynb"


@pytest.fixture
def study(built_labs: BuiltLabs) -> RealLab:
    """The shipped study digits_lr, which the tests only read."""
    return built_labs.original(build_shipped_study)


def test_cells_of_the_notebook_print_what_it_shows(
    study: RealLab, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    cells = code_cells(NOTEBOOK)
    assert 'lab=".."' in cells[0].source
    sources = [cell.source.replace('lab=".."', f"lab={str(study.root)!r}") for cell in cells]
    for cell, output in zip(cells, run_cells(sources), strict=True):
        assert cell.output, cell.source
        assert without_numbers(output) == without_numbers(cell.output), cell.source


def test_api_agrees_with_the_results_of_the_build(study: RealLab) -> None:
    experiment = proband.load("digits_lr", lab=study.root)
    results = study.json("experiments/digits_lr/results.json")
    best = experiment.best
    assert (best.id, best.metrics["accuracy"]) == tuple(
        results["summary_metrics"]["best_accuracy"][key] for key in ("run", "value")
    )
    assert (str(experiment.verdict), len(experiment.runs)) == (results["verdict"], 15)
    means = experiment.runs.groupby("model.lr")["accuracy"].mean()
    arms = {arm["level"]["model.lr"]: arm["metrics"]["accuracy"]["mean"] for arm in results["summary_metrics"]["arms"]}
    assert means.to_dict() == pytest.approx(arms)
    sample = load_file(best.folder / "output/final_model/sample.safetensors")
    batch = [sample[name] for name in sorted(sample) if re.fullmatch(r"batch\.\d", name)]
    assert torch.equal(best.model().predict_step(batch, 0), sample["prediction"])
