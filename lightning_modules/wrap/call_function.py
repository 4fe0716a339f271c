"""Call the training function of a config with the arguments that it has parameters for.

The source of this module and of the modules it imports is part of the fingerprint of every run of a function.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import torch
from hydra.utils import instantiate
from lightning import LightningModule, seed_everything
from omegaconf import OmegaConf

from compiler.base.nested import with_leaves
from lightning_modules.wrap.process_state import FunctionExited, restored_process_state
from lightning_modules.wrap.recorder import RunRecorder
from lightning_modules.wrap.returned_metrics import WrongMetrics, returned_metrics
from lightning_modules.wrap.saved_model import ModelSaver

FINAL_MODEL = "final_model"


def call_function(config: Mapping[str, Any], run: RunRecorder) -> dict[str, float]:
    """Set the seeds, call the function that `model._target_` names, and return its metrics.

    The function gets the keys of `model` as keyword arguments, and those of `supplied_arguments` that it has
    parameters for. The working folder and the file mode creation mask are restored afterwards.

    Raises:
        WrongMetrics: It returned something else than its metrics.
        NonFiniteLoss: A metric is NaN or infinite.
        FunctionExited: It called `sys.exit`.
        Exception: The function raised it.
    """
    name = config["model"]["_target_"]
    torch.set_num_threads(config["resources"]["cpus"])
    seed_everything(config["seed"], workers=True, verbose=False)
    with restored_process_state(name):
        build = instantiate(dict(config["model"]), _partial_=True, _convert_="all")
        arguments = _accepted(build, supplied_arguments(config, run))
        run.can_resume = "resume_from" in arguments
        try:
            returned = build(**arguments)
        except (SystemExit, GeneratorExit) as error:
            raise FunctionExited(f"{name} raised {error!r}: it must return its metrics") from error
    if isinstance(returned, LightningModule):
        hint = "a function that builds a model is annotated with its class, such as -> LightningModule"
        raise WrongMetrics(f"{name} returned a model of Lightning and no metrics ({hint})")
    return returned_metrics(returned, name)


def supplied_arguments(config: Mapping[str, Any], run: RunRecorder) -> dict[str, Callable[[], Any]]:
    """Return what a training function may ask for, by the name of the parameter."""
    return {
        "config": lambda: OmegaConf.create(with_leaves(config, _escaped)),
        "run": lambda: run,
        "folder": lambda: run.folder,
        "seed": lambda: config["seed"],
        "save": lambda: ModelSaver(run.folder / FINAL_MODEL),
        "resume_from": run.load_checkpoint,
        "trial": lambda: run.is_trial,
    }


def _accepted(function: Any, supplied: Mapping[str, Callable[[], Any]]) -> dict[str, Any]:
    """Return the supplied arguments that a partial function accepts and that its config does not set itself."""
    names = inspect.signature(function.func).parameters.keys() - function.keywords.keys()
    return {name: make() for name, make in supplied.items() if name in names}


def _escaped(value: Any) -> Any:
    """Return a text so that OmegaConf reads it as it is: the config of a run has no interpolations left."""
    return value.replace("${", "\\${") if isinstance(value, str) else value
