"""Estimate effects in strata, and test them against bounds by permutation and by Welch's test."""
