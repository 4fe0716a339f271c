"""Fit all members epoch by epoch, log each of them, and stop those that fail."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from lightning_modules.fused.batches.ensemble_data import EnsembleData, member_batch
from lightning_modules.fused.ensemble import Ensemble
from lightning_modules.fused.member_log import MemberLog
from lightning_modules.fused.members import NotFusable
from lightning_modules.models.epoch_means import EpochMeans
from lightning_modules.models.fusable_module import batch_rows


class Fitting:
    """A training of all members. `active` are the indices of those that have not failed."""

    def __init__(self, ensemble: Ensemble, data: EnsembleData, members: int, log_every: int) -> None:
        self.ensemble, self.data = ensemble, data
        self.logs = [MemberLog() for _ in range(members)]
        self.samples = [0] * members
        self.active = list(range(members))
        self.steps = 0
        self._log_every = log_every

    def train_epoch(self, epoch: int) -> None:
        """Train an epoch, then validate, in the order of Lightning's loops."""
        first, losses, means = self.steps, list[Tensor](), EpochMeans()
        for batch in self.data.training_epoch() if self.active else ():
            loss = self.ensemble.losses(batch)
            self.ensemble.step(loss)
            finite, rows = torch.isfinite(loss), batch_rows(member_batch(batch, 0))
            losses.append(self._for_all(loss.detach()))
            if not finite.all():
                self._stop_at_step(finite.tolist(), losses, epoch, first)
            means.add(rows, losses[-1])
            self.steps += 1
            for member in self.active:
                self.samples[member] += rows
            if not self.active:
                return
        if not losses:
            return
        self._log_steps(self.active, losses, epoch, first)
        if self.data.has_validation:
            self._validate(epoch)
        self.stop_with_infinite_losses(epoch)
        self.log_means(means, ("train_loss_epoch",), epoch, self.steps - 1)

    def log_means(self, means: EpochMeans, names: Sequence[str], epoch: int, step: int) -> None:
        """Log the means of an epoch, whose tensors have a value for each member, active or not."""
        if not means:
            return
        values = torch.stack(means.compute_and_reset()).T.tolist()
        for member in self.active:
            self.logs[member].log_epoch(dict(zip(names, values[member], strict=True)), epoch, step)

    def add_metrics(self, means: EpochMeans, metrics: dict[str, Tensor], rows: int) -> tuple[str, ...]:
        """Add the metrics of a batch of validation or test, and return their names.

        Raises:
            NotFusable: A metric is not one number for each member.
        """
        for name, value in metrics.items():
            if value.shape != (len(self.active),):
                raise NotFusable(f"the metric {name} is not one number for each batch")
        means.add(rows, *(self._for_all(value) for value in metrics.values()))
        return tuple(metrics)

    def stop_with_infinite_losses(self, epoch: int) -> None:
        """Stop the members with a logged loss that is not finite."""
        for member in self.active:
            self.logs[member].check_losses(epoch, self.steps)
        self._forget_failed()

    def _validate(self, epoch: int) -> None:
        means = EpochMeans()
        names: tuple[str, ...] = ()
        for batch in self.data.validation_epoch():
            metrics = self.ensemble.evaluate("validation_metrics", batch)
            names = self.add_metrics(means, metrics, batch_rows(member_batch(batch, 0)))
        self.log_means(means, names, epoch, self.steps - 1)

    def _stop_at_step(self, finite: Sequence[bool], losses: Sequence[Tensor], epoch: int, first: int) -> None:
        failed = [member for member, is_finite in zip(self.active, finite, strict=True) if not is_finite]
        self._log_steps(failed, losses[:-1], epoch, first)
        for member in failed:
            self.logs[member].fail_at_step(float(losses[-1][member]), epoch, self.steps)
        self._forget_failed()

    def _log_steps(self, members: Sequence[int], losses: Sequence[Tensor], epoch: int, first: int) -> None:
        if losses:
            values = torch.stack(list(losses)).T.tolist()
            for member in members:
                self.logs[member].log_steps(values[member], epoch, first, self._log_every)

    def _forget_failed(self) -> None:
        positions = [position for position, member in enumerate(self.active) if self.logs[member].error is None]
        if len(positions) < len(self.active):
            self.active = [self.active[position] for position in positions]
            self.ensemble.keep(positions)
            self.data.keep(positions)

    def _for_all(self, values: Tensor) -> Tensor:
        """Return values of the active members in a tensor for all members."""
        if len(self.active) == len(self.logs):
            return values
        return torch.full((len(self.logs),), torch.nan).index_copy(0, torch.tensor(self.active), values.float())
