"""Check that a proposal sets only keys that the author of the experiment varied, and no code, paths or commands."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from agents.context.case import Case
from compiler.base.nested import mapping_leaves
from compiler.base.seed import SEED
from compiler.collaboration.forbidden_keys import forbidden_key
from compiler.plan.genealogy_entry import Modification

# `analysis_pipeline` and `reports` are not allowed, because they may name code as module:attr.
FIELDS = frozenset(
    {"experiment_id", "name", "description", "hypothesis", "research_question", "parent", "rationale", "config"}
    | {"sweep", "search", "compare", "claims", "deliverables", "metadata", "on_request"}
)
_NUMBERS = re.compile(r"[-+\d.,eE\s]+|range\([-+\d.,\s]+\)")  # a sweep of numbers as text


class ForbiddenProposal(ValueError):
    """Raised for a proposal that sets a forbidden key or value. The message lists all problems and what is allowed."""


def allowed_keys(case: Case) -> frozenset[str]:
    """Return the config keys that the experiment sweeps, compares or changed from its parent, and the seed."""
    changed = (change.parameter for change in case.modifications)
    compared = [case.test.factor] if case.test else []
    return frozenset(key for key in {SEED, *case.swept_keys, *changed, *compared} if not forbidden_key(key))


def check_proposal(document: Mapping[str, Any], case: Case) -> None:
    """Check that a spec may be proposed as a follow-up of this experiment.

    Raises:
        ForbiddenProposal: With all problems.
    """
    _raise_if_any(_problems(document, case))


def check_settings(settings: Mapping[str, Sequence[Any]], case: Case, keys: frozenset[str]) -> None:
    """Check the values that a follow-up tries, by key. Only `keys` are allowed. Texts in sweep syntax are rejected.

    Raises:
        ForbiddenProposal: With all problems.
    """
    _raise_if_any(_setting_problems(settings.items(), case, keys, is_sweep=False))


def base_config(case: Case) -> str:
    """Return the name of the experiment in `defaults`: its file below conf/experiment/ without suffix."""
    return str(case.spec["file"]).rpartition("experiment/")[2].removesuffix(".yaml")


def can_revert(change: Modification) -> bool:
    """Check whether a proposal may revert a change: it has single values on both sides and selects no code or path."""
    are_single_values = all(isinstance(side, bool | int | float | str) for side in (change.before, change.after))
    return are_single_values and not forbidden_key(change.parameter)


def _raise_if_any(problems: Iterator[str]) -> None:
    distinct = list(dict.fromkeys(problems))
    if distinct:
        raise ForbiddenProposal("; ".join(distinct))


def outline_problems(
    document: Mapping[str, Any], experiment_id: str, base: str, deliverables: Iterable[Any]
) -> Iterator[str]:
    """Yield the parts of a spec that no follow-up of an experiment may have, whatever values it sets.

    `base` is the name of this experiment in `defaults`.
    """
    node = _experiment_node(document)
    for key in document.keys() - {"defaults", "experiment"}:
        yield f"'{key}': a proposal has only defaults and experiment"
    if document.get("defaults") != [base, "_self_"]:
        yield f"defaults: a proposal extends its experiment, [{base}, _self_]"
    for key in sorted(map(str, node.keys() - FIELDS)):
        yield f"experiment.{key}: a proposal may not set it; allowed: {', '.join(sorted(FIELDS))}"
    for deliverable in node.get("deliverables") or ():
        if deliverable not in deliverables:
            yield f"experiment.deliverables: '{experiment_id}' has no deliverable {deliverable}"


def _problems(document: Mapping[str, Any], case: Case) -> Iterator[str]:
    node = _experiment_node(document)
    yield from outline_problems(document, case.experiment_id, base_config(case), case.spec.get("deliverables", ()))
    configured = (
        (".".join(map(str, path)).lstrip("+"), value) for path, value in mapping_leaves(node.get("config") or {})
    )
    settings = (*_swept_settings(node.get("sweep")), *configured)
    yield from _setting_problems(settings, case, allowed_keys(case), is_sweep=True)


def _experiment_node(document: Mapping[str, Any]) -> Mapping[str, Any]:
    node = document.get("experiment")
    return node if isinstance(node, Mapping) else {}


def _setting_problems(
    settings: Iterable[tuple[str, Any]], case: Case, keys: frozenset[str], *, is_sweep: bool
) -> Iterator[str]:
    for key, value in settings:
        problem = forbidden_key(key) or _unvaried(key, keys, case) or _value_problem(key, value, case, is_sweep)
        if problem:
            yield f"'{key}' {problem}"


def _unvaried(key: str, keys: frozenset[str], case: Case) -> str:
    allowed = ", ".join(sorted(keys)) or "nothing"
    return "" if key in keys else f"was not varied by the author of '{case.experiment_id}'; allowed: {allowed}"


def _value_problem(key: str, value: Any, case: Case, is_sweep: bool) -> str:
    """Return why a value is not allowed. A text may be a path, an interpolation or code, so only known texts pass."""
    if isinstance(value, Mapping):
        return "has a mapping as value, but a proposal sets single values"
    if isinstance(value, list | tuple):
        return next((problem for item in value if (problem := _value_problem(key, item, case, is_sweep))), "")
    if isinstance(value, float) and not math.isfinite(value):
        return f"has the value {value}, which is not a finite number"
    if not isinstance(value, str) or value in _known_texts(key, case) or (is_sweep and _NUMBERS.fullmatch(value)):
        return ""
    return f"has the value '{value}', a text that '{case.experiment_id}' and its parent do not have at this key"


def _known_texts(key: str, case: Case) -> set[str]:
    """Return the texts that the experiment or its parent has at a key."""
    values = [point.overrides.get(key) for point in case.points]
    changes = [change for change in case.modifications if change.parameter == key]
    sides = [side for change in changes for side in (change.before, change.after)]
    values += [value for side in sides for value in (side if isinstance(side, list) else [side])]
    return {value for value in values if isinstance(value, str)}


def _swept_settings(sweep: Any) -> Iterator[tuple[str, Any]]:
    """Yield every key that a sweep sets, without `+`, and its value. Keys with `~` only remove inherited ones."""
    for key, value in sweep.items() if isinstance(sweep, Mapping) else ():
        points = [value] if key == "zip" else value if key == "list" else None
        if points is not None:
            for point in points if isinstance(points, list) else ():
                yield from _swept_settings(point)
        elif not key.startswith("~"):
            yield key.lstrip("+"), value
