"""Compute the agenda: each analyst's questions, questions that the runs cannot answer, and failed runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from agents.analysis.failed_runs import failed_runs
from agents.context.case import Case
from agents.facts.subject import parse_fact_id

SCHEMA_VERSION = 1
_MIN_REPEATED_RUNS = 2  # usable runs of an arm; the variation between runs of a smaller arm is unknown
_MAX_LISTED_ARMS = 6  # arms without repeated runs that get a question each; more arms share one question


@dataclass(frozen=True)
class Untestable:
    """A question that these runs cannot answer, and the reason, both as templates.

    `topic` is the analyst to whom the question is assigned, "" for all analysts.
    """

    what: str
    why: str
    topic: str = ""


@dataclass(frozen=True)
class Task:
    """The task of one analyst. `questions` are templates, `failed` are subjects such as `run[seed=1]`."""

    analyst: str
    questions: tuple[str, ...] = ()
    untestable: tuple[Untestable, ...] = ()
    failed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Agenda:
    """The tasks of all analysts of an experiment."""

    experiment_id: str
    tasks: tuple[Task, ...]
    untestable: tuple[Untestable, ...] = ()
    failed: tuple[str, ...] = ()

    def task(self, analyst: str) -> Task:
        """Return the task of an analyst. Raises KeyError if it has none."""
        return {task.analyst: task for task in self.tasks}[analyst]

    def to_json(self) -> dict[str, Any]:
        return {"schema_version": SCHEMA_VERSION, **asdict(self)}


def agenda_from_json(data: Mapping[str, Any]) -> Agenda:
    tasks = tuple(
        Task(task["analyst"], tuple(task["questions"]), _untestable_from_json(task), tuple(task["failed"]))
        for task in data["tasks"]
    )
    return Agenda(data["experiment_id"], tasks, _untestable_from_json(data), tuple(data["failed"]))


def make_agenda(case: Case, analysts: Sequence[str]) -> Agenda:
    """Return the agenda with a task for each analyst, in the order of the pipeline."""
    untestable, failed = tuple(untestable_questions(case)), failed_runs(case.book)
    tasks = tuple(
        Task(
            analyst,
            questions(case, analyst),
            tuple(question for question in untestable if question.topic in ("", analyst)),
            failed,
        )
        for analyst in dict.fromkeys(analysts)
    )
    return Agenda(case.experiment_id, tasks, untestable, failed)


def questions(case: Case, analyst: str) -> tuple[str, ...]:
    """Return the questions to an analyst. An analyst of the lab gets the research question, else the hypothesis."""
    shipped = {
        "performance_analysis": _performance_questions(case),
        "ablation_study": (
            "How much of the variation does each swept parameter account for, and do parameters interact?",
            "Which experiments should follow?",
        ),
        "baseline_comparison": _baseline_questions(case),
    }
    spec_questions = [f"{{{{spec:{key}}}}}" for key in ("research_question", "hypothesis") if case.spec.get(key)]
    return shipped.get(analyst, tuple(spec_questions[:1]))


def untestable_questions(case: Case) -> Iterator[Untestable]:
    """Yield the untestable questions that follow from the spec and the facts. Analysts add others."""
    hypothesis = case.book.verdicts.get("hypothesis")
    if case.test is None:
        yield Untestable("The hypothesis", "No test was registered.")
    elif hypothesis is None or hypothesis.conclusion == "untestable":
        why = "{{v:hypothesis.sentence}}" if hypothesis else "The registered test has no result."
        yield Untestable("The hypothesis", why)
    if not case.series:
        yield Untestable("The learning curves", "No run recorded a metric history.", "performance_analysis")
    if not set(case.swept_keys) - {"seed"}:
        yield Untestable("The importance of the swept parameters", "Only the seed was swept.", "ablation_study")
    if not case.spec.get("parent"):
        yield Untestable("The comparison with a parent", "The experiment has no parent.", "baseline_comparison")
    yield from _unknown_variation(case)


def _unknown_variation(case: Case) -> Iterator[Untestable]:
    """Yield a question for each arm that has too few usable runs to estimate the variation between runs."""
    factor = "{{spec:compare.factor}} = " if case.test else ""
    arms = [arm for arm in _arms(case) if _has_no_repeated_run(case, arm)]
    if len(arms) > _MAX_LISTED_ARMS:
        yield Untestable("The variation between runs of the same arm", "Many arms have no repeated usable runs.")
        return
    for arm in arms:
        what = f"The variation between runs with {factor}{{{{f:{arm}.level}}}}"
        yield Untestable(what, f"The number of usable runs is {{{{f:{arm}.n}}}}.")


def _arms(case: Case) -> Iterator[str]:
    for fact_id in map(parse_fact_id, case.book.facts):
        if fact_id.kind == "arm" and fact_id.name == "level":
            yield str(fact_id.subject)


def _has_no_repeated_run(case: Case, arm: str) -> bool:
    n = case.book.facts.get(f"{arm}.n")
    return n is not None and isinstance(n.value, int) and n.value < _MIN_REPEATED_RUNS


def _performance_questions(case: Case) -> tuple[str, ...]:
    curves = ("How fast did training converge, and how do training and evaluation differ at its end?",)
    return (
        "Did any run fail, and were all losses finite?",
        *(curves if case.series else ()),
        "What share of the time was spent waiting for data?",
    )


def _baseline_questions(case: Case) -> tuple[str, ...]:
    metric = "{{spec:compare.metric}}" if case.test else "the result"
    return (f"How does {metric} compare with the control, the parent and the recorded baselines?",)


def _untestable_from_json(data: Mapping[str, Any]) -> tuple[Untestable, ...]:
    return tuple(Untestable(**entry) for entry in data["untestable"])
