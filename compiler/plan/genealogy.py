"""Where an experiment comes from: its declared parent, else the nearest earlier config."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from compiler.base.diagnostics import Problem, did_you_mean
from compiler.base.identity import canonical
from compiler.base.nested import flat
from compiler.experiment.experiment import Experiment
from compiler.plan.genealogy_entry import GenealogyEntry, Modification

# Two configs that differ in more than this share of their keys are not relatives.
MOST_DISTANT = 0.5
_ABSENT = object()


def parent_problems(experiments: Sequence[Experiment], broken: Iterable[str]) -> dict[str, Problem]:
    """What is wrong with declared parents, by experiment: none of that name, or a circle.

    A parent whose own spec is broken is there: one broken experiment does not stop another.
    """
    parents = {one.id: one.spec.parent for one in experiments if one.spec.parent}
    known = {one.id for one in experiments} | set(broken)
    found: dict[str, Problem] = {}
    at = ("experiment", "parent")
    for child, parent in parents.items():
        if parent not in known:
            found[child] = Problem(at, f"there is no experiment '{parent}'", did_you_mean(parent, known - {child}))
        elif child in (circle := _ancestors(child, parents)):
            told = " -> ".join([child, *circle[: circle.index(child) + 1]])
            found[child] = Problem(at, f"descends from itself: {told}")
    return found


def descents(experiments: Sequence[Experiment]) -> tuple[GenealogyEntry, ...]:
    """The family tree: one entry an experiment, in the order of their ids."""
    settings = {one.id: parameters(one) for one in experiments}
    ordered = sorted(experiments, key=_age)
    entries = []
    for number, one in enumerate(ordered):
        parent = one.spec.parent if one.spec.parent in settings else None
        nearest = None if one.spec.parent else _nearest(one.id, [old.id for old in ordered[:number]], settings)
        known = parent or nearest
        entries.append(
            GenealogyEntry(
                one.id,
                one.spec.parent or nearest,
                "declared" if one.spec.parent else "nearest" if nearest else None,
                modifications(settings[known], settings[one.id]) if known else (),
                one.spec.rationale,
                one.spec.hypothesis,
            )
        )
    return tuple(sorted(entries, key=lambda entry: entry.experiment_id))


def parameters(experiment: Experiment) -> dict[str, Any]:
    """What an experiment sets: its config by dotted key, for each swept key the list of its values, for each searched
    key the words of its space: what a search asks is not known before.
    """
    found, search = flat(experiment.base), experiment.search
    swept: dict[str, dict[bytes, Any]] = {}
    for point in search.sweep if search else experiment.points:
        for key, value in point.overrides.items():
            swept.setdefault(key, {})[canonical(value)] = value
    found |= {key: list(values.values()) for key, values in swept.items()}
    return found | ({key.lstrip("+"): text for key, text in search.spec.space.items()} if search else {})


def modifications(parent: Mapping[str, Any], child: Mapping[str, Any]) -> tuple[Modification, ...]:
    """Every parameter in which a child differs from its parent; None where one has no such key."""
    keys = sorted({*parent, *child})
    return tuple(
        Modification(key, parent.get(key), child.get(key))
        for key in keys
        if _differ(parent.get(key, _ABSENT), child.get(key, _ABSENT))
    )


def _differ(left: Any, right: Any) -> bool:
    if left is _ABSENT or right is _ABSENT:
        return left is not right
    return canonical(left) != canonical(right)


def _nearest(child: str, earlier: Sequence[str], settings: Mapping[str, Mapping[str, Any]]) -> str | None:
    """The earlier experiment with the fewest differences, the latest of equals; None when all are strangers."""
    distances = [
        (len(modifications(settings[old], settings[child])) / len({*settings[old], *settings[child]}), -number, old)
        for number, old in enumerate(earlier)
    ]
    distance, _, old = min(distances, default=(1.0, 0, None))
    return old if distance <= MOST_DISTANT else None


def _age(experiment: Experiment) -> tuple[str, str]:
    """Sorts by date of creation; the undated count as the newest."""
    return (experiment.spec.metadata.created_at or "9999", experiment.id)


def _ancestors(child: str, parents: Mapping[str, str]) -> list[str]:
    found: list[str] = []
    current: str | None = parents.get(child)
    while current is not None and current not in found:
        found.append(current)
        current = parents.get(current)
    return found
