"""Split a job in JSON form into the `experiment:` node of a spec and the config to map."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from compiler.base.diagnostics import Problem
from compiler.base.nested import Keys, leaves, nodes
from compiler.spec.schema import Spec

CONFIG = "config"
REQUIRED = ("experiment_id", "hypothesis", "research_question", "deliverables")
REPORTS = ("technical_report", "blog_post", "paper_draft")  # of a job that names none; a publication needs them
_LABELS = frozenset({CONFIG, "experiment_id", "name", "metadata"})  # a training config may have them, too
_TEMPLATE = "`proband new experiment NAME` writes a commented spec"


@dataclass(frozen=True)
class JobForm:
    """The parts of a job. `experiment` is not validated."""

    experiment: Mapping[str, Any]
    config: Mapping[str, Any]
    problems: tuple[Problem, ...]


def is_spec(values: Mapping[str, Any]) -> bool:
    """Return whether a job is already a spec, as in `conf/experiment/`."""
    return isinstance(values.get("experiment"), Mapping)


def is_bare_config(values: Mapping[str, Any]) -> bool:
    """Return whether a job is a training config without anything that makes it an experiment."""
    return not (set(values) & (Spec.model_fields.keys() - _LABELS))


def bare_config(values: Mapping[str, Any]) -> tuple[Mapping[str, Any], Keys]:
    """Return the training config in such a job, and the path at which it is written."""
    config = values.get(CONFIG)
    if isinstance(config, Mapping):
        return config, (CONFIG,)
    return {key: value for key, value in values.items() if key not in _LABELS}, ()


def job_form(values: Mapping[str, Any]) -> JobForm:
    """Return the parts of a job in JSON form, with the problems that a spec would not have."""
    config = values.get(CONFIG, {})
    problems = list(_interpolations({key: value for key, value in values.items() if key != CONFIG}))
    if not isinstance(config, Mapping):
        problems.append(Problem((CONFIG,), f"must be a mapping, got {config!r}"))
        config = {}
    experiment = {key: value for key, value in values.items() if key != CONFIG}
    experiment.setdefault("reports", list(REPORTS))
    return JobForm(experiment, config, (*problems, *_missing(experiment)))


def missing_from_bare_config() -> Problem:
    """Return the problem of a training config without an experiment."""
    missing = ", ".join(field for field in REQUIRED if field != "experiment_id")
    problem = f"is a training config, not an experiment: {missing} are missing"
    return Problem((), problem, f"write them around it as below; {_TEMPLATE}")


def _interpolations(values: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield texts that Hydra would replace by other values."""
    for path, value in leaves(values):
        if isinstance(value, str) and "${" in value:
            yield Problem(path, f"a job cannot contain an interpolation, got {value!r}", "write the value itself")
    for path, value in nodes(values):
        for key in value if isinstance(value, Mapping) else ():
            if "${" in str(key):
                yield Problem((*path, key), "a job cannot contain an interpolation", "write the key itself")


def _missing(experiment: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what a job lacks. An exploratory one needs neither a question nor deliverables."""
    is_exploratory = experiment.get("exploratory") is True
    for field in REQUIRED:
        is_optional = is_exploratory and field in ("research_question", "deliverables")
        if not is_optional and experiment.get(field) in (None, "", []):
            hint = "or write exploratory: true" if field in ("research_question", "deliverables") else _TEMPLATE
            yield Problem((field,), "is missing", hint)
