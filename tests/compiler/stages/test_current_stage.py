"""The stage of an experiment is the first one whose gate it has not passed."""

from __future__ import annotations

import pytest

from compiler.stages.current_stage import DecidedGate, StageState, current_stage
from compiler.stages.names import GATES, STAGES, GateName

PASSED, CLOSED = DecidedGate(True, "all is well"), DecidedGate(False, "too few")


def gates(*names: GateName, **others: DecidedGate) -> dict[GateName, DecidedGate]:
    return dict.fromkeys(names, PASSED) | others  # type: ignore[operator]


@pytest.mark.parametrize(
    ("decided", "is_trained", "continues", "expected"),
    [
        pytest.param({}, False, False, ("experiment", "waiting"), id="not admitted yet"),
        pytest.param(gates("experiment"), False, False, ("training", "waiting"), id="training"),
        pytest.param(gates(*GATES[:5]), False, False, ("training", "waiting"), id="runs are stale again"),
        pytest.param(gates("experiment", training=CLOSED), True, False, ("training", "closed"), id="training failed"),
        pytest.param(
            gates("experiment", "validation", training=CLOSED), True, True, ("analysis", "waiting"), id="goes on"
        ),
        pytest.param(
            gates(*GATES[:2], validation=CLOSED), True, False, ("validation", "closed"), id="validation failed"
        ),
        pytest.param(gates(*GATES[:3]), True, False, ("analysis", "waiting"), id="analysis"),
        pytest.param(
            gates(*GATES[:3], analysis=CLOSED), True, True, ("analysis", "closed"), id="never after objections"
        ),
        pytest.param(gates(*GATES[:5]), True, False, ("publication", "waiting"), id="waits for a person"),
        pytest.param(gates(*GATES[:5], publication=CLOSED), True, False, ("publication", "closed"), id="not approved"),
        pytest.param(gates(*GATES), True, False, ("publication", "passed"), id="published"),
        pytest.param(
            gates("experiment", "validation", "analysis", "reports", training=CLOSED),
            True,
            True,
            ("training", "closed"),
            id="labelled documents are not published",
        ),
        pytest.param(gates(*GATES[1:3]), True, False, ("analysis", "waiting"), id="built by an earlier version"),
    ],
)
def test_stage_ends_at_the_first_gate_that_is_not_passed(
    decided: dict[GateName, DecidedGate], is_trained: bool, continues: bool, expected: tuple[GateName, str]
) -> None:
    state = current_stage(GATES, decided, is_trained=is_trained, continues=continues)
    assert (state.gate, state.state) == expected
    assert state.stage == STAGES[GATES.index(state.gate)]


def test_last_planned_stage_of_an_experiment_without_documents_is_the_validation() -> None:
    state = current_stage(GATES[:3], gates(*GATES[:3]), is_trained=True, continues=False)
    assert state == StageState("validation", "validation", "passed", "all is well")
    assert state.text == "validation (gate passed)"
