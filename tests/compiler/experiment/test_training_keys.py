"""Keys of lightning-hydra-template that a spec may have, and classes of the older Lightning package."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.compiler.small_lab import FILES
from tests.labs import compile_one, mistakes_of, spec, write_lab

STOP = "{_target_: lightning.pytorch.callbacks.EarlyStopping, monitor: val/loss}"


def run_of(tmp_path: Path, body: str) -> tuple[str, dict[str, Any]]:
    """Return the id and the config of the run of a spec with some lines beside its `experiment:` node."""
    lab = write_lab(tmp_path, FILES | {"probe": spec(f"experiment: {{hypothesis: H.}}\n{body}\n")})
    ((run_id, run),) = compile_one(lab, "probe")[1].items()
    return run_id, dict(run.config)


@pytest.mark.parametrize(
    "body",
    [
        "task_name: train\ntags: [dev]\ntrain: true\ntest: true\nckpt_path: null\noptimized_metric: null",
        "extras: {ignore_warnings: true, enforce_tags: true, print_config: true}\ntags: [a]",
        "logger: {csv: {_target_: lightning.pytorch.loggers.CSVLogger, save_dir: logs}, wandb: {tags: []}}",
        "callbacks: {early_stopping: null, bar: {_target_: lightning.pytorch.callbacks.RichProgressBar}}",
        "paths: {root_dir: ., output_dir: <output>}",
        "seed: null",
        "notes: mine\nidentity: {ignore: [notes]}",
    ],
    ids=["flags and labels", "extras", "loggers", "callbacks that print", "paths", "seed null", "ignored notes"],
)
def test_keys_that_cannot_change_a_training_give_the_same_run(body: str, tmp_path: Path) -> None:
    assert run_of(tmp_path / "a", body)[0] == run_of(tmp_path / "b", "")[0]


@pytest.mark.parametrize("body", [f"callbacks: {{stop: {STOP}}}", f"callbacks: [{STOP}]", "train: {lr: 0.1}"])
def test_keys_that_can_change_a_training_give_another_run(body: str, tmp_path: Path) -> None:
    assert run_of(tmp_path / "a", body)[0] != run_of(tmp_path / "b", "")[0]


def test_null_as_seed_is_the_seed_zero_also_where_it_is_referred_to(tmp_path: Path) -> None:
    config = run_of(tmp_path, "seed: null")[1]
    assert (config["seed"], config["model"]["width"]) == (0, 0)


def test_seed_can_be_swept_although_the_config_has_none(tmp_path: Path) -> None:
    lab = write_lab(
        tmp_path, FILES | {"probe": spec("experiment: {hypothesis: H., sweep: {seed: range(3)}}\nseed: null")}
    )
    assert len(compile_one(lab, "probe")[1]) == 3


OLD = {
    "import": "import pytorch_lightning as pl\nclass Old(pl.LightningModule):\n    def __init__(self, lr: float, width: int): ...\n",
    "from": "from pytorch_lightning import LightningModule as M\nclass Old(M):\n    def __init__(self, lr: float, width: int): ...\n",
    "inherited": "import base\nclass Old(base.Base):\n    def __init__(self, lr: float, width: int): ...\n",
}
BASE = "from pytorch_lightning import LightningModule\nclass Base(LightningModule): ...\n"


@pytest.mark.parametrize("source", OLD.values(), ids=OLD)
def test_class_of_the_older_lightning_package_is_reported_before_training(source: str, tmp_path: Path) -> None:
    files = {
        "mine.py": source,
        "base.py": BASE,
        "probe": spec("experiment: {hypothesis: H.}\nmodel: {_target_: mine.Old}"),
    }
    (mistake,) = mistakes_of(write_lab(tmp_path, FILES | files), "probe")
    assert mistake.startswith("conf/experiment/probe.yaml:3:9: model._target_: mine.Old is a pytorch_lightning")
    assert "(import lightning.pytorch instead of pytorch_lightning in its module)" in mistake


def test_class_of_the_current_lightning_package_compiles(tmp_path: Path) -> None:
    source = "import lightning.pytorch as pl\nclass New(pl.LightningModule):\n    def __init__(self, lr: float, width: int): ...\n"
    files = {"mine.py": source, "probe": spec("experiment: {hypothesis: H.}\nmodel: {_target_: mine.New}")}
    assert mistakes_of(write_lab(tmp_path, FILES | files), "probe") == []
