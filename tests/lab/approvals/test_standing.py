"""What counts for a content when there are several decisions about its item."""

from __future__ import annotations

import pytest

from lab.approvals.decision import Decision
from lab.approvals.decisions import Decisions
from lab.approvals.standing import State, standing
from tests.lab.approvals.made_decisions import OTHER_SHA, POLICY, SHA, decision, subject

APPROVED, REJECTED, ADMITTED = decision(), decision("rejected", why="No."), decision("admitted", POLICY)
OTHER, OTHER_REJECTED = decision(sha256=OTHER_SHA), decision("rejected", why="No.", sha256=OTHER_SHA)
BOTH = decision(subjects=(subject(name="x"), subject()))


@pytest.mark.parametrize(
    ("made", "state"),
    [
        pytest.param([], "undecided", id="nothing"),
        pytest.param([APPROVED], "approved", id="approved"),
        pytest.param([BOTH], "approved", id="one of several subjects"),
        pytest.param([ADMITTED], "admitted", id="admitted by the policy"),
        pytest.param([APPROVED, REJECTED], "rejected", id="later rejection"),
        pytest.param([REJECTED, APPROVED], "approved", id="later approval"),
        pytest.param([REJECTED, ADMITTED], "admitted", id="later admission"),
        pytest.param([OTHER], "void", id="approved with other content"),
        pytest.param([OTHER_REJECTED], "undecided", id="rejected with other content"),
        pytest.param([OTHER, OTHER_REJECTED], "undecided", id="other content approved, then rejected"),
        pytest.param([APPROVED, OTHER], "approved", id="content restored after another was approved"),
        pytest.param([decision(kind="publication")], "undecided", id="other kind"),
        pytest.param([decision(name="digits_mlp")], "undecided", id="other name"),
    ],
)
def test_state(made: list[Decision], state: State) -> None:
    current = standing(Decisions(tuple(made)), subject())
    assert current.state == state
    assert current.is_approved == (state == "approved")
    assert (current.decision is None) == (state == "undecided")


def test_void_approval_names_the_content_that_was_approved() -> None:
    current = standing(Decisions((OTHER,)), subject())
    assert current.decided_sha256(subject()) == OTHER_SHA != SHA
    assert standing(Decisions(), subject()).decided_sha256(subject()) is None
