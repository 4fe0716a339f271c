"""Check a `comparison` deliverable: sort the runs into arms and carry out the registered test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from agents.registered_test.aggregates import with_aggregates
from agents.registered_test.claims import registered_test
from agents.registered_test.decision import compare
from agents.registered_test.observation import observe
from agents.registered_test.wording.sentences import hypothesis_statement


def check_experiment(
    spec_compare: Mapping[str, Any], points: Sequence[Mapping[str, Any]], *, alpha: float | None = None
) -> tuple[bool, str, dict[str, Any]]:
    """Return whether the test could be carried out, a sentence with its result, and the comparison as JSON.

    The check passes for every verdict except untestable, because the deliverable is the test and not a supported
    hypothesis. Raises UnusableTest.

    Args:
        spec_compare: the planned test.
        points: the points as `observe` reads them.
        alpha: the significance level of a planned look, None for that of the test.
    """
    test = registered_test(spec_compare)
    observations = observe(test, points)
    comparison = compare(test, observations.runs, alpha=alpha)
    comparison = with_aggregates(replace(comparison, notes=comparison.notes + observations.notes), observations.runs)
    reason = hypothesis_statement(comparison).sentence
    return comparison.verdict != "untestable", f"{comparison.verdict}: {reason}", comparison.to_json(reason)
