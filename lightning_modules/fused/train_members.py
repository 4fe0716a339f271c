"""Train the members of an ensemble in one process."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch

from lightning_modules.fused.built_members import build_members
from lightning_modules.fused.ensemble import Ensemble
from lightning_modules.fused.fitting import Fitting
from lightning_modules.fused.fusable_config import IGNORED, why_not_fusable
from lightning_modules.fused.members import Member, NotFusable, TrainedMember
from lightning_modules.fused.random_states import drawing_nothing
from lightning_modules.fused.tested_members import tested_members
from lightning_modules.training.trainer import build_trainer


def train_members(members: Sequence[Member]) -> tuple[TrainedMember, ...]:
    """Train and test the members together, and return them in the same order. No file is written.

    The result of a member does not depend on the other members. A member that fails, for example because its loss
    becomes infinite, does not stop the others.

    Raises:
        NotFusable: The members cannot be trained together. Train each alone.
    """
    if not members:
        return ()
    _check_configs(members)
    try:
        with _restored_settings():
            return _trained(members)
    except NotFusable:
        raise
    except Exception as error:  # code of a model that was not written for `torch.vmap` can raise anything
        raise NotFusable(f"{type(error).__name__}: {error}") from error


def _trained(members: Sequence[Member]) -> tuple[TrainedMember, ...]:
    settings = {key: value for key, value in members[0].config["trainer"].items() if key not in IGNORED}
    trainer = build_trainer({**members[0].config, "trainer": settings}, Path(), (), (), None)
    models, states, data = build_members(members, trainer)
    log_every: int = trainer.log_every_n_steps  # type: ignore[attr-defined]
    fitting = Fitting(Ensemble(models, states), data, len(members), log_every)
    with drawing_nothing("the model", with_torch=False):
        for epoch in range(settings["max_epochs"]):
            fitting.train_epoch(epoch)
        return tested_members(members, models, trainer, fitting)


def _check_configs(members: Sequence[Member]) -> None:
    for member in members:
        if reason := why_not_fusable(member.config):
            raise NotFusable(reason)
    first = members[0].config
    for member in members:
        for group in ("trainer", "resources"):
            if _compared(member.config[group]) != _compared(first[group]):
                raise NotFusable(f"the members differ in {group}")
        if member.config["model"]["_target_"] != first["model"]["_target_"]:
            raise NotFusable("the members have models of different classes")


def _compared(group: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in group.items() if key not in IGNORED}


@contextmanager
def _restored_settings() -> Iterator[None]:
    """Restore what a training changes in the process: settings of torch, and the states of random numbers."""
    is_deterministic, threads = torch.are_deterministic_algorithms_enabled(), torch.get_num_threads()
    states = torch.get_rng_state(), np.random.get_state(), random.getstate()
    try:
        with torch.enable_grad():
            yield
    finally:
        torch.use_deterministic_algorithms(is_deterministic)
        torch.set_num_threads(threads)
        torch.set_rng_state(states[0])
        np.random.set_state(states[1])
        random.setstate(states[2])
