"""Answers are stored in the cache and in recordings, and neither contains a key."""

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
from tests.agents.language_model.fake_channels import (
    KEY,
    REQUEST,
    FakeClock,
    ledger_file,
    open_test_channel,
    read_ledger,
)
from tests.agents.language_model.scripted_server import completion, error_response, function_calls, scripted_server

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


def _request_with_paths(lab: Path) -> Request:
    return Request(({"role": "user", "content": f"See {lab}/results and {lab.parent}/x/y."},), tools=(TOOL,))


def test_a_repeated_request_is_answered_from_the_cache(tmp_path: Path) -> None:
    request = Request(REQUEST.messages, tools=(TOOL,))
    with scripted_server([function_calls(("fact", {"id": "a"}), text="Let me see.")]) as server:
        first = open_test_channel(tmp_path, server.base_url).ask(request)
        assert open_test_channel(tmp_path, server.base_url).ask(request) == first
        assert len(server.requests) == 1
    assert first.tool_calls == (ToolCall("call_0", "fact", '{"id": "a"}'),)
    assert (read_ledger(tmp_path)["calls"], read_ledger(tmp_path)["cached"]) == (1, 1)


CHANGES_OF_REQUEST = [
    pytest.param({"messages": ({"role": "user", "content": "And you?"},)}, id="messages"),
    pytest.param({"schema": {"type": "object"}}, id="schema"),
    pytest.param({"tools": (TOOL,)}, id="tools"),
    pytest.param({"parameters": {"temperature": 1.0}}, id="parameters"),
    pytest.param({"prompt_version": "2"}, id="prompt version"),
]


@pytest.mark.parametrize("change", CHANGES_OF_REQUEST)
def test_any_change_of_the_request_is_a_new_call(change: dict[str, Any], tmp_path: Path) -> None:
    with scripted_server(lambda _: completion("x")) as server:
        channel = open_test_channel(tmp_path, server.base_url)
        channel.ask(REQUEST)
        channel.ask(replace(REQUEST, **change))
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
def test_any_change_of_the_model_settings_is_a_new_call(change: dict[str, Any], tmp_path: Path) -> None:
    with scripted_server(lambda _: completion("x")) as server:
        open_test_channel(tmp_path, server.base_url).ask(REQUEST)
        open_test_channel(tmp_path, server.base_url, **change).ask(REQUEST)
        assert len(server.requests) == 2


def test_the_cache_separates_endpoints(tmp_path: Path) -> None:
    for text in ("one", "two"):
        with scripted_server([completion(text)]) as server:
            assert open_test_channel(tmp_path, server.base_url).ask(REQUEST).text == text


@pytest.mark.parametrize("content", ["", "{", "[]", '{"reply": {"text": 1}}', '{"reply": null}'])
def test_a_damaged_cache_file_counts_as_missing(content: str, tmp_path: Path) -> None:
    with scripted_server([completion("one"), completion("two")]) as server:
        open_test_channel(tmp_path, server.base_url).ask(REQUEST)
        (file,) = (tmp_path / ".proband" / "answers").rglob("*.json")
        file.write_text(content, encoding="utf-8")
        assert open_test_channel(tmp_path, server.base_url).ask(REQUEST).text == "two"


def test_failures_are_not_cached(tmp_path: Path) -> None:
    with scripted_server([error_response(404), completion("Fine.")]) as server:
        channel = open_test_channel(tmp_path, server.base_url)
        with pytest.raises(ModelUnavailable):
            channel.ask(REQUEST)
        assert channel.ask(REQUEST).text == "Fine."


def test_a_recording_can_be_replayed_in_another_lab(tmp_path: Path) -> None:
    lab, other_lab = tmp_path / "lab", tmp_path / "other"
    with scripted_server([function_calls(("fact", {"id": "a"}), text="Line\u2028one.")]) as server:
        recorded = open_test_channel(lab, server.base_url, record=RECORDING).ask(_request_with_paths(lab))
        open_test_channel(lab, server.base_url, record=RECORDING).ask(_request_with_paths(lab))
    assert len((lab / RECORDING).read_text(encoding="utf-8").strip().split("\n")) == 1
    assert _replay(other_lab, other_lab, replay=str(lab / RECORDING)).ask(_request_with_paths(other_lab)) == recorded
    assert (read_ledger(other_lab)["replayed"], read_ledger(other_lab)["attempts"]) == (1, 0)


def test_a_missing_recorded_answer_is_reported_with_its_request(tmp_path: Path) -> None:
    with scripted_server([completion("x")]) as server:
        open_test_channel(tmp_path, server.base_url, record=RECORDING).ask(REQUEST)
    with pytest.raises(
        ModelUnavailable, match=r'no answer to "Why\?" \(request [0-9a-f]{12}, prompt version 3'
    ) as caught:
        _replay(tmp_path, tmp_path).ask(Request(({"role": "user", "content": "Why?"},), prompt_version="3"))
    assert caught.value.kind == "not_recorded"


def test_the_request_without_tools_is_replayed_for_a_model_that_refuses_tools(tmp_path: Path) -> None:
    with scripted_server([error_response(400), completion("Fine.")]) as server:
        channel = open_test_channel(tmp_path, server.base_url, record=RECORDING)
        with pytest.raises(ToolsRefused):
            channel.ask(Request(REQUEST.messages, tools=(TOOL,)))
        channel.ask(REQUEST)
    replayed = _replay(tmp_path, tmp_path)
    with pytest.raises(ToolsRefused):
        replayed.ask(Request(REQUEST.messages, tools=(TOOL,)))
    assert replayed.ask(REQUEST).text == "Fine."


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(None, "cannot be read: FileNotFoundError", id="no file"),
        pytest.param(b"\xff", "cannot be read: UnicodeDecodeError", id="not UTF-8"),
        pytest.param(b"\n{}\n", "answers.jsonl:2: not an entry of a recording", id="no recorded answer"),
    ],
)
def test_an_unreadable_recording_is_an_error(content: bytes | None, message: str, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / RECORDING).parent.mkdir()
        (tmp_path / RECORDING).write_bytes(content)
    with pytest.raises(ModelUnavailable, match=message):
        _replay(tmp_path, tmp_path).ask(REQUEST)


SCRIPTS = [
    pytest.param([completion(f"Your key is {KEY}.")], id="in the answer"),
    pytest.param([function_calls(("fact", {"key": KEY}))], id="in a call"),
    pytest.param([error_response(401, f"wrong key: {KEY}")], id="in an error"),
    pytest.param([error_response(500, KEY)], id="in a failure"),
    pytest.param([error_response(400, KEY)], id="in a refusal"),
]


@pytest.mark.parametrize("script", SCRIPTS)
def test_the_key_is_in_no_file_message_or_request_body(script: list[Any], tmp_path: Path) -> None:
    """The user writes the key into the request, and the server repeats the key in its response."""
    request = Request(({"role": "user", "content": f"I use {KEY}."},), schema={"title": KEY}, tools=(TOOL,))
    answers = itertools.cycle(script)
    with scripted_server(lambda _: next(answers)) as server:
        try:
            result = repr(open_test_channel(tmp_path, server.base_url, FakeClock(), record=RECORDING).ask(request))
        except ModelUnavailable as error:
            result = "".join(traceback.format_exception(error)) + repr(error.__dict__)
        assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
        assert KEY not in json.dumps(server.requests[0].body)
    contents = [file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()]
    assert len(contents) >= 2
    assert KEY not in result
    assert not any(KEY.encode() in content for content in contents)
