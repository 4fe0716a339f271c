"""Check that a proposal touches only keys and values within the bounds of the lab.

What is checked is the compiled proposal: the values of every point and every difference from the parent. So a range, a
choice, a list or an added key in its text hides nothing. Its text is checked only for what never runs by itself.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import yaml

from agents.proposals.allowed import outline_problems
from compiler.base.diagnostics import CompileError
from compiler.base.identity import canonical
from compiler.base.nested import leaves
from compiler.collaboration.forbidden_keys import forbidden_key
from compiler.parsing.strict_yaml import strict_root
from compiler.plan.model import PlannedExperiment
from lab.collaboration.compiled_proposal import REMOVED, Touched, choice_of
from lab.collaboration.policy import Bound
from lab.collaboration.proposal_files import Proposal

_INTERPOLATION = re.compile(r"(\\*)\$\{")  # an odd number of backslashes escapes it
_TEXTS = frozenset({"name", "description", "hypothesis", "research_question", "rationale"})


def text_problems(proposal: Proposal, parent: PlannedExperiment) -> list[str]:
    """Return why the text of a proposal cannot run by itself, before anything of it is composed or resolved."""
    if proposal.problem:
        return [proposal.problem]
    try:
        strict_root(proposal.text, proposal.file.name)
        document = yaml.safe_load(proposal.text)
    except (CompileError, ValueError, yaml.YAMLError) as error:
        return [f"is not a spec: {error}"]
    if not isinstance(document, Mapping) or not isinstance(document.get("experiment"), Mapping):
        return ["is not a spec: it has no experiment"]
    node = document["experiment"]
    deliverables = parent.spec.get("deliverables", ())
    return [
        *outline_problems(document, parent.id, choice_of(parent), deliverables),
        *_interpolations(document),
        *_name_problems(node, proposal),
    ]


def bound_problems(touched: Touched, bounds: Mapping[str, Bound]) -> list[str]:
    """Return the keys that a proposal touches and may not, and its values outside the bounds."""
    problems = []
    for key, values in touched.items():
        bound = bounds.get(key)
        if reason := forbidden_key(key):
            problems.append(f"'{key}' {reason}")
        elif bound is None:
            problems.append(
                f"'{key}' is not in collaboration.bounds, which has {', '.join(sorted(bounds)) or 'no key'}"
            )
        else:
            problems += [f"'{key}' {problem}" for problem in _outside(values, bound)]
    return problems


def _outside(values: Iterable[Any], bound: Bound) -> Iterator[str]:
    for value in values:
        if value is REMOVED:
            yield "is removed, but a proposal only sets values"
        elif isinstance(value, Mapping | list | tuple):
            yield "has several values at once, but a proposal sets single values"
        elif bound.values:
            if canonical(value) not in map(canonical, bound.values):
                yield f"has the value {value!r}, which is none of {', '.join(map(repr, bound.values))}"
        elif not _is_within(value, bound):
            yield f"has the value {value!r}, outside [{bound.low!r}, {bound.high!r}]"


def _is_within(value: Any, bound: Bound) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return is_number and bound.low is not None and bound.high is not None and bound.low <= value <= bound.high


def _interpolations(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield the keys with an interpolation. In a text, an escaped one is text."""
    for path, value in leaves(document):
        if isinstance(value, str) and "${" in value:
            is_text = len(path) == 2 and path[0] == "experiment" and path[1] in _TEXTS
            if not is_text or any(len(match[1]) % 2 == 0 for match in _INTERPOLATION.finditer(value)):
                yield f"{'.'.join(map(str, path))}: an interpolation, which may read the environment"
        yield from (f"{key}: an interpolation in a key" for key in path if isinstance(key, str) and "${" in key)


def _name_problems(node: Mapping[str, Any], proposal: Proposal) -> Iterator[str]:
    if node.get("experiment_id") != proposal.id:
        yield f"experiment.experiment_id: is not {proposal.id}, the name of its file"
    if node.get("parent") != proposal.parent:
        yield f"experiment.parent: is not {proposal.parent}, the experiment that proposed it"
    if node.get("search") is not None:
        yield "experiment.search: suggests its values during the build, so that only a person can approve it"
