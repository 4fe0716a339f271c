"""`group_gap`: the difference in a metric between any two groups of test items is within a limit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from compiler.deliverables.deliverable import Deliverable, DeliverableType, exists

NAME = "group_gap"


class GroupGap(Deliverable):
    path: str = "output/test_groups.npz"
    validation: Literal["max_gap", "exists"] = "max_gap"
    metric: Annotated[str, Field(min_length=1)]
    column: Annotated[str, Field(min_length=1)]
    max_gap: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    operator: Literal["<=", "<"] = "<="
    of: Literal["estimate", "upper_limit"] = "estimate"  # what is compared with max_gap
    min_items: Annotated[int, Field(ge=2)] = 10  # groups with fewer items are not compared

    def metrics(self) -> Mapping[str, str]:
        return {"metric": self.metric}


# The check is given as text, because the compiler must not import agents. A test checks that the function exists.
TYPE = DeliverableType(NAME, GroupGap, {"max_gap": "agents.group_evaluation.gap_check:check", "exists": exists})
