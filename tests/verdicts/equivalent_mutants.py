"""List the mutants that give equal results for all inputs, each with the reason. No test can notice them."""

from __future__ import annotations

EQUIVALENT: dict[str, str] = {
    "agents.statistics.bounds.relabelling: 10 to 9: _SMALL_POOL = 10  # runs": "a halved pool gives equal sums",
    "agents.statistics.bounds.relabelling: LtE to Lt: if len(pool) <= _SMALL_POOL:": "a halved pool gives equal sums",
    "agents.statistics.bounds.relabelling: 1 to 0: ranks = np.random.default_rng(number).random((RESAMPLES, n),"
    " dtype=np.float32).argpartition(size - 1, axis=1)": (
        "the values before the pivot are the `size` smallest of a row in both cases"
    ),
    'agents.registered_test.family: Gt to GtE: return "supported" if improvement > bound else "refuted"': (
        "an improvement that equals the bound is inconclusive before"
    ),
    "agents.registered_test.family: Gt to GtE: above = effect.difference > 0": (
        "no test shows that a difference of zero is outside the range, in either direction"
    ),
    "agents.statistics.alpha_spending: 200 to 199: _NODES = 200  # of the quadrature": (
        "the boundaries change by less than 1e-12"
    ),
    "agents.statistics.alpha_spending: 12.0 to 11.0: _FARTHEST = 12.0  # standard deviations; the probability beyond"
    " is negligible": "the probability beyond 11 standard deviations is below the smallest increment of alpha",
    "agents.statistics.welch: min to max: if is_lopsided or (decides_alone and (min(sizes) < _MIN_ALONE or min(sizes)"
    " != max(sizes))):": "sizes that differ are handled by the second condition, and equal sizes have equal extremes",
    "agents.statistics.bounds.permutation: LtE to Lt: return min(1.0, 2 / (relabellings if relabellings <= EXACT_LIMIT"
    " else RESAMPLES + 1))": "both values are equal for the limit of 200,000 relabellings",
}
