"""Each proposal varies one thing, compiles in a real lab, and needs the number of runs that it states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from agents.context.case import Case
from agents.proposals.allowed import check_proposal
from agents.proposals.proposals import proposals
from agents.proposals.spec import ProposedSpec, proposal_id
from agents.proposals.write import write_proposals
from compiler.base.paths import Lab
from compiler.plan.model import Plan
from compiler.plan.plan_files import current_plan
from tests.agents.studies import Rows, grid, study
from tests.compiler.small_lab import FILES
from tests.labs import HEADER, write_lab

LR = {"factor": "model.lr", "control": 0.1}
FIVE_SEEDS = {0.1: [0.5, 0.51, 0.52, 0.53, 0.54], 0.2: [0.6, 0.61, 0.62, 0.63, 0.64]}


def by_kind(case: Case) -> dict[str, ProposedSpec]:
    return {proposal.kind: proposal for proposal in proposals(case)}


def node(proposal: ProposedSpec) -> dict[str, Any]:
    content = yaml.safe_load(proposal.text)
    assert isinstance(content, dict)
    spec: dict[str, Any] = content["experiment"]
    return spec


def test_new_seeds_for_an_untestable_test_are_proposed() -> None:
    proposal = by_kind(study(grid("model.lr", {0.1: [0.5, 0.51], 0.2: [0.6, 0.61]}), LR))["seeds"]
    assert node(proposal)["sweep"] == {"seed": [2, 3, 4, 5]}
    assert node(proposal)["compare"]["fresh_seeds"] is True
    assert proposal.runs == 8


def test_decided_test_needs_no_seeds() -> None:
    assert "seeds" not in by_kind(study(grid("model.lr", FIVE_SEEDS), LR))


def test_failed_runs_are_compensated_by_seeds() -> None:
    rows = grid("model.lr", {0.1: [0.5, 0.51, None], 0.2: [0.6, 0.61, 0.62]})
    assert node(by_kind(study(rows, LR))["seeds"])["sweep"] == {"seed": [3, 4, 5, 6, 7, 8]}


def test_levels_between_the_best_and_its_neighbours_are_proposed() -> None:
    levels = {0.001: [0.5] * 5, 0.01: [0.8, 0.81, 0.82, 0.83, 0.84], 0.1: [0.6] * 5}
    proposal = by_kind(study(grid("model.lr", levels), {**LR, "control": 0.001}))["refine"]
    spec = node(proposal)
    assert spec["sweep"] == {"model.lr": [0.01, 0.003, 0.03], "seed": [5, 6, 7, 8, 9]}
    assert (spec["compare"]["control"], spec["compare"]["treatment"], proposal.runs) == (0.01, "any", 15)
    assert spec["compare"]["fresh_seeds"] is True


def test_no_level_beyond_the_sweep_is_proposed() -> None:
    proposal = by_kind(study(grid("model.lr", FIVE_SEEDS), LR))["refine"]
    assert node(proposal)["sweep"]["model.lr"] == [0.2, 0.15]


INTEGER_LEVELS = {
    "integers between": ({8: [0.5, 0.6], 16: [0.7, 0.8]}, [16, 12]),
    "no integer between": ({1: [0.5, 0.6], 2: [0.7, 0.8]}, None),
    "texts": ({"relu": [0.5, 0.6], "tanh": [0.7, 0.8]}, None),
}


@pytest.mark.parametrize(("levels", "expected"), INTEGER_LEVELS.values(), ids=INTEGER_LEVELS)
def test_integer_levels_stay_integers(levels: Mapping[Any, list[float | None]], expected: list[int] | None) -> None:
    proposed = by_kind(study(grid("model.width", levels), {"factor": "model.width", "control": next(iter(levels))}))
    assert (node(proposed["refine"])["sweep"]["model.width"] if "refine" in proposed else None) == expected


CHANGES = [
    {"parameter": "trainer.max_epochs", "from": 2, "to": 5},
    {"parameter": "model._target_", "from": "a.B", "to": "a.C"},
    {"parameter": "model.extra", "from": None, "to": 3},
    {"parameter": "model.lr", "from": 0.1, "to": [0.1, 0.2]},
]


def test_changes_are_reverted_one_at_a_time_at_the_best_setting() -> None:
    proposed = [
        proposal
        for proposal in proposals(study(grid("model.lr", FIVE_SEEDS), LR, modifications=CHANGES))
        if proposal.kind == "revert"
    ]
    assert [node(proposal)["sweep"] for proposal in proposed] == [
        {"model.lr": [0.2], "trainer.max_epochs": [2, 5], "seed": [5, 6, 7, 8, 9]}
    ]
    assert (node(proposed[0])["compare"]["control"], node(proposed[0])["compare"]["treatment"]) == (2, 5)


def test_only_a_repeated_test_keeps_claims_and_blocks() -> None:
    compare = {**LR, "block": ["model.width"], "looks": {"seeds": [2, 4]}}
    case = study(grid("model.lr", {0.1: [0.5, 0.51], 0.2: [0.6, 0.61]}), compare)
    case = replace(case, book=replace(case.book, spec={**case.spec, "claims": [{"treatment": 0.2}]}))
    proposed = by_kind(case)
    repeated, refined = node(proposed["seeds"]), node(proposed["refine"])
    assert ("claims" in repeated, "block" in repeated["compare"]) == (False, False)  # inherited from the experiment
    assert (refined["claims"], refined["compare"]["block"]) == ([], [])
    assert repeated["compare"]["looks"] is refined["compare"]["looks"] is None


def test_changed_seed_is_not_reverted() -> None:
    changes = [{"parameter": "seed", "from": 0, "to": 7}]
    assert "revert" not in by_kind(study(grid("model.lr", FIVE_SEEDS), LR, modifications=changes))


CROSSED: Rows = [
    ({"model.lr": lr, "model.width": width, "seed": seed}, 0.5 + seed / 10)
    for lr, width in ((0.1, 8), (0.1, 16), (0.2, 8))
    for seed in (0, 1)
]


def test_untried_setting_completes_the_grid() -> None:
    proposal = by_kind(study(CROSSED, LR))["fill"]
    points = node(proposal)["sweep"]["list"]
    assert (len(points), proposal.runs) == (8, 2)
    assert {"model.lr": 0.2, "model.width": 16, "seed": 1} in points


def test_failed_run_is_replaced_and_diverged_run_is_not() -> None:
    rows = grid("model.lr", {0.1: [0.5, None], 0.2: [0.6, 0.61]})
    proposal = by_kind(study(rows, LR, failure="out_of_memory"))["fill"]
    assert proposal.runs == 1
    assert {"model.lr": 0.1, "seed": 2} in node(proposal)["sweep"]["list"]
    assert {"model.lr": 0.1, "seed": 1} not in node(proposal)["sweep"]["list"]
    assert "fill" not in by_kind(study(rows, LR, failure="non_finite"))


def test_experiment_without_test_or_with_search_has_no_proposals() -> None:
    assert proposals(study(grid("model.lr", FIVE_SEEDS))) == ()
    assert proposals(study(grid("model.lr", FIVE_SEEDS), LR, search={"space": {}})) == ()


BUILDS = {
    "overrides that change a training": (["trainer.max_epochs=3"], 0),
    "an override that adds a key": (["+model.extra=1"], 0),
    "overrides that cannot change a training": (["agents=openai", "resources.cpus=2"], 1),
}


@pytest.mark.parametrize(("overrides", "count"), BUILDS.values(), ids=BUILDS)
def test_build_with_training_overrides_has_no_proposals(overrides: list[str], count: int) -> None:
    assert len(proposals(study(grid("model.lr", FIVE_SEEDS), LR, overrides=overrides))) == count


def test_every_proposal_passes_the_check_and_names_its_parent() -> None:
    proposed = proposals(study(CROSSED, LR, modifications=CHANGES, deliverables=[{"type": "config"}]))
    for proposal in proposed:
        check_proposal(proposal.document, study(CROSSED, LR, modifications=CHANGES, deliverables=[{"type": "config"}]))
        spec = node(proposal)
        assert proposal.text.startswith(HEADER)
        assert (spec["parent"], spec["on_request"], spec["metadata"]["created_at"]) == ("study", True, "2026-01-02")
        assert spec["deliverables"] == [{"type": "config"}]
        assert all(spec[key] for key in ("rationale", "hypothesis", "compare", "sweep", "name"))
    assert len({proposal.experiment_id for proposal in proposed}) == len(proposed) > 2


def test_long_ids_are_shortened_and_stay_distinct() -> None:
    ids = [proposal_id("x" * 90, "revert", f"model.{letter}") for letter in ("a" * 30, "a" * 30 + "b")]
    assert len(set(ids)) == 2
    assert all(len(name) <= 100 for name in ids)
    assert proposal_id("lr", "refine", "model.lr") == "lr_refine_model_lr"


def test_outdated_proposals_are_removed(tmp_path: Path) -> None:
    proposed = proposals(study(grid("model.lr", FIVE_SEEDS), LR))
    specs = {proposal.file: proposal.text for proposal in proposed}
    write_proposals(tmp_path, specs)
    (tmp_path / "proposals" / "old.yaml").write_text("x: 1\n")
    write_proposals(tmp_path, specs)
    assert [file.name for file in (tmp_path / "proposals").iterdir()] == [f"{proposed[0].experiment_id}.yaml"]
    assert (tmp_path / proposed[0].file).read_text() == proposed[0].text


SWEEPS: dict[str, dict[str, Any]] = {
    "product": {"model.lr": "0.1,0.2", "seed": "range(2)"},
    "zip": {"model.lr": "0.1,0.2", "zip": {"trainer.max_epochs": "3,4", "+trainer.extra": "1,2"}, "seed": "range(1)"},
    "list": {"list": [{"model.lr": lr, "seed": seed} for lr in (0.1, 0.2) for seed in (0, 1)]},
    "a key that is added": {"model.lr": "0.1,0.2", "+trainer.extra": "1,2", "seed": "range(1)"},
    "text": {"model.lr": "0.1,0.2", "+trainer.mode": "a,b", "seed": "range(1)"},
    "in a folder": {"model.lr": "0.1,0.2", "seed": "range(2)"},
}


@pytest.fixture
def engine_without_experiments(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Compile only the files of the lab, without the shipped experiments."""
    from compiler.composing import compose

    monkeypatch.setattr(compose, "ENGINE", tmp_path_factory.mktemp("engine"))


