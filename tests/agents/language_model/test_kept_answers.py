"""Answers that are kept: the cache, recordings, and that no key is among what is kept."""

from __future__ import annotations

import itertools
import json
import traceback
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agents.language_model.open_channel import open_channel
from agents.language_model.protocol import Channel, ModelUnavailable, Request, ToolCall, ToolsRefused
from compiler.spec.agent_settings import parse_settings
from tests.agents.language_model.asking import KEY, QUESTION, Clock, ledger, ledger_file, opened
from tests.agents.language_model.server import calls, fails, says, scripted_server

TOOL = {"type": "function", "function": {"name": "fact", "parameters": {"type": "object"}}}
RECORDING = "recordings/answers.jsonl"


def _replay(folder: Path, lab: Path, **settings: Any) -> Channel:
    channel = open_channel(
        parse_settings({"kind": "replay", "replay": RECORDING, **settings}),
        folder_for_cache=folder / "cache",
        ledger_file=ledger_file(folder),
        environ={},
        lab=lab,
    )
    assert channel is not None
    return channel


def _about(lab: Path) -> Request:
    return Request(({"role": "user", "content": f"See {lab}/results and {lab.parent}/x/y."},), tools=(TOOL,))


def test_a_rerun_makes_no_call(tmp_path: Path) -> None:
    request = Request(QUESTION.messages, tools=(TOOL,))
    with scripted_server([calls(("fact", {"id": "a"}), text="Let me see.")]) as server:
        first = opened(tmp_path, server.base_url).ask(request)
        assert opened(tmp_path, server.base_url).ask(request) == first
        assert len(server.requests) == 1
    assert first.tool_calls == (ToolCall("call_0", "fact", '{"id": "a"}'),)
    assert (ledger(tmp_path)["calls"], ledger(tmp_path)["cached"]) == (1, 1)


OTHER_QUESTIONS = [
    pytest.param({"messages": ({"role": "user", "content": "And you?"},)}, id="messages"),
    pytest.param({"schema": {"type": "object"}}, id="schema"),
    pytest.param({"tools": (TOOL,)}, id="tools"),
    pytest.param({"parameters": {"temperature": 1.0}}, id="parameters"),
    pytest.param({"prompt_version": "2"}, id="prompt version"),
]


@pytest.mark.parametrize("change", OTHER_QUESTIONS)
def test_another_question_is_another_call(change: dict[str, Any], tmp_path: Path) -> None:
    with scripted_server(lambda _: says("x")) as server:
        channel = opened(tmp_path, server.base_url)
        channel.ask(QUESTION)
        channel.ask(replace(QUESTION, **change))
        assert len(server.requests) == 2


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"model": "other"}, id="model"),
        pytest.param({"max_tokens": 5}, id="max_tokens"),
        pytest.param({"temperature": None}, id="temperature"),
        pytest.param({"seed": 1}, id="seed"),
        pytest.param({"structured": "none"}, id="structured"),
    ],
)
def test_another_model_is_asked_again(change: dict[str, Any], tmp_path: Path) -> None:
    with scripted_server(lambda _: says("x")) as server:
        opened(tmp_path, server.base_url).ask(QUESTION)
        opened(tmp_path, server.base_url, **change).ask(QUESTION)
        assert len(server.requests) == 2


def test_another_endpoint_is_asked_again(tmp_path: Path) -> None:
    for text in ("one", "two"):
        with scripted_server([says(text)]) as server:
            assert opened(tmp_path, server.base_url).ask(QUESTION).text == text


@pytest.mark.parametrize("content", ["", "{", "[]", '{"reply": {"text": 1}}', '{"reply": null}'])
def test_a_damaged_file_is_no_answer(content: str, tmp_path: Path) -> None:
    with scripted_server([says("one"), says("two")]) as server:
        opened(tmp_path, server.base_url).ask(QUESTION)
        (file,) = (tmp_path / ".proband" / "answers").rglob("*.json")
        file.write_text(content, encoding="utf-8")
        assert opened(tmp_path, server.base_url).ask(QUESTION).text == "two"


