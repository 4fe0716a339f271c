"""Follow a chain of proposals back to the experiment of a person, and end it if it brings no new information.

An experiment that was proposed is itself followed by proposals. Without an end, a lab that admits proposals would
refine the same setting for ever, under names that grow with each generation.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from agents.context.case import Case
from agents.proposals.spec import proposal_id
from compiler.base.identity import digest

MAX_UNDECIDED = 2  # proposals in a row whose registered test decided nothing
_DECIDED = ("supported", "refuted")


@dataclass(frozen=True)
class Lineage:
    """The chain of proposals that ends with an experiment, as stored in `metadata.lineage` of a proposed spec.

    `origin` and `name` are the id and name of the experiment from which the chain starts. `depth` is the number of
    proposals in the chain, `undecided` the number at its end whose test was neither supported nor refuted.
    """

    origin: str
    name: str
    depth: int = 0
    undecided: int = 0

    @property
    def has_ended(self) -> bool:
        return self.undecided >= MAX_UNDECIDED

    def next_id(self, parent: str, *purpose: str) -> str:
        """Return the id of a follow-up of `parent`. Its length does not grow with the depth of the chain."""
        distinct = (digest(parent)[:8],) if self.depth else ()
        return proposal_id(self.origin, *purpose, *distinct)

    def next_entry(self) -> dict[str, Any]:
        """Return `metadata.lineage` of a follow-up, which is undecided until its test is evaluated."""
        return asdict(self) | {"depth": self.depth + 1, "undecided": self.undecided + 1}


def lineage_of(case: Case) -> Lineage:
    """Return the lineage of an experiment. A decided test is new information, so the count starts again."""
    stored = case.spec.get("metadata", {}).get("lineage")
    if stored is None:
        return Lineage(case.experiment_id, case.spec.get("name", case.experiment_id))
    is_decided = case.results.comparison is not None and case.results.comparison.verdict in _DECIDED
    return Lineage(**dict(stored) | ({"undecided": 0} if is_decided else {}))
