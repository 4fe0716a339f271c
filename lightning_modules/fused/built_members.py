"""Build the models and the data of all members, each with the random numbers that its training alone would draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from hydra.utils import get_object, instantiate
from lightning import LightningDataModule, LightningModule, Trainer, seed_everything

from lightning_modules.fused.batches.ensemble_data import EnsembleData
from lightning_modules.fused.batches.own_data import MemberLoaders, OwnData
from lightning_modules.fused.batches.shared_data import SeededTables, SharedData
from lightning_modules.fused.fusable_class import built_model_obstacle
from lightning_modules.fused.members import Member, NotFusable
from lightning_modules.fused.random_states import MemberRandom, drawing_nothing

_FEW = 3  # members, for which two data modules to compare would be no gain


def build_members(
    members: Sequence[Member], trainer: Trainer
) -> tuple[list[LightningModule], list[MemberRandom], EnsembleData]:
    """Return the models, the random states after they were built, and the data, prepared for a training.

    Raises:
        NotFusable: A model or the data cannot be used in an ensemble.
    """
    torch.set_num_threads(members[0].config["resources"]["cpus"])
    if (pair := _members_to_compare(members)) is None:
        return _built_alone(members, trainer)
    try:
        tables = [_seeded_tables(member, trainer) for member in pair]
        models, states = [], []
        for member in members:
            _seed(member)
            models.append(_model(member))
            states.append(MemberRandom())
        _check_weights(members[0], models, trainer)
        return models, states, SharedData(tables[0], tables[1], states)
    except NotFusable:
        return _built_alone(members, trainer)


def _built_alone(
    members: Sequence[Member], trainer: Trainer
) -> tuple[list[LightningModule], list[MemberRandom], EnsembleData]:
    models, states, loaders = [], [], []
    for member in members:
        _seed(member)
        module = _data_module(member, trainer)
        models.append(_model(member))
        states.append(MemberRandom())
        loaders.append(MemberLoaders(module, states[-1]))
    _check_weights(members[0], models, trainer)
    return models, states, OwnData(loaders)


def _check_weights(first: Member, models: Sequence[LightningModule], trainer: Trainer) -> None:
    """Check that the first weights depend on nothing but the seed, by building the first model again.

    Raises:
        NotFusable: They do, for example on the number of models that were built before.
    """
    _seed(first)
    _data_module(first, trainer)
    state, again = models[0].state_dict(), _model(first).state_dict()
    if state.keys() != again.keys() or not all(torch.equal(value, again[name]) for name, value in state.items()):
        raise NotFusable("the seed does not determine the first weights of the model")
    if len({id(parameter) for model in models for parameter in model.parameters()}) < sum(
        len(list(model.parameters())) for model in models
    ):
        raise NotFusable("the models of the members share a parameter")


def _members_to_compare(members: Sequence[Member]) -> tuple[Member, Member] | None:
    """Return two members whose data show whether data depend on the seed, None if that cannot be shown."""
    first = members[0]
    if len(members) < _FEW or any(member.config["data"] != first.config["data"] for member in members):
        return None
    others = [member for member in members if member.config["seed"] != first.config["seed"]]
    return first, others[0] if others else members[1]


def _seeded_tables(member: Member, trainer: Trainer) -> SeededTables:
    _seed(member)
    with drawing_nothing("the data module"):
        return SeededTables(_data_module(member, trainer))


def _data_module(member: Member, trainer: Trainer) -> LightningDataModule:
    module: LightningDataModule = _built(member.config["data"])
    module.trainer = trainer
    return module


def _model(member: Member) -> LightningModule:
    model: LightningModule = _built(member.config["model"])
    if reason := built_model_obstacle(model):
        raise NotFusable(reason)
    return model


def _seed(member: Member) -> None:
    seed_everything(member.config["seed"], workers=True, verbose=False)


def _built(node: Mapping[str, Any]) -> Any:
    """Return the object of a config. One whose arguments are plain values is built without Hydra, which is slow."""
    arguments = {key: value for key, value in node.items() if key != "_target_"}
    if all(not key.startswith("_") and _is_plain(value) for key, value in arguments.items()):
        return get_object(node["_target_"])(**arguments)
    return instantiate(dict(node), _convert_="all")


def _is_plain(value: Any) -> bool:
    return value is None or type(value) in (bool, int, float) or (type(value) is str and "$" not in value)
