"""The loop: what it builds, what it admits by itself, and why it stops. Builds are replaced by written results."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from compiler.base.paths import Lab
from compiler.plan.plan_files import current_plan
from lab.admission.hold import place_hold
from lab.advance.advance import End, Loop
from lab.advance.only_loop import CannotAdvance, only_loop
from lab.advance.ready_experiments import ready_experiments
from lab.approvals.actor import Actor
from lab.approvals.decision import Decision
from lab.approvals.decision_files import read_decisions, record
from lab.approvals.subject import Subject
from lab.approvals.subject_hashes import experiment_subject
from lab.collaboration.policy import read_policy
from lab.collaboration.proposal_files import read_proposals
from lab.review.approve import approve_item
from lab.review.decide import Choice
from lab.review.waiting import find_item
from rules.gates.gate import decide, write_gate
from tests.lab.collaboration.proposed import PARENT, proposed_lab, spec_of

AT = "2026-01-01T00:00:00.000000Z"
CONFIG = """\
defaults: [_self_, data: rows, model: net, trainer: plain, tracking: disabled, resources: small, experiment: null]
seed: 0
collaboration: {level: LEVEL, budget: BUDGET, bounds: {seed: [0, 1000], model.lr: [0.0001, 0.1]}}
"""
BUDGET = {"runs": 8, "hours": 1, "generations": 2}
AFTER_NEXT = (
    spec_of("{seed: [9, 10]}", experiment_id="after").replace("[lr,", "[next,").replace("parent: lr", "parent: next")
)


class Labs:
    """Writes a lab with a level and proposals, and runs its loop with builds that only write results."""

    def __init__(self, root: Path) -> None:
        self.root, self.lines, self.builds = root, [], []  # type: ignore[var-annotated]
        self.on_build: Callable[[Sequence[str]], None] = lambda names: None
        self.code = 0

    def write(self, level: str, proposals: Mapping[str, str], **budget: Any) -> Lab:
        config = CONFIG.replace("LEVEL", level).replace("BUDGET", json.dumps(BUDGET | budget))
        self.lab = proposed_lab(self.root, proposals, {"conf/config.yaml": config})
        _write(self.lab.results_file(PARENT), {"verdict": None})
        for run in current_plan(self.lab).experiments[PARENT].runs:
            _write(self.lab.status(run), {"status": "completed", "duration_seconds": 36, "attempt": 1})
        return self.lab

    def run(self) -> End:
        return Loop(self.lab, lambda policy: self._build, self.lines.append).run()

    def _build(self, names: Sequence[str]) -> int:
        self.builds.append(tuple(names))
        for name in names:
            _write(self.lab.results_file(name), {"verdict": "supported"})
            for run in current_plan(self.lab).experiments[name].runs:
                _write(self.lab.status(run), {"status": "completed", "duration_seconds": 36, "attempt": 1})
        self.on_build(names)
        return self.code

    def propose(self, parent: str, name: str, text: str) -> None:
        _write(self.lab.proposals(parent) / f"{name}.yaml", text)

    @property
    def admitted(self) -> list[str]:
        decisions = read_decisions(self.lab).recorded
        return [decision.subjects[0].name for decision in decisions if decision.outcome == "admitted"]


def _write(file: Path, content: Any) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content if isinstance(content, str) else json.dumps(content))


@pytest.fixture
def labs(tmp_path: Path) -> Labs:
    return Labs(tmp_path)


NEXT = spec_of("{model.lr: [0.002, 0.003], seed: [7, 8]}")
SEEDS = spec_of("{model.lr: [0.001], seed: [7]}", experiment_id="seeds")
HIGH = spec_of("{model.lr: [0.002, 5], seed: [7]}", experiment_id="high")


@pytest.mark.parametrize("level", ["assisted", "semi_autonomous"])
def test_without_a_person_nothing_proposed_is_built(level: str, labs: Labs) -> None:
    labs.write(level, {"next": NEXT, "seeds": SEEDS})
    end = labs.run()
    assert end == End("2 proposals wait for a person (proband review)")
    assert labs.builds == []
    assert labs.lines == ["seeds: waits for a person (1 run)", "next: waits for a person (4 runs)"]
    assert not (labs.lab.conf / "experiment/next.yaml").exists()


def test_single_proposal_is_counted_in_the_singular(labs: Labs) -> None:
    labs.write("assisted", {"next": NEXT})
    assert labs.run() == End("1 proposal waits for a person (proband review)")


@pytest.mark.parametrize("level", ["assisted", "autonomous"])
def test_what_a_person_approved_is_built(level: str, labs: Labs) -> None:
    lab = labs.write(level, {}, runs=0)
    _write(lab.conf / "experiment/next.yaml", NEXT)
    subject = experiment_subject(lab, current_plan(lab).experiments["next"])
    record(lab, Decision((subject,), "approved", Actor("person", "Ada"), AT, "proband approve next"))
    labs.run()
    assert labs.builds == [("next",)]
    assert labs.lines[:2] == ["building next", "next: built, hypothesis supported"]


@pytest.mark.parametrize("level", ["assisted", "semi_autonomous"])
def test_a_proposal_that_a_person_approves_is_built(level: str, labs: Labs) -> None:
    lab = labs.write(level, {"next": NEXT, "seeds": SEEDS}, runs=0)
    plan = current_plan(lab)
    approve_item(lab, plan, find_item(lab, plan, "next"), Choice("approved", Actor("person", "Ada"), "proband approve"))
    assert labs.run() == End("1 proposal waits for a person (proband review)")
    assert labs.builds == [("next",)]
    assert lab.spec("next").read_text(encoding="utf-8") == NEXT


def test_a_build_that_stopped_before_its_analyses_is_continued(labs: Labs) -> None:
    lab = labs.write("assisted", {})
    _write(lab.conf / "experiment/next.yaml", NEXT + "  analysis_pipeline: [performance_analysis]\n")
    subject = experiment_subject(lab, current_plan(lab).experiments["next"])
    record(lab, Decision((subject,), "approved", Actor("person", "Ada"), AT, "proband approve next"))
    _write(lab.results_file("next"), {"verdict": None})
    assert ready_experiments(lab, current_plan(lab), read_decisions(lab), read_policy(lab)) == ["next"]
    write_gate(lab, "next", decide("analysis", {}, "a.module", "all analyses are reviewed"))
    assert ready_experiments(lab, current_plan(lab), read_decisions(lab), read_policy(lab)) == []


def test_an_experiment_that_has_changed_since_its_approval_is_not_built(labs: Labs) -> None:
    lab = labs.write("assisted", {})
    _write(lab.conf / "experiment/next.yaml", NEXT)
    record(lab, Decision((Subject("experiment", "next", "0" * 64),), "approved", Actor("person", "Ada"), AT, "x"))
    assert labs.run().reason == "nothing is left to do"
    assert labs.builds == []
    assert labs.lines == ["next: has changed since it was approved, so it is not built (proband approve next)"]


def test_proposals_within_the_limits_run_generation_after_generation(labs: Labs) -> None:
    lab = labs.write("autonomous", {"next": NEXT, "high": HIGH})
    labs.on_build = lambda names: labs.propose("next", "after", AFTER_NEXT)
    end = labs.run()
    assert labs.builds == [("next",), ("after",)]
    assert labs.admitted == ["next", "after"]
    assert end.reason == "every proposal that is left was refused"
    assert (lab.conf / "experiment/next.yaml").read_text() == NEXT
    first = read_decisions(lab).recorded[0]
    assert [subject.kind for subject in first.subjects] == ["proposal", "experiment"]
    assert first.answers["generation"] == "1"
    assert (first.answers["runs"], first.answers["hours"]) == ("4", "0.04")
    refusal = json.loads((lab.proposals(PARENT) / "high.refused.json").read_text())
    assert refusal["reasons"] == ["'model.lr' has the value 5, outside [0.0001, 0.1]"]
    assert refusal["refused_by"]["sha256"] == first.answers["policy"]
    assert [line for line in labs.lines if line.startswith("high: refused")][1:] == []


@pytest.mark.parametrize(
    ("budget", "built", "reason"),
    [
        pytest.param(
            {"runs": 4}, ["next"], "4 runs beside the 4 of before exceed collaboration.budget.runs = 4", id="runs"
        ),
        pytest.param(
            {"runs": 3}, [], "4 runs beside the 0 of before exceed collaboration.budget.runs = 3", id="one too many"
        ),
        pytest.param({"hours": 0.05}, ["next"], "hours of training beside the 0.04 of before exceed", id="hours"),
        pytest.param(
            {"generations": 1}, ["next"], "generation 2 exceeds collaboration.budget.generations = 1", id="generations"
        ),
    ],
)
def test_the_loop_stops_at_a_limit_and_says_which(
    budget: dict[str, Any], built: list[str], reason: str, labs: Labs
) -> None:
    labs.write("autonomous", {"next": NEXT}, **budget)
    labs.on_build = lambda names: labs.propose("next", "after", AFTER_NEXT)
    end = labs.run()
    assert labs.admitted == built
    assert end.reason.startswith("no proposal is left within the limits: ")
    assert reason in end.reason
    assert labs.run() == end  # a second call begins nothing


def test_a_hold_stops_the_loop_before_the_next_admission(labs: Labs) -> None:
    labs.write("autonomous", {"next": NEXT})

    def hold(_: Sequence[str]) -> None:
        labs.propose("next", "after", AFTER_NEXT)
        place_hold(labs.lab, "Ada", "look at it first")

    labs.on_build = hold
    end = labs.run()
    assert labs.admitted == ["next"]
    assert "on hold" in end.reason
    assert "Ada: look at it first" in end.reason


LINEAGE = "  metadata: {lineage: {origin: lr, name: lr, depth: 1, undecided: 1}}\n"


@pytest.mark.parametrize("lineage", [LINEAGE, ""], ids=["lineage stated", "no lineage"])
def test_a_deleted_decision_does_not_refill_the_budget(labs: Labs, lineage: str) -> None:
    lab = labs.write("autonomous", {"next": NEXT + lineage}, runs=4)
    labs.run()
    for file in lab.approvals.iterdir():
        file.unlink()
    labs.propose(PARENT, "seeds", SEEDS)
    assert "runs beside the 4 of before exceed" in labs.run().reason
    assert labs.admitted == []


def test_an_admission_by_another_policy_is_assessed_again(labs: Labs) -> None:
    lab = labs.write("autonomous", {"next": NEXT})
    labs.on_build = lambda names: pytest.fail("was built")
    (proposal,) = read_proposals(lab)
    _write(lab.conf / "experiment/next.yaml", NEXT)
    subject = experiment_subject(lab, current_plan(lab).experiments["next"])
    answers = {"policy": "0" * 64, "runs": "4"}
    actor = Actor("policy", "autonomous")
    record(lab, Decision((proposal.subject, subject), "admitted", actor, AT, "x", "", answers))
    config = lab.conf / "config.yaml"
    config.write_text(config.read_text().replace("[0.0001, 0.1]", "[0.0001, 0.001]"))
    assert labs.run().reason == "every proposal that is left was refused"


def test_what_the_strategy_avoids_is_refused(labs: Labs) -> None:
    lab = labs.write("autonomous", {"next": NEXT, "seeds": SEEDS})
    avoid = {"avoid": [{"text": "No more rates", "keys": ["model.lr"]}]}
    _write(lab.conf / "strategy.yaml", yaml.safe_dump(avoid))
    assert labs.run().reason == "every proposal that is left was refused"
    assert "next: refused: conf/strategy.yaml: not to be pursued: No more rates" in "\n".join(labs.lines)


def test_a_build_without_results_ends_the_loop(labs: Labs) -> None:
    labs.write("autonomous", {"next": NEXT, "seeds": SEEDS})
    labs.on_build = lambda names: [labs.lab.results_file(name).unlink() for name in names]  # type: ignore[func-returns-value,return-value]
    labs.code = 1
    assert labs.run() == End("the build of seeds ended with exit code 1 without results", ("seeds",))


def test_a_rejected_proposal_is_left_alone(labs: Labs) -> None:
    lab = labs.write("autonomous", {"next": NEXT})
    (proposal,) = read_proposals(lab)
    record(lab, Decision((proposal.subject,), "rejected", Actor("person", "Ada"), AT, "proband reject", "too costly"))
    assert labs.run().reason == "no proposal is left"
    assert labs.builds == []


def test_a_rejected_proposal_is_recognised_under_another_name(labs: Labs) -> None:
    lab = labs.write("autonomous", {"next": NEXT})
    (proposal,) = read_proposals(lab)
    record(lab, Decision((proposal.subject,), "rejected", Actor("person", "Ada"), AT, "proband reject", "too costly"))
    labs.propose(PARENT, "again", NEXT.replace("experiment_id: next", "experiment_id: again"))
    assert labs.run().reason == "every proposal that is left was refused"
    assert "trains the same as 'next', which Ada rejected: too costly" in labs.lines[0]


def test_a_rejection_after_the_admission_counts(labs: Labs) -> None:
    lab = labs.write("autonomous", {"next": NEXT})

    def reject(_: Sequence[str]) -> None:
        lab.results_file("next").unlink()  # as if the build had been stopped
        (proposal,) = read_proposals(lab)
        record(lab, Decision((proposal.subject,), "rejected", Actor("person", "Ada"), AT, "proband reject", "no"))

    labs.on_build = reject
    labs.run()
    assert labs.builds == [("next",)]
    assert labs.run().reason == "no proposal is left"
    assert labs.builds == [("next",)]


def test_a_program_cannot_advance_and_two_loops_never_run_at_once(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    with pytest.raises(CannotAdvance, match="'agent:x'"), only_loop(lab, {"PROBAND_ACTOR": "agent:x"}):
        pytest.fail("was entered")
    with only_loop(lab, {}), pytest.raises(CannotAdvance, match="another process"), only_loop(lab, {}):
        pytest.fail("was entered twice")
