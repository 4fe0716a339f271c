"""Group runs whose configs differ only in numbers that each member of an ensemble can have for itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Protocol

from compiler.base.identity import EXCLUDED_GROUPS, digest, without_key
from compiler.base.nested import value_at
from compiler.fusion.obstacles import obstacle
from compiler.fusion.setting import is_fused
from compiler.python_source.definitions import Definitions

# The values in which the members of a group may differ.
MEMBER_KEYS = ("seed", "model.lr", "model.weight_decay", "model.dropout")
_SAME_IN_GROUP = frozenset({"resources"})  # excluded from run ids, but one job has one value
_ABSENT = object()


class Trainable(Protocol):
    """What the grouping reads of a run."""

    @property
    def config(self) -> Mapping[str, Any]: ...
    @property
    def data(self) -> Mapping[str, str]: ...
    @property
    def fingerprint(self) -> str: ...


def fusion_groups(runs: Mapping[str, Trainable], definitions: Definitions) -> dict[str, str]:
    """Return the group of each run that may be trained together with at least one other, by run id."""
    fused = {run_id: run for run_id, run in runs.items() if is_fused(run.config)}
    groups = {run_id: group_of(run) for run_id, run in fused.items() if not obstacle(run.config, definitions)}
    sizes = Counter(groups.values())
    return {run_id: group for run_id, group in groups.items() if group and sizes[group] > 1}


def group_of(run: Trainable) -> str:
    """Return a digest of everything that the members of a group have in common, "" if the run has no group."""
    values = [value_at(run.config, key, _ABSENT) for key in MEMBER_KEYS]
    if not all(value is _ABSENT or _is_number(value) for value in values):
        return ""
    excluded = EXCLUDED_GROUPS - _SAME_IN_GROUP
    common = {key: value for key, value in run.config.items() if key not in excluded}
    for key in MEMBER_KEYS:
        common = without_key(common, key.split("."))
    has_key = [value is not _ABSENT for value in values]
    return digest([common, has_key, dict(run.data), run.fingerprint])


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
