"""States of runs and experiments, determined from files that may be missing or damaged."""

from __future__ import annotations

import json
import os
import platform
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from compiler.base.json_files import write_json
from compiler.base.lease import LEASE, Lease
from compiler.base.paths import Lab
from compiler.experiment.planned_point import PlannedPoint
from compiler.plan.model import Plan
from compiler.registration.chain import readable_chain
from compiler.runs.progress import Progress
from compiler.view.data_changes import DataChange
from compiler.view.registration_state import RegistrationState
from compiler.view.render import status_table
from compiler.view.status import STATES, ExperimentState, experiment_states, run_state
from tests.compiler.registration.chains import register
from tests.plans import plan_of, planned_experiment

RUN, CODE = "0123456789ab", "c0de00000000"
DONE = {"status": "completed", "attempt": 1, "error": None}
FAILED = {"status": "failed", "error": {"kind": "diverged", "message": "loss is nan\n  at step 3", "traceback": "…"}}
CURRENT = {"fingerprint": CODE}

# status.json and provenance.json (text is written as it is, None means no file), state, reason
FILES: dict[str, tuple[Any, Any, str, str]] = {
    "no files": (None, None, "waiting", ""),
    "only provenance": (None, CURRENT, "waiting", ""),
    "completed": (DONE, CURRENT, "done", ""),
    "completed with other code": (
        DONE,
        {"fingerprint": "beef00000000"},
        "stale",
        "its code has changed since it was trained",
    ),
    "completed, without provenance": (DONE, None, "stale", "its code has changed since it was trained"),
    "completed, provenance damaged": (DONE, '{"finger', "stale", "its code has changed since it was trained"),
    "failed": (FAILED, CURRENT, "failed", "diverged: loss is nan"),
    "failed with other code": (
        FAILED,
        {"fingerprint": "beef00000000"},
        "stale",
        "its code has changed since it was trained",
    ),
    "failed without a reason": (
        {"status": "failed", "error": None},
        CURRENT,
        "failed",
        "unknown: no reason was recorded",
    ),
    "failed with a text": ({"status": "failed", "error": "boom"}, CURRENT, "failed", "unknown: no reason was recorded"),
    "failed with no message": (
        {"status": "failed", "error": {"kind": "crash"}},
        CURRENT,
        "failed",
        "crash: no reason was recorded",
    ),
    "a truncated status": ('{"status": "comp', CURRENT, "failed", "unknown: no reason was recorded"),
    "an empty status": ("", CURRENT, "failed", "unknown: no reason was recorded"),
    "a status that is a list": ("[1, 2]", CURRENT, "failed", "unknown: no reason was recorded"),
    "a status that is null": ("null", CURRENT, "failed", "unknown: no reason was recorded"),
    "an unknown status": ({"status": "unknown"}, CURRENT, "failed", "unknown: no reason was recorded"),
    "both damaged": ("{", "{", "stale", "its code has changed since it was trained"),
}


def put(file: Path, content: Any) -> None:
    if isinstance(content, str):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
    elif content is not None:
        write_json(file, content)


@pytest.mark.parametrize(("status", "provenance", "state", "reason"), FILES.values(), ids=FILES)
def test_state_of_a_run_is_determined_from_its_files(
    status: Any, provenance: Any, state: str, reason: str, tmp_path: Path
) -> None:
    lab = Lab(tmp_path)
    put(lab.run(RUN) / "status.json", status)
    put(lab.run(RUN) / "provenance.json", provenance)
    run = run_state(lab, RUN, CODE)
    assert (run.state, run.reason) == (state, reason)


def lease(**changes: Any) -> dict[str, Any]:
    process = psutil.Process()
    return {"host": platform.node(), "pid": os.getpid(), "process_started": process.create_time()} | changes


LEASES = {
    "of this process": (lease(), "running"),
    "of a process that ended": (lease(pid=2**22 + 1), "done"),
    "of an earlier process of that number": (lease(process_started=1.0), "done"),
    "of another machine": (lease(host="elsewhere"), "running"),
    "damaged": ('{"host": "', "done"),
    "incomplete": ({"host": "here"}, "done"),
    "a list": ("[]", "done"),
}


