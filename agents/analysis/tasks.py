"""Who analyses what: an agenda from the spec and the evidence, before any analyst looks at a number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from agents.context.case import Case
from agents.facts.subject import is_failure, parse_fact_id

SCHEMA_VERSION = 1
_LEAST = 2  # runs that show a spread


@dataclass(frozen=True)
class Untestable:
    """What these runs cannot tell, and why: templates both. `topic` is the analyst it matters to, "" for everyone."""

    what: str
    why: str
    topic: str = ""


@dataclass(frozen=True)
class Task:
    """`questions` are templates; `failed` the subjects of the runs that failed, such as `run[seed=1]`."""

    analyst: str
    questions: tuple[str, ...] = ()
    untestable: tuple[Untestable, ...] = ()
    failed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Agenda:
    experiment_id: str
    tasks: tuple[Task, ...]
    untestable: tuple[Untestable, ...] = ()
    failed: tuple[str, ...] = ()

    def task(self, analyst: str) -> Task:
        """Raises KeyError for an analyst that has no part in it."""
        return {each.analyst: each for each in self.tasks}[analyst]

    def to_json(self) -> dict[str, Any]:
        return {"schema_version": SCHEMA_VERSION, **asdict(self)}


def agenda_from_json(data: Mapping[str, Any]) -> Agenda:
    tasks = tuple(
        Task(each["analyst"], tuple(each["questions"]), _untestable_from(each), tuple(each["failed"]))
        for each in data["tasks"]
    )
    return Agenda(data["experiment_id"], tasks, _untestable_from(data), tuple(data["failed"]))


def make_agenda(case: Case, analysts: Sequence[str]) -> Agenda:
    """Every analyst once, in the order of the pipeline, each with what concerns it."""
    untestable, failed = tuple(untestables(case)), failed_runs(case)
    tasks = tuple(
        Task(name, questions(case, name), tuple(each for each in untestable if _concerns(each, name)), failed)
        for name in dict.fromkeys(analysts)
    )
    return Agenda(case.experiment_id, tasks, untestable, failed)


def questions(case: Case, analyst: str) -> tuple[str, ...]:
    """What is asked of an analyst; one that does not ship gets the experiment's own question."""
    asked = {
        "performance_analysis": _of_performance(case),
        "ablation_study": ("Which of the swept parameters matter, and do they interact?", "What should run next?"),
        "baseline_comparison": _of_baselines(case),
    }
    own = [f"{{{{spec:{key}}}}}" for key in ("research_question", "hypothesis") if case.spec.get(key)]
    return asked.get(analyst, tuple(own[:1]))


def failed_runs(case: Case) -> tuple[str, ...]:
    return tuple(str(parse_fact_id(name).subject) for name in filter(is_failure, case.book.facts))


def untestables(case: Case) -> Iterator[Untestable]:
    """From the evidence alone: an analyst adds what it finds out itself."""
    hypothesis = case.book.verdicts.get("hypothesis")
    if not case.spec.get("compare"):
        yield Untestable("The hypothesis", "No test was registered.")
    elif hypothesis is None or hypothesis.conclusion == "untestable":
        why = "{{v:hypothesis.sentence}}" if hypothesis else "The registered test has no result."
        yield Untestable("The hypothesis", why)
    if not case.series:
        yield Untestable("The course of training", "No run kept a history.", "performance_analysis")
    if not {key for point in case.spec.get("points", ()) for key in point["overrides"]} - {"seed"}:
        yield Untestable("The importance of parameters", "Nothing but the seed was swept.", "ablation_study")
    if not case.spec.get("parent"):
        yield Untestable("The comparison with a parent", "The experiment has no parent.", "baseline_comparison")
    yield from _without_spread(case)


def _without_spread(case: Case) -> Iterator[Untestable]:
    """Arms with too few usable runs to show how far runs differ by chance."""
    for name in case.book.facts:
        fact_id = parse_fact_id(name)
        n = case.book.facts.get(f"{fact_id.subject}.n") if fact_id.kind == "arm" and fact_id.name == "level" else None
        if n is not None and isinstance(n.value, int) and n.value < _LEAST:
            what = f"The spread over runs with {{{{f:{name}}}}}"
            yield Untestable(what, f"Usable runs there: {{{{f:{n.id}}}}}.")


def _of_performance(case: Case) -> tuple[str, ...]:
    course = ("How soon did training settle, and how far apart do training and evaluation end?",)
    return (
        "Did every run train to its end, with finite losses?",
        *(course if case.series else ()),
        "What did the time go to: waiting for data, or computing?",
    )


def _of_baselines(case: Case) -> tuple[str, ...]:
    metric = "{{spec:compare.metric}}" if case.spec.get("compare") else "the result"
    return (f"How does {metric} stand to the control, the parent and the recorded baselines?",)


def _concerns(untestable: Untestable, analyst: str) -> bool:
    return untestable.topic in ("", analyst)


def _untestable_from(data: Mapping[str, Any]) -> tuple[Untestable, ...]:
    return tuple(Untestable(**each) for each in data["untestable"])
