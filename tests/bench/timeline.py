"""Read from the files of a lab when the jobs and trainings of its last build ran."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import fmean

from compiler.base.json_files import read_json


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
    """All spans of a name: the first start, the last end, their number and the sum of their durations."""

    name: str
    start: float
    end: float
    spans: int
    seconds: float


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
        """Return the stages in the order in which they begin, with the time before the first and after the last job."""
        jobs = sorted(_by_name([*self.jobs, *self.trainings]), key=lambda stage: stage.start)
        before = Stage("start of Snakemake, until its first job", 0, jobs[0].start, 1, jobs[0].start)
        last = max(stage.end for stage in jobs)
        after = Stage("end of Snakemake, after its last job", last, self.wall, 1, self.wall - last)
        return [before, *jobs, after]


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
        yield Span("trainings, in the jobs `_train`", start, end)


def _by_name(spans: Iterable[Span]) -> list[Stage]:
    groups: dict[str, list[Span]] = defaultdict(list)
    for span in spans:
        groups[span.name].append(span)
    return [
        Stage(
            name,
            min(span.start for span in group),
            max(span.end for span in group),
            len(group),
            sum(span.seconds for span in group),
        )
        for name, group in groups.items()
    ]


def parts_of_a_training(lab: Path) -> dict[str, float]:
    """Return the mean seconds of a training and of its parts, from the files of its runs."""
    folders = [file.parent for file in sorted((lab / "results/runs").glob("*/status.json"))]
    statuses = [read_json(folder / "status.json") for folder in folders]
    metrics = [read_json(folder / "output/system_metrics.json") for folder in folders]
    fit, test = (fmean(document[key] for document in metrics) for key in ("fit_seconds", "test_seconds"))
    duration = fmean(status["duration_seconds"] for status in statuses)
    return {"duration": duration, "fit": fit, "test": test, "rest": duration - fit - test}
