"""Read from the files of a run what its tracked run must contain."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from compiler.base.json_files import parse_json
from compiler.deliverables.check import FinishedRun
from compiler.tracking.choice import logged_config
from compiler.tracking.record import RECORD, LoggedArtifact, read_tracking
from lightning_modules.checks.file_hashes import altered_file
from lightning_modules.tracking.local_artifacts import run_artifacts
from lightning_modules.tracking.tracker import RunToTrack

_HISTORY, _METRICS, _CONFIG = "output/history.csv", "output/metrics.json", "config.json"
_NO_METRICS = ("epoch", "step")
MODEL_FOLDER = "output/final_model"


class UnreadableRun(Exception):
    """A file of the run is missing, damaged, or was changed after the training."""


@dataclass(frozen=True)
class ExpectedRun:
    """What was logged: the values of each metric in the order of the steps, the config, final metrics and artifacts.

    `has_model` is whether the training saved a model, which is then one of the artifacts. `is_recorded` is whether the
    run has a record of what it logged. Runs of earlier versions have none, and their logs lack artifacts and metrics.
    """

    values: Mapping[str, Sequence[Any]]
    config: Mapping[str, Any]
    summary: Mapping[str, float | None]
    artifacts: tuple[LoggedArtifact, ...]
    has_model: bool = False
    is_recorded: bool = True

    @property
    def rows(self) -> dict[str, int]:
        """The number of rows that contain each metric."""
        return {name: len(values) for name, values in self.values.items()}


def expected_run(run: FinishedRun) -> ExpectedRun:
    """Return what the training logged. Raises UnreadableRun or DamagedTrackingRecord."""
    for path in (_HISTORY, _METRICS, RECORD):
        if altered := altered_file(run.folder, path):
            raise UnreadableRun(f"{altered} is missing or was changed after the training")
    try:
        with (run.folder / _HISTORY).open(encoding="utf-8", newline="") as file:
            values = _values(csv.DictReader(file))
        metrics = parse_json((run.folder / _METRICS).read_text(encoding="utf-8"))
        summary = {name: _number(value) for name, value in metrics.items() if name != "schema_version"}
        config = parse_json((run.folder / _CONFIG).read_text(encoding="utf-8"))["config"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableRun(f"a file of the run cannot be read ({type(error).__name__}: {error})") from error
    record = read_tracking(run.folder)
    return ExpectedRun(
        values=values,
        config=logged_config(config),
        summary=summary,
        artifacts=record.artifacts if record else (),
        has_model=any((run.folder / MODEL_FOLDER).glob("*")),
        is_recorded=record is not None,
    )


def artifact_digests(run: FinishedRun) -> dict[str, str]:
    """Return the digest of the model and of the data by artifact, as trackers that store no files log them."""
    artifacts = run_artifacts(RunToTrack(run.run_id, run.config, run.folder / "output", data=run.data))
    return {artifact.name: artifact.digest for artifact in artifacts}


def _number(value: Any) -> float | None:
    """Return a metric as a number. None stands for a value that is not finite, which JSON cannot contain."""
    return None if value is None else float(value)


def _values(rows: Iterable[Mapping[str, str]]) -> dict[str, list[float]]:
    values: dict[str, list[float]] = {}
    for row in rows:
        for name, value in row.items():
            if value and name not in _NO_METRICS:
                values.setdefault(name, []).append(float(value))
    return values
