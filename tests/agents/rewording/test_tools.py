"""Tool calls of a model: their answers, the answers to invalid calls, and the limits."""

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
from agents.proposals.write import write_proposal
from agents.rewording.decisions import RewordedDocument
from agents.rewording.prompting.transcript import Transcript
from agents.rewording.reword_document import reword_document
from agents.rewording.tools.session import Changes, ToolSession
from agents.rewording.tools.toolset import make_toolbox
from compiler.plan.genealogy_entry import GenealogyEntry
from tests.agents.rewording.digit_review import review_digits
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


def session(proposed: list[Changes] | None = None) -> ToolSession:
    """Return a session with all tools. Proposed changes are appended to `proposed`."""
    proposals = proposed if proposed is not None else []

    def propose(changes: Changes) -> str:
        proposals.append(changes)
        return "proposals/digits_lr_drafted.yaml"

    def draw(metric: str) -> Figure | None:
        return FIGURE if metric == "eval_loss" else None

    return ToolSession(CASE, {"curves": draw}, propose)


def answer(name: str, arguments: Mapping[str, Any] | str, tools: ToolSession | None = None) -> Any:
    """Return the answer to a call, or the mapping with its error. Check that the result can be written as JSON."""
    arguments_json = arguments if isinstance(arguments, str) else json.dumps(arguments)
    result = make_toolbox(tools or session()).answer(ToolCall("1", name, arguments_json))
    json.dumps(result)
    return result.get("answer", result)


def reworded(model: Model, tools: ToolSession, transcript: Transcript | None = None, **limits: int) -> RewordedDocument:
    return reword_document(
        DOCUMENT, CASE, PROMPT, model, review_digits, make_toolbox(tools, **limits), transcript=transcript
    )


def test_facts_are_found_by_subject_and_by_word() -> None:
    assert [fact["id"] for fact in answer("query_facts", {"subject": FAST})["facts"]] == [
        f"{FAST}.level",
        f"{FAST}.accuracy.mean",
    ]
    assert [fact["value"] for fact in answer("query_facts", {"contains": "Failure"})["facts"]] == [
        "loss nan: accuracy doubled"
    ]
    assert len(answer("query_facts", "")["facts"]) == len(FACTS)


def test_spec_is_read_by_path() -> None:
    assert answer("read_spec", {"path": "compare.metric"}) == "accuracy"
    assert answer("read_spec", {"path": "points.1.overrides.model.lr"}) == 0.001
    assert answer("read_spec", {"path": "sweep"})["seed"] == answer("read_spec", {"path": "sweep.seed"}) == "range(5)"


def test_ancestors_are_listed_nearest_first() -> None:
    assert [entry["experiment_id"] for entry in answer("read_genealogy", {})] == ["digits_lr", "digits_baseline"]


INVALID = [
    pytest.param("rm", {}, "there is no function 'rm'", id="unknown function"),
    pytest.param("query_facts", "{", "Invalid JSON", id="not JSON"),
    pytest.param("query_facts", "[]", "should be an object", id="not an object"),
    pytest.param("query_facts", {"sql": "x"}, "sql: Extra inputs", id="unknown argument"),
    pytest.param("query_facts", {"subject": 5}, "subject: Input should be a valid string", id="wrong type"),
    pytest.param("query_facts", {"subject": "arm[x]"}, "no fact matches; subjects are", id="unknown subject"),
    pytest.param("derive_fact", {"operation": "exec", "ids": MEANS}, "operation: Input", id="unknown operation"),
    pytest.param("derive_fact", {"operation": "ratio", "ids": ["a", "b"]}, "no fact 'a', 'b'", id="unknown fact"),
    pytest.param("derive_fact", {"operation": "ratio", "ids": []}, "ids: ", id="no facts"),
    pytest.param("derive_fact", {"operation": "mean", "ids": [f"{FAST}.level"]}, "cannot be calculated", id="a text"),
    pytest.param("read_spec", {"path": "../../etc/passwd"}, "no value at '../../etc/passwd'", id="a file path"),
    pytest.param("read_spec", {"path": "/etc/passwd"}, "no value at", id="an absolute path"),
    pytest.param("read_spec", {"path": "compare.nothing"}, "one of metric, goal, factor", id="unknown key"),
    pytest.param("read_spec", {"path": "points.99"}, "one of 0, 1, 2", id="unknown item"),
    pytest.param("read_spec", {"path": "name.__class__"}, "no value at", id="an attribute"),
    pytest.param("read_genealogy", {"experiment": "unrelated"}, "Extra inputs", id="another experiment"),
    pytest.param("ask_for_figure", {"kind": "pie", "metric": "eval_loss"}, "use one of curves", id="unknown figure"),
    pytest.param("ask_for_figure", {"kind": "curves", "metric": "../x"}, "no metric '../x'", id="unknown metric"),
    pytest.param(
        "ask_for_figure", {"kind": "curves", "metric": "accuracy"}, "no values for a figure", id="nothing to draw"
    ),
]


