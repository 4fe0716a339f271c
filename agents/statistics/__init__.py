"""Numbers from samples: exact where exact is possible, and honest about what few runs cannot show.

scipy, statsmodels and Optuna are imported where they are used: most jobs need a mean and no more.
"""

from agents.statistics.anova import Effect, anova
from agents.statistics.effect import hedges_g, probability_greater
from agents.statistics.goal import Goal
from agents.statistics.importance import Importance, NotEstimated, parameter_importance
from agents.statistics.interval import (
    Interval,
    bootstrap_interval,
    difference_interval,
    prediction_interval,
)
from agents.statistics.margins import (
    Equivalence,
    Noninferiority,
    equivalence_test,
    noninferiority,
    noninferiority_to_summary,
)
from agents.statistics.permutation import (
    EXACT_LIMIT,
    RESAMPLES,
    Permutation,
    at_most,
    permutation_floor,
    permutation_test,
    smallest_n,
)
from agents.statistics.sample import Description, UnusableSample, describe, rounding
from agents.statistics.several import Against, benjamini_hochberg, dunnett, holm

__all__ = [
    "EXACT_LIMIT",
    "RESAMPLES",
    "Against",
    "Description",
    "Effect",
    "Equivalence",
    "Goal",
    "Importance",
    "Interval",
    "Noninferiority",
    "NotEstimated",
    "Permutation",
    "UnusableSample",
    "anova",
    "at_most",
    "benjamini_hochberg",
    "bootstrap_interval",
    "describe",
    "difference_interval",
    "dunnett",
    "equivalence_test",
    "hedges_g",
    "holm",
    "noninferiority",
    "noninferiority_to_summary",
    "parameter_importance",
    "permutation_floor",
    "permutation_test",
    "prediction_interval",
    "probability_greater",
    "rounding",
    "smallest_n",
]
