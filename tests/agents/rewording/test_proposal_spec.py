"""A proposal that a model drafts is a spec that compiles. Drafts that are not allowed are rejected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from agents.context.case import Book, Case
from agents.context.results import Results
from agents.facts.fact import by_id
from agents.rewording.tools.proposal_spec import proposal_writer
from agents.rewording.tools.session import CallRejected, Changes
from tests.agents.rewording.sample_case import fact
from tests.labs import compile_one, write_lab

LEVELS = (0.001, 0.003, 0.01)
POINTS = [
    {"name": f"model.lr={lr},seed={seed}", "run": f"{lr}-{seed}", "overrides": {"model.lr": lr, "seed": seed}}
    for lr in LEVELS
    for seed in range(5)
]
SPEC: dict[str, Any] = {
    "experiment_id": "digits_lr",
    "file": "conf/experiment/digits_lr.yaml",
    "name": "Learning rate on digits",
    "hypothesis": "A learning rate of 0.01 gives a higher test accuracy than 0.001 after five epochs.",
    "sweep": {"model.lr": "0.001,0.003,0.01", "seed": "range(5)"},
    "points": POINTS,
    "compare": {"metric": "accuracy", "goal": "maximize", "factor": "model.lr", "control": 0.001, "alpha": 0.05},
    "deliverables": [{"type": "comparison", "validation": "statistical_test"}],
    "metadata": {"created_at": "2026-11-02", "tags": ["digits"]},
}
RUNS = [
    fact(f"run[{point['name']}].accuracy", 0.9 + point["overrides"]["model.lr"], f"run[{point['name']}]")
    for point in POINTS
]
CASE = Case("digits_lr", Book(by_id(RUNS), {}, SPEC), None, Results("completed", False, "accuracy"))


def draft(changes: Changes, folder: Path) -> tuple[str, Mapping[str, Any]]:
    propose = proposal_writer(CASE, folder)
    assert propose is not None
    file = propose(changes)
    return file, yaml.safe_load((folder / file).read_text(encoding="utf-8"))


DRAFTS = [
    pytest.param({"model.lr": (0.02, 0.03)}, [0.001, 0.02, 0.03], [5, 6, 7, 8, 9], id="new levels, new seeds"),
    pytest.param({"seed": (7, 8)}, [0.001, 0.003, 0.01], [7, 8], id="only new seeds"),
    pytest.param({"model.lr": (0.02, 0.001), "seed": (7,)}, [0.001, 0.02], [7], id="the control occurs once"),
]


@pytest.mark.parametrize(("changes", "levels", "seeds"), DRAFTS)
def test_draft_compiles_to_the_requested_levels_and_seeds(
    changes: Changes, levels: list[float], seeds: list[int], tmp_path: Path
) -> None:
    file, document = draft(changes, tmp_path / "experiment")
    assert document["experiment"]["sweep"] == {"model.lr": levels, "seed": seeds}
    name = Path(file).stem
    lab = write_lab(tmp_path, {name: (tmp_path / "experiment" / file).read_text(encoding="utf-8")})
    experiment, _ = compile_one(lab, name)
    assert len(experiment.points) == len(levels) * len(seeds)
    assert experiment.spec.parent == "digits_lr"


def test_equal_drafts_have_the_same_file(tmp_path: Path) -> None:
    assert draft({"seed": (7, 8)}, tmp_path)[0] == draft({"seed": (7, 8)}, tmp_path)[0]
    assert draft({"seed": (7, 9)}, tmp_path)[0] != draft({"seed": (7, 8)}, tmp_path)[0]


IMPOSSIBLE = [
    pytest.param({"model.lr": (0.001,)}, "nothing to compare", id="only the control"),
    pytest.param({"model.lr": tuple(n / 1000 for n in range(2, 50))}, "more than the 100", id="too many runs"),
    pytest.param({"trainer.max_epochs": (9,)}, "was not varied by the author", id="a key that was not swept"),
]


@pytest.mark.parametrize(("changes", "message"), IMPOSSIBLE)
def test_impossible_draft_is_rejected(changes: Changes, message: str, tmp_path: Path) -> None:
    with pytest.raises(CallRejected, match=message):
        draft(changes, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_without_a_registered_test_there_are_no_drafts(tmp_path: Path) -> None:
    spec = {key: value for key, value in SPEC.items() if key != "compare"}
    assert proposal_writer(replace(CASE, book=replace(CASE.book, spec=spec)), tmp_path) is None
