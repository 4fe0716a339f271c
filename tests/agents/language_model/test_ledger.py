"""What was asked and what it cost, and where it stops."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from agents.language_model.budget import max_usage
from agents.language_model.ledger import Ledger
from agents.language_model.protocol import BudgetSpent, ModelUnavailable, Request, Usage
from compiler.spec.agent_settings import Budget, Price
from tests.agents.language_model.asking import QUESTION, ledger, ledger_file, opened
from tests.agents.language_model.server import Answer, fails, says, scripted_server

PRICE = {"input_per_million": 1000.0, "output_per_million": 2000.0, "currency": "EUR"}


def _question(text: str) -> Request:
    return Request(({"role": "user", "content": text},))


def test_what_was_taken_is_written(tmp_path: Path) -> None:
    with scripted_server([fails(500), says("One.", usage=(10, 5)), says("Two.", usage=(20, 5))]) as server:
        channel = opened(tmp_path, server.base_url, price=PRICE)
        for text in ("one", "two", "one"):
            channel.ask(_question(text))
    written = ledger(tmp_path)
    assert written.pop("seconds") >= 0
    assert written == {
        "schema_version": 1,
        "calls": 2,
        "attempts": 3,
        "cached": 1,
        "replayed": 0,
        "tokens_in": 30,
        "tokens_out": 10,
        "tokens_assumed": 0,
        "costs": {"EUR": 0.05},
        "cost": 0.05,
        "currency": "EUR",
        "unpriced": 0,
        "unreported": 0,
        "failures": {"server_error": 1},
    }


@pytest.mark.parametrize(
    ("answer", "price"),
    [
        pytest.param(says("x"), {}, id="no price"),
        pytest.param(says("x"), {**PRICE, "output_per_million": None}, id="half a price"),
        pytest.param(says("x", usage=None), PRICE, id="no count of tokens"),
    ],
)
def test_an_unknown_cost_is_unknown(answer: Answer, price: dict[str, object], tmp_path: Path) -> None:
    with scripted_server([answer]) as server:
        opened(tmp_path, server.base_url, price=price).ask(QUESTION)
    assert ledger(tmp_path)["cost"] == "unknown"


def test_two_currencies_have_no_sum(tmp_path: Path) -> None:
    with scripted_server(lambda _: says("x")) as server:
        for currency in ("EUR", "USD"):
            opened(tmp_path, server.base_url, price={**PRICE, "currency": currency}).ask(_question(currency))
    assert ledger(tmp_path)["cost"] == "unknown"
    assert set(ledger(tmp_path)["costs"]) == {"EUR", "USD"}


def test_an_attempt_without_a_count_is_taken_at_its_most(tmp_path: Path) -> None:
    with scripted_server([says("x", usage=None)]) as server:
        opened(tmp_path, server.base_url, max_tokens=7).ask(QUESTION)
    most = max_usage(QUESTION, 7)
    assert ledger(tmp_path)["tokens_assumed"] == most.tokens_in + 7
    assert ledger(tmp_path)["unreported"] == 1


@pytest.mark.parametrize(
    ("budget", "said"),
    [
        pytest.param({"calls": 1}, "2 of 1: agents.budget.calls is spent", id="calls"),
        pytest.param({"tokens": 700}, "of 700: agents.budget.tokens is spent", id="tokens"),
        pytest.param({"cost": 0.7}, "EUR of 0.7 EUR: agents.budget.cost is spent", id="money"),
    ],
)
def test_a_budget_stops_before_the_request_that_would_exceed_it(
    budget: dict[str, float], said: str, tmp_path: Path
) -> None:
    with scripted_server(lambda _: says("x", usage=(250, 100))) as server:
        channel = opened(tmp_path, server.base_url, price=PRICE, max_tokens=100, budget=budget)
        channel.ask(_question("one"))
        with pytest.raises(BudgetSpent) as caught:
            channel.ask(_question("two"))
        assert channel.ask(_question("one")).text == "x"  # kept answers cost nothing
        assert len(server.requests) == 1
    assert str(caught.value).endswith(said)
    assert ledger(tmp_path)["tokens_assumed"] == 0


def test_a_budget_of_nothing_asks_nothing(tmp_path: Path) -> None:
    with scripted_server([]) as server, pytest.raises(BudgetSpent):
        opened(tmp_path, server.base_url, budget={"calls": 0}).ask(QUESTION)
    assert server.requests == []


def test_retries_stop_at_the_budget_too(tmp_path: Path) -> None:
    """Each attempt may cost, so each is asked for."""
    most = max_usage(QUESTION, 100)
    budget = {"tokens": 2 * (most.tokens_in + 100)}
    with scripted_server(lambda _: Answer(body=b"{")) as server, pytest.raises(BudgetSpent):
        opened(tmp_path, server.base_url, max_tokens=100, budget=budget, attempts=9).ask(QUESTION)
    assert len(server.requests) == 2


def test_a_ledger_that_cannot_be_read_stops(tmp_path: Path) -> None:
    ledger_file(tmp_path).parent.mkdir(parents=True)
    ledger_file(tmp_path).write_text('{"calls": "many"}', encoding="utf-8")
    with scripted_server([]) as server, pytest.raises(ModelUnavailable, match="remaining budget is unknown"):
        opened(tmp_path, server.base_url).ask(QUESTION)


_JOB = """
import sys
from pathlib import Path
from agents.language_model.protocol import BudgetSpent, Usage
from agents.language_model.ledger import Ledger
from compiler.spec.agent_settings import Budget, Price

ledger = Ledger(Path(sys.argv[1]), Path(sys.argv[2]), Budget(calls=None, tokens=300), Price())
for _ in range(20):
    try:
        ledger.begin_attempt(Usage(5, 5))
    except BudgetSpent:
        continue
    ledger.end_attempt(Usage(5, 5), Usage(5, 5), 1.0)
"""


def test_jobs_side_by_side_add_up_and_keep_the_budget_together(tmp_path: Path) -> None:
    path, lock = tmp_path / "ledger.json", tmp_path / "lock"
    jobs = [subprocess.Popen([sys.executable, "-c", _JOB, str(path), str(lock)]) for _ in range(3)]
    assert [job.wait(timeout=60) for job in jobs] == [0, 0, 0]
    spent = Ledger(path, lock, Budget(), Price()).spending()
    assert (spent.attempts, spent.tokens, spent.tokens_assumed) == (30, 300, 0)


def test_a_job_that_dies_leaves_what_it_may_have_spent(tmp_path: Path) -> None:
    book = Ledger(tmp_path / "ledger.json", tmp_path / "lock", Budget(tokens=100), Price())
    book.begin_attempt(Usage(60, 10))
    assert book.spending().tokens == 70
    with pytest.raises(BudgetSpent):
        book.begin_attempt(Usage(60, 10))
