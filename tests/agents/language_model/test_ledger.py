"""The ledger counts requests, tokens and costs, and enforces the budget."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from agents.language_model.budget import max_usage
from agents.language_model.ledger import Ledger
from agents.language_model.protocol import BudgetSpent, ModelUnavailable, Request, Usage
from compiler.spec.agent_settings import Budget, Price
from tests.agents.language_model.fake_channels import REQUEST, ledger_file, open_test_channel, read_ledger
from tests.agents.language_model.scripted_server import Answer, completion, error_response, scripted_server

PRICE = {"input_per_million": 1000.0, "output_per_million": 2000.0, "currency": "EUR"}


def _request(text: str) -> Request:
    return Request(({"role": "user", "content": text},))


def test_the_ledger_counts_calls_attempts_tokens_and_costs(tmp_path: Path) -> None:
    with scripted_server(
        [error_response(500), completion("One.", usage=(10, 5)), completion("Two.", usage=(20, 5))]
    ) as server:
        channel = open_test_channel(tmp_path, server.base_url, price=PRICE)
        for text in ("one", "two", "one"):
            channel.ask(_request(text))
    ledger = read_ledger(tmp_path)
    assert ledger.pop("seconds") >= 0
    assert ledger == {
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
        pytest.param(completion("x"), {}, id="no price"),
        pytest.param(completion("x"), {**PRICE, "output_per_million": None}, id="no output price"),
        pytest.param(completion("x", usage=None), PRICE, id="no usage"),
    ],
)
def test_the_cost_is_unknown_without_a_price_or_usage(answer: Answer, price: dict[str, object], tmp_path: Path) -> None:
    with scripted_server([answer]) as server:
        open_test_channel(tmp_path, server.base_url, price=price).ask(REQUEST)
    assert read_ledger(tmp_path)["cost"] == "unknown"


def test_costs_in_two_currencies_are_not_added(tmp_path: Path) -> None:
    with scripted_server(lambda _: completion("x")) as server:
        for currency in ("EUR", "USD"):
            open_test_channel(tmp_path, server.base_url, price={**PRICE, "currency": currency}).ask(_request(currency))
    assert read_ledger(tmp_path)["cost"] == "unknown"
    assert set(read_ledger(tmp_path)["costs"]) == {"EUR", "USD"}


def test_an_attempt_without_usage_counts_with_its_maximum(tmp_path: Path) -> None:
    with scripted_server([completion("x", usage=None)]) as server:
        open_test_channel(tmp_path, server.base_url, max_tokens=7).ask(REQUEST)
    maximum = max_usage(REQUEST, 7)
    assert read_ledger(tmp_path)["tokens_assumed"] == maximum.tokens_in + 7
    assert read_ledger(tmp_path)["unreported"] == 1


@pytest.mark.parametrize(
    ("budget", "message"),
    [
        pytest.param({"calls": 1}, "2 of 1: agents.budget.calls is spent", id="calls"),
        pytest.param({"tokens": 700}, "of 700: agents.budget.tokens is spent", id="tokens"),
        pytest.param({"cost": 0.7}, "EUR of 0.7 EUR: agents.budget.cost is spent", id="cost"),
    ],
)
def test_a_request_that_could_exceed_the_budget_is_not_sent(
    budget: dict[str, float], message: str, tmp_path: Path
) -> None:
    with scripted_server(lambda _: completion("x", usage=(250, 100))) as server:
        channel = open_test_channel(tmp_path, server.base_url, price=PRICE, max_tokens=100, budget=budget)
        channel.ask(_request("one"))
        with pytest.raises(BudgetSpent) as caught:
            channel.ask(_request("two"))
        assert channel.ask(_request("one")).text == "x"  # cached answers cost nothing
        assert len(server.requests) == 1
    assert str(caught.value).endswith(message)
    assert read_ledger(tmp_path)["tokens_assumed"] == 0


def test_a_budget_of_zero_calls_sends_nothing(tmp_path: Path) -> None:
    with scripted_server([]) as server, pytest.raises(BudgetSpent):
        open_test_channel(tmp_path, server.base_url, budget={"calls": 0}).ask(REQUEST)
    assert server.requests == []


def test_each_retry_counts_against_the_budget(tmp_path: Path) -> None:
    maximum = max_usage(REQUEST, 100)
    budget = {"tokens": 2 * (maximum.tokens_in + 100)}
    with scripted_server(lambda _: Answer(body=b"{")) as server, pytest.raises(BudgetSpent):
        open_test_channel(tmp_path, server.base_url, max_tokens=100, budget=budget, attempts=9).ask(REQUEST)
    assert len(server.requests) == 2


def test_an_unreadable_ledger_stops_all_requests(tmp_path: Path) -> None:
    ledger_file(tmp_path).parent.mkdir(parents=True)
    ledger_file(tmp_path).write_text('{"calls": "many"}', encoding="utf-8")
    with scripted_server([]) as server, pytest.raises(ModelUnavailable, match="remaining budget is unknown"):
        open_test_channel(tmp_path, server.base_url).ask(REQUEST)


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


def test_parallel_jobs_share_one_budget(tmp_path: Path) -> None:
    path, lock = tmp_path / "ledger.json", tmp_path / "lock"
    jobs = [subprocess.Popen([sys.executable, "-c", _JOB, str(path), str(lock)]) for _ in range(3)]
    assert [job.wait(timeout=60) for job in jobs] == [0, 0, 0]
    total = Ledger(path, lock, Budget(), Price()).spending()
    assert (total.attempts, total.tokens, total.tokens_assumed) == (30, 300, 0)


def test_an_attempt_of_a_killed_job_stays_in_the_ledger(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.json", tmp_path / "lock", Budget(tokens=100), Price())
    ledger.begin_attempt(Usage(60, 10))
    assert ledger.spending().tokens == 70
    with pytest.raises(BudgetSpent):
        ledger.begin_attempt(Usage(60, 10))
