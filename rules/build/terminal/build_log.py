"""Replace the output of Snakemake in a build by one that names experiments and runs."""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime
from logging.handlers import QueueHandler
from pathlib import Path
from typing import Any, TextIO

from compiler.base.json_files import readable_object
from compiler.base.paths import Lab
from compiler.base.printable import printable_line
from compiler.plan.model import Plan
from compiler.runs.progress import duration
from compiler.runs.run_status import failure_line
from rules.build.before_plan.build_command import is_build
from rules.build.terminal.job_events import JobEvents, Line
from rules.build.terminal.lacking_metrics import LackingMetrics, required_metrics

_PLUGIN = "snakemake_logger_plugin_rich"  # of profiles/default. An output that the user has chosen is kept.
_DEFAULT_OUTPUT = "DefaultStreamHandler"
_LAB = Lab(Path())
_MAX_NAMES = 2  # experiments of a shared run in a line


class BuildLog(logging.Handler):
    """Prints the events of a build: on a terminal above the running jobs, else line by line."""

    def __init__(self, events: JobEvents, lab: Lab, stream: TextIO) -> None:
        super().__init__()
        self._events, self._stream, self._display, self._lab = events, stream, None, lab
        self._began = datetime.now(UTC)
        if stream.isatty():
            from rules.build.terminal.live_display import LiveDisplay  # imports rich

            self._display = LiveDisplay(events, lab, stream)

    def emit(self, record: logging.LogRecord) -> None:
        """Print the lines of a record. Called under the lock of the handler."""
        try:
            for line in self._events.lines(record):
                self._print(line)
            if self._display is not None:
                self._display.show()
        except Exception:
            self.handleError(record)

    def name_runs(self, plan: Plan) -> None:
        """Use the names of the points of a plan for its runs, and the metrics that its experiments require."""
        self._events.run_names = run_names(plan)
        lacking = LackingMetrics(required_metrics(plan))
        self._events.describe_run = lambda run: outcome(self._lab, run, lacking, self._began)

    def close(self) -> None:
        """Remove the display of running jobs. Later lines are printed without it."""
        if self._display is not None:
            self._display.close()
            self._display = None
        super().close()

    def _print(self, line: Line) -> None:
        if self._display is None:
            print(line.text, file=self._stream, flush=True)
        elif not line.is_progress:
            self._display.print(line.text)


def show_build(snakemake: Any, lab: Lab = _LAB) -> BuildLog | None:
    """Replace the output of Snakemake's workflow by a build log, and return it.

    Return None if this process builds nothing itself, and if the user asks for another output or for more details.
    """
    manager, settings = snakemake.logger_manager, snakemake.output_settings
    if not snakemake.is_main_process or snakemake.remote_exec or settings.dryrun or not is_build(sys.argv):
        return None
    if settings.verbose or settings.printshellcmds or settings.debug_dag or settings.quiet:
        return None
    plugins = manager.plugin_handlers
    if any(not type(plugin).__module__.startswith(_PLUGIN) for plugin in plugins):
        return None
    if manager.queue_listener is not None:
        manager.queue_listener.stop()
    for handler in list(manager.logger.handlers):
        if isinstance(handler, QueueHandler) or handler.name == _DEFAULT_OUTPUT:
            manager.logger.removeHandler(handler)
    for plugin in plugins:
        plugin.close()
    manager.plugin_handlers = []
    log = BuildLog(JobEvents(lambda run: outcome(lab, run)), lab, sys.stdout if settings.stdout else sys.stderr)
    manager.logger.addHandler(log)
    return log


def outcome(lab: Lab, run: str, lacking: LackingMetrics | None = None, began: datetime | None = None) -> str:
    """Return how a training ended, how long it took, and which metrics it lacks.

    Args:
        began: when the build began. A run that was completed before is reused.
    """
    status = readable_object(lab.status(run)) or {}
    if status.get("status") != "completed":
        return f"failed, {printable_line(failure_line(status))}"
    if began is not None and _is_before(status.get("completed_at"), began):
        return "was completed before this build and is reused"
    seconds = status.get("duration_seconds")
    completed = f"completed in {duration(seconds)}" if isinstance(seconds, (int, float)) else "completed"
    return completed + (printable_line(lacking.note(lab, run)) if lacking else "")


def _is_before(time: Any, limit: datetime) -> bool:
    """Return whether a time in ISO format, as in `status.json`, is before a limit."""
    try:
        return datetime.fromisoformat(time) < limit
    except (TypeError, ValueError):
        return False


def run_names(plan: Plan) -> dict[str, str]:
    """Return the experiment and the point of each run. Of a shared run, the first ones are named."""
    names: dict[str, list[str]] = {}
    for experiment in plan.experiments.values():
        for point in experiment.points:
            names.setdefault(point.run, []).append(f"{experiment.id} {point.name}")
    return {run: ", ".join(points[:_MAX_NAMES]) for run, points in names.items()}
