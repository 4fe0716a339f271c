"""The lines that a build prints for the log records of Snakemake."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

from rules.build.terminal.job_events import JobEvents

RUN = "0123456789ab"


def record(message: str | None = None, level: int = logging.INFO, path: str = "", **fields: Any) -> logging.LogRecord:
    made = logging.LogRecord("snakemake.logging", level, path, 1, message, (), None)
    made.__dict__.update(fields)
    return made


def job_info(jobid: int, rule: str, log: str = "", **wildcards: str) -> logging.LogRecord:
    files = [log] if log else []
    return record(event="job_info", jobid=jobid, rule_name=rule, wildcards=wildcards, log=files)


def events() -> JobEvents:
    return JobEvents(lambda run: "completed in 12 s", {RUN: "study lr=0.1"}, total=3)


def texts(made: JobEvents, *records: logging.LogRecord, progress: bool = True) -> list[str]:
    return [line.text for item in records for line in made.lines(item) if progress or not line.is_progress]


def test_a_training_has_a_line_when_it_starts_and_when_it_ends() -> None:
    lines = texts(events(), job_info(1, "_train", run=RUN), record(event="job_finished", job_id=1))
    name = f"train {RUN} (study lr=0.1)"
    assert lines == [f"{name}: started", f"[1/3] {name}: completed in 12 s"]


def test_other_jobs_have_one_line_and_the_target_of_an_experiment_none() -> None:
    made = events()
    jobs = [job_info(1, "_deliverable", experiment="study", deliverable="plot"), job_info(2, "study")]
    finished = [record(event="job_finished", job_id=number) for number in (1, 2)]
    assert texts(made, *jobs, *finished) == ["[1/3] deliverable study plot"]
    assert not made.running


def test_a_failed_run_is_printed_also_where_progress_is_shown_otherwise() -> None:
    made = JobEvents(lambda run: "failed, non_finite: train_loss is nan")
    records = (job_info(1, "_train", run=RUN), record(event="job_finished", job_id=1))
    assert texts(made, *records, progress=False) == [f"[1/0] train {RUN}: failed, non_finite: train_loss is nan"]


def test_a_failed_job_shows_the_end_of_its_log_without_control_characters(tmp_path: Path) -> None:
    log = tmp_path / "facts.log"
    log.write_text("\n".join([*map(str, range(30)), "no \x1b[31mfacts"]), encoding="utf-8")
    made = events()
    lines = texts(made, job_info(1, "_facts", str(log), experiment="study"), record(event="job_error", jobid=1))
    assert lines[0] == f"facts study: failed; see {log}"
    assert lines[-1] == "    no \\x1b[31mfacts"
    assert len(lines) == 11


SILENT = {
    "an unmet gate, which the summary reports": record(event="job_error", jobid=1),
    "the exception of the failed job": record(
        "RuleException:\nCalledProcessError in file \"x.smk\", line 94:\nCommand 'job() {{ …' returned 1.",
        logging.ERROR,
        event="error",
    ),
    "the exception at the end": record(
        "WorkflowError:\nAt least one job did not complete successfully.", logging.ERROR, event="error"
    ),
    "what Snakemake is doing": record("Building DAG of jobs..."),
    "where Snakemake keeps its own log": record("Complete log(s): .snakemake/log/x"),
    "an empty line": record(""),
    "advice to look above": record("Exiting because a job execution failed. Look above …", logging.ERROR),
}


@pytest.mark.parametrize("silent", SILENT.values(), ids=SILENT)
def test_nothing_is_printed_for(silent: logging.LogRecord) -> None:
    made = events()
    assert texts(made, job_info(1, "_gate", experiment="study"), silent) == []


NOTHING = "Nothing to be done (all requested files are present)."
SUBMITTED = record("Job 1 has been submitted", path="/x/snakemake_executor_plugin_slurm/a.py")
WRONG_SPEC = record('WorkflowError in file "Snakefile", line 20:\nconf/a.yaml:1:1: x', logging.ERROR, event="error")
PRINTED = {
    "errors of the lab": (WRONG_SPEC, "conf/a.yaml:1:1: x"),
    "a build that has nothing to do": (record(NOTHING), NOTHING),
    "warnings": (record("the clock is wrong", logging.WARNING), "the clock is wrong"),
    "the id of a submitted job": (SUBMITTED, "Job 1 has been submitted"),
    "a training that is repeated": (record("Trying to restart job 1."), f"train {RUN} (study lr=0.1): started again"),
}


@pytest.mark.parametrize(("message", "line"), PRINTED.values(), ids=PRINTED)
def test_one_line_is_printed_for(message: logging.LogRecord, line: str) -> None:
    made = events()
    list(made.lines(job_info(1, "_train", run=RUN)))
    assert texts(made, message) == [line]
