"""The target that is an archive decides the publication again, and fails if its gate is closed."""

from __future__ import annotations

from typing import Any

import pytest

from lab.publication import archive_job
from rules.gates.gate import decide


@pytest.mark.parametrize(
    ("reason", "exit_code", "line"),
    [
        pytest.param("", 0, "Rosa approved it\n", id="open"),
        pytest.param("no person has approved it", 1, "study: not published: 1 of 1 requirements", id="closed"),
    ],
)
def test_archive_follows_the_gate_as_it_is_now(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], reason: str, exit_code: int, line: str
) -> None:
    decided: list[str] = []

    def publish(_: Any, plan: Any, experiment: str) -> Any:
        decided.append(f"{plan}/{experiment}")
        return decide("publication", {"approval": reason}, "code", "Rosa approved it")

    monkeypatch.setattr(archive_job, "publish", publish)
    monkeypatch.setattr(archive_job, "read_plan", lambda file: file.name)
    monkeypatch.setattr("sys.argv", ["archive_job", ".proband/plan.json", "study"])
    assert archive_job.main() == exit_code
    assert decided == ["plan.json/study"]
    assert capsys.readouterr().out.startswith(line)
