"""Compute the digest of a claim: of everything that must not change between its registration and its verdict."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from compiler.base.identity import canonical

SEED = "seed"


def claim_digest(design: Mapping[str, Any], planned_runs: Iterable[str], setting: Any) -> str:
    """Return the sha256 of a claim.

    It covers hypothesis, test, search, planned size and planned runs. The deliverables and the research question are
    not part of the claim. With planned looks, the seeds grow along the plan, and a search adds its runs later. In both
    cases, the setting of the runs stands for their ids.

    Args:
        design: the design of the experiment in its JSON form.
        planned_runs: the ids of its runs.
        setting: what all seeds share: the parameters without the seed, and the versions of the data.
    """
    test, search = design["compare"], design.get("search")
    claim: dict[str, Any] = {"hypothesis": design["hypothesis"], "compare": test, "search": search}
    if test and test.get("looks"):
        claim["setting"] = setting
    elif search:
        claim |= {"setting": setting, "planned": design["planned"]}
    else:
        claim |= {"planned": design["planned"], "runs": sorted(planned_runs)}
    return hashlib.sha256(canonical(claim)).hexdigest()
