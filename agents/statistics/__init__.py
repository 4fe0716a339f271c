"""Statistics of samples: descriptions, effect sizes, tests, intervals, analysis of variance and parameter importance.

scipy, statsmodels and Optuna are imported inside the functions that use them, because most jobs need only a mean.
"""

from agents.statistics.aggregation import (
    Profile,
    improvement_probability,
    interquartile_mean,
    iqm_difference,
    performance_profile,
    probability_interval,
)
from agents.statistics.alpha_spending import Spending, UnusableLooks, spent_alphas
from agents.statistics.anova import Effect, anova
from agents.statistics.bounds.bound_tests import ResampledEffect, StratifiedEffect, measure_effect
from agents.statistics.bounds.fold_effect import FoldEffect, measure_fold_effect
from agents.statistics.bounds.permutation import (
    Permutation,
    permutation_floor,
    permutation_method,
    permutation_test,
    smallest_n,
)
from agents.statistics.bounds.relabelling import RESAMPLES
from agents.statistics.bounds.strata import Stratum
from agents.statistics.bounds.tested_effect import BoundP, TestedEffect
from agents.statistics.crossed import CrossedDifference, CrossedScores, crossed_difference
from agents.statistics.effect import hedges_g, probability_greater, standardized_effect
from agents.statistics.goal import Goal
from agents.statistics.group_means import MIN_ITEMS, Gap, GroupMean, group_mean, largest_gap
from agents.statistics.importance import Importance, ImportanceNotEstimated, parameter_importance
from agents.statistics.intervals import Interval, prediction_interval
from agents.statistics.margins import (
    Equivalence,
    Noninferiority,
    equivalence_test,
    noninferiority,
    noninferiority_to_summary,
)
from agents.statistics.multiple_comparisons import HolmStep, at_most, benjamini_hochberg, holm
from agents.statistics.sample import Description, UnusableSample, describe, rounding
from agents.statistics.stratified_bootstrap import MIN_BOOTSTRAP_RUNS, Resampled

__all__ = [
    "MIN_BOOTSTRAP_RUNS",
    "MIN_ITEMS",
    "RESAMPLES",
    "BoundP",
    "CrossedDifference",
    "CrossedScores",
    "Description",
    "Effect",
    "Equivalence",
    "FoldEffect",
    "Gap",
    "Goal",
    "GroupMean",
    "HolmStep",
    "Importance",
    "ImportanceNotEstimated",
    "Interval",
    "Noninferiority",
    "Permutation",
    "Profile",
    "Resampled",
    "ResampledEffect",
    "Spending",
    "StratifiedEffect",
    "Stratum",
    "TestedEffect",
    "UnusableLooks",
    "UnusableSample",
    "anova",
    "at_most",
    "benjamini_hochberg",
    "crossed_difference",
    "describe",
    "equivalence_test",
    "group_mean",
    "hedges_g",
    "holm",
    "improvement_probability",
    "interquartile_mean",
    "iqm_difference",
    "largest_gap",
    "measure_effect",
    "measure_fold_effect",
    "noninferiority",
    "noninferiority_to_summary",
    "parameter_importance",
    "performance_profile",
    "permutation_floor",
    "permutation_method",
    "permutation_test",
    "prediction_interval",
    "probability_greater",
    "probability_interval",
    "rounding",
    "smallest_n",
    "spent_alphas",
    "standardized_effect",
]