def test_failures_are_not_kept(tmp_path: Path) -> None:
    with scripted_server([fails(404), says("Fine.")]) as server:
        channel = opened(tmp_path, server.base_url)
        with pytest.raises(ModelUnavailable):
            channel.ask(QUESTION)
        assert channel.ask(QUESTION).text == "Fine."


def test_a_recording_answers_without_a_network_and_on_another_machine(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    with scripted_server([calls(("fact", {"id": "a"}), text="Line\u2028one.")]) as server:
        recorded = opened(here, server.base_url, record=RECORDING).ask(_about(here))
        opened(here, server.base_url, record=RECORDING).ask(_about(here))
    assert len((here / RECORDING).read_text(encoding="utf-8").strip().split("\n")) == 1
    assert _replay(there, there, replay=str(here / RECORDING)).ask(_about(there)) == recorded
    assert (ledger(there)["replayed"], ledger(there)["attempts"]) == (1, 0)


def test_an_answer_that_was_not_recorded_says_which(tmp_path: Path) -> None:
    with scripted_server([says("x")]) as server:
        opened(tmp_path, server.base_url, record=RECORDING).ask(QUESTION)
    with pytest.raises(
        ModelUnavailable, match=r'no answer to "Why\?" \(request [0-9a-f]{12}, prompt version 3'
    ) as caught:
        _replay(tmp_path, tmp_path).ask(Request(({"role": "user", "content": "Why?"},), prompt_version="3"))
    assert caught.value.kind == "not_recorded"


def test_what_a_model_without_functions_was_asked_instead_is_replayed(tmp_path: Path) -> None:
    with scripted_server([fails(400), says("Fine.")]) as server:
        channel = opened(tmp_path, server.base_url, record=RECORDING)
        with pytest.raises(ToolsRefused):
            channel.ask(Request(QUESTION.messages, tools=(TOOL,)))
        channel.ask(QUESTION)
    replayed = _replay(tmp_path, tmp_path)
    with pytest.raises(ToolsRefused):
        replayed.ask(Request(QUESTION.messages, tools=(TOOL,)))
    assert replayed.ask(QUESTION).text == "Fine."


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(None, "cannot be read: FileNotFoundError", id="no file"),
        pytest.param(b"\xff", "cannot be read: UnicodeDecodeError", id="no text"),
        pytest.param(b"\n{}\n", "answers.jsonl:2: not an entry of a recording", id="no answer"),
    ],
)
def test_a_recording_that_cannot_be_read(content: bytes | None, said: str, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / RECORDING).parent.mkdir()
        (tmp_path / RECORDING).write_bytes(content)
    with pytest.raises(ModelUnavailable, match=said):
        _replay(tmp_path, tmp_path).ask(QUESTION)


SCRIPTS = [
    pytest.param([says(f"Your key is {KEY}.")], id="in the answer"),
    pytest.param([calls(("fact", {"key": KEY}))], id="in a call"),
    pytest.param([fails(401, f"wrong key: {KEY}")], id="in an error"),
    pytest.param([fails(500, KEY)], id="in a failure"),
    pytest.param([fails(400, KEY)], id="in a refusal"),
]


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_key_is_nowhere(script: list[Any], tmp_path: Path) -> None:
    """Not in the question, though somebody wrote it there, and not in an answer that repeats it."""
    said = ""
    question = Request(({"role": "user", "content": f"I use {KEY}."},), schema={"title": KEY}, tools=(TOOL,))
    answers = itertools.cycle(script)
    with scripted_server(lambda _: next(answers)) as server:
        try:
            said = repr(opened(tmp_path, server.base_url, Clock(), record=RECORDING).ask(question))
        except ModelUnavailable as error:
            said = "".join(traceback.format_exception(error)) + repr(error.__dict__)
        assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
        assert KEY not in json.dumps(server.requests[0].body)
    written = [file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()]
    assert len(written) >= 2
    assert KEY not in said
    assert not any(KEY.encode() in content for content in written)
