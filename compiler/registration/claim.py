"""Compute the digest of a claim, which covers all that must not change between its registration and its verdict."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from compiler.base.identity import canonical


def claim_digest(
    design: Mapping[str, Any], planned_runs: Iterable[str], setting: Any, *, is_exploratory: bool = False
) -> str:
    """Return the sha256 of a claim.

    It covers hypothesis, test, search, planned size and planned runs. The deliverables, the research question and the
    sentences that code writes for the claims of the test are not part of it. With planned looks, the seeds grow along
    the plan, and a search adds its runs later. In both cases, the setting of the runs is hashed instead of their ids.

    Args:
        design: the design of the experiment in its JSON form.
        planned_runs: the ids of its runs.
        setting: what all seeds share: the parameters without the seed, and the versions of the data.
        is_exploratory: whether the spec declares so. If it takes this back, the claim is new and its runs are known.
    """
    test, search = _without_defaults(design["compare"]), design.get("search")
    claim: dict[str, Any] = {"hypothesis": design["hypothesis"], "compare": test, "search": search}
    claim |= {"exploratory": True} if is_exploratory else {}
    if test and test.get("looks"):
        claim["setting"] = setting
    elif search:
        claim |= {"setting": setting, "planned": design["planned"]}
    else:
        claim |= {"planned": design["planned"], "runs": sorted(planned_runs)}
    return hashlib.sha256(canonical(claim)).hexdigest()


def _without_defaults(test: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Return the test without empty fields, so that a new field of a later version leaves the digest unchanged.

    The texts of claims are left out as well, because a later version may word them differently.
    """
    if test is None:
        return None
    claims = [_without_empty({**claim, "text": None}) for claim in test.get("claims", ())]
    return _without_empty({**test, "claims": claims})


def _without_empty(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if value is not None and value != []}
