"""A member that is trained alone gives the logged rows, the items and the failure in memory."""

from __future__ import annotations

import pytest
from training_jobs import SHORT, config

from lightning_modules.failures.non_finite import NonFiniteLoss
from lightning_modules.fused.members import Member
from lightning_modules.fused.train_alone import train_alone

pytestmark = pytest.mark.usefixtures("lab")


def test_member_trained_alone_keeps_what_it_logged() -> None:
    trained = train_alone(Member("a", config(trainer=SHORT)))
    assert trained.error is None
    assert trained.result is not None
    assert [row.step for row in trained.rows if "train_loss" in row.metrics] == [0, 1, 2, 3, 4]
    assert trained.rows[-1].metrics["accuracy"] == trained.result.test["accuracy"]
    assert len(trained.items.items()["ids"]) == trained.test_samples == 64
    assert trained.sampled_rows["batch.0"].shape == (4, 1, 8, 8)


def test_failure_of_a_member_trained_alone_is_returned_with_the_last_row() -> None:
    trained = train_alone(Member("a", config(model={"lr": 1e30}, trainer=SHORT)))
    assert isinstance(trained.error, NonFiniteLoss)
    assert trained.result is None
    assert trained.rows[-1].step == len(trained.rows) - 1
