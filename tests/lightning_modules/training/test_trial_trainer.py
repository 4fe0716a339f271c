"""A trainer that the code of a lab builds has no limits that the compiler cannot see."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from lightning_modules.training.trainer import TrialTrainer, build_trainer
from lightning_modules.training.trainer_variables import ignore_trainer_variables

SOURCE = "from lightning import Trainer\ndef make(hidden, **arguments):\n    return Trainer(**arguments, **hidden)\n"
QUIET = {"accelerator": "cpu", "devices": 1, "enable_progress_bar": False, "enable_model_summary": False}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "trial_trainers.py").write_text(SOURCE, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def build(folder: Path, hidden: dict[str, Any], **shown: Any) -> Any:
    node = {"_target_": "trial_trainers.make", "hidden": hidden, **QUIET, **shown}
    return build_trainer({"trainer": node}, folder, (), (), None)


@pytest.mark.parametrize(
    ("hidden", "message"),
    [
        ({"fast_dev_run": True}, "the trainer has fast_dev_run"),
        ({"limit_test_batches": 1}, "trial_trainers.make sets limit_test_batches to 1"),
        ({"limit_train_batches": 0.5}, "trial_trainers.make sets limit_train_batches to 0.5"),
        ({"overfit_batches": 1}, "trial_trainers.make sets limit_train_batches to 1"),
    ],
    ids=["fast_dev_run", "test", "train", "overfit"],
)
def test_hidden_limit_is_refused(folder: Path, hidden: dict[str, Any], message: str) -> None:
    with pytest.raises(TrialTrainer) as raised:
        build(folder, hidden)
    assert message in str(raised.value)


@pytest.mark.parametrize("shown", [{}, {"limit_test_batches": 2}, {"overfit_batches": 1}], ids=str)
def test_limit_in_the_config_is_accepted(folder: Path, shown: dict[str, Any]) -> None:
    assert build(folder, {}, **shown).limit_test_batches == shown.get(
        "limit_test_batches", shown.get("overfit_batches", 1.0)
    )


def test_variables_of_lightning_are_ignored(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PL_TRAINER_FAST_DEV_RUN", "1")
    ignore_trainer_variables()
    assert "PL_TRAINER_FAST_DEV_RUN" not in os.environ
    assert "PL_TRAINER_FAST_DEV_RUN is ignored" in capsys.readouterr().err
