"""Check the keys beside `data`, `model` and `trainer` that a training reads: callbacks, loggers, flags and labels.

Many of them are conventions of lightning-hydra-template. A key whose effect a run cannot have is rejected with the way
to get it, so that no key is silently without effect.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from compiler.base.diagnostics import Problem
from compiler.base.nested import Keys
from compiler.parsing.json_values import MISSING
from compiler.tracking.choice import tracking_mode

EXTRAS = ("ignore_warnings", "enforce_tags", "print_config")
TEST_WEIGHTS = ("best", "last")
_STARTS_FROM_SEED = "a run starts from its seed, so this checkpoint would not be loaded"
_TRACKED_ARGUMENT = "give the path to the model as an argument, let it load the weights, and track the file with DVC"
_OBJECTIVE = "write experiment.search: {metric: …, goal: …}, or compare: {metric: …, goal: …}"


def training_key_problems(config: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield the problems of the keys that lightning-hydra-template and Proband share."""
    yield from _flag_problems(config)
    if config.get("ckpt_path") not in (None, MISSING):
        yield Problem(("ckpt_path",), _STARTS_FROM_SEED, _TRACKED_ARGUMENT)
    if config.get("optimized_metric") not in (None, MISSING):
        yield Problem(("optimized_metric",), "is not read: a spec names its objective itself", _OBJECTIVE)
    yield from _label_problems(config)
    trainer = config.get("trainer")
    own_callbacks = trainer.get("callbacks") if isinstance(trainer, Mapping) else None
    yield from _callback_problems(config.get("callbacks"), ("callbacks",))
    yield from _callback_problems(own_callbacks, ("trainer", "callbacks"))
    yield from _logger_problems(config, trainer.get("logger") if isinstance(trainer, Mapping) else None)
    yield from _test_weight_problems(config.get("test_weights"), [config.get("callbacks"), own_callbacks])


def _flag_problems(config: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield flags that switch off what every run does. A mapping is a config group with the name of a flag."""
    if config.get("train", True) in (False, None):
        hint = "delete the key; to test a finished run again, use proband verify --deep"
        yield Problem(("train",), "cannot be switched off, because a run is a training", hint)
    if config.get("test", True) in (False, None):
        hint = "delete the key; a spec need not use the metrics of the test split"
        yield Problem(("test",), "cannot be switched off, because every run is tested", hint)


def _label_problems(config: Mapping[str, Any]) -> Iterator[Problem]:
    tags, extras = config.get("tags"), config.get("extras")
    is_list_of_text = isinstance(tags, list) and all(isinstance(tag, str) for tag in tags)
    if tags not in (None, MISSING) and not is_list_of_text:
        yield Problem(("tags",), f"must be a list of texts, got {tags!r}", "write tags: [first, second]")
    if extras in (None, MISSING):
        return
    if not isinstance(extras, Mapping):
        yield Problem(("extras",), f"must be a mapping, got {extras!r}")
        return
    if extras.get("enforce_tags") is True and not tags:
        yield Problem(("extras", "enforce_tags"), "asks for tags, and there are none", "write tags: [first, second]")


def _callback_problems(node: Any, path: Keys) -> Iterator[Problem]:
    for key_path, entry in callback_entries(node, path):
        if entry not in (None, MISSING) and not (isinstance(entry, Mapping) and "_target_" in entry):
            hint = "give its class as _target_, or write null to leave it out"
            yield Problem(key_path, "is no callback, so nothing would be built from it", hint)


def callback_entries(node: Any, path: Keys) -> list[tuple[Keys, Any]]:
    """Return the callbacks in a mapping or a list with their paths. A single callback may be given alone."""
    if isinstance(node, Mapping) and "_target_" not in node:
        return [((*path, name), entry) for name, entry in node.items()]
    if isinstance(node, list):
        return [((*path, index), entry) for index, entry in enumerate(node)]
    return [] if node in (None, MISSING) else [(path, node)]


def _logger_problems(config: Mapping[str, Any], trainer_logger: Any) -> Iterator[Problem]:
    """Yield loggers for W&B beside the tracking of Proband, because a process can have only one run of W&B."""
    tracking = config.get("tracking")
    if not isinstance(tracking, Mapping) or tracking_mode(config) == "disabled":
        return
    entries = [
        *callback_entries(config.get("logger"), ("logger",)),
        *callback_entries(trainer_logger, ("trainer", "logger")),
    ]
    for path, entry in entries:
        if isinstance(entry, Mapping) and str(entry.get("_target_")).endswith(".WandbLogger"):
            hint = "delete it, or select tracking: disabled"
            yield Problem(path, "logs to W&B, and so does the tracking of this experiment", hint)


def _test_weight_problems(value: Any, callbacks: list[Any]) -> Iterator[Problem]:
    if value in (None, MISSING):
        return
    if value not in TEST_WEIGHTS:
        yield Problem(("test_weights",), f"must be best or last, got {value!r}")
    elif value == "best" and not any(_selects(entry) for node in callbacks for _, entry in callback_entries(node, ())):
        hint = "add a callback lightning.pytorch.callbacks.ModelCheckpoint with a monitor"
        yield Problem(("test_weights",), "needs a callback that keeps the best checkpoint by a metric", hint)


def _selects(entry: Any) -> bool:
    """Return whether a callback keeps checkpoints by a metric. A subclass of ModelCheckpoint may have any name."""
    return isinstance(entry, Mapping) and "Checkpoint" in str(entry.get("_target_")) and bool(entry.get("monitor"))
