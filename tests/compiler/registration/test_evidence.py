"""Only runs that a registration of the claim is older than are evidence for it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from compiler.base.json_files import write_json
from compiler.base.lease import Lease
from compiler.base.paths import Lab
from compiler.registration.chain import read_chain
from compiler.registration.evidence import fresh_runs, known_runs
from compiler.registration.times import RunTimes
from tests.compiler.registration.chains import DESIGN, at, finish, look, register


def fresh(lab: Lab, runs: str, claim: str = "A") -> str:
    """Return the fresh runs of those that have finished, by their status files."""
    times = {}
    for run in runs.split():
        if lab.status(run).is_file():
            status = json.loads(lab.status(run).read_text(encoding="utf-8"))
            times[run] = RunTimes(status["started_at"], status["completed_at"])
    return " ".join(sorted(fresh_runs(read_chain(lab.registrations), "lr", claim, times)))


def honest(lab: Lab) -> None:
    register(lab, "a b")
    finish(lab, "a b", started=1)


def shared_with_another_experiment(lab: Lab) -> None:
    register(lab, "a", name="baseline")
    finish(lab, "a", started=1)
    register(lab, "a b", minutes=10)
    finish(lab, "b", started=11)


def trained_by_hand(lab: Lab) -> None:
    finish(lab, "a b", started=-10)
    register(lab, "a b")


def dated_into_the_future_by_hand(lab: Lab) -> None:
    finish(lab, "a b", started=1_000_000)
    register(lab, "a b")


def claim_changed(lab: Lab) -> None:
    honest(lab)
    register(lab, "a b", claim="B", minutes=10)


def claim_changed_with_the_clock_set_back(lab: Lab) -> None:
    honest(lab)
    register(lab, "a b", claim="B", minutes=-1_000_000)


def changed_back(lab: Lab) -> None:
    claim_changed(lab)
    register(lab, "a b", minutes=20)


def changed_back_and_retrained(lab: Lab) -> None:
    changed_back(lab)
    finish(lab, "a b", started=21)


def finished_under_the_other_claim(lab: Lab) -> None:
    register(lab, "a b")
    finish(lab, "a", started=1)
    register(lab, "a b", claim="B", minutes=10)
    finish(lab, "b", started=11)
    register(lab, "a b", minutes=20)


def finished_only_after_the_change_back(lab: Lab) -> None:
    register(lab, "a b")
    register(lab, "a b", claim="B", minutes=10)
    register(lab, "a b", minutes=20)
    finish(lab, "a b", started=21)


def seeds_added(lab: Lab) -> None:
    honest(lab)
    look(lab, "a b", minutes=5)
    register(lab, "a b c", claim="A+", minutes=10)
    finish(lab, "c", started=11)


def seeds_removed(lab: Lab) -> None:
    honest(lab)
    register(lab, "a", claim="A-", minutes=10)


def deleted_after_a_look(lab: Lab) -> None:
    honest(lab)
    look(lab, "a b", minutes=5)
    for run in ("a", "b"):
        lab.status(run).unlink()
    register(lab, "a b", claim="B", minutes=10)
    finish(lab, "a b", started=11)


def status_deleted_but_not_its_copy(lab: Lab) -> None:
    finish(lab, "a b", started=-10)
    lab.status("a").rename(lab.status_copy("a"))
    register(lab, "a b")
    finish(lab, "a", started=1)


def resumed_from_a_checkpoint(lab: Lab) -> None:
    lab.checkpoint("a").mkdir(parents=True)
    register(lab, "a b")
    finish(lab, "a b", started=1)


def in_flight_at_the_registration(lab: Lab) -> None:
    lease = Lease.of_this_process()
    fields = {"host": lease.host, "pid": lease.pid, "process_started": lease.process_started}
    write_json(lab.partial_run("a") / "lease.json", fields)
    register(lab, "a b")
    finish(lab, "a b", started=1)


def started_before_and_finished_after(lab: Lab) -> None:
    register(lab, "a b")
    finish(lab, "a", started=-1, completed=5)
    finish(lab, "b", started=1)


def started_at_the_time_of_the_registration(lab: Lab) -> None:
    register(lab, "a b")
    finish(lab, "a", started=0)


def registered_by_another_experiment(lab: Lab) -> None:
    register(lab, "a b", name="other")
    finish(lab, "a b", started=1)


def seeds_grown_along_a_plan(lab: Lab) -> None:
    """The runs c and d belong to the second look, and d was trained by hand before it was planned."""
    honest(lab)
    finish(lab, "d", started=2)
    register(lab, "a b c d", minutes=10)
    finish(lab, "c", started=11)


def search(lab: Lab) -> None:
    """The trial a was suggested after the registration, and b is older."""
    finish(lab, "b", started=-5)
    register(lab, "", design=DESIGN | {"search": {"runs": 4}})
    finish(lab, "a", started=1)


SCENARIOS: dict[Callable[[Lab], None], tuple[str, str]] = {
    honest: ("A", "a b"),
    shared_with_another_experiment: ("A", "b"),
    trained_by_hand: ("A", ""),
    dated_into_the_future_by_hand: ("A", ""),
    claim_changed: ("B", ""),
    claim_changed_with_the_clock_set_back: ("B", ""),
    changed_back: ("A", "a b"),
    changed_back_and_retrained: ("A", ""),
    finished_under_the_other_claim: ("A", "a"),
    finished_only_after_the_change_back: ("A", "a b"),
    seeds_added: ("A+", "c"),
    seeds_removed: ("A-", ""),
    deleted_after_a_look: ("B", ""),
    status_deleted_but_not_its_copy: ("A", ""),
    resumed_from_a_checkpoint: ("A", "b"),
    in_flight_at_the_registration: ("A", "b"),
    started_before_and_finished_after: ("A", "b"),
    started_at_the_time_of_the_registration: ("A", ""),
    registered_by_another_experiment: ("A", ""),
    seeds_grown_along_a_plan: ("A", "a b c"),
    search: ("A", "a"),
}


@pytest.mark.parametrize(
    ("scenario", "claim", "expected"),
    [pytest.param(scenario, *row, id=scenario.__name__) for scenario, row in SCENARIOS.items()],
)
def test_fresh_runs(scenario: Callable[[Lab], None], claim: str, expected: str, tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    scenario(lab)
    assert fresh(lab, "a b c d", claim) == expected


def test_claim_that_is_not_the_registered_one_has_no_evidence(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    honest(lab)
    assert fresh(lab, "a b", claim="B") == ""


@pytest.mark.parametrize(
    ("started_at", "completed_at", "is_within"),
    [
        pytest.param(at(1), at(2), True, id="after the registration"),
        pytest.param("2030-01-01T14:01:00+02:00", "2030-01-01T14:02:00+02:00", True, id="in another zone"),
        pytest.param("2030-01-02T01:00:00+14:00", "2030-01-02T01:30:00+14:00", False, id="earlier in another zone"),
        pytest.param("2030-01-01T12:01:00", at(2), False, id="without a zone"),
        pytest.param(at(2), at(1), False, id="ended before it started"),
        pytest.param(None, at(2), False, id="no start"),
        pytest.param(at(1), None, False, id="no end"),
        pytest.param("soon", at(2), False, id="no time"),
    ],
)
def test_times_of_a_run(started_at: str | None, completed_at: str | None, is_within: bool) -> None:
    assert RunTimes(started_at, completed_at).are_within(at(0), None) is is_within


def test_known_runs_include_those_of_earlier_registrations(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    honest(lab)
    chain = look(lab, "a", minutes=5)
    lab.status("a").unlink()
    assert known_runs(lab, chain, "lr", ["c"]) == ["a", "b"]
    assert known_runs(lab, chain, "other", ["b", "c"]) == ["b"]
