"""The budget of proposals: what they cost, what they have spent by the files of the lab, and what exceeds it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from compiler.base.paths import Lab
from compiler.plan.model import Plan
from lab.approvals.actor import Actor
from lab.approvals.decision import Decision
from lab.approvals.decisions import Decisions
from lab.approvals.subject import Subject
from lab.collaboration.admitted import admitted_experiments
from lab.collaboration.amounts import Amounts
from lab.collaboration.budget import budget_problems, generation_problem, proposal_cost
from lab.collaboration.compiled_proposal import compile_proposal
from lab.collaboration.generations import generation_of
from lab.collaboration.model_cost import planned_model_cost, recorded_model_cost
from lab.collaboration.policy import Budget
from lab.collaboration.spent import spent_amounts
from tests.lab.collaboration.proposed import PARENT, STUDY, only_proposal, plan_of, proposed_lab, spec_of

BUDGET = Budget(runs=10, hours=1.0, model_calls=5, money=2.0, currency="EUR", generations=2)
ASKS = {
    "kind": "openai", "budget": {"calls": 3, "cost": 0.5},
    "price": {"input_per_million": 1.0, "output_per_million": 2.0, "currency": "EUR"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("spent", "cost", "problem"),
    [
        pytest.param(Amounts(9), Amounts(1), "", id="the last run"),
        pytest.param(Amounts(9), Amounts(2), "2 runs beside the 9 of before exceed", id="one run too many"),
        pytest.param(Amounts(), Amounts(11), "11 runs beside the 0 of before exceed", id="too many at once"),
        pytest.param(Amounts(99), Amounts(0), "", id="shared runs are free"),
        pytest.param(Amounts(hours=0.9), Amounts(1, 0.1), "", id="the last hour"),
        pytest.param(Amounts(hours=0.95), Amounts(1, 0.1), "0.1 hours of training beside", id="too many hours"),
        pytest.param(Amounts(), Amounts(1, None), "its hours of training cannot be estimated", id="unknown hours"),
        pytest.param(Amounts(hours=None), Amounts(1, 0.1), "spent so far are unknown", id="unknown hours before"),
        pytest.param(Amounts(model_calls=4), Amounts(model_calls=2), "2 requests to a language model", id="calls"),
        pytest.param(Amounts(), Amounts(model_calls=None), "cannot be estimated", id="unknown calls"),
        pytest.param(Amounts(money=1.8), Amounts(money=0.5), "0.5 EUR beside the 1.8", id="money"),
        pytest.param(Amounts(), Amounts(money=None), "its EUR cannot be estimated", id="unknown price"),
        pytest.param(
            Amounts(money=None), Amounts(money=0.1), "EUR spent so far are unknown", id="unknown money before"
        ),
        pytest.param(Amounts(money=None), Amounts(1), "", id="asks no model"),
    ],
)
def test_a_cost_above_what_is_left_is_a_problem(spent: Amounts, cost: Amounts, problem: str) -> None:
    problems = list(budget_problems(spent, cost, BUDGET))
    assert len(problems) == bool(problem), problems
    assert problem in "".join(problems)


def test_a_budget_of_zero_admits_nothing_that_costs() -> None:
    assert len(list(budget_problems(Amounts(), Amounts(1, 0.1, 1, 0.1), Budget()))) == 4
    assert generation_problem(1, Budget())
    assert not generation_problem(2, BUDGET)
    assert generation_problem(3, BUDGET) == "generation 3 exceeds collaboration.budget.generations = 2"


@pytest.mark.parametrize(
    ("agents", "expected"),
    [
        pytest.param({"kind": "offline"}, Amounts(), id="offline"),
        pytest.param({"kind": "replay", "replay": "x"}, Amounts(), id="replay"),
        pytest.param({}, Amounts(), id="no agents"),
        pytest.param(ASKS, Amounts(model_calls=3, money=0.5), id="limited and priced"),
        pytest.param(ASKS | {"price": {}}, Amounts(model_calls=3, money=None), id="no price"),
        pytest.param(ASKS | {"budget": {"calls": 3}}, Amounts(model_calls=3, money=None), id="no limit of its cost"),
        pytest.param(ASKS | {"budget": {"cost": 0.5}}, Amounts(model_calls=None, money=0.5), id="no limit of calls"),
        pytest.param(
            ASKS | {"price": ASKS["price"] | {"currency": "USD"}},  # type: ignore[operator]
            Amounts(model_calls=3, money=None), id="another currency",
        ),
    ],
)  # fmt: skip
def test_the_planned_cost_of_a_model_is_its_limit_or_unknown(agents: dict[str, Any], expected: Amounts) -> None:
    assert planned_model_cost(agents, "EUR") == expected


@pytest.mark.parametrize(
    ("ledger", "has_results", "expected"),
    [
        pytest.param(None, False, Amounts(model_calls=3, money=0.5), id="not built"),
        pytest.param(None, True, Amounts(model_calls=None, money=None), id="ledger deleted"),
        pytest.param("{", True, Amounts(model_calls=None, money=None), id="ledger damaged"),
        pytest.param(
            {"calls": 2, "attempts": 4, "cost": 0.2, "currency": "EUR"}, True, Amounts(0, 0, 4, 0.2), id="known"
        ),
        pytest.param({"calls": 2, "attempts": 4, "cost": "unknown"}, True, Amounts(0, 0, 4, None), id="unpriced"),
        pytest.param(
            {"calls": 2, "attempts": 2, "cost": 0.2, "currency": "USD"}, True, Amounts(0, 0, 2, None), id="USD"
        ),
        pytest.param({"calls": 0, "attempts": 0, "cost": 0}, True, Amounts(), id="all answers cached"),
        pytest.param(
            {"calls": 1, "attempts": 1, "cost": 0.1, "currency": "EUR"}, False, Amounts(0, 0, 3, 0.5), id="half"
        ),
    ],
)
def test_the_cost_of_a_model_is_that_of_its_ledger(
    ledger: Any, has_results: bool, expected: Amounts, tmp_path: Path
) -> None:
    lab = Lab(tmp_path)
    _write(lab.ledger("e"), ledger)
    _write(lab.results_file("e"), {} if has_results else None)
    assert recorded_model_cost(lab, "e", planned_model_cost(ASKS, "EUR"), "EUR") == expected


def _write(file: Path, content: Any) -> None:
    if content is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content if isinstance(content, str) else json.dumps(content))


NEXT = spec_of(
    "{model.lr: [0.002, 0.003], seed: [7, 8]}",
    "  metadata: {lineage: {origin: lr, name: lr, depth: 1, undecided: 1}}\n",
)


class Study:
    """A lab in which `next` was admitted, with the durations of runs in seconds."""

    def __init__(self, root: Path) -> None:
        self.lab = proposed_lab(root, {"next": NEXT}, {"next": NEXT})
        self.plan = plan_of(self.lab)

    def finish(self, experiment: str, seconds: float, attempt: int = 1) -> None:
        for run in self.plan.experiments[experiment].runs:
            _write(self.lab.status(run), {"status": "completed", "duration_seconds": seconds, "attempt": attempt})

    def spent(self, *decisions: Decision, plan: Plan | None = None) -> Amounts:
        plan = plan or self.plan
        return spent_amounts(self.lab, plan, admitted_experiments(plan, Decisions(decisions)), "EUR")


def _decision(outcome: str = "admitted", **answers: str) -> Decision:
    actor = Actor("policy", "autonomous") if outcome == "admitted" else Actor("person", "Ada")
    subject = Subject("proposal", "next", "0" * 64)
    return Decision((subject,), outcome, actor, "2026-01-01T00:00:00.000000Z", "x", "", answers)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    study = Study(tmp_path_factory.mktemp("study"))
    study.finish(PARENT, 360)
    return study


def test_runs_that_have_not_finished_cost_the_estimate(study: Study) -> None:
    assert study.spent(_decision(runs="4")) == Amounts(4, pytest.approx(0.4))


def test_finished_runs_cost_their_time_and_each_attempt_counts(study: Study) -> None:
    study.finish("next", 1800, attempt=2)
    assert study.spent(_decision(runs="4")) == Amounts(4, pytest.approx(4.0))


def test_without_its_decision_a_proposal_counts_unless_a_person_approved_it(study: Study) -> None:
    assert study.spent().runs == 4
    assert study.spent(_decision("approved")).runs == 0


def test_a_deleted_spec_costs_what_its_decision_recorded(study: Study, tmp_path: Path) -> None:
    plan = plan_of(proposed_lab(tmp_path, {}))
    recorded = _decision(runs="4", hours="0.4", model_calls="0", money="0")
    assert study.spent(recorded, plan=plan) == Amounts(4, 0.4, 0, 0.0)
    assert study.spent(_decision(runs="4"), plan=plan) == Amounts(4, None, None, None)


def test_generations_count_parents_and_not_only_what_a_spec_states(tmp_path: Path) -> None:
    last = spec_of("{seed: [9]}", experiment_id="last").replace("[lr,", "[next,").replace("parent: lr", "parent: next")
    plan = plan_of(proposed_lab(tmp_path, {}, {"next": NEXT, "last": last}))
    assert [generation_of(plan, name, {"last"}) for name in ("lr", "next", "last")] == [0, 1, 2]
    deep = NEXT.replace("depth: 1", "depth: 7")
    assert generation_of(plan_of(proposed_lab(tmp_path / "deep", {}, {"next": deep})), "next", set()) == 7


def test_the_cost_of_a_proposal_is_that_of_its_unfinished_runs(tmp_path: Path) -> None:
    lab = proposed_lab(tmp_path, {"next": spec_of("{model.lr: [0.001, 0.002], seed: [0, 7]}")}, {"lr": STUDY})
    plan = plan_of(lab)
    compiled = compile_proposal(lab, plan.experiments[PARENT], only_proposal(lab))
    assert proposal_cost(lab, plan, PARENT, compiled, None) == Amounts(4, None)
    for run in plan.experiments[PARENT].runs:  # one of them is a run of the proposal as well
        _write(lab.status(run), {"status": "completed", "duration_seconds": 360})
    assert proposal_cost(lab, plan, PARENT, compiled, None) == Amounts(3, pytest.approx(0.3))
