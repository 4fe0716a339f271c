"""Write the spec of a follow-up: its claim, and the test, deliverables and tags that it takes from the experiment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agents.proposals.allowed import base_config
from agents.proposals.basis import Basis, Settings
from compiler.spec.compare import ANY_LEVEL

_INHERITED = ("metric", "goal", "alpha", "minimum_effect", "paired")


def follow_up_spec(
    basis: Basis, texts: Mapping[str, str], sweep: Settings, levels: Settings, *, repeats_claims: bool = False
) -> dict[str, Any]:
    """Return the spec, which extends that of the experiment. Test, deliverables and tags are repeated.

    The claims of the experiment are inherited if `repeats_claims`, else the spec makes the claim of `levels`.
    """
    spec, metadata = basis.spec, basis.spec.get("metadata", {})
    created = {"created_at": metadata["created_at"]} if metadata.get("created_at") else {}
    compare = _compare(basis, levels)
    node = {**texts, "parent": basis.case.experiment_id, "sweep": dict(sweep), "compare": compare}
    return {
        "defaults": [base_config(basis.case), "_self_"],
        "experiment": node
        | ({"claims": []} if spec.get("claims") and not repeats_claims else {})
        | {"deliverables": [dict(deliverable) for deliverable in spec.get("deliverables", ())]}
        | {"metadata": created | _proposal_metadata(basis, metadata)}
        | {"on_request": True},
    }


def tested_levels(basis: Basis) -> dict[str, Any]:
    """Return factor, control and treatment of the registered test, as in `compare` of a spec."""
    test = basis.test
    treatment = ANY_LEVEL if test.treatment is None else test.treatment
    return {"factor": test.factor, "control": test.control, "treatment": treatment}


def superiority_claim(basis: Basis, factor: str, control: Any, treatments: Sequence[Any]) -> dict[str, Any]:
    """Return the `compare` of a new claim: a treatment, or any of several, is better than the control.

    The claim follows a look at the runs of the experiment, so the compiler replaces seeds of finished runs.
    Blocks of the registered test are not repeated, because its block keys may be fixed or compared here.
    """
    treatment = treatments[0] if len(treatments) == 1 else ANY_LEVEL
    blocks: dict[str, Any] = {"block": []} if basis.spec["compare"].get("block") else {}
    return {"factor": factor, "control": control, "treatment": treatment, "fresh_seeds": True} | blocks


def _proposal_metadata(basis: Basis, metadata: Mapping[str, Any]) -> dict[str, Any]:
    tags = list(dict.fromkeys([*metadata.get("tags", ()), "proposal"]))
    return {"tags": tags, "researcher": None, "lineage": basis.lineage.next_entry()}


def _compare(basis: Basis, levels: Settings) -> dict[str, Any]:
    """Return the `compare` block with the metric, goal and error rates of the registered test.

    Planned looks are removed, because they belong to the number of seeds of the experiment.
    """
    compare = basis.spec["compare"]
    inherited = {name: compare[name] for name in _INHERITED if compare.get(name) is not None}
    no_looks = {"looks": None} if compare.get("looks") else {}
    return {**inherited, **no_looks, **levels}
