"""Determine the stage that an experiment is in, and the state of the gate at its end, from the decided gates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from compiler.stages.names import STAGE_OF, GateName, Stage

_MAY_CONTINUE: tuple[GateName, ...] = ("training", "validation")


@dataclass(frozen=True)
class DecidedGate:
    passed: bool
    why: str


@dataclass(frozen=True)
class StageState:
    """A stage, and its gate: not decided yet, closed, or passed if no later stage follows."""

    stage: Stage
    gate: GateName
    state: Literal["waiting", "closed", "passed"]
    why: str = ""

    @property
    def text(self) -> str:
        """The stage with its gate, such as `validation (gate closed)`."""
        return f"{self.stage} ({'waits at its gate' if self.state == 'waiting' else f'gate {self.state}'})"

    def to_json(self) -> dict[str, Any]:
        return {"name": self.stage, "gate": self.gate, "gate_state": self.state, "why": self.why}


def current_stage(
    planned: Sequence[GateName], decided: Mapping[GateName, DecidedGate], *, is_trained: bool, continues: bool
) -> StageState:
    """Return the first stage whose gate is not passed, the last planned one if all are.

    Args:
        planned: the gates of the experiment, in their order.
        decided: the gates that an earlier build or a person has decided.
        is_trained: whether every run has finished with the current code. The gates of an earlier build do not count if
            runs are missing.
        continues: whether analyses and reports follow a closed gate of the training or the validation.
    """
    ignored: StageState | None = None  # a closed gate that the experiment continues after
    for gate in planned:
        record = decided.get(gate)
        if gate == "experiment" and record is None and any(name in decided for name in planned[1:]):
            continue  # built by a version without this gate
        if gate == "publication" and ignored is not None:
            break
        if record is None or (gate == "training" and not is_trained):
            return _state(gate, "waiting", "")
        if not record.passed:
            if not (continues and gate in _MAY_CONTINUE):
                return _state(gate, "closed", record.why)
            ignored = ignored or _state(gate, "closed", record.why)
    last = decided.get(planned[-1])
    return ignored or _state(planned[-1], "passed", last.why if last else "")


def _state(gate: GateName, state: Literal["waiting", "closed", "passed"], why: str) -> StageState:
    return StageState(STAGE_OF[gate], gate, state, why)
