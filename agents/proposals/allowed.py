"""What a proposal may set: keys that the author of the experiment varied, and never code, paths or commands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from agents.context.case import Case
from agents.registered_test.runs_by_arm import SEED
from compiler.base.identity import is_excluded
from compiler.base.nested import mapping_leaves

# Fields of `experiment:` that a proposal writes. `analysis_pipeline` and `reports` are not among them: they may name
# code as module:attr.
FIELDS = frozenset(
    {"experiment_id", "name", "description", "hypothesis", "research_question", "parent", "rationale", "config"}
    | {"sweep", "search", "compare", "deliverables", "metadata", "on_request"}
)
_PLACES = re.compile(
    r"(^|_)(path|paths|file|files|filename|dir|directory|folder|root|url|uri|host|command|cmd|script|shell|exec)$"
)
_CODE = re.compile(r"^_.*_$")  # Hydra's own: _target_, _args_, _partial_ …
_NUMBERS = re.compile(r"[-+\d.,eE\s]+|range\([-+\d.,\s]+\)")  # as sweeps of numbers are written


class ForbiddenProposal(ValueError):
    """A proposal sets what its author may not set. The message says what, and what is allowed."""


def allowed_keys(case: Case) -> frozenset[str]:
    """Keys of the config that the experiment sweeps, compares or changed from its parent, and the seed."""
    swept = {key for point in case.spec.get("points", ()) for key in point["overrides"]}
    changed = {one["parameter"] for one in case.spec.get("modifications", ())}
    compared = {(case.spec.get("compare") or {}).get("factor")} - {None}
    return frozenset(key for key in {SEED, *swept, *changed, *compared} if not _why_never(key))


def check_proposal(document: Mapping[str, Any], case: Case) -> None:
    """Whether a spec may be proposed as a follow-up of this experiment, whoever wrote it.

    Raises:
        ForbiddenProposal: with everything that it may not say.
    """
    told = list(dict.fromkeys(_refused(document, case)))
    if told:
        raise ForbiddenProposal("; ".join(told))


def _refused(document: Mapping[str, Any], case: Case) -> Iterator[str]:
    spec = document.get("experiment")
    node = spec if isinstance(spec, Mapping) else {}
    for key in document.keys() - {"defaults", "experiment"}:
        yield f"'{key}': a proposal has only defaults and experiment"
    if document.get("defaults") != [base(case), "_self_"]:
        yield f"defaults: a proposal is laid over its experiment, [{base(case)}, _self_]"
    for key in sorted(node.keys() - FIELDS):
        yield f"experiment.{key}: a proposal may not set it; allowed: {', '.join(sorted(FIELDS))}"
    for one in node.get("deliverables") or ():
        if one not in case.spec.get("deliverables", ()):
            yield f"experiment.deliverables: {one} is none of those of '{case.experiment_id}'"
    allowed = allowed_keys(case)
    configured = (
        (".".join(map(str, path)).lstrip("+"), value) for path, value in mapping_leaves(node.get("config") or {})
    )
    for key, value in (*_swept(node.get("sweep")), *configured):
        if why := _why_never(key) or _why_not(key, allowed, case) or _why_no_value(key, value, case):
            yield f"'{key}' {why}"


def base(case: Case) -> str:
    """The experiment as `defaults` name it: its file below conf/experiment/, without the suffix."""
    return str(case.spec["file"]).rpartition("experiment/")[2].removesuffix(".yaml")


def why_no_revert(key: str, value: Any) -> str:
    """Why a change of the author cannot be undone by a proposal; empty where it can."""
    if isinstance(value, bool | int | float | str):
        return _why_never(key)
    return _why_never(key) or "is no single value on both sides"


def _why_never(key: str) -> str:
    names = re.split(r"[./@]", key)
    if any(_CODE.match(name) for name in names):
        return "chooses code"
    if any(_PLACES.search(name) for name in names):
        return "names a place or a command"
    return "cannot change a training" if is_excluded(key) else ""


def _why_not(key: str, allowed: frozenset[str], case: Case) -> str:
    known = ", ".join(sorted(allowed))
    return "" if key in allowed else f"was not varied by the author of '{case.experiment_id}'; allowed: {known}"


def _why_no_value(key: str, value: Any, case: Case) -> str:
    """A text can reach beyond the config, as a place, an interpolation or the name of code: only known ones pass."""
    if isinstance(value, Mapping):
        return "is given a mapping, and a proposal sets single values"
    if isinstance(value, list | tuple):
        return next((why for one in value if (why := _why_no_value(key, one, case))), "")
    if not isinstance(value, str) or _NUMBERS.fullmatch(value) or value in _texts(key, case):
        return ""
    return f"is given '{value}', a text that '{case.experiment_id}' and its parent never gave it"


def _texts(key: str, case: Case) -> set[str]:
    """The texts that the experiment or its parent has at a key."""
    found = [point["overrides"].get(key) for point in case.spec.get("points", ())]
    changes = [one for one in case.spec.get("modifications", ()) if one["parameter"] == key]
    sides = [value for one in changes for value in (one["from"], one["to"])]
    found += [value for side in sides for value in (side if isinstance(side, list) else [side])]
    return {value for value in found if isinstance(value, str)}


def _swept(sweep: Any) -> Iterator[tuple[str, Any]]:
    """Every key that a sweep sets, without its `+`; what it takes out of an inherited one sets nothing."""
    for key, value in sweep.items() if isinstance(sweep, Mapping) else ():
        points = [value] if key == "zip" else value if key == "list" else None
        if points is not None:
            for point in points if isinstance(points, list) else ():
                yield from _swept(point)
        elif not key.startswith("~"):
            yield key.lstrip("+"), value
