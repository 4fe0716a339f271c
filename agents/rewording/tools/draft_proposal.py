"""A tool that drafts a follow-up experiment. It sets only keys that the author swept, and waits for approval."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, StrictBool, StrictFloat, StrictInt, StrictStr

from agents.context.case import Case
from agents.facts.fact import Value
from agents.proposals.allowed import ForbiddenProposal, allowed_keys, check_settings
from agents.rewording.tools.session import CallRejected, ToolSession
from agents.rewording.tools.tool import Arguments, Tool

MAX_RUNS = 100
Setting = StrictBool | StrictInt | StrictFloat | StrictStr
Settings = Annotated[tuple[Setting, ...], Field(min_length=1, max_length=MAX_RUNS)]
_DESCRIPTION = "Drafts a follow-up experiment: values to try for keys that this experiment swept, and for no others."


class DraftProposal(Arguments):
    """`changes`: the values to try, by key."""

    changes: Annotated[dict[str, Settings], Field(min_length=1)]


def draft_proposal_tool(session: ToolSession) -> Tool:
    def run(draft: DraftProposal) -> object:
        if session.propose is None:
            raise CallRejected("this experiment accepts no proposals")
        file = session.propose(allowed_changes(draft.changes, session.case))
        return {"file": file, "waits_for": "a person's approval"}

    return Tool("draft_proposal", _DESCRIPTION, DraftProposal, run)


def allowed_changes(changes: Mapping[str, tuple[Setting, ...]], case: Case) -> dict[str, tuple[Value, ...]]:
    """Return the changes without repeated values, if they set only keys that the spec's author swept.

    Raises:
        CallRejected: With all problems.
    """
    try:
        check_settings(changes, case, allowed_keys(case).intersection(case.swept_keys))
    except ForbiddenProposal as error:
        raise CallRejected(str(error)) from error
    if (runs := math.prod(len(set(values)) for values in changes.values())) > MAX_RUNS:
        raise CallRejected(f"{runs} runs are more than the {MAX_RUNS} that a draft may have")
    return {key: tuple(dict.fromkeys(values)) for key, values in changes.items()}
