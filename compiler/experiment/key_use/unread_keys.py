"""Warn of keys that are set or swept although no training reads them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from compiler.base.diagnostics import Problem, did_you_mean
from compiler.base.identity import DATA_DECLARATIONS, ignored_keys
from compiler.base.nested import Keys, leaves
from compiler.composing.patching import with_settings
from compiler.composing.setting import Setting
from compiler.experiment.key_use.read_paths import read_paths
from compiler.experiment.key_use.training_keys import keys_read_by_training
from compiler.experiment.problem_log import ProblemLog
from compiler.experiment.variant import Variant
from compiler.python_source.signatures import Signatures
from compiler.spec.training_keys import EXTRAS
from compiler.sweep.points import Point


def warn_of_unread_keys(
    variants: Mapping[tuple[str, ...], Variant], points: Sequence[Point], signatures: Signatures, log: ProblemLog
) -> None:
    """Add a warning for each key that nothing reads, whatever groups the sweep chooses.

    Args:
        variants: the configs before their values are swept, by the choices of groups in the sweep.
    """
    warnings: list[set[Problem]] = []
    for choices, variant in variants.items():
        settings = {setting.key: setting for point in points if point.choices == choices for setting in point.values}
        known_keys = keys_read_by_training(variant.config, signatures)
        warnings.append(set(unread_key_problems(variant.config, list(settings.values()), known_keys)))
    if warnings:
        log.warn(set.intersection(*warnings), next(iter(variants.values())))


def unread_key_problems(
    config: Mapping[str, Any], settings: Sequence[Setting], known_keys: Collection[str]
) -> Iterator[Problem]:
    """Yield each key that no constructor and no interpolation reads, and loggers that are not built.

    Args:
        config: a config before its sweep, whose interpolations are not resolved.
        settings: one setting of each swept or searched key.
        known_keys: the top-level keys that the training reads.
    """
    config = with_settings(dict(config), settings)
    swept = {_keys(setting.key): setting for setting in settings}
    unread = list(_unread_paths(config, swept, known_keys))
    ignored = [_keys(key) for key in ignored_keys(config)]
    for path, setting in swept.items():
        if any(_overlap(path, unread_path) for unread_path in unread):
            problem = "nothing reads this key, so its values give the same training"
            yield Problem(setting.spec_path, problem, _how_to_read(setting.key))
    for path in unread:
        if not any(_overlap(path, other) for other in (*swept, *ignored)):
            key = ".".join(path)
            hint = f"{_how_to_read(key)}, or write identity: {{ignore: [{key}]}}"
            yield Problem(path, "nothing reads this key, and it is part of the run id", hint)
    if "logger" in known_keys:
        yield from _unbuilt_loggers(config.get("logger"))
    extras = config.get("extras")
    for key in extras if isinstance(extras, Mapping) else ():
        if key not in EXTRAS:
            yield Problem(("extras", key), "nothing reads this key", did_you_mean(str(key), EXTRAS))


def _unread_paths(
    config: Mapping[str, Any], swept: Collection[Keys], known_keys: Collection[str]
) -> Iterator[tuple[str, ...]]:
    """Yield the keys that nothing reads. A group is one key, unless a part of it is read or swept."""
    read = read_paths(config, known_keys)
    used = {path[0] for path in (*read, *swept)}
    for key, value in config.items():
        if key not in used:
            yield (key,)
        elif (key,) not in read:
            yield from (
                tuple(map(str, path))
                for path, _ in leaves(value, (key,))
                if not any(_overlap(path, read_path) for read_path in read) and not _is_declaration(path)
            )


def _is_declaration(path: Keys) -> bool:
    """Return whether a key describes the data. No training reads it, and it is not part of the run id."""
    return len(path) > 1 and path[0] == "data" and path[1] in DATA_DECLARATIONS


def _keys(dotted_key: str) -> Keys:
    return tuple(dotted_key.split("."))


def _overlap(left: Keys, right: Keys) -> bool:
    """Return whether one path contains the other."""
    length = min(len(left), len(right))
    return tuple(map(str, left[:length])) == tuple(map(str, right[:length]))


def _how_to_read(key: str) -> str:
    return f"refer to it where it is used, as in model.lr: ${{{key}}}"


def _unbuilt_loggers(node: Any) -> Iterator[Problem]:
    loggers = node.items() if isinstance(node, Mapping) and "_target_" not in node else ()
    names = [str(name) for name, logger in loggers if isinstance(logger, Mapping) and "_target_" not in logger]
    if names:
        problem = f"{', '.join(names)}: without a _target_, so no logger is built from it"
        yield Problem(("logger", names[0]), problem, f"to select one: defaults: - override /logger: {names[0]}")
