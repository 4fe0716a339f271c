"""A config or a model that cannot be trained in an ensemble is refused with a reason, and never trained wrongly."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
import torch
from training_jobs import config, config_group

from lightning_modules.fused.fusable_config import why_not_fusable
from lightning_modules.fused.members import Member, NotFusable
from lightning_modules.fused.train_members import train_members

FEW_ROWS = {"validation_fraction": 0.4, "test_fraction": 0.4}
TIMER = {"_target_": "lightning.pytorch.callbacks.Timer"}
TRAINERS: dict[str, tuple[dict[str, Any], str]] = {
    "another trainer": ({"_target_": "my_lab.Trainer"}, "not lightning.Trainer"),
    "callbacks": ({"callbacks": [TIMER]}, "trainer.callbacks is"),
    "gradient clipping": ({"gradient_clip_val": 1.0}, "trainer.gradient_clip_val is 1.0"),
    "accumulation": ({"accumulate_grad_batches": 2}, "trainer.accumulate_grad_batches"),
    "precision": ({"precision": "bf16-mixed"}, "trainer.precision is 'bf16-mixed'"),
    "several devices": ({"devices": 2}, "trainer.devices is 2"),
    "a GPU": ({"accelerator": "gpu"}, "trainer.accelerator is 'gpu'"),
    "any accelerator": ({"accelerator": "auto"}, "trainer.accelerator"),
    "strategy": ({"strategy": "ddp"}, "trainer.strategy"),
    "checkpoints": ({"enable_checkpointing": True}, "trainer.enable_checkpointing"),
    "a part of the batches": ({"limit_train_batches": 0.5}, "trainer.limit_train_batches is not supported"),
    "one batch": ({"limit_train_batches": 1}, "trainer.limit_train_batches"),
    "validation within an epoch": ({"val_check_interval": 0.5}, "trainer.val_check_interval"),
    "validation after one step": ({"val_check_interval": 1}, "trainer.val_check_interval"),
    "a limit of steps": ({"max_steps": 10}, "trainer.max_steps"),
    "no limit of epochs": ({"max_epochs": -1}, "trainer.max_epochs is -1"),
    "sanity check": ({"num_sanity_val_steps": 2}, "trainer.num_sanity_val_steps is 2"),
    "an unknown key": ({"colour": "red"}, "trainer.colour is not supported"),
    "another plugin": ({"plugins": [{"_target_": "lightning.pytorch.plugins.MixedPrecision"}]}, "trainer.plugins"),
}
CONFIGS: dict[str, tuple[dict[str, Any], str]] = {
    "callbacks": ({"callbacks": {"timer": TIMER}}, "the config has callbacks"),
    "compile": ({"compile": {}}, "the config compiles the model"),
    "a model without the statement": ({"model": config_group("model/cnn")}, "CNN does not state `fusable = True`"),
    "another base class": ({"model": config_group("model/gpt2")}, "not a class derived from FusableModule"),
    "a function": ({"model": {"_target_": "math.sqrt"}}, "math.sqrt is not a class"),
    "a missing class": ({"model": {"_target_": "no_such_module.Model"}}, "no_such_module.Model is not a class"),
}
MODELS = {
    "Silent": "does not state `fusable = True`",
    "OwnStep": "overrides training_step",
    "OwnHook": "overrides on_train_batch_end",
    "ReplacedMethod": "replaces its method configure_gradient_clipping",
    "ReadsItsRate": "has no attribute 'weight_decay'",
    "ReadsHyperparameters": "lr",
    "OtherActivation": "different layers",
    "Closure": "has no attribute 'scaled'",
    "CountsSteps": "changes the attribute calls",
    "CountsInAnObject": "changes the attribute counts",
    "ChangesBuffer": "mean",
    "BatchNorm": "running statistics",
    "UsesEpoch": "uses the trainer (current_epoch)",
    "Logs": "uses the trainer",
    "DrawsNoise": "random",
    "DrawsDropout": "random",
    "DrawsWithNumpy": "draws random numbers from numpy.random",
    "DrawsWithRandom": "draws random numbers from random",
    "ChangesBatches": "single memory location",
    "Branches": "item()",
    "LossPerItem": "one number",
    "MixesMembers": "exactly the parameters",
    "Frozen": "is not trained",
    "UnusedLayer": "does not contribute to the loss",
    "OtherOptimizer": "the optimizer Rprop is not supported",
    "Schedule": "something other than one optimizer",
    "TwoGroups": "more than one group",
    "AmsGrad": "amsgrad",
    "OtherBetas": "differ in more than the learning rate",
    "StateOfOptimizer": "a state before the first step",
    "SharedLayer": "share a parameter",
    "CountsModels": "the seed does not determine",
    "WeightsFromTheSystem": "the seed does not determine",
    "Hooked": "has hooks",
    "HalfPrecision": "not float32",
}
DATA = {
    "Batches": "overrides on_after_batch_transfer",
    "RandomRows": "draws random numbers from numpy.random",
    "UnevenRows": "equal shapes",
}


@pytest.mark.parametrize("name", TRAINERS)
def test_trainer_that_an_ensemble_cannot_replace(name: str) -> None:
    changes, reason = TRAINERS[name]
    assert reason in why_not_fusable(config(trainer=changes))


@pytest.mark.parametrize("name", CONFIGS)
def test_config_that_has_to_be_trained_alone(name: str) -> None:
    changes, reason = CONFIGS[name]
    assert reason in why_not_fusable(config() | changes)


def test_shipped_dense_model_is_fusable_with_the_default_trainer() -> None:
    assert why_not_fusable(config()) == ""
    assert why_not_fusable(config(trainer={"fuse": "auto", "max_epochs": 7})) == ""


@pytest.mark.usefixtures("lab")
@pytest.mark.parametrize("name", MODELS)
def test_model_that_is_not_what_it_states_is_refused(name: str) -> None:
    with pytest.raises(NotFusable) as refused:
        train_members(_members(model={"_target_": f"unfit_models.{name}"}))
    assert MODELS[name] in str(refused.value)


@pytest.mark.usefixtures("lab")
@pytest.mark.parametrize("name", DATA)
def test_data_that_members_cannot_have_are_refused(name: str) -> None:
    with pytest.raises(NotFusable) as refused:
        train_members(_members(data={"_target_": f"unfit_models.{name}"}))
    assert DATA[name] in str(refused.value)


@pytest.mark.usefixtures("lab")
@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"trainer": {"max_epochs": 1}}, "differ in trainer"),
        ({"resources": {"cpus": 7}}, "differ in resources"),
        ({"model": {"hidden": 32}}, "different shapes"),
        ({"model": {"_target_": "ensemble_models.WithSGD"}}, "different classes"),
        ({"data": {"batch_size": 16}}, "different numbers of batches"),
    ],
    ids=["epochs", "threads", "layers", "class", "batch size"],
)
def test_members_that_differ_in_more_than_numbers_are_refused(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(NotFusable, match=reason):
        train_members([*_members(), Member("other", config(**changes))])


@pytest.mark.usefixtures("lab")
def test_a_refusal_leaves_the_random_state_and_the_settings_of_torch_as_they_were() -> None:
    def state() -> tuple[Any, ...]:
        settings = torch.are_deterministic_algorithms_enabled(), torch.get_num_threads()
        return torch.get_rng_state().tolist(), np.random.get_state()[1].tolist(), random.getstate(), settings

    torch.manual_seed(3)
    before = state()
    with pytest.raises(NotFusable):
        train_members(_members(model={"_target_": "unfit_models.Branches"}))
    assert state() == before


def _members(**changes: dict[str, Any]) -> list[Member]:
    rates = [{"lr": 0.01, "weight_decay": 0.1, "dropout": 0.1}, {"lr": 0.02, "weight_decay": 0.2}, {"lr": 0.03}]
    data = FEW_ROWS | changes.pop("data", {})
    model = changes.pop("model", {})
    return [
        Member(f"run{seed}", config(seed, data=data, model=model | rate, **changes)) for seed, rate in enumerate(rates)
    ]
