"""Select the experiments that a command about a lab shows if the user names none."""

from __future__ import annotations

from pathlib import Path

from compiler.base.paths import Lab
from compiler.plan.model import Plan

_SUFFIXES = (".yaml", ".yml")  # .yml files are no specs, which their diagnostics state


def shown_experiments(lab: Lab, plan: Plan) -> list[str]:
    """Return the lab's own experiments and those with results in the lab, also those that do not compile.

    Studies that ship with the engine are in the plan of every lab, so that a lab can build them and descend from them.
    """
    names = [name for name, planned in plan.experiments.items() if planned.is_own or lab.experiment(name).is_dir()]
    folders = [root / "experiment" for root in (lab.conf, lab.sweeps)]
    own_specs = {file.stem for folder in folders for suffix in _SUFFIXES for file in folder.rglob(f"*{suffix}")}
    return names + [
        name for name in plan.broken if name not in names and Path(name).name.removesuffix(".yaml") in own_specs
    ]


def with_ancestors(names: list[str], plan: Plan) -> frozenset[str]:
    """Return experiments and all their ancestors."""
    parents = {entry.experiment_id: entry.parent_experiment for entry in plan.genealogy}
    wanted: set[str] = set()
    for name in names:
        ancestor: str | None = name
        while ancestor is not None and ancestor not in wanted:
            wanted.add(ancestor)
            ancestor = parents.get(ancestor)
    return frozenset(wanted)
