"""Merge the sweep of a spec with the sweep it inherits. A key `~model.lr` deletes an inherited axis."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from compiler.base.diagnostics import Problem, did_you_mean
from compiler.base.nested import Keys
from compiler.composing.layers import Layer, path_below
from compiler.parsing.strict_yaml import children

SWEEP_PATH: Keys = ("experiment", "sweep")
_DELETE = "~"


def without_deleted_axes(sweep: Mapping[str, Any], layers: Iterable[Layer]) -> dict[str, Any]:
    """Return the merged sweep without the keys that a file deletes and no later file sets again."""
    deleted: set[str] = set()
    for keys in _keys_by_file(layers):
        deleted = (deleted | _deleted(keys)) - keys
    return {key: value for key, value in sweep.items() if key not in deleted and not str(key).startswith(_DELETE)}


def deletion_problems(sweep: Mapping[str, Any], layers: Iterable[Layer]) -> Iterator[Problem]:
    """Yield deletions of keys that are not inherited, that the same file sets, or that have a value."""
    inherited: set[str] = set()
    for keys in _keys_by_file(layers):
        for key in sorted(_deleted(keys)):
            key_path = (*SWEEP_PATH, f"{_DELETE}{key}")
            if sweep.get(f"{_DELETE}{key}") is not None:
                yield Problem(key_path, "deletes an inherited key, so it has no value", f"write {_DELETE}{key}: null")
            elif key in keys:
                problem = f"'{key}' is also set in this file"
                yield Problem(key_path, problem, "keep one of them: a key that is set is not inherited")
            elif key not in inherited:
                yield Problem(key_path, f"no sweep with '{key}' is inherited", did_you_mean(key, inherited))
        inherited = (inherited - _deleted(keys)) | {key for key in keys if not key.startswith(_DELETE)}


def _keys_by_file(layers: Iterable[Layer]) -> Iterator[set[str]]:
    """Yield the keys of the sweep in each file that has one, in merge order."""
    for layer in layers:
        path = path_below(SWEEP_PATH, layer.package)
        located = layer.source.node(path) if path is not None else None
        if located is not None:
            yield {str(key) for key, _, _ in children(located[1])}


def _deleted(keys: set[str]) -> set[str]:
    return {key.removeprefix(_DELETE) for key in keys if key.startswith(_DELETE)}
