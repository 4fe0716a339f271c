"""An experiment that a job of the queue would build waits for a person until it is approved."""

from __future__ import annotations

import pytest

from compiler.base.paths import Lab
from lab.queue.jobs import enqueue
from tests.proband.run_command import Proband


def test_a_queued_experiment_without_an_approval_waits(report_lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    proband, spec = Proband(report_lab, capsys), report_lab.conf / "experiment/lr.yaml"

    def waiting() -> list[tuple[str, str, str]]:
        items = proband.json("review")["items"]
        return [(item["name"], item["state"], item["why"]) for item in items if item["kind"] == "experiment"]

    assert waiting() == []
    job = enqueue(report_lab, spec.read_text(encoding="utf-8"), ".yaml", "medium", "lr")
    why = f"queue/{job.name} waits for its approval"
    assert waiting() == [("lr", "undecided", why)]
    proband("approve", "lr")
    assert waiting() == []
    spec.write_text(spec.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    assert waiting() == [("lr", "void", why)]
    proband("reject", "lr", "--why", "Not now.")
    assert waiting() == []
