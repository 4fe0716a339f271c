"""Answers as checked values: what is taken, what is asked again, and when it is enough."""

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
from tests.agents.language_model.asking import QUESTION, Scripted


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
        pytest.param(f'<think>{{"pick": "b"}} or not</think>{GOOD}', id="thoughts"),
        pytest.param(f"{GOOD}\n{GOOD}", id="said twice"),
        pytest.param('{"pick": "c"} no, ' + GOOD, id="corrected by itself"),
    ],
)
def test_an_answer_is_found_in_what_stands_around_it(text: str) -> None:
    channel = Scripted([Reply(text)])
    assert ask_structured(channel, QUESTION, Choice) == Choice(pick="a", why="it {is} so")


@pytest.mark.parametrize(
    ("reply", "problem"),
    [
        pytest.param(Reply("I pick a."), "contains no JSON object", id="prose"),
        pytest.param(Reply('{"pick": "a",}'), "invalid JSON:", id="trailing comma"),
        pytest.param(Reply("{'pick': 'a'}"), "contains no JSON object", id="single quotes"),
        pytest.param(Reply('{"pick": "a"', finish="length"), "cut off", id="cut off"),
        pytest.param(Reply('{"pick": "a", "pick": "b"}'), "duplicate key", id="key twice"),
        pytest.param(Reply('{"pick": NaN}'), "NaN is not a number", id="NaN"),
        pytest.param(Reply('{"pick": "c"}'), "pick: Input should be", id="not a choice"),
        pytest.param(Reply('{"why": "so"}'), "pick: Field required", id="missing"),
        pytest.param(Reply('{"pick": "a", "sure": true}'), "sure: Extra inputs", id="too much"),
        pytest.param(Reply('[{"pick": "a"}, {"pick": "b"}]'), "give one", id="two answers"),
        pytest.param(Reply('{"outer": {"pick": "a"}, }'), "invalid JSON:", id="good inside broken"),
        pytest.param(Reply('{"a":' * 5000), "invalid JSON:", id="deep"),
    ],
)
def test_what_is_wrong_is_quoted_as_data_and_asked_again(reply: Reply, problem: str) -> None:
    channel = Scripted([reply, Reply(GOOD)])
    assert ask_structured(channel, QUESTION, Choice).pick == "a"
    first, second = channel.requests
    assert second.messages[: len(first.messages)] == first.messages
    assistant, user = second.messages[len(first.messages) :]
    assert (assistant["role"], user["role"]) == ("assistant", "user")
    quoted = user["content"][user["content"].index("[") : user["content"].rindex("]") + 1]
    assert problem in " ".join(json.loads(quoted))


def test_three_answers_are_enough() -> None:
    channel = Scripted([Reply("no")] * 9)
    with pytest.raises(NoUsableAnswer, match="none of 3 answers was a valid Choice") as caught:
        ask_structured(channel, QUESTION, Choice)
    assert len(channel.requests) == 3
    assert caught.value.problems == ("the answer contains no JSON object",)
    assert caught.value.kind == "no_usable_answer"


def test_the_schema_goes_along_in_words_and_as_data() -> None:
    channel = Scripted([Reply(GOOD)])
    ask_structured(channel, Request((*QUESTION.messages, {"role": "assistant", "content": "Well?"})), Choice)
    (asked,) = channel.requests
    assert asked.schema == Choice.model_json_schema()
    assert [message["role"] for message in asked.messages] == ["user", "assistant", "user"]
    assert json.dumps(asked.schema, sort_keys=True) in asked.messages[-1]["content"]


def test_roles_still_alternate_behind_a_question() -> None:
    channel = Scripted([Reply(GOOD)])
    ask_structured(channel, QUESTION, Choice)
    (message,) = channel.requests[0].messages
    assert message["content"].startswith("How are you?\n\n")


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=4), _VALUES, min_size=1, max_size=3), st.sampled_from(["", "So: ", "{{f:x}} "]))
def test_an_object_is_found_whatever_is_in_it(value: dict[str, object], before: str) -> None:
    assert [json.loads(found) for found in extract_objects(f"{before}{json.dumps(value)} Done.")] == [value]


def test_an_empty_object_counts_where_it_is_all_there_is() -> None:
    assert extract_objects("{}") == ["{}"]
    assert extract_objects("use {} here") == []
