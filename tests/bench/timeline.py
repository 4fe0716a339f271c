"""Read from the files of a lab when the jobs and trainings of its last build ran."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from statistics import fmean

from compiler.base.json_files import read_json

BEFORE_JOBS = "Snakemake, before its first job"
BETWEEN_JOBS = "Snakemake, between jobs"
AFTER_JOBS = "Snakemake, after its last job"
TRAINING_JOBS, TRAININGS = "`_train`", "trainings, inside `_train`"


@dataclass(frozen=True)
class Span:
    """A job or a training, in seconds since the build was started."""

    name: str
    start: float
    end: float

    @property
    def seconds(self) -> float:
        return self.end - self.start


@dataclass(frozen=True)
class Stage:
    """All spans of a name: the first start, the last end, their number and the sum of their durations.

    `share` is the part of the wall time that belongs to this stage: a moment belongs to the stages that run in it, in
    equal parts. The shares of all stages add up to the wall time.
    """

    name: str
    start: float
    end: float
    spans: int
    seconds: float
    share: float


@dataclass(frozen=True)
class Timeline:
    """The jobs of a build as Snakemake recorded them, and its trainings as the runs recorded them."""

    jobs: Sequence[Span]
    trainings: Sequence[Span]
    wall: float

    @property
    def first_training(self) -> float:
        return min(training.start for training in self.trainings)

    @property
    def after_last_training(self) -> float:
        return self.wall - max(training.end for training in self.trainings)

    def stages(self) -> list[Stage]:
        """Return the stages in the order in which they begin, with the time in which no job runs."""
        spans = [*self.jobs, *self.trainings, *self._without_jobs()]
        shares = _shares(spans)
        groups: dict[str, list[Span]] = defaultdict(list)
        for span in spans:
            groups[span.name].append(span)
        stages = [_stage(name, group, shares[name]) for name, group in groups.items()]
        return sorted(stages, key=lambda stage: (stage.start, stage.end))

    def _without_jobs(self) -> Iterable[Span]:
        """Yield the times before the first job, between jobs and after the last one, in which Snakemake works alone."""
        end = 0.0
        for job in sorted(self.jobs, key=lambda job: job.start):
            if job.start > end:
                yield Span(BETWEEN_JOBS if end else BEFORE_JOBS, end, job.start)
            end = max(end, job.end)
        if self.wall > end:
            yield Span(AFTER_JOBS, end, self.wall)


def timeline(lab: Path, started: float, wall: float) -> Timeline:
    """Return the timeline of the build of a lab that started at a time and took `wall` seconds."""
    jobs = [Span(job.name, job.start - started, job.end - started) for job in _jobs(lab / ".snakemake/metadata")]
    trainings = [Span(run.name, run.start - started, run.end - started) for run in _trainings(lab / "results/runs")]
    return Timeline([job for job in jobs if job.end > 0], [run for run in trainings if run.end > 0], wall)


def _jobs(metadata: Path) -> Iterable[Span]:
    """Return the jobs of the build. Snakemake keeps a file for each output, so that a job can have several."""
    spans: dict[tuple[str, ...], Span] = {}
    for file in sorted(metadata.rglob("*")):
        if not file.is_file():
            continue
        job = json.loads(file.read_text(encoding="utf-8"))
        if job.get("starttime") is not None and job.get("endtime") is not None:
            spans[job["rule"], *job["log"]] = Span(f"`{job['rule']}`", job["starttime"], job["endtime"])
    return spans.values()


def _trainings(runs: Path) -> Iterable[Span]:
    for file in sorted(runs.glob("*/status.json")):
        status = read_json(file)
        start, end = (datetime.fromisoformat(status[key]).timestamp() for key in ("started_at", "completed_at"))
        yield Span(TRAININGS, start, end)


def _stage(name: str, spans: Sequence[Span], share: float) -> Stage:
    start, end = min(span.start for span in spans), max(span.end for span in spans)
    return Stage(name, start, end, len(spans), sum(span.seconds for span in spans), share)


def _shares(spans: Sequence[Span]) -> dict[str, float]:
    """Return the wall time of each name. A training job has only the time in which none of the trainings runs."""
    moments = sorted({moment for span in spans for moment in (span.start, span.end)})
    shares: dict[str, float] = dict.fromkeys((span.name for span in spans), 0.0)
    for start, end in pairwise(moments):
        running = {span.name for span in spans if span.start <= start and span.end >= end}
        if TRAININGS in running:
            running.discard(TRAINING_JOBS)
        for name in running:
            shares[name] += (end - start) / len(running)
    return shares


def parts_of_a_training(lab: Path) -> dict[str, float]:
    """Return the mean seconds of a training and of its parts, from the files of its runs."""
    folders = [file.parent for file in sorted((lab / "results/runs").glob("*/status.json"))]
    statuses = [read_json(folder / "status.json") for folder in folders]
    metrics = [read_json(folder / "output/system_metrics.json") for folder in folders]
    fit, test = (fmean(document[key] for document in metrics) for key in ("fit_seconds", "test_seconds"))
    duration = fmean(status["duration_seconds"] for status in statuses)
    return {"duration": duration, "fit": fit, "test": test, "rest": duration - fit - test}
