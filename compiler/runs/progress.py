"""Define the content of `progress.json`, in which a running training states how far it is, and read it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from compiler.base.json_files import readable_object
from compiler.base.paths import Lab

SCHEMA_VERSION = 1
_MAX_METRICS = 3  # in a line; the file has all of them


@dataclass(frozen=True)
class Progress:
    """How far a training is. `epoch` counts from 1. Values that the training cannot know in advance are None.

    `seconds_left` is an estimate from the mean speed since the training started or resumed. A training that stops
    early ends before.
    """

    epoch: int = 0
    epochs: int | None = None
    step: int = 0
    steps: int | None = None
    metrics: Mapping[str, float] = field(default_factory=dict)  # the last logged value of each
    samples_per_second: float | None = None
    seconds_left: float | None = None

    def to_json(self) -> dict[str, Any]:
        content = asdict(self)
        finite = {name: value if math.isfinite(value) else None for name, value in self.metrics.items()}
        return {"schema_version": SCHEMA_VERSION, **content, "metrics": finite}

    @property
    def line(self) -> str:
        """One line, such as `epoch 2/5  step 120/300  val/acc 0.93  512 samples/s  20 s left`."""
        return "  ".join(self._parts())

    def _parts(self) -> Iterator[str]:
        if self.epoch:
            yield f"epoch {_of(self.epoch, self.epochs)}"
        if self.step or self.steps:
            yield f"step {_of(self.step, self.steps)}"
        for name in sorted(self.metrics, key=_interest)[:_MAX_METRICS]:
            yield f"{name} {self.metrics[name]:.4g}"
        if self.samples_per_second:
            yield f"{self.samples_per_second:.3g} samples/s"
        if self.seconds_left is not None:
            yield f"{duration(self.seconds_left)} left"


def read_progress(lab: Lab, run_id: str) -> Progress | None:
    """Return how far a running training is, None if it has not stated it yet or the file is damaged."""
    content = readable_object(lab.progress(run_id))
    if not content:
        return None
    names = {field.name for field in fields(Progress)}
    metrics = content.get("metrics")
    if not isinstance(metrics, dict):
        return None
    values = {str(name): math.nan if value is None else value for name, value in metrics.items()}
    if not all(isinstance(value, (int, float)) for value in values.values()):
        return None
    numbers = {name: value for name, value in content.items() if name in names - {"metrics"}}
    if not all(value is None or isinstance(value, (int, float)) for value in numbers.values()):
        return None
    return Progress(**numbers, metrics=values)


def duration(seconds: float) -> str:
    """Return a duration, such as `0.4 s`, `12 s` or `1:30:05`."""
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"


def _of(value: int, total: int | None) -> str:
    return f"{value}/{total}" if total else str(value)


def _interest(name: str) -> tuple[bool, str]:
    """Sort metrics of the validation before those of the training."""
    return "val" not in name, name
