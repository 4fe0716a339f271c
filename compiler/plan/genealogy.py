"""Find the parent of each experiment: the declared or registered one, or the earlier one with the nearest config."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from compiler.base.diagnostics import Problem, did_you_mean
from compiler.base.identity import canonical
from compiler.base.nested import flat
from compiler.experiment.experiment import Experiment
from compiler.plan.genealogy_entry import GenealogyEntry, Modification

MAX_DISTANCE = 0.5  # share of keys in which a child may differ from a parent that it does not declare
_ABSENT = object()


def parent_problems(experiments: Sequence[Experiment], broken: Iterable[str]) -> dict[str, Problem]:
    """Return the problems of declared parents by experiment: a parent does not exist, or is a descendant.

    A parent whose own spec is broken exists, so that one broken spec does not invalidate others.
    """
    parents = {experiment.id: experiment.spec.parent for experiment in experiments if experiment.spec.parent}
    names = {experiment.id for experiment in experiments} | set(broken)
    problems: dict[str, Problem] = {}
    key_path = ("experiment", "parent")
    for child, parent in parents.items():
        if parent not in names:
            hint = did_you_mean(parent, names - {child})
            problems[child] = Problem(key_path, f"there is no experiment '{parent}'", hint)
        elif child in (ancestors := _ancestors(child, parents)):
            cycle = " -> ".join([child, *ancestors[: ancestors.index(child) + 1]])
            problems[child] = Problem(key_path, f"descends from itself: {cycle}")
    return problems


def genealogy(
    experiments: Sequence[Experiment], recorded: Mapping[str, str | None] | None = None
) -> tuple[GenealogyEntry, ...]:
    """Return one entry for each experiment, ordered by id.

    A parent that is not declared is the one that was recorded at the registration, so that a new spec does not change
    the parents of registered experiments. Otherwise it is the nearest earlier experiment, except sweeps from the
    command line, experiments that are built only on request, and for one of the lab those that ship with the engine.

    Args:
        recorded: the parents of registered experiments, None for a root.
    """
    settings = {experiment.id: parameters(experiment) for experiment in experiments}
    values = {name: {key: canonical(value) for key, value in items.items()} for name, items in settings.items()}
    by_age = sorted(experiments, key=_age)
    lasting = {experiment.id for experiment in experiments if _is_lasting(experiment)}
    parents = {experiment.id: experiment.spec.parent for experiment in experiments}
    sources: dict[str, Literal["declared", "nearest"] | None] = {}
    for number, experiment in enumerate(by_age):
        name = experiment.id
        if experiment.spec.declares_parent:
            sources[name] = "declared"
            continue
        may_be_shipped = not experiment.is_own
        earlier = [other.id for other in by_age[:number] if other.id in lasting and (other.is_own or may_be_shipped)]
        parents[name] = _undeclared_parent(name, earlier, values, parents, recorded or {})
        sources[name] = "nearest" if parents[name] else None
    entries = (_entry(experiment, parents, sources, settings) for experiment in experiments)
    return tuple(sorted(entries, key=lambda entry: entry.experiment_id))


def _is_lasting(experiment: Experiment) -> bool:
    """Return whether an experiment may become the parent of one that names none: others are often trials."""
    return not experiment.is_command_line_sweep and not experiment.spec.on_request


def _undeclared_parent(
    child: str,
    earlier: Sequence[str],
    values: Mapping[str, Mapping[str, bytes]],
    parents: Mapping[str, str | None],
    recorded: Mapping[str, str | None],
) -> str | None:
    """Return the recorded or the nearest parent, whichever exists and does not descend from the child."""
    if child in recorded:
        parent = recorded[child]
        if parent is None or (parent in values and child not in _ancestors(parent, parents)):
            return parent
    descendants = _descendants(child, parents)
    return _nearest(child, [other for other in earlier if other not in descendants], values)


def _entry(
    experiment: Experiment,
    parents: Mapping[str, str | None],
    sources: Mapping[str, Literal["declared", "nearest"] | None],
    settings: Mapping[str, Mapping[str, Any]],
) -> GenealogyEntry:
    name = experiment.id
    parent = parents[name]
    return GenealogyEntry(
        name,
        parent,
        sources[name],
        modifications(settings[parent], settings[name]) if parent is not None and parent in settings else (),
        experiment.spec.rationale,
        experiment.spec.hypothesis,
    )


def parameters(experiment: Experiment) -> dict[str, Any]:
    """Return the values that an experiment sets, by dotted key.

    A swept key has the list of its values. A searched key has the text of its space, because the values that a search
    will suggest are not known yet.
    """
    values, search = flat(experiment.base), experiment.search
    swept: dict[str, dict[bytes, Any]] = {}
    for point in search.sweep if search else experiment.points:
        for key, value in point.overrides.items():
            swept.setdefault(key, {})[canonical(value)] = value
    values |= {key: list(levels.values()) for key, levels in swept.items()}
    return values | ({key.lstrip("+"): text for key, text in search.spec.space.items()} if search else {})


def modifications(parent: Mapping[str, Any], child: Mapping[str, Any]) -> tuple[Modification, ...]:
    """Return every parameter whose value differs. The value of a missing key is None."""
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


def _nearest(child: str, earlier: Sequence[str], values: Mapping[str, Mapping[str, bytes]]) -> str | None:
    """Return the earlier experiment with the fewest differences, or None if all differ too much.

    Among experiments with equally many differences, the latest is returned.
    """
    own = values[child]
    distances = []
    for number, candidate in enumerate(earlier):
        others = values[candidate]
        keys = own.keys() | others.keys()
        differences = sum(own.get(key) != others.get(key) for key in keys)
        distances.append((differences / len(keys), -number, candidate))
    distance, _, nearest = min(distances, default=(1.0, 0, None))
    return nearest if distance <= MAX_DISTANCE else None


def _age(experiment: Experiment) -> tuple[str, str]:
    """Return a sort key: the date of creation. Experiments without a date count as the newest."""
    return (experiment.spec.metadata.created_at or "9999", experiment.id)


def _ancestors(child: str, parents: Mapping[str, str | None]) -> list[str]:
    ancestors: list[str] = []
    current: str | None = parents.get(child)
    while current is not None and current not in ancestors:
        ancestors.append(current)
        current = parents.get(current)
    return ancestors


def _descendants(ancestor: str, parents: Mapping[str, str | None]) -> set[str]:
    children: dict[str | None, list[str]] = {}
    for child, parent in parents.items():
        children.setdefault(parent, []).append(child)
    descendants: set[str] = set()
    pending = [ancestor]
    while pending:
        new = [child for child in children.get(pending.pop(), ()) if child not in descendants]
        descendants.update(new)
        pending += new
    return descendants