@pytest.mark.parametrize(("content", "state"), LEASES.values(), ids=LEASES)
def test_run_with_a_live_lease_is_running(content: Any, state: str, tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    put(lab.status(RUN), DONE)
    put(lab.run(RUN) / "provenance.json", CURRENT)
    put(lab.partial_run(RUN) / "lease.json", content)
    run = run_state(lab, RUN, CODE)
    assert run.state == state
    host = "elsewhere" if "elsewhere" in str(content) else platform.node()
    assert run.reason == (f"process {os.getpid()} on {host}" if state == "running" else "")


@pytest.mark.parametrize("seconds", [-3600, 3600], ids=["long ago", "by a clock that is ahead"])
def test_remote_lease_without_a_recent_heartbeat_is_ignored(seconds: float, tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    put(lab.partial_run(RUN) / "lease.json", lease(host="elsewhere"))
    moment = time.time() + seconds
    os.utime(lab.partial_run(RUN) / "lease.json", (moment, moment))
    assert run_state(lab, RUN, CODE).state == "waiting"


def test_run_that_failed_because_of_the_machine_waits_with_a_reason(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    put(lab.machine_failure(RUN), {"status": "failed", "error": {"kind": "killed", "message": "by SIGKILL"}})
    run = run_state(lab, RUN, CODE)
    assert (run.state, run.reason) == (
        "waiting",
        "the last attempt failed because of the machine: killed: by SIGKILL",
    )


def plan_with(**experiments: list[str]) -> Plan:
    planned = [
        planned_experiment(name, points=tuple(PlannedPoint(str(number), {}, run) for number, run in enumerate(runs)))
        for name, runs in experiments.items()
    ]
    plan = plan_of(*planned)
    return replace(plan, runs={run: replace(value, fingerprint=CODE) for run, value in plan.runs.items()})


def test_experiment_counts_each_of_its_runs_once(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    for run, status in {"a": DONE, "b": FAILED}.items():
        put(lab.status(run), status)
        put(lab.run(run) / "provenance.json", CURRENT)
    states = experiment_states(lab, plan_with(one=["a"], many=["a", "b", "a", "c"]))
    assert states["one"].counts == {"done": 1, "failed": 0, "running": 0, "stale": 0, "waiting": 0}
    assert states["many"].counts == {"done": 1, "failed": 1, "running": 0, "stale": 0, "waiting": 1}
    assert list(states["many"].counts) == list(STATES)
    assert states["many"].to_json() == {
        "runs": {
            "a": {"state": "done", "reason": ""},
            "b": {"state": "failed", "reason": "diverged: loss is nan"},
            "c": {"state": "waiting", "reason": ""},
        },
        "counts": states["many"].counts,
        "to_ask": 0,
        "failed_gates": [],
        "stage": {"name": "experiment_submission", "gate": "experiment", "gate_state": "waiting", "why": ""},
        "outcome": None,
        "verdict": None,
        "standing": None,
        "outdated": False,
        "known_runs": ["a", "b"],
    }


RESULTS = {
    "none": (None, None, None),
    "delivered": ({"status": "completed", "verdict": "supported"}, "completed", "supported"),
    "without a test": ({"status": "partial_success"}, "partial_success", None),
    "damaged": ('{"status": "comp', None, None),
    "a list": ("[1]", None, None),
}


def test_gates_that_did_not_pass_are_listed(tmp_path: Path) -> None:
    lab, plan = Lab(tmp_path), plan_of(planned_experiment())
    write_json(lab.results_file("study"), {"status": "completed"})
    write_json(lab.gate_file("study", "training"), {"status": "passed"})
    write_json(lab.gate_file("study", "reports"), {"status": "failed"})
    write_json(lab.gate_file("study", "publication"), {"status": "failed"})
    lab.gate_file("study", "analysis").write_text("{")
    state = experiment_states(lab, plan)["study"]
    assert state.failed_gates == ("analysis", "reports")
    (cell,) = status_table({"study": state}).renderables[0].columns[6].cells  # type: ignore[attr-defined]
    assert str(cell) == "completed, not delivered (analysis, reports)"


@pytest.mark.parametrize(("results", "outcome", "verdict"), RESULTS.values(), ids=RESULTS)
def test_outcome_and_verdict_are_those_of_results_json(
    results: Any, outcome: Any, verdict: Any, tmp_path: Path
) -> None:
    lab = Lab(tmp_path)
    put(lab.experiment("one") / "results.json", results)
    state = experiment_states(lab, plan_with(one=["a"]))["one"]
    assert (state.outcome, state.verdict) == (outcome, verdict)
    assert json.loads(json.dumps(state.to_json()))["outcome"] == outcome


@pytest.mark.parametrize(
    ("registration", "text"),
    [
        pytest.param({"standing": "confirmatory"}, "supported", id="confirmatory"),
        pytest.param({"standing": "exploratory", "reason": "known runs"}, "supported (exploratory)", id="exploratory"),
        pytest.param({"standing": "unregistered"}, "supported (unregistered)", id="unregistered"),
        pytest.param(None, "supported", id="results of an older version"),
    ],
)
def test_verdict_that_is_not_confirmatory_is_shown_with_its_standing(
    registration: Any, text: str, tmp_path: Path
) -> None:
    lab = Lab(tmp_path)
    put(lab.results_file("one"), {"status": "completed", "verdict": "supported", "registration": registration})
    assert experiment_states(lab, plan_with(one=["a"]))["one"].verdict_text == text


@pytest.mark.parametrize(
    ("claim", "is_outdated"),
    [pytest.param("A", False, id="the same claim"), pytest.param("B", True, id="the claim has changed")],
)
def test_results_of_another_claim_are_marked_and_their_gates_do_not_count(
    claim: str, is_outdated: bool, tmp_path: Path
) -> None:
    lab, study = Lab(tmp_path), planned_experiment("lr", {"a": {"lr": 1}}, claim=claim)
    register(lab, "a", claim="A")
    evaluated = readable_chain(lab.registrations).registrations[-1]
    register(lab, "a", claim=claim)
    registration = {"standing": "confirmatory", "sha256": evaluated.sha256}
    write_json(lab.results_file("lr"), {"status": "completed", "verdict": "supported", "registration": registration})
    write_json(lab.gate_file("lr", "experiment"), {"status": "failed", "why": "no question"})
    state = experiment_states(lab, plan_of(study))["lr"]
    assert (state.is_outdated, state.to_json()["outdated"]) == (is_outdated, is_outdated)
    assert state.verdict_text == ("supported (outdated)" if is_outdated else "supported")
    assert state.stage is not None
    assert state.stage.state == ("waiting" if is_outdated else "closed")
    table, *lines = status_table({"lr": state}).renderables  # type: ignore[attr-defined]
    (outcome,) = table.columns[6].cells
    assert str(outcome).startswith("completed (outdated)" if is_outdated else "completed, not delivered")
    assert [line.plain for line in lines] == [
        "lr: its results are about another claim than that of the spec (build it again)"
    ] * is_outdated


def test_changed_data_are_the_reason_if_the_results_are_outdated() -> None:
    registration = RegistrationState((), 1, 0, 1, True, "confirmatory", "", is_outdated=True)
    change = DataChange("data/rows.csv", "a", "b")
    state = ExperimentState("lr", (), "completed", "refuted", registration=registration, changed_data=(change,))
    _, line = status_table({"lr": state}).renderables  # type: ignore[attr-defined]
    assert line.plain == "lr: its results are about other data than the current ones: data/rows.csv (build it again)"


@pytest.mark.parametrize("registration", [None, [], {"sha256": ["a"]}, {"sha256": "0" * 64}, {}], ids=repr)
def test_results_without_an_entry_of_the_chain_are_not_called_outdated(registration: Any, tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    put(lab.results_file("one"), {"status": "completed", "registration": registration})
    assert not experiment_states(lab, plan_with(one=["a"]))["one"].is_outdated


def test_status_shows_the_progress_of_a_running_run_once(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    write_json(lab.partial_run(RUN) / LEASE, asdict(Lease.of_this_process()))
    write_json(lab.progress(RUN), Progress(2, 5, 40, 100, {"val/acc": 0.9}, None, 30.0).to_json())
    studies = [
        planned_experiment(name, points=(PlannedPoint("lr=0.1", {"model.lr": 0.1}, RUN),)) for name in ("one", "two")
    ]
    states = {study.id: ExperimentState(study.id, (run_state(lab, RUN, CODE),), None, None) for study in studies}
    _, *lines = status_table(states, plan_of(*studies)).renderables  # type: ignore[attr-defined]
    assert [line.plain for line in lines] == [f"one: {RUN} lr=0.1  epoch 2/5  step 40/100  val/acc 0.9  30 s left"]
    assert states["one"].to_json()["runs"][RUN]["progress"]["epoch"] == 2
