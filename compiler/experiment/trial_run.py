"""Compile one setting of an experiment for a trial, which is never stored in the lab."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from compiler.base.diagnostics import CompileError, Diagnostic, did_you_mean
from compiler.base.paths import Lab
from compiler.composing.overrides import override_key
from compiler.experiment.compile_experiment import compose_experiment
from compiler.experiment.problem_log import ProblemLog
from compiler.experiment.run_pass import RunPass
from compiler.experiment.spec_pass import read_node
from compiler.experiment.sweep_pass import expand_sweep
from compiler.python_source.training_kind import training_kind
from compiler.runs.toolchain import Run, Toolchain
from compiler.secrets.environment import restricted_environment
from compiler.sweep.points import Point

BATCHES = 3  # of each split, unless the trainer sets its own limit
_LIMITS = ("limit_train_batches", "limit_val_batches", "limit_test_batches")


def compile_trial(choice: str, lab: Lab, overrides: Sequence[str]) -> Run:
    """Return a run of the first setting of an experiment. An override of a swept key replaces its values.

    With Lightning, it has one epoch of a few batches, unless an override sets these keys of the trainer. It is tracked
    nowhere.

    Raises:
        CompileError: There is no such experiment, or this setting of it is wrong.
    """
    tools = Toolchain(lab, overrides)
    source = tools.composer.source(f"experiment/{choice}")
    if source is None:
        hint = did_you_mean(choice, tools.composer.options("experiment"))
        raise CompileError([Diagnostic("conf/experiment", 1, 1, "", f"no experiment is called '{choice}'", hint)])
    with restricted_environment(tools.environment):
        composed = compose_experiment(choice, source, tools)
        log = ProblemLog(composed)
        fields = read_node(composed, Path(choice).name, tools.types.find, log).fields
        keys = {override_key(text) for text in overrides}
        sweep = expand_sweep(_without_keys(fields, keys), tools, log)
        run_pass = RunPass(choice, composed, fields.get("config"), sweep, tools, log)
        settings = (*(sweep.points[0].settings if sweep.points else ()), *(key.sample for key in sweep.space))
        runs = [] if log else [run for _, run in run_pass.runs([Point("trial", settings)])]
    if log or not runs:
        raise log.error()
    return _shortened(runs[0], keys, tools)


def _without_keys(fields: Mapping[str, Any], keys: set[str]) -> dict[str, Any]:
    """Return the spec without the values that overrides replace in its sweep and in the space of its search."""
    sweep, search = fields.get("sweep"), fields.get("search")
    changed = dict(fields)
    if isinstance(sweep, Mapping):
        changed["sweep"] = {key: values for key, values in sweep.items() if key not in keys}
    if isinstance(search, Mapping) and isinstance(search.get("space"), Mapping):
        changed["search"] = {
            **search,
            "space": {key: value for key, value in search["space"].items() if key not in keys},
        }
    return changed


def _shortened(run: Run, overridden: set[str], tools: Toolchain) -> Run:
    config = {**run.config, "tracking": {"mode": "disabled"}}
    if training_kind(config, tools.signatures.definitions) == "lightning":
        limits: dict[str, Any] = {"max_epochs": 1, **dict.fromkeys(_LIMITS, BATCHES)}
        chosen = {key.removeprefix("trainer.") for key in overridden}
        config["trainer"] = {**config["trainer"], **{key: limits[key] for key in limits.keys() - chosen}}
    return replace(run, config=config)
