"""The files in which a run is logged, read while they grow."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path

import pytest

from compiler.base.json_files import write_json
from compiler.base.lease import LEASE, Lease
from compiler.base.paths import Lab
from compiler.view.run_log import GrowingFile, failure_lines, followed_lines, history_file, log_file, shown_lines

RUN = "0123456789ab"


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    """A lab with a run that this process is training."""
    lab = Lab(tmp_path)
    write_json(lab.partial_run(RUN) / LEASE, asdict(Lease.of_this_process()))
    lab.train_log(RUN).parent.mkdir(parents=True)
    lab.train_log(RUN).write_text("first\n")
    return lab


def finish(lab: Lab) -> None:
    os.replace(lab.partial_run(RUN), lab.run(RUN))
    (lab.run(RUN) / LEASE).unlink()
    (lab.run(RUN) / "train.log").write_text("copied\n")


def test_running_run_is_logged_by_its_job_and_a_finished_one_in_its_folder(lab: Lab) -> None:
    assert log_file(lab, RUN) == lab.train_log(RUN)
    finish(lab)
    assert log_file(lab, RUN) == lab.run(RUN) / "train.log"


def test_history_is_beside_the_outputs_until_the_run_is_finished(lab: Lab) -> None:
    (lab.partial_run(RUN) / "history.csv").write_text("epoch\n")
    assert history_file(lab, RUN) == lab.partial_run(RUN) / "history.csv"
    finish(lab)
    (lab.run(RUN) / "history.csv").unlink()
    assert history_file(lab, RUN) == lab.run(RUN) / "output/history.csv"


def test_new_lines_are_yielded_until_the_run_ends(lab: Lab) -> None:
    """The last line has no newline, and is written in two parts."""
    log, steps = lab.train_log(RUN), iter(["sec", "ond\nthi", "rd"])

    def pause() -> None:
        if text := next(steps, ""):
            with log.open("a") as file:
                file.write(text)
        else:
            finish(lab)

    assert list(followed_lines(lab, RUN, log, pause)) == ["first", "second", "third"]


def test_log_of_another_attempt_is_read_from_its_beginning(lab: Lab) -> None:
    file = GrowingFile(lab.train_log(RUN))
    assert list(file.new_lines()) == ["first"]
    lab.train_log(RUN).write_text("2\n")
    assert list(file.new_lines()) == ["2"]


SHOWN = {
    "control characters": ("a\x1b[2Jb", ["a\\x1b[2Jb"]),
    "a progress bar": (" 10%\r 50%\r100%", ["100%"]),
    "a line with a carriage return": ("done\r", ["done"]),
    "a key": ("WANDB_API_KEY=0123456789abcdef0123456789abcdef01234567", None),
}


@pytest.mark.parametrize(("text", "lines"), SHOWN.values(), ids=SHOWN)
def test_lines_are_safe_to_print(text: str, lines: list[str] | None) -> None:
    if lines is None:
        assert "0123456789abcdef" not in "".join(shown_lines(text))
    else:
        assert shown_lines(text) == lines


def test_failed_run_has_its_traceback_error_and_hint(lab: Lab) -> None:
    error = {"kind": "error", "message": "bad", "traceback": "Traceback\n  x", "hint": "mend it"}
    write_json(lab.status(RUN), {"status": "failed", "error": error})
    assert failure_lines(lab, RUN) == ["Traceback", "  x", "failed, error: bad", "mend it"]
    write_json(lab.status(RUN), {"status": "completed", "error": None})
    assert failure_lines(lab, RUN) == []
