"""Write registration chains for tests, at chosen times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from compiler.base.json_files import write_json
from compiler.base.paths import Lab
from compiler.registration.chain import Chain, append
from compiler.registration.evidence import known_runs

START = datetime(2030, 1, 1, 12, tzinfo=UTC)
DESIGN: dict[str, Any] = {
    "hypothesis": "More is more.",
    "research_question": "",
    "compare": {"metric": "accuracy", "alpha": 0.05},
    "deliverables": {},
    "planned": {"points": 4, "runs": 4, "levels": {"0.1": 2, "0.2": 2}},
}


def at(minutes: float) -> str:
    return (START + timedelta(minutes=minutes)).isoformat()


def register(lab: Lab, runs: str, claim: str = "A", minutes: float = 0, name: str = "lr", **fields: Any) -> Chain:
    """Append a registration of the runs in `runs`, which are separated by spaces."""

    def entry(chain: Chain) -> dict[str, Any]:
        return {
            "kind": "registration",
            "experiment_id": name,
            "recorded_at": at(minutes),
            "claim": claim,
            "claims": [],
            "design": DESIGN,
            "planned_runs": runs.split(),
            "known_runs": known_runs(lab, chain, name, runs.split()),
            "git": None,
            "spec": f"conf/experiment/{name}.yaml",
            "parent": None,
            "planned_seeds": [],
            "chosen_seeds": None,
        } | fields

    return append(lab, entry)


def look(lab: Lab, runs: str, claim: str = "A", minutes: float = 0, name: str = "lr", **fields: Any) -> Chain:
    def entry(chain: Chain) -> dict[str, Any]:
        return {
            "kind": "look",
            "experiment_id": name,
            "recorded_at": at(minutes),
            "claim": claim,
            "evidence": runs,
            "runs": dict.fromkeys(runs.split(), "0" * 64),
            "verdict": "inconclusive",
            "number_of_look": len(chain.looks_of(name)) + 1,
        } | fields

    return append(lab, entry)


def finish(lab: Lab, runs: str, started: float, completed: float | None = None) -> None:
    """Write the status of finished runs."""
    for run in runs.split():
        times = {"started_at": at(started), "completed_at": at(started + 1 if completed is None else completed)}
        write_json(lab.status(run), {"status": "completed", **times})
