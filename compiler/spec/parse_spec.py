"""Parse the `experiment:` node of a spec into typed values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from compiler.base.diagnostics import Problem, SpecError, did_you_mean
from compiler.base.nested import Keys
from compiler.deliverables import completed_runs
from compiler.deliverables.deliverable import FILE_NAME, Deliverable, DeliverableType
from compiler.deliverables.registry import UnknownDeliverableType, deliverable_type, installed_names
from compiler.parsing.validation import validation_problems
from compiler.spec.agent_entry_points import title
from compiler.spec.schema import Spec

Model = TypeVar("Model", bound=BaseModel)
FindType = Callable[[str], DeliverableType]
_PATTERN_MESSAGES = {
    r"\S": "must not be blank",
    FILE_NAME: "must be letters, digits, '.', '_' and '-', no '.' or '-' first",
}


def parse_spec(node: Any, stem: str, find_type: FindType = deliverable_type) -> tuple[Spec, tuple[Deliverable, ...]]:
    """Return the spec and its deliverables.

    Args:
        node: The `experiment:` node as plain values.
        stem: The stem of the file, which is the experiment's id and name unless the node sets them.
        find_type: Returns the deliverable type with a name.

    Raises:
        SpecError: The node is not valid. The error holds all problems.
    """
    key_path: Keys = ("experiment",)
    if not isinstance(node, Mapping):
        raise SpecError([Problem(key_path, "a spec needs an experiment: node with at least a hypothesis")])
    problems: list[Problem] = []
    spec = _validate(Spec, {"experiment_id": stem, "name": stem, **node}, key_path, problems)
    required = _or_implied_deliverable(node.get("deliverables", []))
    deliverables = _parse_deliverables(required, (*key_path, "deliverables"), problems, find_type)
    if spec is not None and not problems:
        problems += _cross_field_problems(spec, deliverables, key_path)
    if spec is None or problems:
        raise SpecError(problems)
    return spec, deliverables


def _or_implied_deliverable(deliverables: Any) -> Any:
    """Return the deliverables of a spec. If there are none, every run has to complete with finite metrics."""
    return [{"type": completed_runs.NAME}] if deliverables == [] else deliverables


def _cross_field_problems(spec: Spec, deliverables: Sequence[Deliverable], key_path: Keys) -> Iterator[Problem]:
    """Validate fields against each other."""
    needs_test = any(deliverable.type == "comparison" for deliverable in deliverables)
    needs_best = any(deliverable.over == "best" for deliverable in deliverables) and spec.search is None
    if spec.compare is None and (needs_test or needs_best):
        yield Problem((*key_path, "compare"), "is missing: `over: best` and `comparison` need a registered test")
    yield from _unknown_reports(spec, deliverables, key_path)
    if spec.compare is None and spec.claims:
        yield Problem((*key_path, "compare"), "is missing: `claims` need its factor and its control")
    if spec.compare is None and spec.search is not None:
        for field in ("metric", "goal"):
            if getattr(spec.search, field) is None:
                yield Problem((*key_path, "search", field), "is missing: a search needs one, here or in `compare`")


def _unknown_reports(spec: Spec, deliverables: Sequence[Deliverable], key_path: Keys) -> Iterator[Problem]:
    """Yield deliverables on a report that the spec does not list."""
    titles = [title(name) for name in spec.reports]
    for index, deliverable in enumerate(deliverables):
        report = deliverable.checked_report
        if report is not None and report not in titles:
            problem = f"'{report}' is not in the reports of this spec"
            yield Problem((*key_path, "deliverables", index, "report"), problem, did_you_mean(report, titles))


def _parse_deliverables(
    node: Any, key_path: Keys, problems: list[Problem], find_type: FindType
) -> tuple[Deliverable, ...]:
    """Return the valid deliverables. Problems of the others, and repeated names, are appended to `problems`.

    The schema of the spec reports deliverables that are not a list of mappings.
    """
    deliverables: list[Deliverable] = []
    titles: set[str] = set()
    for index, item in enumerate(node if isinstance(node, list) else ()):
        if not isinstance(item, Mapping):
            continue
        try:
            deliverable = _parse_deliverable(item, (*key_path, index), find_type)
        except SpecError as error:
            problems += error.problems
            continue
        deliverables.append(deliverable)
        if deliverable.title.casefold() in titles:
            problem = f"a second deliverable is called '{deliverable.title}'"
            problems.append(Problem((*key_path, index), problem, "give one of them a name:"))
        titles.add(deliverable.title.casefold())
    return tuple(deliverables)


def _parse_deliverable(item: Mapping[str, Any], key_path: Keys, find_type: FindType) -> Deliverable:
    if not isinstance(item.get("type"), str):
        hint = did_you_mean("", installed_names())
        raise SpecError([Problem((*key_path, "type"), "a deliverable needs a type", hint)])
    try:
        kind = find_type(item["type"])
    except UnknownDeliverableType as error:
        hint = error.hint or did_you_mean(item["type"], installed_names())
        raise SpecError([Problem((*key_path, "type"), str(error), hint)]) from error
    problems: list[Problem] = []
    deliverable = _validate(kind.schema, item, key_path, problems)
    if deliverable is None:
        raise SpecError(problems)
    if deliverable.validation not in kind.checks:
        hint = did_you_mean(deliverable.validation, kind.checks)
        raise SpecError([Problem((*key_path, "validation"), f"type '{deliverable.type}' has no such validation", hint)])
    return deliverable


def _validate(model: type[Model], value: Mapping[str, Any], key_path: Keys, problems: list[Problem]) -> Model | None:
    """Return the validated value, or None after its problems were appended to `problems`."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        problems += validation_problems(error, model, key_path, pattern_messages=_PATTERN_MESSAGES)
        return None
