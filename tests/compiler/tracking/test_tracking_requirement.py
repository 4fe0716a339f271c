"""`proband explain` states that a local log is enough. Its JSON keeps the name of the validation."""

from __future__ import annotations

from typing import Any

import pytest

from compiler.plan.genealogy_entry import GenealogyEntry
from compiler.view.explain import Explanation
from tests.plans import deliverable, planned_experiment

SERVER = "synced_and_downloadable"


@pytest.mark.parametrize(
    ("fields", "label"),
    [
        pytest.param({"validation": SERVER, "mode": "offline"}, "complete local log", id="local log"),
        pytest.param({"validation": SERVER, "mode": None}, SERVER, id="server"),
        pytest.param({"validation": SERVER}, SERVER, id="plan of an earlier version"),
        pytest.param({"validation": "exists", "mode": "offline"}, "exists", id="existence"),
    ],
)
def test_label_of_a_tracked_run(fields: dict[str, Any], label: str) -> None:
    planned = {"wandb_run": deliverable(type="wandb_run", **fields)}
    genealogy = GenealogyEntry("study", None, None, (), "", "More is more.")
    explanation = Explanation(planned_experiment("study", {}, deliverables=planned), genealogy, (), (), (), 0)
    assert explanation.deliverables == {"wandb_run": f"wandb_run, {label}, every run"}
    assert explanation.to_json()["deliverables"] == {"wandb_run": f"wandb_run, {fields['validation']}, every run"}
