"""Every fact names the function that computed it: the name can be imported, and the function returned the value."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from pkgutil import resolve_name
from types import CodeType, FrameType
from typing import Any

import pytest

from agents.analysis.tasks import Task
from agents.analysts.load_analyst import load_analyst
from agents.context.case import Case
from agents.extraction.evidence import Ancestor
from agents.extraction.extract import Extracted, extract
from agents.facts.derive import OPERATIONS, derive
from agents.facts.fact import Fact, fact_from_json
from tests.agents.analysts.trained_cases import Trained, case, falling
from tests.agents.small_experiment import evidence, sweep
from tests.agents.studies import Rows, grid, study

ARMS = {0.001: [0.50, 0.52, 0.54, 0.53], 0.01: [0.70, 0.72, 0.74, 0.73], 0.1: [0.70, 0.72, 0.71, None]}
COMPARE = {"factor": "model.lr", "control": 0.001, "minimum_effect": 0.01}
BASELINE: Mapping[str, Any] = {
    "name": "knn",
    "title": "nearest neighbour",
    "metric": "accuracy",
    "goal": "maximize",
    "margin": 0.02,
    "source": {"text": "a book"},
    "applies_to": {"tags": ["small"]},
    "file": "conf/baseline/knn.yaml",
    "sha256": "e" * 64,
}


@dataclass
class Trace:
    """While facts are computed, record the values that each function returns and the call stack of each new fact."""

    returned: dict[CodeType, list[Any]] = field(default_factory=dict)
    callers: dict[str, set[CodeType]] = field(default_factory=dict)

    def __enter__(self) -> Trace:
        sys.setprofile(self._record)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)

    def _record(self, frame: FrameType, event: str, argument: Any) -> None:
        if event == "return" and "/agents/" in frame.f_code.co_filename:
            self.returned.setdefault(frame.f_code, []).append(argument)
        elif event == "call" and frame.f_code is Fact.__init__.__code__:
            self.callers.setdefault(frame.f_locals["id"], set()).update(_stack(frame))


def _stack(frame: FrameType | None) -> Iterator[CodeType]:
    while frame is not None:
        yield frame.f_code
        frame = frame.f_back


def _values(returned: Any) -> Iterator[Any]:
    """Yield a returned object and all values that it contains."""
    yield returned
    if is_dataclass(returned):
        for entry in fields(returned):
            yield from _values(getattr(returned, entry.name))
    elif isinstance(returned, Mapping):
        for value in returned.values():
            yield from _values(value)
    elif isinstance(returned, Sequence) and not isinstance(returned, str):
        for value in returned:
            yield from _values(value)


def _has_value(fact: Fact, value: Any) -> bool:
    """Check whether a fact has a returned value. The value of a fact in percent may be a returned share times 100."""
    if isinstance(value, bool | str) or not isinstance(value, int | float) or not isinstance(fact.value, int | float):
        return type(value) is type(fact.value) and bool(value == fact.value)
    return math.isclose(fact.value, value) or (fact.unit == "percent" and math.isclose(fact.value, 100 * value))


def _grid() -> Rows:
    return [
        ({"model.lr": lr, "model.width": width, "seed": seed}, 0.5 + lr + width / 100 + seed / 1000)
        for lr in (0.1, 0.2)
        for width in (8, 16)
        for seed in range(3)
    ]


def _baselines() -> list[Mapping[str, Any]]:
    return [
        {**BASELINE, "values": [0.6, 0.61, 0.62]},
        {**BASELINE, "name": "svm", "mean": 0.7, "sd": 0.01, "n": 5},
        {**BASELINE, "name": "guess", "value": 0.1},
    ]


CASES: dict[str, Callable[[], Case]] = {
    "test": lambda: study(grid("model.lr", ARMS), COMPARE, baselines=_baselines()),
    "parent": lambda: study(
        grid("model.lr", {0.001: [0.7, 0.71, 0.72, 0.73], 0.01: [0.7]}),
        {**COMPARE, "treatment": 0.01},
        parent=grid("model.lr", {0.1: [0.6, 0.61, 0.62]}),
        baselines=_baselines(),
        modifications=[{"parameter": "model._target_", "from": "a", "to": "b"}],
    ),
    "grid": lambda: study(_grid(), {**COMPARE, "control": 0.1}),
    "search": lambda: study(_grid()),
    "series": lambda: case(
        [
            Trained(
                level,
                seed,
                series={"eval_loss": falling(60), "train_loss": falling(60, end=0.1)},
                system={"data_wait_share": 0.5, "peak_rss_bytes": 1e9, "epoch_seconds": 2.0},
            )
            for level in ("0.001", "0.01")
            for seed in range(3)
        ]
    ),
}


def _extracted() -> Extracted:
    parent = Ancestor("older", None, 3, tuple(sweep({0.001: [0.7, 0.71, 0.72]})))
    return extract(evidence(sweep({0.001: [0.80, 0.81, 0.82], 0.01: [0.90, 0.91, None]}), parent=parent))


def _case_facts(name: str, figures: Path) -> list[Fact]:
    """Return the facts of a case and of all analysts that apply to it."""
    study_case = CASES[name]()
    if name == "series":
        return _facts_of("performance_analysis", study_case, figures)
    analysts = ("performance_analysis", "ablation_study", "baseline_comparison")
    analyst_facts = [fact for analyst_name in analysts for fact in _facts_of(analyst_name, study_case, figures)]
    return [*study_case.book.facts.values(), *analyst_facts]


def _facts_of(analyst_name: str, study_case: Case, figures: Path) -> list[Fact]:
    return list(map(fact_from_json, load_analyst(analyst_name)(study_case, Task(analyst_name), figures).facts))


@pytest.mark.parametrize("name", ["extraction", *CASES])
def test_function_of_every_fact_ran_and_returned_its_value(name: str, tmp_path: Path) -> None:
    with Trace() as trace:
        facts = list(_extracted().facts) if name == "extraction" else _case_facts(name, tmp_path)
    assert len(facts) > 20
    wrong = [f"{fact.id} = {fact.value!r}: {fact.function}" for fact in facts if not _names_its_function(fact, trace)]
    assert wrong == []


def _names_its_function(fact: Fact, trace: Trace) -> bool:
    """Check that the named function created the fact or returned its value.

    The source of a constant is a Python file. A constant names the function that uses it, which must have run.
    """
    code = resolve_name(fact.function).__code__
    if code in trace.callers[fact.id] or (fact.source.file.endswith(".py") and code in trace.returned):
        return True
    return any(_has_value(fact, value) for returned in trace.returned.get(code, ()) for value in _values(returned))


@pytest.mark.parametrize("operation", OPERATIONS)
def test_function_of_a_derived_fact_ran(operation: str) -> None:
    facts = {fact.id: fact for fact in _extracted().facts}
    names = ["arm[model.lr=0.01].accuracy.mean", "arm[model.lr=0.001].accuracy.mean"]
    with Trace() as trace:
        fact = derive(operation, names, facts)
    assert trace.returned[resolve_name(fact.function).__code__] == [fact.value]