@pytest.mark.parametrize(("name", "arguments", "message"), INVALID)
def test_invalid_call_is_answered_with_its_problem(name: str, arguments: Mapping[str, Any] | str, message: str) -> None:
    assert message in answer(name, arguments)["error"]


FORBIDDEN = [
    pytest.param({"model._target_": ["os.system"]}, "'model._target_' selects code", id="a class"),
    pytest.param({"trainer.max_epochs": [9]}, "was not varied", id="a key that was not swept"),
    pytest.param({"hydra.run.dir": ["/tmp"]}, "names a path", id="a path"),
    pytest.param({"+model.lr": [0.1]}, "was not varied", id="a new key"),
    pytest.param({"~seed": [1]}, "was not varied", id="a key removed"),
    pytest.param({"model.activation": ["../../evil"]}, "do not have at this key", id="a path as a value"),
    pytest.param({"model.lr": ["${oc.env:HOME}"]}, "do not have at this key", id="an interpolation"),
    pytest.param({"model.lr": ["0.1; rm -rf /"]}, "do not have at this key", id="a command"),
    pytest.param({"model.lr": [{"_target_": "os.system"}]}, "changes.model.lr", id="an object as a value"),
    pytest.param('{"changes": {"model.lr": [1e999]}}', "finite", id="infinite"),
    pytest.param({"model.lr": []}, "at least 1", id="no value"),
    pytest.param({}, "at least 1", id="no change"),
    pytest.param({"model.lr": [n / 100 for n in range(20)], "seed": [*range(20)]}, "more than the 100", id="too many"),
]


@pytest.mark.parametrize(("changes", "message"), FORBIDDEN)
def test_proposal_sets_only_keys_that_the_author_swept(changes: Any, message: str) -> None:
    proposed: list[Changes] = []
    arguments = changes if isinstance(changes, str) else {"changes": changes}
    assert message in answer("draft_proposal", arguments, session(proposed))["error"]
    assert proposed == []


def test_proposal_within_the_sweep_is_drafted() -> None:
    proposed: list[Changes] = []
    changes = {"model.lr": [0.02, 0.03, 0.02], "model.activation": ["gelu"], "seed": [7]}
    assert (
        answer("draft_proposal", {"changes": changes}, session(proposed))["file"] == "proposals/digits_lr_drafted.yaml"
    )
    assert proposed == [{"model.lr": (0.02, 0.03), "model.activation": ("gelu",), "seed": (7,)}]


def test_tools_write_only_proposals(tmp_path: Path) -> None:
    def propose(_: Changes) -> str:
        write_proposal(tmp_path, "proposals/x.yaml", "spec")
        return "proposals/x.yaml"

    tools = ToolSession(CASE, {"curves": lambda _: FIGURE}, propose)
    for case in (*INVALID, *FORBIDDEN):
        name, arguments = (
            (case.values[0], case.values[1]) if len(case.values) == 3 else ("draft_proposal", case.values[0])
        )
        make_toolbox(tools).answer(ToolCall("1", str(name), json.dumps(arguments)))
    assert list(tmp_path.iterdir()) == []
    answer("draft_proposal", {"changes": {"seed": [7]}}, tools)
    assert [path.name for path in tmp_path.rglob("*")] == ["proposals", "x.yaml"]


