"""Resolve the interpolations of configs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import reduce
from typing import Any

from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from compiler.base.diagnostics import Problem, SpecError, one_line
from compiler.base.nested import leaves

_ABSENT = object()
_SPEC = "experiment"
_UNKNOWN_RESOLVER = re.compile(r"Unsupported interpolation type (\S+)")
RESOLVERS = "resolvers.yaml"
_HINTS = {
    "eval": f"write the value, or name a function of your own in conf/{RESOLVERS}: eval: module:function",
    "now": "delete it: a date would give another run at each compile, and status.json has the time of a run",
    "hydra": "write the value, or refer to a key of the config: a run knows nothing of Hydra's own node",
}


class Resolver:
    """Resolves configs that share most of their parts, such as the points of a sweep.

    OmegaConf's tree is kept between configs, because building it takes most of the time. Only top-level parts that are
    not the same object as in the previous config are replaced. Parts without interpolations are never resolved.
    """

    def __init__(self) -> None:
        self._tree = OmegaConf.create()
        self._parts: dict[str, Any] = {}
        self._changed: set[str] = set()  # top-level parts that differ from those in the tree
        self._interpolated: set[str] = set()  # parts that contain interpolations

    def values(self, config: dict[str, Any]) -> dict[str, Any]:
        """Return the config without its `experiment:` node, with all interpolations resolved.

        Raises:
            SpecError: An interpolation refers to a missing key, or works only inside a Hydra application.
        """
        self._update_parts(config)
        values = {key: part for key, part in config.items() if key != _SPEC}
        interpolated = self._interpolated & values.keys()
        return values | self._resolve(interpolated) if interpolated else values

    def spec(self, config: dict[str, Any]) -> Any:
        """Return the `experiment:` node with all interpolations resolved.

        Raises:
            SpecError: As for `values`.
        """
        self._update_parts(config)
        return self._resolve({_SPEC})[_SPEC] if _SPEC in config else None

    def _update_parts(self, config: dict[str, Any]) -> None:
        for key in self._parts.keys() - config.keys():
            del self._parts[key]
            self._changed.add(key)
        for key, part in config.items():
            if self._parts.get(key, _ABSENT) is not part:
                self._parts[key] = part
                self._changed.add(key)
                (self._interpolated.add if _has_interpolation(part) else self._interpolated.discard)(key)

    def _update_tree(self) -> None:
        for key in self._changed:
            if key in self._parts:
                self._tree[key] = self._parts[key]
            else:
                self._tree.pop(key, None)
        self._changed.clear()

    def _resolve(self, keys: set[str]) -> dict[str, Any]:
        self._update_tree()
        resolved: dict[str, Any] = {}
        problems: list[Problem] = []
        for key in sorted(keys):
            try:
                node = self._tree[key]
                resolved[key] = OmegaConf.to_container(node, resolve=True) if OmegaConf.is_config(node) else node
            except OmegaConfBaseException as error:
                located = _unresolved_leaves(self._tree, self._parts[key], key)
                problems += located or [_unresolved(key.split("."), error)]
        if problems:
            raise SpecError(problems)
        return resolved


def _has_interpolation(part: Any) -> bool:
    return any(isinstance(value, str) and "${" in value for _, value in leaves(part))


def _unresolved_leaves(tree: Any, part: Any, key: str) -> list[Problem]:
    """Return a problem for each value of a part that cannot be resolved."""
    problems = []
    for path, text in leaves(part, (key,)):
        try:
            if isinstance(text, str) and "${" in text:
                reduce(lambda node, step: node[step], path, tree)
        except OmegaConfBaseException as error:
            problems.append(_unresolved(path, error))
    return problems


def _unresolved(path: Iterable[str | int], error: Exception) -> Problem:
    return Problem(tuple(path), f"cannot be resolved: {one_line(error)}", _hint(str(error)))


def _hint(message: str) -> str:
    """Return what to do if a resolver is not known: those of Hydra work only in its applications."""
    match = _UNKNOWN_RESOLVER.search(message)
    if match is None:
        return ""
    return _HINTS.get(match[1], f"name its function in conf/{RESOLVERS}: {match[1]}: module:function")
