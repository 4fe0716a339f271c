"""A sweep that was laid over the sweep of another file. A key `~model.lr` takes an inherited axis out of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from compiler.base.diagnostics import Problem, did_you_mean
from compiler.base.nested import Keys
from compiler.composing.layers import Layer, path_below
from compiler.parsing.strict_yaml import children

AT: Keys = ("experiment", "sweep")
_OUT = "~"


def remaining(sweep: Mapping[str, Any], layers: Iterable[Layer]) -> dict[str, Any]:
    """The merged sweep without what one file took out of those before it, and none set again."""
    out: set[str] = set()
    for keys in _written(layers):
        out = (out | _taken_out(keys)) - keys
    return {key: value for key, value in sweep.items() if key not in out and not str(key).startswith(_OUT)}


def deletion_problems(sweep: Mapping[str, Any], layers: Iterable[Layer]) -> Iterator[Problem]:
    """Keys taken out that no file before had, or that the same file sets."""
    known: set[str] = set()
    for keys in _written(layers):
        for key in sorted(_taken_out(keys)):
            at = (*AT, f"{_OUT}{key}")
            if sweep.get(f"{_OUT}{key}") is not None:
                yield Problem(at, "takes an inherited key out of the sweep, and no value", f"write {_OUT}{key}: null")
            elif key in keys:
                yield Problem(at, f"'{key}' is also set in this file", "keep one of them: what is set is not inherited")
            elif key not in known:
                yield Problem(at, f"no sweep with '{key}' is inherited", did_you_mean(key, known))
        known = (known - _taken_out(keys)) | {key for key in keys if not key.startswith(_OUT)}


def _written(layers: Iterable[Layer]) -> Iterator[set[str]]:
    """The keys of the sweep in each file that has one, in the order they are merged."""
    for layer in layers:
        inside = path_below(AT, layer.package)
        found = layer.source.node(inside) if inside is not None else None
        if found is not None:
            yield {str(key) for key, _, _ in children(found[1])}


def _taken_out(keys: set[str]) -> set[str]:
    return {key.removeprefix(_OUT) for key in keys if key.startswith(_OUT)}
