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
    the parents of registered experiments. Otherwise it is the nearest earlier experiment that may be selected.

    Args:
        recorded: the parents of registered experiments, None for a root.
    """
    settings = {experiment.id: parameters(experiment) for experiment in experiments}
    by_age = sorted(experiments, key=_age)
    parents = {experiment.id: experiment.spec.parent for experiment in experiments}
    sources: dict[str, Literal["declared", "nearest"] | None] = {}
    for number, experiment in enumerate(by_age):
        name = experiment.id
        if experiment.spec.declares_parent:
            sources[name] = "declared"
            continue
        earlier = [other.id for other in by_age[:number] if _may_be_selected(other, experiment)]
        parents[name] = _undeclared_parent(name, earlier, settings, parents, recorded or {})
        sources[name] = "nearest" if parents[name] else None
    entries = (_entry(experiment, parents, sources, settings) for experiment in experiments)
    return tuple(sorted(entries, key=lambda entry: entry.experiment_id))


def _may_be_selected(parent: Experiment, child: Experiment) -> bool:
    """Return whether an experiment may become the parent of another one that does not name it.

    Excluded are sweeps from the command line, experiments that are built only on request, and for an experiment of the
    lab those that ship with the engine. They are often trials that nothing else builds on.
    """
    is_lasting = not parent.is_command_line_sweep and not parent.spec.on_request
    return is_lasting and (parent.is_own or not child.is_own)


def _undeclared_parent(
    child: str,
    earlier: Sequence[str],
    settings: Mapping[str, Mapping[str, Any]],
    parents: Mapping[str, str | None],
    recorded: Mapping[str, str | None],
) -> str | None:
    """Return the recorded or the nearest parent, whichever exists and does not descend from the child."""
    if child in recorded:
        parent = recorded[child]
        if parent is None or (parent in settings and child not in _ancestors(parent, parents)):
            return parent
    candidates = [other for other in earlier if child not in _ancestors(other, parents)]
    return _nearest(child, candidates, settings)


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


def _nearest(child: str, earlier: Sequence[str], settings: Mapping[str, Mapping[str, Any]]) -> str | None:
    """Return the earlier experiment with the fewest differences, or None if all differ too much.

    Among experiments with equally many differences, the latest is returned.
    """
    distances = [
        (
            len(modifications(settings[candidate], settings[child])) / len({*settings[candidate], *settings[child]}),
            -number,
            candidate,
        )
        for number, candidate in enumerate(earlier)
    ]
    distance, _, candidate = min(distances, default=(1.0, 0, None))
    return candidate if distance <= MAX_DISTANCE else None


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
