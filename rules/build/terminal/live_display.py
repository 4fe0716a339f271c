"""Show the running jobs of a build on a terminal, one line each, with the progress of the trainings."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TextIO

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.text import Text

from compiler.base.paths import Lab
from compiler.base.printable import printable_line
from compiler.runs.progress import duration, read_progress
from rules.build.terminal.job_events import TRAIN, JobEvents, StartedJob

_REFRESHES_PER_SECOND = 2
_OTHER_LINES = 4  # of the terminal, which stay free for what is printed above


class LiveDisplay:
    """The lines of the running jobs, which rich refreshes in a thread. They disappear at the end of the build."""

    def __init__(self, events: JobEvents, lab: Lab, stream: TextIO) -> None:
        self._events, self._lab, self._begin = events, lab, time.monotonic()
        self._console = Console(file=stream, highlight=False, markup=False, emoji=False)
        self._live = Live(
            console=self._console,
            get_renderable=self._content,
            refresh_per_second=_REFRESHES_PER_SECOND,
            transient=True,
            redirect_stdout=False,
        )

    def show(self) -> None:
        """Show the running jobs from the first one on."""
        if not self._live.is_started and self._events.running:
            self._live.start()

    def print(self, text: str) -> None:
        """Print a line above the running jobs."""
        self._console.print(Text(text), soft_wrap=True)

    def close(self) -> None:
        self._live.stop()

    def _content(self) -> RenderableType:
        jobs = list(self._events.running.values())
        visible = jobs[: max(1, self._console.height - _OTHER_LINES)]
        hidden = len(jobs) - len(visible)
        elapsed = duration(time.monotonic() - self._begin)
        head = f"{self._events.done} of {self._events.total} jobs done, {len(jobs)} running, {elapsed}"
        lines = [Text(head + (f", {hidden} not shown" if hidden else ""), "dim")]
        lines += [Text(line, no_wrap=True, overflow="ellipsis") for line in self._job_lines(visible)]
        return Group(*lines)

    def _job_lines(self, jobs: list[StartedJob]) -> Iterator[str]:
        for job in jobs:
            progress = read_progress(self._lab, job.wildcards["run"]) if job.rule == TRAIN else None
            line = f"{self._events.title(job)}  {progress.line}" if progress else self._events.title(job)
            yield printable_line(line)