@pytest.mark.parametrize(("name", "sweep"), SWEEPS.items(), ids=SWEEPS)
@pytest.mark.usefixtures("engine_without_experiments")
def test_proposals_compile_in_a_real_lab(name: str, sweep: dict[str, Any], tmp_path: Path) -> None:
    """The case comes from a compiled plan, and the proposals are compiled from their files."""
    choice = "deep/study" if name == "in a folder" else "study"
    experiment_node = {
        "experiment_id": "study",
        "hypothesis": "It helps.",
        "sweep": sweep,
        "compare": {"metric": "accuracy", "goal": "maximize", **LR},
        "deliverables": [{"type": "config"}, {"type": "comparison"}],
        "metadata": {"created_at": "2026-01-02", "tags": ["small"]},
    }
    text = HEADER + yaml.safe_dump({"experiment": experiment_node, "trainer": {"max_epochs": 7}})
    lab = write_lab(tmp_path, {**FILES, f"conf/experiment/{choice}.yaml": text})
    case = _planned_case(lab)
    proposed = proposals(case)
    kinds = {"refine", "revert"} | ({"fill"} if name == "zip" else set()) | ({"seeds"} if name != "list" else set())
    assert {proposal.kind for proposal in proposed} == kinds
    for proposal in proposed:
        (lab.conf / "experiment" / f"{proposal.experiment_id}.yaml").write_text(proposal.text)
    plan = current_plan(lab)
    assert plan.broken == {}
    parent_runs = set(_runs(plan, "study"))
    for proposal in proposed:
        assert len(set(_runs(plan, proposal.experiment_id)) - parent_runs) == proposal.runs, proposal.text


def _planned_case(lab: Lab) -> Case:
    """Return the case of the planned experiment with invented values for its runs."""
    planned = current_plan(lab)
    assert planned.broken == {}
    experiment = planned.experiments["study"]
    spec = experiment.spec
    rows = [(point.overrides, 0.5 + index / 100) for index, point in enumerate(experiment.points)]
    changes = [{"parameter": "trainer.max_epochs", "from": 1, "to": 7}]
    if "trainer.max_epochs" in rows[0][0]:
        changes = [{"parameter": "model.width", "from": 4, "to": 5}]
    case = study(rows, spec["compare"])
    spec_fields = {**case.spec, **spec, "modifications": changes, "parent": "one", "file": experiment.file}
    return replace(case, book=replace(case.book, spec=spec_fields))


def _runs(plan: Plan, experiment: str) -> list[str]:
    return plan.experiments[experiment].runs
