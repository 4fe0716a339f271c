"""A check for which a server gave no answer is repeated by the next build, and no other check is."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from compiler.base.json_files import write_json
from compiler.base.paths import Lab
from rules.build.changes.changes import find_changes
from rules.build.changes.unanswered_checks import find_unanswered_checks
from tests.plans import deliverable, plan_of, planned_experiment

ONLINE = {"project": "proband", "run_id": "a", "checked_at": "2030-01-01T00:00:00+00:00"}
OFFLINE = {"project": "proband", "run_id": "a", "checked_at": None}


def stored(tracked: Any) -> dict[str, Any]:
    return {"runs": {"a": {"status": "recorded_not_synced", "tracked": tracked}}}


CHECKS: dict[str, tuple[Any, bool]] = {
    "no answer": (stored(ONLINE | {"has_no_answer": True}), True),
    "one of two runs": ({"runs": stored(ONLINE)["runs"] | {"b": {"tracked": {"has_no_answer": True}}}}, True),
    "answered": (stored(ONLINE | {"has_no_answer": False}), False),
    "of an earlier version": (stored(ONLINE), False),
    "offline on purpose": (stored(OFFLINE), False),
    "not tracked": (stored(None), False),
    "checked on a report": ({"detail": "read"}, False),
    "a list": ([], False),
    "runs are a list": ({"runs": [1]}, False),
    "run is a text": ({"runs": {"a": "x"}}, False),
}


@pytest.mark.parametrize(("content", "is_repeated"), CHECKS.values(), ids=CHECKS)
def test_only_checks_without_an_answer_are_repeated(
    content: Any, is_repeated: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lab = Lab(tmp_path)
    deliverables = {"log": deliverable(type="wandb_run"), "plot": deliverable(type="plot")}
    plan: Any = SimpleNamespace(lab=lab, compiled=plan_of(planned_experiment("study", deliverables=deliverables)))
    assert find_unanswered_checks(plan, ["study"]) == (), "nothing was checked yet"
    for name in deliverables:
        write_json(lab.deliverable("study", name), content)
    write_json(lab.gate("study"), "delivers")
    files = find_unanswered_checks(plan, ["study"])
    assert files == ((lab.deliverable("study", "log"),) if is_repeated else ())
    changes = find_changes(plan, ["study"], is_build=False)
    changes.report()
    assert ("a build asks it again" in capsys.readouterr().err) == is_repeated
    assert all(lab.deliverable("study", name).exists() for name in deliverables), "a dry run changes nothing"
    changes.set_aside()
    assert [lab.deliverable("study", name).exists() for name in deliverables] == [not is_repeated, True]
    assert lab.gate("study").exists() is not is_repeated
    assert find_unanswered_checks(plan, ["study"]) == ()
