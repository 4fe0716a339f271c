"""Find why the run of a config cannot be trained together with others, as far as config and source show it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from compiler.base.diagnostics import Problem
from compiler.base.identity import FUSE, identifying_config
from compiler.fusion.setting import is_fused
from compiler.python_source.class_constants import class_constant
from compiler.python_source.definitions import Definitions
from compiler.python_source.training_kind import training_kind
from compiler.tracking.choice import tracking_mode

FUSABLE = "fusable"  # the attribute with which a model class declares that its training can be fused


def obstacle(config: Mapping[str, Any], definitions: Definitions) -> str:
    """Return why a run is trained alone, "" if nothing in its config or in the source of its model speaks against it.

    The training process examines the objects themselves, and can find further reasons.
    """
    if (kind := training_kind(config, definitions)) != "lightning":
        return f"its training is a {kind}"
    if not _says_fusable(config, definitions):
        return f"the body of its model class has no line `{FUSABLE} = True`"
    trainer = config.get("trainer") or {}
    if identifying_config(config).get("callbacks") or trainer.get("callbacks"):
        return "its config has callbacks"
    if config.get("logger") or trainer.get("logger"):
        return "its config has loggers of its own"
    if config.get("compile") is not None:
        return "its config compiles the model"
    if (config.get("resources") or {}).get("gpus"):
        return "it uses a GPU"
    if tracking_mode(config) == "online":
        return "its tracking is online"
    return ""


def unfused_problems(config: Mapping[str, Any], definitions: Definitions) -> Iterator[Problem]:
    """Yield a warning if a config asks for fused training and its run is trained alone."""
    if is_fused(config) and (reason := obstacle(config, definitions)):
        yield Problem(
            ("trainer", FUSE), f"each run is trained alone: {reason}", "see docs/fusion.md, or delete the key"
        )


def _says_fusable(config: Mapping[str, Any], definitions: Definitions) -> bool:
    model = config.get("model")
    target = model.get("_target_") if isinstance(model, Mapping) else None
    try:
        return isinstance(target, str) and class_constant(target, FUSABLE, definitions) is True
    except SyntaxError:
        return False  # reported when the target is checked
