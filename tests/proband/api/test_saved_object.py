"""Models that a plain training function saved itself: an object with joblib, or tensors of an unknown class."""

from __future__ import annotations

import shutil
from pathlib import Path

import joblib
import pytest
import torch
from safetensors.torch import save_file
from sklearn.linear_model import LogisticRegression

import proband
from compiler.base.json_files import read_json, write_json
from compiler.base.paths import Lab
from compiler.plan.plan_files import current_plan
from tests.labs import spec, write_lab
from tests.stored_runs import flip_byte, write_status

CODE = """
def fit(seed, save):
    raise RuntimeError("reading must not train")
    return {"accuracy": 0.5}
"""
FILES: dict[str, str | bytes] = {
    "plain.py": CODE,
    "conf/model/plain.yaml": "_target_: plain.fit\n",
    "small": spec("""
        defaults: [override /model: plain, override /tracking: disabled]
        experiment: {hypothesis: It learns.}
        data: null
        trainer: null
    """),
}
ROWS = [[0.0], [1.0], [2.0], [3.0]]


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    """A lab with a run as a function leaves it, without a model."""
    lab = write_lab(tmp_path, FILES)
    plan = current_plan(lab)
    (run,) = plan.experiments["small"].runs
    write_json(lab.run(run) / "config.json", read_json(lab.run_job(run)))
    write_json(lab.run(run) / "provenance.json", {"fingerprint": plan.runs[run].fingerprint})
    write_json(lab.run(run) / "output/metrics.json", {"accuracy": 0.5})
    (lab.run(run) / "output/final_model").mkdir()
    write_status(lab, run, {})
    return lab


def best(lab: Lab) -> proband.api.run.Run:  # type: ignore[name-defined]
    return proband.load("small", lab=lab.root).best


def test_object_of_scikit_learn_predicts_as_it_was_trained(lab: Lab) -> None:
    run = best(lab)
    classifier = LogisticRegression().fit(ROWS, [0, 0, 1, 1])
    joblib.dump(classifier, run.folder / "output/final_model/model.joblib")
    write_status(lab, run.id, {})
    with pytest.raises(proband.Error, match=r"saved a pickle.*model\(allow_pickle=True\)"):
        run.model()
    assert (run.model(allow_pickle=True).predict_proba(ROWS) == classifier.predict_proba(ROWS)).all()
    flip_byte(run.folder / "output/final_model/model.joblib")
    with pytest.raises(proband.Error, match=r"model\.joblib differs from the file that the run recorded"):
        run.model(allow_pickle=True)


def test_tensors_of_a_function_are_weights_and_no_model(lab: Lab) -> None:
    run = best(lab)
    save_file({"w": torch.ones(2)}, run.folder / "output/final_model/model.safetensors")
    write_status(lab, run.id, {})
    with pytest.raises(proband.Error, match=r"saved tensors.*use weights\(\)"):
        run.model()
    assert torch.equal(run.weights()["w"], torch.ones(2))


def test_run_without_a_saved_model_is_told_and_nothing_is_trained(lab: Lab) -> None:
    shutil.rmtree(best(lab).folder / "output/final_model")
    with pytest.raises(proband.Error, match=r"has no output/final_model/model\.joblib"):
        best(lab).model()


def test_edited_config_is_told_before_its_target_is_used(lab: Lab) -> None:
    run = best(lab)
    content = read_json(run.folder / "config.json")
    content["config"]["model"]["_target_"] = "os.system"
    write_json(run.folder / "config.json", content)
    with pytest.raises(proband.Error, match=r"config\.json differs from the file that the run recorded"):
        run.model()
