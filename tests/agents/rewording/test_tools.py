"""What a model may call, what it is told where it may not, and that it comes to an end."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agents.documents.document import Figure
from agents.documents.slots import slots
from agents.language_model.protocol import Reply, Request, ToolCall, ToolsRefused
from agents.rewording.decisions import RewordedDocument
from agents.rewording.prompting.transcript import Transcript
from agents.rewording.reword_document import reword_document
from agents.rewording.tools.draft_proposal import write_proposal
from agents.rewording.tools.session import Changes, ToolSession
from agents.rewording.tools.toolset import make_toolbox
from tests.agents.rewording.digit_review import no_digits
from tests.agents.rewording.sample_case import (
    ARM,
    CASE,
    DOCUMENT,
    FACTS,
    FAST,
    MEAN,
    PROMPT,
    SLOW,
    SUMMARY,
    Model,
    calls,
    texts,
)

MEANS = [f"{FAST}.accuracy.mean", f"{SLOW}.accuracy.mean"]
DIFFERENCE = f"derived.difference[{','.join(MEANS)}]"
FIGURE = Figure(id="loss", path="analysis/figures/loss.png", caption="Loss by arm", alt="Falling lines")


def desk(proposed: list[Changes] | None = None) -> ToolSession:
    taken = proposed if proposed is not None else []

    def propose(changes: Changes) -> str:
        taken.append(changes)
        return "proposals/digits_lr_drafted.yaml"

    def draw(metric: str) -> Figure | None:
        return FIGURE if metric == "eval_loss" else None

    return ToolSession(CASE, {"curves": draw}, propose)


def answer(name: str, arguments: Mapping[str, Any] | str, at: ToolSession | None = None) -> Any:
    written = arguments if isinstance(arguments, str) else json.dumps(arguments)
    told = make_toolbox(at or desk()).answer(ToolCall("1", name, written))
    json.dumps(told)
    return told.get("answer", told)


def after(model: Model, at: ToolSession, transcript: Transcript | None = None, **bounds: int) -> RewordedDocument:
    return reword_document(DOCUMENT, CASE, PROMPT, model, no_digits, make_toolbox(at, **bounds), transcript=transcript)


def test_facts_are_found_by_subject_and_by_word() -> None:
    assert [one["id"] for one in answer("query_facts", {"subject": FAST})["facts"]] == [
        f"{FAST}.level",
        f"{FAST}.accuracy.mean",
    ]
    assert [one["value"] for one in answer("query_facts", {"contains": "Failure"})["facts"]] == [
        "loss nan: accuracy doubled"
    ]
    assert len(answer("query_facts", "")["facts"]) == len(FACTS)


def test_the_spec_is_read_by_path() -> None:
    assert answer("read_spec", {"path": "compare.metric"}) == "accuracy"
    assert answer("read_spec", {"path": "points.1.overrides.model.lr"}) == 0.001
    assert answer("read_spec", {"path": "sweep"})["seed"] == answer("read_spec", {"path": "sweep.seed"}) == "range(5)"


def test_the_family_is_told_nearest_first() -> None:
    assert [one["experiment_id"] for one in answer("read_genealogy", {})] == ["digits_lr", "digits_baseline"]


WRONG = [
    pytest.param("rm", {}, "there is no function 'rm'", id="no such function"),
    pytest.param("query_facts", "{", "Invalid JSON", id="no JSON"),
    pytest.param("query_facts", "[]", "should be an object", id="no object"),
    pytest.param("query_facts", {"sql": "x"}, "sql: Extra inputs", id="unknown argument"),
    pytest.param("query_facts", {"subject": 5}, "subject: Input should be a valid string", id="wrong type"),
    pytest.param("query_facts", {"subject": "arm[x]"}, "no fact matches; subjects are", id="no such subject"),
    pytest.param("derive_fact", {"operation": "exec", "ids": MEANS}, "operation: Input", id="no such operation"),
    pytest.param("derive_fact", {"operation": "ratio", "ids": ["a", "b"]}, "no fact 'a', 'b'", id="no such fact"),
    pytest.param("derive_fact", {"operation": "ratio", "ids": []}, "ids: ", id="no facts"),
    pytest.param("derive_fact", {"operation": "mean", "ids": [f"{FAST}.level"]}, "cannot be calculated", id="a text"),
    pytest.param("read_spec", {"path": "../../etc/passwd"}, "nothing at '../../etc/passwd'", id="a path of files"),
    pytest.param("read_spec", {"path": "/etc/passwd"}, "nothing at", id="an absolute path"),
    pytest.param("read_spec", {"path": "compare.nothing"}, "one of metric, factor, control", id="no such key"),
    pytest.param("read_spec", {"path": "points.99"}, "one of 0, 1, 2", id="no such item"),
    pytest.param("read_spec", {"path": "name.__class__"}, "nothing at", id="an attribute"),
    pytest.param("read_genealogy", {"experiment": "stranger"}, "Extra inputs", id="another family"),
    pytest.param("ask_for_figure", {"kind": "pie", "metric": "eval_loss"}, "there are curves", id="no such figure"),
    pytest.param("ask_for_figure", {"kind": "curves", "metric": "../x"}, "no metric '../x'", id="no such metric"),
    pytest.param("ask_for_figure", {"kind": "curves", "metric": "accuracy"}, "nothing to draw", id="nothing to draw"),
]


@pytest.mark.parametrize(("name", "arguments", "told"), WRONG)
def test_a_wrong_call_is_answered(name: str, arguments: Mapping[str, Any] | str, told: str) -> None:
    assert told in answer(name, arguments)["error"]


FORBIDDEN = [
    pytest.param({"model._target_": ["os.system"]}, "'model._target_' was not swept", id="a class"),
    pytest.param({"trainer.max_epochs": [9]}, "was not swept", id="a key that was not swept"),
    pytest.param({"hydra.run.dir": ["/tmp"]}, "was not swept", id="a path"),
    pytest.param({"+model.lr": [0.1]}, "was not swept", id="a new key"),
    pytest.param({"~seed": [1]}, "was not swept", id="a key removed"),
    pytest.param({"model.activation": ["../../evil"]}, "none that the author gave", id="a path as a value"),
    pytest.param({"model.lr": ["${oc.env:HOME}"]}, "none that the author gave", id="an interpolation"),
    pytest.param({"model.lr": ["0.1; rm -rf /"]}, "none that the author gave", id="a command"),
    pytest.param({"model.lr": [{"_target_": "os.system"}]}, "changes.model.lr", id="an object as a value"),
    pytest.param('{"changes": {"model.lr": [1e999]}}', "finite", id="infinite"),
    pytest.param({"model.lr": []}, "at least 1", id="no value"),
    pytest.param({}, "at least 1", id="no change"),
    pytest.param({"model.lr": [n / 100 for n in range(20)], "seed": [*range(20)]}, "more than the 100", id="too many"),
]


@pytest.mark.parametrize(("changes", "told"), FORBIDDEN)
def test_a_proposal_sets_only_what_the_author_swept(changes: Any, told: str) -> None:
    proposed: list[Changes] = []
    arguments = changes if isinstance(changes, str) else {"changes": changes}
    assert told in answer("draft_proposal", arguments, desk(proposed))["error"]
    assert proposed == []


def test_a_proposal_within_the_sweep_is_drafted() -> None:
    proposed: list[Changes] = []
    changes = {"model.lr": [0.02, 0.03, 0.02], "model.activation": ["gelu"], "seed": [7]}
    assert answer("draft_proposal", {"changes": changes}, desk(proposed))["file"] == "proposals/digits_lr_drafted.yaml"
    assert proposed == [{"model.lr": (0.02, 0.03), "model.activation": ("gelu",), "seed": (7,)}]


def test_nothing_is_written_but_a_proposal(tmp_path: Path) -> None:
    at = ToolSession(CASE, {"curves": lambda _: FIGURE}, lambda _: write_proposal(tmp_path, "x.yaml", "spec"))
    for case in (*WRONG, *FORBIDDEN):
        name, arguments = (
            (case.values[0], case.values[1]) if len(case.values) == 3 else ("draft_proposal", case.values[0])
        )
        make_toolbox(at).answer(ToolCall("1", str(name), json.dumps(arguments)))
    assert list(tmp_path.iterdir()) == []
    answer("draft_proposal", {"changes": {"seed": [7]}}, at)
    assert [path.name for path in tmp_path.rglob("*")] == ["proposals", "x.yaml"]


def test_what_nobody_provides_for_is_not_offered() -> None:
    offered = {tool.name for tool in make_toolbox(ToolSession(CASE)).tools}
    assert offered == {"query_facts", "derive_fact", "read_spec", "read_genealogy"}
    assert {tool["function"]["name"] for tool in make_toolbox(desk()).definitions} == {
        *offered,
        "ask_for_figure",
        "draft_proposal",
    }


def test_a_derived_fact_may_be_named_and_carries_its_inputs() -> None:
    text = f"The difference of mean accuracy is {{{{f:{DIFFERENCE}}}}}."
    derive = calls(("derive_fact", {"operation": "difference", "ids": MEANS}))
    model = Model([derive, texts(**{ARM: text})])
    result = after(model, desk())
    assert slots(result.document)[ARM] == text
    (fact,) = result.facts
    assert (fact.value, fact.inputs) == (pytest.approx(0.05), tuple(MEANS))
    assert DIFFERENCE in result.case(CASE).book.facts
    assert DIFFERENCE not in CASE.book.facts
    told = json.loads(str(model.requests[1].messages[-1]["content"]))
    assert (told["answer"]["id"], told["answer"]["value"]) == (DIFFERENCE, "0.0500")


def test_a_figure_asked_for_stands_in_the_section_that_refers_to_it() -> None:
    ask = calls(("ask_for_figure", {"kind": "curves", "metric": "eval_loss"}))
    text = "The registered test says that {{v:hypothesis}}; see {{ref:loss}}."
    result = after(Model([ask, texts(**{SUMMARY: text})]), desk())
    assert result.document.sections[0].blocks[-1] == FIGURE
    assert result.document.sections[1] == DOCUMENT.sections[1]


def test_a_figure_that_no_text_refers_to_is_left_out() -> None:
    ask = calls(("ask_for_figure", {"kind": "curves", "metric": "eval_loss"}))
    assert after(Model([ask, texts()]), desk()).document == DOCUMENT


def test_a_model_that_only_calls_has_to_answer_in_the_end() -> None:
    look = calls(("read_genealogy", {}))

    def offered(request: Request) -> Reply | str:
        return look if request.tools else texts(**{ARM: MEAN})

    model = Model([offered] * 50)
    result = after(model, desk(), max_rounds=3)
    assert slots(result.document)[ARM] == MEAN
    assert [bool(request.tools) for request in model.requests] == [True, True, True, False]


def test_a_reply_with_too_many_calls_is_cut() -> None:
    model = Model([calls(*[("read_genealogy", {})] * 500), texts()])
    transcript = Transcript()
    after(model, desk(), transcript, max_calls=2)
    assert [one["role"] for one in model.requests[1].messages] == ["system", "user", "assistant", "tool", "tool"]
    assert [entry["event"] for entry in transcript.entries].count("tool_call") == 2


def test_calls_and_answers_are_in_the_transcript() -> None:
    transcript = Transcript(lambda text: text.replace("rates", "***"))
    after(Model([calls(("query_facts", '{"contains": "rates"')), texts()]), desk(), transcript)
    events = [entry for entry in transcript.entries if entry["event"].startswith("tool")]
    assert events[0] == {"event": "tool_call", "name": "query_facts", "arguments": '{"contains": "***"'}
    assert "Invalid JSON" in events[1]["error"]


def test_a_model_that_calls_no_functions_is_asked_without() -> None:
    model = Model([ToolsRefused("no tools here"), texts(**{SUMMARY: "At 5: {{v:hypothesis}}."}), texts()])
    result = after(model, desk())
    assert result.record.ended == ""
    assert [bool(request.tools) for request in model.requests] == [True, False, False]


def test_an_endless_family_ends() -> None:
    circle = ({"experiment_id": "digits_lr", "parent_experiment": "digits_lr"},)
    at = ToolSession(replace(CASE, genealogy=circle))
    assert answer("read_genealogy", {}, at) == list(circle)
