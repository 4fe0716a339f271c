"""The digest of a claim changes with everything that the verdict depends on, and with nothing else."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from compiler.registration.claim import claim_digest

CLAIM = {"type": "superiority", "treatment": 0.2, "margin": 0.0, "text": "mean accuracy exceeds"}
DESIGN: dict[str, Any] = {
    "hypothesis": "More is more.",
    "research_question": "Why?",
    "compare": {"metric": "accuracy", "alpha": 0.05, "looks": None, "block": [], "claims": [CLAIM]},
    "deliverables": {"plot": {"type": "plot"}},
    "planned": {"points": 2, "runs": 2, "levels": {}},
}
LOOKS = {"seeds": [5, 8], "spending": "pocock"}


def digest(changes: dict[str, Any], runs: str = "a b", setting: Any = "s", base: dict[str, Any] = DESIGN) -> str:
    """Return the digest of the design with other values at dotted paths."""
    design = deepcopy(base)
    for path, value in changes.items():
        *parents, key = path.split(".")
        node: Any = design
        for parent in parents:
            node = node[int(parent) if parent.isdigit() else parent]
        node[key] = value
    return claim_digest(design, runs.split(), setting)


RELEVANT: dict[str, dict[str, Any]] = {
    "hypothesis": {"hypothesis": "Less is more."},
    "alpha": {"compare.alpha": 0.1},
    "margin": {"compare.claims.0.margin": 0.1},
    "looks": {"compare.looks": LOOKS},
    "blocks": {"compare.block": ["data"]},
    "no test": {"compare": None},
    "size": {"planned.points": 4},
    "search": {"search": {"runs": 4}},
}
IRRELEVANT: dict[str, dict[str, Any]] = {
    "text of a claim": {"compare.claims.0.text": "other words"},
    "new field without a value": {"compare.censoring": None, "compare.claims.0.tags": []},
    "deliverables": {"deliverables": {}},
    "research question": {"research_question": ""},
}


@pytest.mark.parametrize("changes", RELEVANT.values(), ids=RELEVANT)
def test_digest_changes_with_the_claim(changes: dict[str, Any]) -> None:
    assert digest(changes) != digest({})


@pytest.mark.parametrize("changes", IRRELEVANT.values(), ids=IRRELEVANT)
def test_digest_does_not_change_with_anything_else(changes: dict[str, Any]) -> None:
    assert digest(changes) == digest({})


def test_digest_covers_the_runs_or_with_planned_looks_their_setting() -> None:
    assert digest({}, runs="b a") == digest({}, setting="other") == digest({})
    assert digest({}, runs="a c") != digest({})
    planned = {"compare.looks": LOOKS}
    assert digest(planned, runs="a b c") == digest(planned | {"planned.runs": 3}) == digest(planned)
    assert digest(planned, setting="other") != digest(planned)
    searched = {"search": {"runs": 4}}
    assert digest(searched, runs="a b c") == digest(searched)
    assert digest(searched, setting="other") != digest(searched)


def test_claim_of_an_exploratory_experiment_is_another_one_so_that_taking_it_back_confirms_nothing() -> None:
    assert claim_digest(DESIGN, ["a"], "s", is_exploratory=True) != claim_digest(DESIGN, ["a"], "s")
