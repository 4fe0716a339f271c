"""Convert the log records of Snakemake to the lines that a build prints."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from compiler.base.printable import printable

TRAIN, _GATE = "_train", "_gate"
_MAX_LOG_LINES = 10
# Errors of Snakemake that repeat what another line states.
_JOB_FAILED = re.compile(r"At least one job did not complete successfully|CalledProcessError in file|SystemExit")
_ERROR_HEADER = re.compile(r"\AWorkflowError( in (rule|file) .*)?:\n")
_RESTART = re.compile(r"Trying to restart job (\d+)\.")
_FRAME = re.compile(r'\s+File ".*", line \d+, in ')  # of the Snakefile, below an error that names its cause
_NOTABLE = re.compile(r"failed|logged no")  # outcomes that a terminal keeps
_NOTHING_TO_DO = "Nothing to be done"
_WRITTEN_BY_OTHERS = "were not present when the DAG was created"  # of genealogy.json, if two builds run at once
_SUBMITTED = re.compile(r"snakemake_executor_plugin_")


@dataclass(frozen=True)
class Line:
    """A line for the terminal. `is_progress`: a terminal that shows running jobs does not need it."""

    text: str
    is_progress: bool = False


@dataclass(frozen=True)
class StartedJob:
    rule: str
    wildcards: Mapping[str, str]
    log: tuple[str, ...] = ()


@dataclass
class JobEvents:
    """The jobs of a build, as far as its log records report them.

    Args:
        describe_run: returns the outcome of a run that has finished, such as `completed in 12 s`.
        run_names: the points of each run, such as `digits_lr model.lr=0.1`.
    """

    describe_run: Callable[[str], str]
    run_names: Mapping[str, str] = field(default_factory=dict)
    running: dict[int, StartedJob] = field(default_factory=dict)
    done: int = 0
    total: int = 0

    def lines(self, record: logging.LogRecord) -> Iterator[Line]:
        """Yield the lines of a record, and update the running jobs."""
        event = getattr(record, "event", None)
        method = _EVENTS.get(str(event))
        if method is not None:
            yield from method(self, record)
        elif event is None:
            yield from self._message(record)

    def title(self, job: StartedJob) -> str:
        """Return the rule of a job, and what it works on."""
        run = job.wildcards.get("run")
        if run is not None:
            name = self.run_names.get(run)
            return f"{job.rule.lstrip('_')} {run}" + (f" ({name})" if name else "")
        return " ".join([job.rule.lstrip("_"), *map(str, job.wildcards.values())])

    def _plan(self, record: logging.LogRecord) -> Iterator[Line]:
        counts: dict[str, int] = dict(record.stats)  # type: ignore[attr-defined]
        self.total = counts.pop("total", sum(counts.values()))
        steps = ", ".join(f"{count} {name.lstrip('_')}" for name, count in counts.items() if name.startswith("_"))
        yield Line(f"{self.total} jobs to run: {steps}" if steps else f"{self.total} jobs to run", is_progress=True)

    def _start(self, record: logging.LogRecord) -> Iterator[Line]:
        job = StartedJob(record.rule_name, dict(record.wildcards or {}), tuple(map(str, record.log or ())))  # type: ignore[attr-defined]
        self.running[record.jobid] = job  # type: ignore[attr-defined]
        if job.rule == TRAIN:
            yield Line(f"{self.title(job)}: started", is_progress=True)

    def _finish(self, record: logging.LogRecord) -> Iterator[Line]:
        job = self.running.pop(record.job_id, None)  # type: ignore[attr-defined]
        self.done += 1
        if job is None or not job.rule.startswith("_"):  # the target of an experiment
            return
        outcome = f": {self.describe_run(job.wildcards['run'])}" if job.rule == TRAIN else ""
        yield Line(f"[{self.done}/{self.total}] {self.title(job)}{outcome}", is_progress=not _NOTABLE.search(outcome))

    def _fail(self, record: logging.LogRecord) -> Iterator[Line]:
        """Yield the end of the log. The summary of the build reports gates and broken specs."""
        job = self.running.get(record.jobid)  # type: ignore[attr-defined]
        if job is None:
            job = StartedJob(record.rule_name, {}, tuple(map(str, record.log or ())))  # type: ignore[attr-defined]
        if job.rule == _GATE or not job.rule.startswith("_"):
            return
        yield Line(f"{self.title(job)}: failed; see {', '.join(job.log)}")
        for file in job.log:
            yield from (Line(f"    {line}") for line in _last_lines(Path(file)))

    def _fail_group(self, record: logging.LogRecord) -> Iterator[Line]:
        logs = [str(file) for info in record.job_error_info for file in info["log"]]  # type: ignore[attr-defined]
        yield Line(f"a job of {len(logs)} trainings failed; see {', '.join([*map(str, record.aux_logs), *logs])}")  # type: ignore[attr-defined]

    def _progress(self, record: logging.LogRecord) -> Iterator[Line]:
        self.total = record.total  # type: ignore[attr-defined]  # a search adds jobs
        yield from ()

    def _error(self, record: logging.LogRecord) -> Iterator[Line]:
        text = _ERROR_HEADER.sub("", record.getMessage()).strip()
        if text and not _JOB_FAILED.search(text):
            yield from (Line(line) for line in text.splitlines() if line.strip() and not _FRAME.match(line))

    def _message(self, record: logging.LogRecord) -> Iterator[Line]:
        """Yield a message that is no event: warnings, what executors submit, and restarted jobs."""
        text = str(record.msg) if record.msg is not None else ""
        restart = _RESTART.search(text)
        if restart and (job := self.running.get(int(restart[1]))):
            yield Line(f"{self.title(job)}: started again")
        elif (record.levelno == logging.WARNING and _WRITTEN_BY_OTHERS not in text) or text.startswith(_NOTHING_TO_DO):
            yield from map(Line, text.splitlines())
        elif _SUBMITTED.search(record.pathname):
            yield from (Line(line, is_progress=record.levelno < logging.WARNING) for line in text.splitlines())


_EVENTS: Mapping[str, Callable[[JobEvents, logging.LogRecord], Iterator[Line]]] = {
    "run_info": JobEvents._plan,
    "job_info": JobEvents._start,
    "job_finished": JobEvents._finish,
    "job_error": JobEvents._fail,
    "group_error": JobEvents._fail_group,
    "progress": JobEvents._progress,
    "error": JobEvents._error,
}


def _last_lines(file: Path) -> list[str]:
    try:
        text = file.read_bytes()[-20_000:].decode("utf-8", errors="replace")
    except OSError:
        return []
    return [printable(line.rstrip()) for line in text.split("\n") if line.strip()][-_MAX_LOG_LINES:]