def test_only_supported_tools_are_offered() -> None:
    offered = {tool.name for tool in make_toolbox(ToolSession(CASE)).tools}
    assert offered == {"query_facts", "derive_fact", "read_spec", "read_genealogy"}
    assert {tool["function"]["name"] for tool in make_toolbox(session()).definitions} == {
        *offered,
        "ask_for_figure",
        "draft_proposal",
    }


def test_text_can_refer_to_a_derived_fact_and_the_fact_lists_its_inputs() -> None:
    text = f"The difference of mean accuracy is {{{{f:{DIFFERENCE}}}}}."
    derive = calls(("derive_fact", {"operation": "difference", "ids": MEANS}))
    model = Model([derive, texts(**{ARM: text})])
    result = reworded(model, session())
    assert slots(result.document)[ARM] == text
    (fact,) = result.facts
    assert (fact.value, fact.inputs) == (pytest.approx(0.05), tuple(MEANS))
    assert DIFFERENCE in result.case(CASE).book.facts
    assert DIFFERENCE not in CASE.book.facts
    content = json.loads(str(model.requests[1].messages[-1]["content"]))
    assert (content["answer"]["id"], content["answer"]["value"]) == (DIFFERENCE, "0.0500")


def test_requested_figure_is_inserted_into_the_section_that_refers_to_it() -> None:
    figure_call = calls(("ask_for_figure", {"kind": "curves", "metric": "eval_loss"}))
    text = "The registered test says that {{v:hypothesis}}; see {{ref:loss}}."
    result = reworded(Model([figure_call, texts(**{SUMMARY: text})]), session())
    assert result.document.sections[0].blocks[-1] == FIGURE
    assert result.document.sections[1] == DOCUMENT.sections[1]


def test_requested_figure_without_reference_is_omitted() -> None:
    figure_call = calls(("ask_for_figure", {"kind": "curves", "metric": "eval_loss"}))
    assert reworded(Model([figure_call, texts()]), session()).document == DOCUMENT


def test_model_that_only_calls_tools_must_answer_after_the_last_round() -> None:
    call = calls(("read_genealogy", {}))

    def call_tools_if_offered(request: Request) -> Reply | str:
        return call if request.tools else texts(**{ARM: MEAN})

    model = Model([call_tools_if_offered] * 50)
    result = reworded(model, session(), max_rounds=3)
    assert slots(result.document)[ARM] == MEAN
    assert [bool(request.tools) for request in model.requests] == [True, True, True, False]


def test_calls_beyond_the_limit_of_a_reply_are_ignored() -> None:
    model = Model([calls(*[("read_genealogy", {})] * 500), texts()])
    transcript = Transcript()
    reworded(model, session(), transcript, max_calls=2)
    assert [message["role"] for message in model.requests[1].messages] == [
        "system",
        "user",
        "assistant",
        "tool",
        "tool",
    ]
    assert [entry["event"] for entry in transcript.entries].count("tool_call") == 2


def test_calls_and_answers_are_in_the_transcript() -> None:
    transcript = Transcript(lambda text: text.replace("rates", "***"))
    reworded(Model([calls(("query_facts", '{"contains": "rates"')), texts()]), session(), transcript)
    events = [entry for entry in transcript.entries if entry["event"].startswith("tool")]
    assert events[0] == {"event": "tool_call", "name": "query_facts", "arguments": '{"contains": "***"'}
    assert "Invalid JSON" in events[1]["error"]


def test_model_without_function_calling_gets_requests_without_tools() -> None:
    model = Model([ToolsRefused("no tools here"), texts(**{SUMMARY: "At 5: {{v:hypothesis}}."}), texts()])
    result = reworded(model, session())
    assert result.record.ended == ""
    assert [bool(request.tools) for request in model.requests] == [True, False, False]


def test_cycle_of_ancestors_is_listed_once() -> None:
    entry = GenealogyEntry("digits_lr", "digits_lr", "declared", (), "", "")
    tools = ToolSession(replace(CASE, genealogy=(entry,)))
    assert answer("read_genealogy", {}, tools) == [entry.to_json()]
