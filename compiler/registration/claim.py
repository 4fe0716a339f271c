"""Compute the digest of a claim: of everything that must not change between its registration and its verdict."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from compiler.base.identity import canonical

SEED = "seed"


def claim_digest(design: Mapping[str, Any], planned_runs: Iterable[str], setting: Any) -> str:
    """Return the sha256 of a claim.

    It covers hypothesis, test, search, planned size and planned runs. The deliverables, the research question and the
    sentences that code writes for the claims of the test are not part of it. With planned looks, the seeds grow along
    the plan, and a search adds its runs later. In both cases, the setting of the runs stands for their ids.

    Args:
        design: the design of the experiment in its JSON form.
        planned_runs: the ids of its runs.
        setting: what all seeds share: the parameters without the seed, and the versions of the data.
    """
    test, search = _without_texts(design["compare"]), design.get("search")
    claim: dict[str, Any] = {"hypothesis": design["hypothesis"], "compare": test, "search": search}
    if test and test.get("looks"):
        claim["setting"] = setting
    elif search:
        claim |= {"setting": setting, "planned": design["planned"]}
    else:
        claim |= {"planned": design["planned"], "runs": sorted(planned_runs)}
    return hashlib.sha256(canonical(claim)).hexdigest()


def _without_texts(test: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    if test is None:
        return None
    claims = [{key: value for key, value in claim.items() if key != "text"} for claim in test.get("claims", ())]
    return {**test, "claims": claims}
