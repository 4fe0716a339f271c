"""Test all members that were fitted, and collect what a training alone would have given for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import torch
from lightning import LightningModule, Trainer
from torch import Tensor

from lightning_modules.checkpoints.final_model import BatchSampler
from lightning_modules.fused.batches.ensemble_data import member_batch
from lightning_modules.fused.fitting import Fitting
from lightning_modules.fused.members import Member, NotFusable, TrainedMember
from lightning_modules.models.epoch_means import EpochMeans
from lightning_modules.models.fusable_module import batch_rows
from lightning_modules.recording.item_recorder import ItemRecorder
from lightning_modules.training.fit import FitResult, missing_test


def tested_members(
    members: Sequence[Member], models: Sequence[LightningModule], trainer: Trainer, fitting: Fitting
) -> tuple[TrainedMember, ...]:
    """Return all members. Those that were fitted are tested, and their models have the final weights."""
    epochs = int(members[0].config["trainer"]["max_epochs"])
    active = list(fitting.active)
    fitting.ensemble.write_to([models[index] for index in active])
    trained = {index: _failed(members[index], fitting, index) for index in range(len(members))}
    for index, data in zip(active, fitting.data.modules, strict=True):
        models[index].trainer = trainer
        training = dict(fitting.logs[index].last_values)
        result = FitResult(models[index], data, trainer, training, epochs, fitting.steps)
        trained[index] = replace(trained[index], result=result)
    if active:
        trained |= _tested({index: trained[index] for index in active}, fitting, epochs)
    return tuple(trained[index] for index in range(len(members)))


def _failed(member: Member, fitting: Fitting, index: int) -> TrainedMember:
    log = fitting.logs[index]
    return TrainedMember(member.run_id, None, tuple(log.rows), train_samples=fitting.samples[index], error=log.error)


def _tested(fitted: dict[int, TrainedMember], fitting: Fitting, epochs: int) -> dict[int, TrainedMember]:
    results = {index: member.result for index, member in fitted.items() if member.result is not None}
    first = next(iter(results.values()))
    if reason := missing_test(first.model, first.data):
        return {
            index: replace(member, result=replace(results[index], not_tested=reason))
            for index, member in fitted.items()
        }
    for log in fitting.logs:
        log.last_values = {}  # a test has metrics of its own
    batches, items, samples = _test(fitting, epochs)
    tested = {}
    for position, (index, member) in enumerate(fitted.items()):
        log, result = fitting.logs[index], results[index]
        if log.error is None:
            result = replace(result, test=dict(log.last_values), not_tested="")
        tested[index] = replace(
            member,
            result=result,
            rows=tuple(log.rows),
            items=_recorded(result.model, fitting, position, batches, items),
            sampled_rows=_sampled_rows(result, member_batch(batches[0], position)) if batches else {},
            test_samples=samples,
            error=log.error,
        )
    return tested


def _test(fitting: Fitting, epochs: int) -> tuple[list[Any], dict[str, Tensor], int]:
    """Log the means of the test. Return its batches, the results of its items, and their number for each member."""
    means, samples = EpochMeans(), 0
    names: tuple[str, ...] = ()
    batches, items = [], list[dict[str, Tensor]]()
    for batch in fitting.data.test_epoch():
        results = fitting.ensemble.evaluate("test_results", batch)
        rows = batch_rows(member_batch(batch, 0))
        names = fitting.add_metrics(means, results.metrics, rows)
        batches.append(batch)
        items.append(results.items)
        samples += rows
    fitting.ensemble.check_unchanged()
    fitting.log_means(means, names, epochs, fitting.steps)
    for index in fitting.active:
        fitting.logs[index].check_losses(epochs, fitting.steps)
    if any(batch_items.keys() != items[0].keys() for batch_items in items):
        raise NotFusable("not all test batches have the same results")
    return (
        batches,
        {name: torch.cat([part[name] for part in items], dim=1) for name in items[0]} if items else {},
        samples,
    )


def _recorded(
    model: LightningModule, fitting: Fitting, position: int, batches: Sequence[Any], items: dict[str, Tensor]
) -> ItemRecorder:
    """Return a recorder with the results of one member, as if it had seen them during a test by a trainer."""
    recorder = ItemRecorder()
    trainer: Any = SimpleNamespace(test_dataloaders=fitting.data.test_loader, num_test_batches=[len(batches)])
    recorder.on_test_start(trainer, model)
    if items:
        outputs = {name: values[position] for name, values in items.items()}
        recorder.on_test_batch_end(trainer, model, outputs, None, 0)
        return recorder
    model.eval()
    with torch.inference_mode():
        for index, batch in enumerate(batches):
            recorder.on_test_batch_end(trainer, model, {}, member_batch(batch, position), index)
    return recorder


def _sampled_rows(result: FitResult, batch: Any) -> Any:
    sampler = BatchSampler()
    sampler.on_test_batch_start(result.trainer, result.model, batch, 0)
    return sampler.rows
