"""Read the trials that a search has suggested so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compiler.base.diagnostics import Problem, SpecError
from compiler.base.json_files import read_json
from compiler.base.nested import Keys
from compiler.base.paths import Lab
from compiler.sweep.rounds import round_files
from compiler.sweep.search_space import SearchedKey

SEARCH_PATH: Keys = ("experiment", "search")


@dataclass(frozen=True)
class Trial:
    """A parameter setting that was suggested in a round. `number` counts the trials of all rounds from 0."""

    number: int
    round: int
    params: Mapping[str, Any]


def read_trials(lab: Lab, experiment_id: str, search: str, space: Sequence[SearchedKey]) -> tuple[Trial, ...]:
    """Return the trials of all rounds that exist.

    Raises:
        SpecError: A round cannot be read, or its parameters are not in this space.
    """
    trials: list[Trial] = []
    for number, file in enumerate(round_files(lab, experiment_id, search)[:-1], start=1):
        try:
            new_trials = [Trial(trial["number"], number, trial["params"]) for trial in read_json(file)["trials"]]
        except (ValueError, KeyError, TypeError) as error:
            raise _invalid_round(file) from error
        if [trial.number for trial in new_trials] != list(range(len(trials), len(trials) + len(new_trials))):
            raise _invalid_round(file)
        if not new_trials or not all(_is_in_space(trial.params, space) for trial in new_trials):
            raise _invalid_round(file)
        trials += new_trials
    return tuple(trials)


def _is_in_space(params: Any, space: Sequence[SearchedKey]) -> bool:
    if not isinstance(params, dict) or params.keys() != {searched.key for searched in space}:
        return False
    return all(searched.domain.contains(params[searched.key]) for searched in space)


def _invalid_round(file: Path) -> SpecError:
    hint = "remove it and the rounds after it; they are suggested again"
    return SpecError([Problem(SEARCH_PATH, f"{file} is not a round of this search", hint)])
