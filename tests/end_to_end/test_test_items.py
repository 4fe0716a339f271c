"""Results of test items, from the training to the verdict and the reports."""

from __future__ import annotations

import numpy as np
import pytest

from tests.end_to_end.support.build import RealLab
from tests.end_to_end.support.specs import CopyOf, spec

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("test_items")]
SWEEP = "sweep: {model.lr: '0.001,0.01', seed: range(4)}"
MORE = "analysis_pipeline: []\n  reports: [technical_report]"
COMPARE = "metric: accuracy, goal: maximize, factor: model.lr, control: 0.001"
PLOT = "deliverables: [{type: plot, path: output/confusion_matrix.png}, {type: comparison}]"


def build_both(lab: RealLab) -> None:
    """Build two experiments over the same runs. One of them generalises over the test items."""
    for name, sources in (("over_seeds", "[seed]"), ("over_items", "[seed, item]")):
        compare = f"compare: {{{COMPARE}, generalize_to: {sources}}}"
        lab.write(f"conf/experiment/{name}.yaml", spec("A rate of 0.01 is better.", SWEEP, compare, PLOT, MORE))
    build = lab.snakemake("over_seeds", "over_items")
    assert build.exit_code == 0, build.output
    assert len(build.trained) == 8


@pytest.fixture
def lab(copy_of: CopyOf) -> RealLab:
    return copy_of(build_both)


def test_the_test_over_items_has_a_further_part_and_the_reports_say_what_it_covers(lab: RealLab) -> None:
    results = {name: lab.json(f"experiments/{name}/results.json") for name in ("over_seeds", "over_items")}
    contrasts = {name: content["comparison"]["contrasts"][0] for name, content in results.items()}
    widths = {name: contrast["interval"]["high"] - contrast["interval"]["low"] for name, contrast in contrasts.items()}
    assert contrasts["over_items"]["difference"] == contrasts["over_seeds"]["difference"]
    assert widths["over_items"] >= widths["over_seeds"]
    assert 0 < contrasts["over_items"]["p_items"] <= contrasts["over_items"]["p"]
    assert contrasts["over_seeds"]["p_items"] is None
    assert contrasts["over_items"]["item_errors"]["items"] == 359
    assert contrasts["over_seeds"]["item_errors"] is None
    texts = {
        name: " ".join((lab.root / f"results/experiments/{name}/reports/technical_report.md").read_text().split())
        for name in results
    }
    assert "They do not cover the variation that another test set would add." in texts["over_seeds"]
    assert "and the variation between test items." in texts["over_items"]
    assert {content["deliverables_status"]["plot"]["validated"] for content in results.values()} == {True}


def test_the_same_run_gives_the_same_predictions(lab: RealLab) -> None:
    run = lab.runs("over_seeds")[0]["run_id"]
    file = lab.root / "results/runs" / run / "output/predictions.npz"
    before = file.read_bytes()
    build = lab.snakemake("over_seeds", "--forcerun", "_train", "--until", "_train")
    assert run in build.trained, build.output
    assert file.read_bytes() == before
    with np.load(file, allow_pickle=False) as arrays:
        assert arrays["correct"].mean() == pytest.approx(lab.runs("over_seeds")[0]["metrics"]["accuracy"])


def test_without_predictions_the_claim_over_items_is_untestable(lab: RealLab) -> None:
    """A model that returns only a mean for the test split leaves nothing to generalise over."""
    lab.write(
        "means.py",
        "from lightning_modules.models.mlp import MLP\n\n"
        "class Means(MLP):\n"
        "    def test_step(self, batch, batch_idx):\n"
        "        super().test_step(batch, batch_idx)\n"
        "        return {'correct': self(batch[0]).mean()}\n",
    )
    compare = f"compare: {{{COMPARE}, generalize_to: [seed, item]}}"
    text = spec("A rate of 0.01 is better.", SWEEP, compare, "deliverables: [{type: comparison}]")
    lab.write("conf/experiment/means.yaml", f"{text}model: {{_target_: means.Means}}\n")
    build = lab.snakemake("means")
    assert build.exit_code == 1, build.output
    comparison = lab.json("experiments/means/results.json")["comparison"]
    assert comparison["verdict"] == "untestable"
    assert "has no predictions.npz" in comparison["reason"]
