"""Define verdicts: the outcome of one comparison as a clause and as a sentence, with the facts it is based on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from agents.facts.fact import SCHEMA_VERSION
from agents.facts.subject import parse_subject

HYPOTHESIS, EXPLORATORY = "hypothesis", "exploratory"  # ids of verdicts of the registered test
TestOutcome = Literal["supported", "refuted", "inconclusive", "untestable"]
BaselineOutcome = Literal["held", "regressed", "inconclusive", "not judged"]
EquivalenceOutcome = Literal["alike", "not shown alike"]
Outcome = TestOutcome | BaselineOutcome | EquivalenceOutcome


@dataclass(frozen=True)
class Verdict:
    """The outcome of one comparison. In reports, only the texts of verdicts may compare results.

    `words` is a clause that fits into a sentence, and `sentence` is a complete sentence with the numbers. `subjects`
    are those of the facts. Only the registered test decides on the hypothesis. Every other verdict is post hoc, and
    its words state that.
    """

    id: str
    conclusion: Outcome
    words: str
    sentence: str
    subjects: tuple[str, ...]
    facts: tuple[str, ...]
    is_post_hoc: bool = False

    def to_json(self) -> dict[str, Any]:
        return {"schema_version": SCHEMA_VERSION, **asdict(self)} | {
            "subjects": list(self.subjects),
            "facts": list(self.facts),
        }


def is_test_verdict(verdict_id: str) -> bool:
    """Check whether a verdict is one of the registered test, and not one that an analyst computed."""
    return verdict_id in (HYPOTHESIS, EXPLORATORY) or parse_subject(verdict_id).kind in ("contrast", "claim")


def verdict_from_json(line: Mapping[str, Any]) -> Verdict:
    fields = {key: value for key, value in line.items() if key != "schema_version"}
    return Verdict(**fields | {"subjects": tuple(line["subjects"]), "facts": tuple(line["facts"])})
