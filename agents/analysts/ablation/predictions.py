"""Predict the metric of runs that were not trained, within the range of the swept settings."""

from __future__ import annotations

from agents.analysts.ablation.interpolation import interpolated_predictions
from agents.analysts.ablation.new_seed_predictions import new_seed_predictions
from agents.analysts.ablation.sweep_results import SweepResults
from agents.analysts.shared.part import Part, join_parts

_MAX_SETTINGS = 12  # rows of a readable table; with more settings, no predictions are reported


def predictions(sweep: SweepResults) -> Part:
    """Return a prediction for another seed of each setting, and for levels between two swept ones."""
    if not sweep.factors or len(sweep.cells) > _MAX_SETTINGS:
        return Part()
    return join_parts((new_seed_predictions(sweep), *interpolated_predictions(sweep)))
