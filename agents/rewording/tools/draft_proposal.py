"""A tool that drafts a follow-up experiment. It sets only keys that the author swept, and waits for approval."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, StrictBool, StrictFloat, StrictInt, StrictStr

from agents.facts.fact import Value
from agents.rewording.prompting.safe_path import path_inside
from agents.rewording.tools.session import CallRejected, ToolSession
from agents.rewording.tools.tool import Arguments, Tool
from compiler.base.json_files import write_text

MAX_RUNS = 100
Setting = StrictBool | StrictInt | StrictFloat | StrictStr
Settings = Annotated[tuple[Setting, ...], Field(min_length=1, max_length=MAX_RUNS)]
_DESCRIPTION = "Drafts a follow-up experiment: values to try for keys that this experiment swept, and for no others."


class DraftProposal(Arguments):
    """`changes`: the values to try, by key."""

    changes: Annotated[dict[str, Settings], Field(min_length=1)]


def draft_proposal_tool(session: ToolSession) -> Tool:
    def run(draft: DraftProposal) -> object:
        if session.propose is None:
            raise CallRejected("this experiment accepts no proposals")
        file = session.propose(allowed_changes(draft.changes, session.case.spec))
        return {"file": file, "waits_for": "a person's approval"}

    return Tool("draft_proposal", _DESCRIPTION, DraftProposal, run)


def allowed_changes(
    changes: Mapping[str, tuple[Setting, ...]], spec: Mapping[str, Any]
) -> dict[str, tuple[Value, ...]]:
    """Return the changes without repeated values, if each is within what the spec's author swept.

    Numbers are free. A text must be one of the author's, because it may select a config file, a class or a path.

    Raises:
        CallRejected: With all problems.
    """
    swept = _swept_values(spec)
    problems = [problem for key, values in changes.items() for problem in _problems(key, values, swept)]
    if problems:
        raise CallRejected("; ".join(problems))
    if (runs := math.prod(len(set(values)) for values in changes.values())) > MAX_RUNS:
        raise CallRejected(f"{runs} runs are more than the {MAX_RUNS} that a draft may have")
    return {key: tuple(dict.fromkeys(values)) for key, values in changes.items()}


def write_proposal(experiment_folder: Path, name: str, text: str) -> str:
    """Write a spec into the experiment's `proposals/` and return its path relative to the experiment's folder.

    Raises:
        OutsideExperiment: The name is not a plain file name.
    """
    write_text(path := path_inside(experiment_folder, "proposals", name), text)
    return str(path.relative_to(experiment_folder))


def _swept_values(spec: Mapping[str, Any]) -> dict[str, list[Value]]:
    """Return the values of each swept key over all points."""
    swept: dict[str, list[Value]] = {}
    for point in spec.get("points") or ():
        for key, value in point["overrides"].items():
            swept.setdefault(key, []).append(value)
    return swept


def _problems(key: str, values: tuple[Setting, ...], swept: Mapping[str, list[Value]]) -> Iterator[str]:
    if key not in swept or any(step.startswith("_") for step in key.split(".")):
        yield f"'{key}' was not swept; {', '.join(swept) or 'nothing'} was"
        return
    for value in values:
        if isinstance(value, str) and value not in swept[key]:
            yield f"{key}: the text {value!r} is none that the author gave"
        elif isinstance(value, float) and not math.isfinite(value):
            yield f"{key}: {value} is not a finite number"
