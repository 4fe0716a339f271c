"""A follow-up that sets only what the experiment's author swept. It waits for a person like any other proposal."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, StrictBool, StrictFloat, StrictInt, StrictStr

from agents.facts.fact import Value
from agents.rewording.prompting.safe_path import inside
from agents.rewording.tools.session import Desk, Refused
from agents.rewording.tools.tool import Arguments, Tool
from compiler.base.json_files import write_text

MOST_RUNS = 100
Setting = StrictBool | StrictInt | StrictFloat | StrictStr
Settings = Annotated[tuple[Setting, ...], Field(min_length=1, max_length=MOST_RUNS)]


class DraftProposal(Arguments):
    """`changes`: for each key the values to try."""

    changes: Annotated[dict[str, Settings], Field(min_length=1)]


def draft_proposal(desk: Desk) -> Tool:
    def use(draft: DraftProposal) -> object:
        if desk.propose is None:
            raise Refused("proposals are not taken here")
        return {"file": desk.propose(allowed(draft.changes, desk.case.spec)), "waits_for": "a person's approval"}

    told = "Drafts a follow-up experiment: values to try for keys that this experiment swept, and for no others."
    return Tool("draft_proposal", told, DraftProposal, use)


def allowed(changes: Mapping[str, tuple[Setting, ...]], spec: Mapping[str, Any]) -> dict[str, tuple[Value, ...]]:
    """The changes, where each is within what the spec's author swept.

    Numbers are free; a text must be one that the author gave, because it may choose a config file, a class or a path.

    Raises:
        Refused: with all that is not allowed.
    """
    author = swept_values(spec)
    problems = [problem for key, values in changes.items() for problem in _problems(key, values, author)]
    if problems:
        raise Refused("; ".join(problems))
    if (runs := math.prod(len(set(values)) for values in changes.values())) > MOST_RUNS:
        raise Refused(f"{runs} runs are more than the {MOST_RUNS} that a draft may ask for")
    return {key: tuple(dict.fromkeys(values)) for key, values in changes.items()}


def swept_values(spec: Mapping[str, Any]) -> dict[str, list[Value]]:
    """What the author swept: for each key its values over all points."""
    found: dict[str, list[Value]] = {}
    for point in spec.get("points") or ():
        for key, value in point["overrides"].items():
            found.setdefault(key, []).append(value)
    return found


def write_proposal(experiment_folder: Path, name: str, text: str) -> str:
    """Put a spec into the experiment's `proposals/`; gives its path relative to the experiment's folder.

    Raises:
        OutsideExperiment: a name that leads elsewhere.
    """
    write_text(path := inside(experiment_folder, "proposals", name), text)
    return str(path.relative_to(experiment_folder))


def _problems(key: str, values: tuple[Setting, ...], author: Mapping[str, list[Value]]) -> Iterator[str]:
    if key not in author or any(step.startswith("_") for step in key.split(".")):
        yield f"'{key}' was not swept; {', '.join(author) or 'nothing'} was"
        return
    for value in values:
        if isinstance(value, str) and value not in author[key]:
            yield f"{key}: the text {value!r} is none that the author gave"
        elif isinstance(value, float) and not math.isfinite(value):
            yield f"{key}: {value} is not a finite number"
