"""Interpolations replaced by their values: once for a config, or over and over for the points of a sweep."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from typing import Any

from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from compiler.base.diagnostics import Problem, SpecError, one_line
from compiler.base.nested import leaves

_ABSENT = object()
_SPEC = "experiment"


class Resolver:
    """Resolves configs that share most of their parts, as the points of a sweep do.

    Building OmegaConf's tree is most of the cost, so it is kept, and only parts that are other objects than last time
    are exchanged in it; a config without interpolations needs no tree at all.
    """

    def __init__(self) -> None:
        self._tree = OmegaConf.create()
        self._parts: dict[str, Any] = {}
        self._to_exchange: set[str] = set()
        self._open: set[str] = set()  # parts with an interpolation in them

    def values(self, config: dict[str, Any]) -> dict[str, Any]:
        """The config without its spec, every interpolation replaced.

        Raises:
            SpecError: interpolations name nothing, or work only inside a Hydra application.
        """
        self._know(config)
        kept = {key: part for key, part in config.items() if key != _SPEC}
        wanted = self._open & kept.keys()
        return kept | self._resolved(wanted) if wanted else kept

    def _know(self, config: dict[str, Any]) -> None:
        for key in self._parts.keys() - config.keys():
            del self._parts[key]
            self._to_exchange.add(key)
        for key, part in config.items():
            if self._parts.get(key, _ABSENT) is not part:
                self._parts[key] = part
                self._to_exchange.add(key)
                (self._open.add if _has_interpolation(part) else self._open.discard)(key)

    def spec(self, config: dict[str, Any]) -> Any:
        """The `experiment:` node, every interpolation replaced.

        Raises:
            SpecError: as above.
        """
        self._know(config)
        return self._resolved({_SPEC})[_SPEC] if _SPEC in config else None

    def _resolved(self, keys: set[str]) -> dict[str, Any]:
        for key in self._to_exchange:
            if key in self._parts:
                self._tree[key] = self._parts[key]
            else:
                self._tree.pop(key, None)
        self._to_exchange.clear()
        found: dict[str, Any] = {}
        problems: list[Problem] = []
        for key in sorted(keys):
            try:
                node = self._tree[key]
                found[key] = OmegaConf.to_container(node, resolve=True) if OmegaConf.is_config(node) else node
            except OmegaConfBaseException as error:
                told = _unresolved(self._tree, self._parts[key], key)
                problems += told or [_unresolved_at(key.split("."), error)]
        if problems:
            raise SpecError(problems)
        return found


def _has_interpolation(part: Any) -> bool:
    return any(isinstance(value, str) and "${" in value for _, value in leaves(part))


def _unresolved(tree: Any, part: Any, key: str) -> list[Problem]:
    problems = []
    for path, text in leaves(part, (key,)):
        try:
            if isinstance(text, str) and "${" in text:
                reduce(lambda node, step: node[step], path, tree)
        except OmegaConfBaseException as error:
            problems.append(_unresolved_at(path, error))
    return problems


def _unresolved_at(path: Iterable[str | int], error: Exception) -> Problem:
    return Problem(tuple(path), f"cannot be resolved: {one_line(error)}")
