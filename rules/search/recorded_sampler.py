"""An Optuna sampler that returns the recorded parameters of past trials, and conversions of values for Optuna."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.samplers import BaseSampler, CmaEsSampler
from optuna.study import Study
from optuna.trial import FrozenTrial, TrialState

from compiler.base.identity import canonical

Params = Mapping[str, Any]
Domain = Mapping[str, Any]


class RecordedSampler(BaseSampler):
    """Returns recorded values for past trials, and rounded values of another sampler for new trials.

    Optuna's enqueued parameters are not used, because Optuna skips the sampler for them and CMA-ES loses its state.
    """

    def __init__(self, sampler: BaseSampler, space: Mapping[str, Domain], recorded: Sequence[Params]) -> None:
        self._sampler, self._space, self._recorded = sampler, space, recorded
        self._samples_past_trials = isinstance(sampler, CmaEsSampler)

    def infer_relative_search_space(self, study: Study, trial: FrozenTrial) -> dict[str, BaseDistribution]:
        return self._sampler.infer_relative_search_space(study, trial) if self._is_sampled(trial) else {}

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        values = self._sampler.sample_relative(study, trial, search_space) if self._is_sampled(trial) else {}
        return {key: self._value(trial, key, value) for key, value in values.items()}

    def sample_independent(
        self, study: Study, trial: FrozenTrial, param_name: str, param_distribution: BaseDistribution
    ) -> Any:
        value = None
        if self._is_sampled(trial):
            value = self._sampler.sample_independent(study, trial, param_name, param_distribution)
        return self._value(trial, param_name, value)

    def before_trial(self, study: Study, trial: FrozenTrial) -> None:
        self._sampler.before_trial(study, trial)

    def after_trial(self, study: Study, trial: FrozenTrial, state: TrialState, values: Sequence[float] | None) -> None:
        self._sampler.after_trial(study, trial, state, values)

    def _is_sampled(self, trial: FrozenTrial) -> bool:
        return self._samples_past_trials or trial.number >= len(self._recorded)

    def _value(self, trial: FrozenTrial, key: str, sampled: Any) -> Any:
        if trial.number < len(self._recorded):
            return to_optuna(self._recorded[trial.number][key], self._space[key])
        return _rounded(sampled, self._space[key])


def distribution(domain: Domain) -> BaseDistribution:
    if domain["kind"] == "choice":  # by index: Optuna accepts no lists and treats 1, 1.0 and true as equal
        return CategoricalDistribution(range(len(domain["values"])))
    low, high, step, log = (domain[name] for name in ("low", "high", "step", "log"))
    if domain["kind"] == "int":
        return IntDistribution(low, high, log=log, step=step or 1)
    return FloatDistribution(low, high, log=log, step=step)


def to_optuna(value: Any, domain: Domain) -> Any:
    """Convert a value of a point to Optuna's value, which is the index for a choice."""
    if domain["kind"] != "choice":
        return value
    return [canonical(choice) for choice in domain["values"]].index(canonical(value))


def from_optuna(value: Any, domain: Domain) -> Any:
    """Convert Optuna's value to the value of a point."""
    return domain["values"][value] if domain["kind"] == "choice" else value


def _rounded(value: Any, domain: Domain) -> Any:
    """Round a float to six significant digits, because it is part of a point's name and must survive JSON."""
    if domain["kind"] != "float":
        return value
    return min(max(float(f"{value:.6g}"), domain["low"]), domain["high"])
