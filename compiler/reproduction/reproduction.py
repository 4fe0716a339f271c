"""Define the outcome of training a finished run again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, get_args

from compiler.runs.run_id_pattern import RUN_ID

_SHA256 = re.compile(r"[0-9a-f]{64}")
Result = Literal["identical", "within_tolerance", "different", "not_reproducible"]
# In the order in which the first divergence is looked for. `record` means that a file of the run was changed after the
# training, or that its results do not follow from its record. `nondeterminism`: two trainings here differ as well.
Category = Literal["record", "config", "data", "code", "package", "hardware", "nondeterminism"]
CATEGORIES: tuple[Category, ...] = get_args(Category)
REPRODUCED: tuple[Result, ...] = ("identical", "within_tolerance")
_TIME = "%Y%m%dT%H%M%S.%fZ"


class InvalidReproduction(ValueError):
    """A field of a reproduction has a value that is not allowed. The message names the field."""


@dataclass(frozen=True)
class Difference:
    """One thing that is not as it was during the recorded training, such as the version of a package.

    `recorded` and `repeated` are the values of then and now as text, "" if one of them is missing.
    """

    category: Category
    subject: str
    recorded: str = ""
    repeated: str = ""

    def __str__(self) -> str:
        if not self.recorded and not self.repeated:
            return f"{self.category}: {self.subject}"
        return f"{self.category}: {self.subject}: recorded {self.recorded or 'none'}, now {self.repeated or 'none'}"


@dataclass(frozen=True)
class Machine:
    """The hardware and system on which a training was repeated."""

    cpu: str
    gpus: tuple[str, ...]
    system: str

    def __str__(self) -> str:
        return ", ".join((self.cpu or "unknown CPU", *self.gpus, self.system or "unknown system"))


@dataclass(frozen=True)
class Reproduction:
    """The comparison of a finished run with trainings that repeat it.

    Attributes:
        at: the time in UTC, such as `20260131T091500.000000Z`.
        tolerance: the relative difference up to which numbers count as equal within the tolerance.
        trainings: how often the run was trained for this comparison.
        experiments: those that the run belonged to when it was trained.
        compared: how many metrics, predictions, tensors of weights and failures were compared.
        cause: the first divergence, None if the results agree.
        deviations: how the results differ, one line each.
        differences: of the environment, also if the results agree.
        by: the name of the person who reproduced the run, "" if unknown.
        notes: what a reader must know, such as files that were not compared.
        status_sha256: of the `status.json` of the recorded run.
        recorded_provenance: the sha256 of `provenance.json` of the recorded run, None if it has none.
        repeated_provenance: that of the repeated run, None if nothing was trained.
        machine: where the training was repeated, None if nothing was trained.

    Raises:
        InvalidReproduction: A field has a value that is not allowed, or the fields contradict each other.
    """

    run_id: str
    at: str
    result: Result
    tolerance: float
    trainings: int
    compared: Mapping[str, int]
    status_sha256: str
    recorded_provenance: str | None
    repeated_provenance: str | None
    machine: Machine | None
    cause: Difference | None = None
    deviations: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()
    notes: tuple[str, ...] = ()
    experiments: tuple[str, ...] = ()
    by: str = ""

    def __post_init__(self) -> None:
        if problem := next(_problems(self), ""):
            raise InvalidReproduction(problem)

    @property
    def is_reproduced(self) -> bool:
        return self.result in REPRODUCED

    @property
    def used_other_code(self) -> bool:
        """Whether a training with other code than the recorded one gave another result."""
        return self.trainings > 0 and self.cause is not None and self.cause.category == "code"

    @property
    def time(self) -> datetime:
        return datetime.strptime(self.at, _TIME).replace(tzinfo=UTC)


def timestamp(time: datetime) -> str:
    """Return a time as reproductions and the names of their files contain it."""
    return time.astimezone(UTC).strftime(_TIME)


def _problems(made: Reproduction) -> Iterator[str]:
    if not RUN_ID.fullmatch(made.run_id):
        yield f"run_id: {made.run_id!r} is not the id of a run"
    digests = [made.status_sha256, *filter(None, (made.recorded_provenance, made.repeated_provenance))]
    if not all(map(_SHA256.fullmatch, digests)):
        yield "status_sha256 and provenance: a sha256 has 64 lower-case hex digits"
    if not _is_time(made.at):
        yield f"at: {made.at!r} is not a time in UTC such as 20260131T091500.000000Z"
    if not 0 <= made.tolerance < 1:
        yield f"tolerance: {made.tolerance!r} is not a relative difference from 0 to below 1"
    if made.is_reproduced and (made.trainings < 1 or not sum(made.compared.values())):
        yield f"result: '{made.result}' needs a training, and something that was compared"
    if made.is_reproduced and (made.repeated_provenance is None or made.machine is None):
        yield f"result: '{made.result}' needs the provenance and the machine of the training"
    if made.is_reproduced == (made.cause is not None):
        yield f"cause: '{made.result}' has {'a' if made.cause else 'no'} cause"
    if made.deviations and made.result == "identical":
        yield "deviations: identical results have none"


def _is_time(value: str) -> bool:
    try:
        return timestamp(datetime.strptime(value, _TIME).replace(tzinfo=UTC)) == value
    except ValueError:
        return False
