"""Structured answers: valid answers are accepted, and invalid answers are returned to the model at most twice."""

from __future__ import annotations

import json
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict

from agents.language_model.json_extraction import extract_objects
from agents.language_model.protocol import Reply, Request
from agents.language_model.structured import NoUsableAnswer, ask_structured
from tests.agents.language_model.fake_channels import REQUEST, ScriptedChannel


class Choice(BaseModel):
    model_config = ConfigDict(extra="forbid")
    pick: Literal["a", "b"]
    why: str = ""


GOOD = '{"pick": "a", "why": "it {is} so"}'


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(GOOD, id="alone"),
        pytest.param(f"\n {GOOD}\n", id="blanks around"),
        pytest.param(f"```json\n{GOOD}\n```", id="fence"),
        pytest.param(f"Sure! Here it is:\n\n```\n{GOOD}\n```\nAnything else?", id="fence and prose"),
        pytest.param(f"Of course: {GOOD} is my choice for {{x}}.", id="prose"),
        pytest.param(f'<think>{{"pick": "b"}} or not</think>{GOOD}', id="reasoning"),
        pytest.param(f"{GOOD}\n{GOOD}", id="repeated"),
        pytest.param('{"pick": "c"} no, ' + GOOD, id="corrected"),
    ],
)
def test_an_answer_is_extracted_from_surrounding_text(text: str) -> None:
    channel = ScriptedChannel([Reply(text)])
    assert ask_structured(channel, REQUEST, Choice) == Choice(pick="a", why="it {is} so")


@pytest.mark.parametrize(
    ("reply", "problem"),
    [
        pytest.param(Reply("I pick a."), "contains no JSON object", id="prose"),
        pytest.param(Reply('{"pick": "a",}'), "invalid JSON:", id="trailing comma"),
        pytest.param(Reply("{'pick': 'a'}"), "contains no JSON object", id="single quotes"),
        pytest.param(Reply('{"pick": "a"', finish="length"), "cut off", id="cut off"),
        pytest.param(Reply('{"pick": "a", "pick": "b"}'), "duplicate key", id="duplicate key"),
        pytest.param(Reply('{"pick": NaN}'), "NaN is not a number", id="NaN"),
        pytest.param(Reply('{"pick": "c"}'), "pick: Input should be", id="not a choice"),
        pytest.param(Reply('{"why": "so"}'), "pick: Field required", id="missing field"),
        pytest.param(Reply('{"pick": "a", "sure": true}'), "sure: Extra inputs", id="extra field"),
        pytest.param(Reply('[{"pick": "a"}, {"pick": "b"}]'), "give one", id="two answers"),
        pytest.param(Reply('{"outer": {"pick": "a"}, }'), "invalid JSON:", id="valid inside invalid JSON"),
        pytest.param(Reply('{"a":' * 5000), "invalid JSON:", id="deep"),
    ],
)
def test_an_invalid_answer_is_returned_with_its_problems_as_data(reply: Reply, problem: str) -> None:
    channel = ScriptedChannel([reply, Reply(GOOD)])
    assert ask_structured(channel, REQUEST, Choice).pick == "a"
    first, second = channel.requests
    assert second.messages[: len(first.messages)] == first.messages
    assistant, user = second.messages[len(first.messages) :]
    assert (assistant["role"], user["role"]) == ("assistant", "user")
    quoted = user["content"][user["content"].index("[") : user["content"].rindex("]") + 1]
    assert problem in " ".join(json.loads(quoted))


def test_three_invalid_answers_are_an_error() -> None:
    channel = ScriptedChannel([Reply("no")] * 9)
    with pytest.raises(NoUsableAnswer, match="none of 3 answers was a valid Choice") as caught:
        ask_structured(channel, REQUEST, Choice)
    assert len(channel.requests) == 3
    assert caught.value.problems == ("the answer contains no JSON object",)
    assert caught.value.kind == "no_usable_answer"


def test_the_schema_is_sent_as_a_field_and_in_the_messages() -> None:
    channel = ScriptedChannel([Reply(GOOD)])
    ask_structured(channel, Request((*REQUEST.messages, {"role": "assistant", "content": "Well?"})), Choice)
    (request,) = channel.requests
    assert request.schema == Choice.model_json_schema()
    assert [message["role"] for message in request.messages] == ["user", "assistant", "user"]
    assert json.dumps(request.schema, sort_keys=True) in request.messages[-1]["content"]


def test_the_schema_instruction_is_appended_to_a_user_message() -> None:
    channel = ScriptedChannel([Reply(GOOD)])
    ask_structured(channel, REQUEST, Choice)
    (message,) = channel.requests[0].messages
    assert message["content"].startswith("How are you?\n\n")


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=4), _VALUES, min_size=1, max_size=3), st.sampled_from(["", "So: ", "{{f:x}} "]))
def test_any_json_object_is_extracted_from_prose(value: dict[str, object], before: str) -> None:
    assert [json.loads(text) for text in extract_objects(f"{before}{json.dumps(value)} Done.")] == [value]


def test_an_empty_object_is_extracted_only_if_it_is_the_whole_text() -> None:
    assert extract_objects("{}") == ["{}"]
    assert extract_objects("use {} here") == []
