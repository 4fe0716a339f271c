"""Check the log of a tracked run in the folder of the run, without a server."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from compiler.deliverables.check import CheckResult, FinishedRun, TrackedRun
from lightning_modules.checks.file_hashes import altered_file
from lightning_modules.checks.tracked_run.differences import row_counts, row_differences, summary_differences
from lightning_modules.checks.tracked_run.expected_run import ExpectedRun
from lightning_modules.tracking.wandb_log import CorruptRunLog, RunLog, find_logs, read_run_log


def check_local_log(
    run: FinishedRun, expected: ExpectedRun, path: str, metrics: Sequence[str], project: str | None
) -> CheckResult:
    """Read and verify the complete log.

    Args:
        path: the folder of the log in that of the run.
        metrics: the metrics whose rows are compared with the history of the run.
        project: the project that the deliverable asks for, None for any.
    """
    if altered := altered_file(run.folder, path):
        return CheckResult(False, f"{altered} is missing or was changed after the training")
    files = find_logs(run.folder, path)
    if len(files) != 1:
        return CheckResult(False, f"{path} contains {len(files)} W&B logs, expected 1", is_missing=not files)
    try:
        log = read_run_log(files[0])
    except (CorruptRunLog, OSError) as error:
        return CheckResult(False, f"the W&B log cannot be read: {error}")
    tracked = TrackedRun(log.project, log.run_id)
    problems = list(_problems(run.run_id, log, expected, metrics, project))
    if problems:
        return CheckResult(False, "; ".join(problems), tracked=tracked)
    detail = f"read from the local log, not uploaded: finished{row_counts(log.values, metrics)}"
    return CheckResult(True, detail, tracked=tracked)


def _problems(
    run_id: str, log: RunLog, expected: ExpectedRun, metrics: Sequence[str], project: str | None
) -> Iterator[str]:
    if log.run_id != run_id:
        yield f"the log belongs to run {log.run_id}"
    if not log.finished:
        yield "the tracked run did not finish"
    elif log.exit_code != 0:
        yield f"the tracked run ended with exit code {log.exit_code}"
    else:
        yield from row_differences(expected.values, log.values, metrics)
        if expected.is_recorded:
            yield from summary_differences(expected, log.summary)
    if project not in (None, log.project):
        yield f"the run is in the project '{log.project}', not '{project}' (it was trained for another spec; delete it)"
