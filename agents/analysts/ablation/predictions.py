"""Predict the results of runs that were not made, only within the swept settings."""

from __future__ import annotations

from agents.analysts.ablation.interpolation import interpolated_predictions
from agents.analysts.ablation.new_seed_predictions import new_seed_predictions
from agents.analysts.ablation.sweep_results import SweepResults
from agents.analysts.shared.part import Part, join_parts

_MOST_SETTINGS = 12  # of a readable table


def predictions(sweep: SweepResults) -> Part:
    """Return a prediction for another seed of each setting, and for levels between two swept ones."""
    if not sweep.factors or len(sweep.cells) > _MOST_SETTINGS:
        return Part()
    return join_parts((new_seed_predictions(sweep), *interpolated_predictions(sweep)))
