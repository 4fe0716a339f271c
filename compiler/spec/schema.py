"""The `experiment:` node of a spec as typed values. Unknown keys are refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from compiler.base.diagnostics import Problem, SpecError, did_you_mean
from compiler.base.nested import Keys
from compiler.deliverables.deliverable import FILE_NAME, Deliverable
from compiler.deliverables.registry import UnknownDeliverableType, deliverable_type, installed_names
from compiler.parsing.validation import validation_problems

Text = Annotated[str, Field(min_length=1, pattern=r"\S")]
_PATTERNS = {r"\S": "must not be blank", FILE_NAME: "must be letters, digits, '.', '_' and '-', no '.' or '-' first"}
# Rules of the workflow: every experiment is a rule of its own name beside them.
RESERVED_IDS = frozenset(
    {"all", "data", "ask", "train", "evidence", "record", "deliverable", "results", "gate", "genealogy"}
    | {"facts", "agenda", "analysis", "integration", "quality_review", "report"}
)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Metadata(_Strict):
    created_at: str | None = None
    priority: Literal["low", "medium", "high", "critical"] = "medium"
    tags: list[str] = []
    researcher: str | None = None

    @field_validator("created_at")
    @classmethod
    def _is_a_date(cls, text: str | None) -> str | None:
        if text is not None:
            try:
                date.fromisoformat(text[:10])
            except ValueError:
                raise ValueError("must be a date such as 2026-11-22") from None
        return text


class Compare(_Strict):
    """The test that decides, fixed before the first run."""

    metric: Text
    goal: Literal["maximize", "minimize"]
    factor: Text
    control: Any
    treatment: Any = None  # one level; by default every other level of the factor is tested, as one family
    alpha: Annotated[float, Field(gt=0, lt=1)] = 0.05
    minimum_effect: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    paired: bool = False


class Search(_Strict):
    """Points that are not written down but asked, in rounds that learn from the runs before them."""

    space: Annotated[dict[str, Any], Field(min_length=1)]
    sampler: Literal["tpe", "gp", "random", "cmaes"] = "tpe"
    runs: Annotated[int, Field(ge=1)]  # the budget
    batch: Annotated[int, Field(ge=1)] = 4  # trials of one round
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 0
    metric: Text | None = None  # by default that of the registered test
    goal: Literal["maximize", "minimize"] | None = None


class Spec(_Strict):
    experiment_id: Annotated[str, Field(pattern=FILE_NAME, max_length=100)]
    name: Text
    description: str = ""
    hypothesis: Text
    research_question: str = ""
    parent: str | None = None
    rationale: str = ""
    config: dict[str, Any] = {}
    sweep: dict[str, Any] = {}
    search: Search | None = None
    compare: Compare | None = None
    deliverables: list[dict[str, Any]] = []
    analysis_pipeline: list[str] = []
    reports: list[str] = []
    metadata: Metadata = Metadata()
    on_request: bool = False  # built only when asked for by name

    @field_validator("experiment_id")
    @classmethod
    def _is_free(cls, name: str) -> str:
        if name.casefold() in RESERVED_IDS:
            raise ValueError("is the name of a rule of the workflow; set another experiment_id")
        return name


def parse_spec(node: Any, stem: str) -> tuple[Spec, tuple[Deliverable, ...]]:
    """The spec and its deliverables.

    Args:
        node: the `experiment:` node as plain values.
        stem: the file's stem, which names the experiment unless it names itself.

    Raises:
        SpecError: with every problem found.
    """
    at: Keys = ("experiment",)
    if not isinstance(node, Mapping):
        raise SpecError([Problem(at, "a spec needs an experiment: node with at least a hypothesis")])
    given = {"experiment_id": stem, "name": stem, **node}
    problems = list(_problems(Spec, given, at))
    deliverables, deliverable_problems = _deliverables(node.get("deliverables"), (*at, "deliverables"))
    problems += deliverable_problems
    if problems:
        raise SpecError(problems)
    spec = Spec.model_validate(given)
    problems = list(_cross_field_problems(spec, deliverables, at))
    if problems:
        raise SpecError(problems)
    return spec, deliverables


def _cross_field_problems(spec: Spec, deliverables: tuple[Deliverable, ...], at: Keys) -> Iterator[Problem]:
    """Validate fields against each other."""
    needs_test = any(one.type == "comparison" for one in deliverables)
    needs_best = any(one.over == "best" for one in deliverables) and spec.search is None
    if spec.compare is None and (needs_test or needs_best):
        yield Problem((*at, "compare"), "is missing: `over: best` and `comparison` need a registered test")
    if spec.compare is None and spec.search is not None:
        for field in ("metric", "goal"):
            if getattr(spec.search, field) is None:
                yield Problem((*at, "search", field), "is missing: a search needs one, here or in `compare`")


def _deliverables(node: Any, at: Keys) -> tuple[tuple[Deliverable, ...], list[Problem]]:
    if not isinstance(node, list):
        return (), []  # the spec's own schema says so
    found: list[Deliverable] = []
    problems: list[Problem] = []
    for index, item in enumerate(node):
        if not isinstance(item, Mapping):
            continue  # the spec's own schema says so
        try:
            found.append(_deliverable(item, (*at, index)))
        except SpecError as error:
            problems += error.problems
    named: dict[str, int] = {}
    for index, one in enumerate(found):
        if one.title.casefold() in named:
            hint = "give one of them a name:"
            problems.append(Problem((*at, index), f"a second deliverable is called '{one.title}'", hint))
        named[one.title.casefold()] = index
    return tuple(found), problems


def _deliverable(item: Mapping[str, Any], at: Keys) -> Deliverable:
    if not isinstance(item.get("type"), str):
        hint = did_you_mean("", installed_names())
        raise SpecError([Problem((*at, "type"), "a deliverable needs a type", hint)])
    try:
        kind = deliverable_type(item["type"])
    except UnknownDeliverableType as error:
        raise SpecError([Problem((*at, "type"), str(error), did_you_mean(item["type"], installed_names()))]) from error
    problems = list(_problems(kind.schema, item, at))
    if problems:
        raise SpecError(problems)
    found = kind.schema.model_validate(item)
    if found.validation not in kind.checks:
        hint = did_you_mean(found.validation, kind.checks)
        raise SpecError([Problem((*at, "validation"), f"type '{found.type}' has no such validation", hint)])
    return found


def _problems(model: type[BaseModel], value: Any, at: Keys) -> Iterator[Problem]:
    """What pydantic has against a value, in our words and with the nearest known word."""
    try:
        model.model_validate(value)
    except ValidationError as error:
        yield from validation_problems(error, model, at, pattern_messages=_PATTERNS)
