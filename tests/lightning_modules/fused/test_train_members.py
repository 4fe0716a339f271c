"""Members of an ensemble get what a training alone gives them, whoever else is in the ensemble."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
import torch
from training_jobs import config

from lightning_modules.failures.non_finite import NonFiniteLoss
from lightning_modules.fused.members import Member, TrainedMember
from lightning_modules.fused.proof import TOLERANCE, prediction_deviation, prove
from lightning_modules.fused.train_alone import train_alone
from lightning_modules.fused.train_members import train_members
from lightning_modules.training.fit import FitResult

pytestmark = pytest.mark.usefixtures("lab")

Values = dict[str, Any]
FEW_ROWS = {"validation_fraction": 0.4, "test_fraction": 0.4}  # 12 steps in an epoch
SIX = [
    {"lr": 0.01},
    {"lr": 0.001, "weight_decay": 0.1},
    {"lr": 0.1, "dropout": 0.5},
    {"lr": 0.01, "dropout": 0.2, "weight_decay": 0.001},
    {"lr": 1e30},
    {"lr": 0.03},
]
ENSEMBLES: dict[str, tuple[list[Values], Values]] = {
    "learning rates, decays, rates of dropout, and a member that diverges": (SIX, {}),
    "one member": (SIX[:1], {}),
    "one member that diverges": (SIX[4:5], {}),
    "two members": (SIX[2:4], {}),
    "a huge learning rate without a failure": ([{"lr": 1e9}, {"lr": 0.01}, {"lr": 1e9}], {}),
    "every third step is logged": (SIX[:3], {"trainer": {"log_every_n_steps": 3}}),
    "batches that do not divide the data": (SIX[:3], {"data": {"batch_size": 100}}),
    "AdamW": (SIX[1:4], {"model": {"_target_": "ensemble_models.WithAdamW"}}),
    "SGD": (SIX[1:4], {"model": {"_target_": "ensemble_models.WithSGD"}}),
    "SGD with momentum": (SIX[1:4], {"model": {"_target_": "ensemble_models.WithMomentum"}}),
    "data that depend on the seed": (SIX[1:4], {"data": {"_target_": "ensemble_models.SeededSplit"}}),
    "rows with random noise": (SIX[1:4], {"data": {"_target_": "ensemble_models.NoisyRows"}}),
    "a loader with its own generator": (SIX[1:4], {"data": {"_target_": "ensemble_models.OwnGenerator"}}),
    "batches of a batch sampler": (SIX[1:4], {"data": {"_target_": "ensemble_models.OwnBatchSampler"}}),
    "rows drawn with replacement": (SIX[1:4], {"data": {"_target_": "ensemble_models.WithReplacement"}}),
    "a dropout layer in two places": (SIX[1:4], {"model": {"_target_": "ensemble_models.DropoutTwice"}}),
    "no validation": (SIX[:3], {"data": {"_target_": "ensemble_models.NoValidation"}}),
    "no test": (SIX[:3], {"data": {"_target_": "ensemble_models.NoTest"}}),
    "no results of items": (SIX[:3], {"model": {"_target_": "ensemble_models.NoItems"}}),
    "a validation loss that is infinite": (
        [{"lr": 0.01}, {"lr": 0.5}, {"lr": 0.02}],
        {"model": {"_target_": "ensemble_models.InfiniteValidation"}},
    ),
    "a test loss that is infinite": (
        [{"lr": 0.01}, {"lr": 0.5}, {"lr": 0.02}],
        {"model": {"_target_": "ensemble_models.InfiniteTest"}},
    ),
}


def members(models: Sequence[Values], changes: Values) -> list[Member]:
    """Return members that also differ in their seeds."""
    data = FEW_ROWS | changes.get("data", {})
    return [
        Member(f"run{seed}", config(seed, **{**changes, "data": data, "model": changes.get("model", {}) | model}))
        for seed, model in enumerate(models)
    ]


def result(member: TrainedMember) -> FitResult:
    assert member.result is not None
    return member.result


def weights(member: TrainedMember) -> torch.Tensor:
    return torch.cat([parameter.detach().flatten() for parameter in result(member).model.parameters()])


@pytest.mark.parametrize("name", ENSEMBLES)
def test_member_gets_what_a_training_alone_gives(name: str) -> None:
    ensemble = members(*ENSEMBLES[name])
    trained = train_members(ensemble)
    assert [member.run_id for member in trained] == [member.run_id for member in ensemble]
    for member, fused in zip(ensemble, trained, strict=True):
        solo = train_alone(member)
        assert type(fused.error) is type(solo.error)
        assert str(fused.error) == str(solo.error)
        assert [(row.step, list(row.metrics)) for row in fused.rows] == [
            (row.step, list(row.metrics)) for row in solo.rows
        ]
        for row, expected in zip(fused.rows, solo.rows, strict=True):
            assert dict(row.metrics) == pytest.approx(dict(expected.metrics), rel=1e-5, abs=1e-5, nan_ok=True)
        assert (fused.train_samples, fused.test_samples) == (solo.train_samples, solo.test_samples)
        assert (fused.result is None) == (solo.result is None)
        assert prove(fused, solo).reason == ""
        if solo.result is not None:
            assert_equal_results(fused, solo)


def assert_equal_results(fused: TrainedMember, solo: TrainedMember) -> None:
    assert torch.allclose(weights(fused), weights(solo), rtol=1e-5, atol=1e-5)
    for name in ("training", "test"):
        first, second = getattr(result(fused), name), getattr(result(solo), name)
        assert list(first) == list(second)
        assert first == pytest.approx(second, rel=1e-5, abs=1e-5)
    assert result(fused).test.get("accuracy") == result(solo).test.get("accuracy")
    assert (result(fused).epochs, result(fused).steps) == (result(solo).epochs, result(solo).steps)
    assert result(fused).not_tested == result(solo).not_tested
    assert prediction_deviation(result(fused), result(solo)) <= TOLERANCE
    assert fused.sampled_rows.keys() == solo.sampled_rows.keys()
    for name, rows in solo.sampled_rows.items():
        assert torch.equal(fused.sampled_rows[name], rows)
    if solo.test_samples:
        items, expected = fused.items.items(), solo.items.items()
        assert items.keys() == expected.keys()
        for name, values in expected.items():
            assert items[name].dtype == values.dtype
            assert items[name] == pytest.approx(values, rel=1e-5, abs=1e-5)


def test_table_of_ensembles_contains_failures_of_every_phase() -> None:
    """Otherwise the comparison above would not compare failures."""
    names = ("one member that diverges", "a validation loss that is infinite", "a test loss that is infinite")
    errors = [[str(member.error) for member in train_members(members(*ENSEMBLES[name]))] for name in names]
    assert [[error.split(" ")[0] for error in row] for row in errors] == [
        ["train_loss"],
        ["None", "eval_loss", "None"],
        ["None", "test_loss", "None"],
    ]


@pytest.mark.parametrize("company", [[0], [0, 1], [0, 4], [5, 0, 4, 1], [0, 1, 2, 3, 4, 5], [1, 2, 3, 5, 0, 0, 1, 2]])
def test_member_does_not_depend_on_its_company(company: list[int]) -> None:
    """To the last bit, for a dense model on the CPU."""
    six = members(SIX, {})
    (lonely,) = train_members(six[:1])
    fused = train_members([six[index] for index in company])[company.index(0)]
    assert torch.equal(weights(fused), weights(lonely))
    assert result(fused).test == pytest.approx(result(lonely).test, rel=1e-6)


def test_failed_member_logs_the_loss_that_ended_it() -> None:
    _, failed = train_members(members([{"lr": 0.01}, {"lr": 1e30}], {}))
    assert isinstance(failed.error, NonFiniteLoss)
    assert failed.result is None
    assert failed.rows[-1].step == len(failed.rows) - 1


def test_no_members_need_no_training() -> None:
    assert train_members([]) == ()
