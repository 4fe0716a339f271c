"""Turn the experiments and hyperparameter searches of a project into specs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

import yaml

HEADER = "# @package _global_"
_DIRECTIONS = {"minimize": "minimize", "maximize": "maximize"}
_SAMPLERS = {"TPESampler": "tpe", "GPSampler": "gp", "RandomSampler": "random", "CmaEsSampler": "cmaes"}


def spec_text(name: str, text: str) -> str:
    """Return the spec of an experiment: its file, with an `experiment:` node at the end."""
    if re.search(r"^experiment:", text, re.MULTILINE):
        return text
    return f"{text.rstrip()}\n\n{_node(f'The settings of {name} can be trained.')}"


def first_spec() -> str:
    """Return a spec for a project without experiments."""
    return f"{HEADER}\n\n{_node('The default settings can be trained.')}"


def search_spec(name: str, content: Mapping[str, Any]) -> str | None:
    """Return a spec with the search of a file for Optuna's sweeper, None if the file has no search space."""
    sweeper = (content.get("hydra") or {}).get("sweeper") or {}
    params = sweeper.get("params") or sweeper.get("search_space")
    if not isinstance(params, Mapping) or not all(isinstance(value, str) for value in params.values()):
        return None
    direction = sweeper.get("direction")
    sampler = str((sweeper.get("sampler") or {}).get("_target_", "")).rpartition(".")[2]
    search = {
        "space": dict(params),
        "metric": content.get("optimized_metric") or "eval_loss",
        "goal": _DIRECTIONS.get(str(direction), "minimize"),
        "sampler": _SAMPLERS.get(sampler, "tpe"),
        "runs": sweeper.get("n_trials") or 20,
    }
    if isinstance(seed := (sweeper.get("sampler") or {}).get("seed"), int):
        search["seed"] = seed
    hypothesis = f"The search {name} finds better settings than the defaults."
    experiment = {"hypothesis": hypothesis, "exploratory": True, "search": search}
    return f"{HEADER}\n\n{yaml.safe_dump({'experiment': experiment}, sort_keys=False, width=120)}"


def spec_name(config: str) -> str:
    """Return the name of the experiment in a file such as `hparams_search/mnist_optuna.yaml`."""
    return f"search_{PurePosixPath(config).stem}"


def _node(hypothesis: str) -> str:
    return (
        "experiment:\n"
        f"  hypothesis: {hypothesis}   # write what you want to find out\n"
        "  exploratory: true   # or instead, state a research_question\n"
        "  deliverables: [{type: completed_runs}]\n"
        "  # sweep: {model.optimizer.lr: '0.001,0.01', seed: range(5)}\n"
        "  # compare: {metric: val/acc, goal: maximize, factor: model.optimizer.lr, control: 0.001}\n"
    )
