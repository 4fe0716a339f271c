"""Each way an endpoint fails, from a real server, ends soon and with one sentence."""

from __future__ import annotations

import contextlib
import itertools
import socket
import threading
import time
import traceback
from pathlib import Path

import pytest

from agents.language_model.http.endpoint import Endpoint
from agents.language_model.http.http_errors import retry_after
from agents.language_model.protocol import ModelUnavailable, Request, ToolsRefused
from compiler.spec.agent_settings import Settings
from tests.agents.language_model.asking import KEY, QUESTION, Clock, ledger, ledger_file, opened
from tests.agents.language_model.server import Answer, calls, fails, says, scripted_server

SCHEMA = {"title": "Word", "type": "object", "properties": {"word": {"type": "string"}}}
TOOL = {"type": "function", "function": {"name": "fact", "parameters": {"type": "object"}}}
DRIP = 0.02  # seconds


def _endless(piece: bytes, status: int = 200, pause: float = 0.0) -> Answer:
    return Answer(status, pieces=itertools.repeat(piece), pause=pause)


@pytest.mark.parametrize(
    ("answer", "kind", "attempts", "said"),
    [
        pytest.param(fails(500, "ouch"), "server_error", 3, "ouch", id="500"),
        pytest.param(fails(503), "server_error", 3, "status 503", id="503"),
        pytest.param(fails(429), "rate_limited", 3, "no more requests", id="429"),
        pytest.param(fails(429, "insufficient_quota"), "quota", 1, "no quota left", id="no quota"),
        pytest.param(fails(401, f"wrong key {KEY}"), "unauthorized", 1, "wrong key <key>", id="401"),
        pytest.param(fails(404, "no such model"), "rejected", 1, "no such model", id="404"),
        pytest.param(says("late", delay=9.0), "timeout", 3, "within 0.3 s", id="timeout"),
        pytest.param(
            Answer(body=b'{"choices": [', length=999), "truncated", 3, "closed the connection", id="truncated"
        ),
        pytest.param(Answer(body=b'{"choices": ['), "invalid_json", 3, "not valid JSON", id="half a JSON"),
        pytest.param(Answer(body=b"<html>busy</html>"), "invalid_json", 3, "not valid JSON", id="HTML"),
        pytest.param(Answer(body=b"\xff\xfe"), "invalid_json", 3, "not valid JSON", id="no text"),
        pytest.param(Answer(body=b"[" * 100_000), "invalid_json", 3, "not valid JSON", id="deep JSON"),
        pytest.param(Answer(body=b'{"ok": true}'), "wrong_shape", 3, "choices", id="another JSON"),
        pytest.param(Answer(body=b'{"choices": []}'), "wrong_shape", 3, "choices", id="no choice"),
        pytest.param(Answer(), "invalid_json", 3, "0 bytes", id="no body"),
        pytest.param(says(""), "empty", 3, "the answer of the model is empty", id="empty"),
        pytest.param(says(None), "empty", 3, "the answer of the model is empty", id="null"),
        pytest.param(says(" \n"), "empty", 3, "the answer of the model is empty", id="blank"),
        pytest.param(_endless(b" " * 65536), "too_long", 1, "more than", id="endless"),
        pytest.param(_endless(b" " * 65536, status=500), "too_long", 1, "more than", id="endless error"),
        pytest.param(_endless(b" ", pause=DRIP), "timeout", 3, "within 0.3 s", id="endless and slow"),
        pytest.param(Answer(body=b" " * 5_000_000), "too_long", 1, "more than", id="huge"),
        pytest.param(
            Answer(302, headers={"Location": "http://example.org/v1?token=secret"}),
            "redirected",
            1,
            "redirects to http://example.org/v1:",
            id="redirect",
        ),
        pytest.param(Answer(headers={"Content-Encoding": "gzip"}, body=b"x"), "compressed", 1, "compresses", id="gzip"),
    ],
)
def test_every_fault_is_named_and_ends(answer: Answer, kind: str, attempts: int, said: str, tmp_path: Path) -> None:
    clock = Clock()
    with scripted_server(lambda _: answer) as server:
        seconds = 0.3 if kind == "timeout" else 30  # only where time is what fails: machines may be busy
        channel = opened(tmp_path, server.base_url, clock, attempts=3, timeout_seconds=seconds)
        with pytest.raises(ModelUnavailable) as caught:
            channel.ask(QUESTION)
        assert len(server.requests) == attempts
    assert caught.value.kind == kind
    assert said in str(caught.value)
    assert len(clock.slept) == attempts - 1
    assert sum(ledger(tmp_path)["failures"].values()) in (0, attempts)
    assert KEY not in "".join(traceback.format_exception(caught.value))


def _drip_headers(listening: socket.socket) -> None:
    """A header of one byte after the other: no read of the client's takes long."""
    with contextlib.suppress(OSError):
        connection, _ = listening.accept()
        connection.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
        while connection.send(b"x"):
            time.sleep(DRIP)


def test_headers_without_an_end_end(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_drip_headers, args=(listening,), daemon=True).start()
        channel = opened(tmp_path, f"http://127.0.0.1:{listening.getsockname()[1]}/v1", attempts=1, timeout_seconds=0.3)
        with pytest.raises(ModelUnavailable, match="did not answer completely"):
            channel.ask(QUESTION)


def test_an_endpoint_that_is_not_there_is_not_asked_twice(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    clock = Clock()
    channel = opened(tmp_path, f"http://127.0.0.1:{port}/v1", clock, attempts=2)
    for message in ("cannot connect to", "not asked again after an earlier failure: cannot connect to"):
        with pytest.raises(ModelUnavailable, match=message) as caught:
            channel.ask(QUESTION)
        assert caught.value.kind == "refused"
    assert len(clock.slept) == 1
    assert ledger(tmp_path)["tokens_assumed"] == 0


def test_what_passes_is_waited_for(tmp_path: Path) -> None:
    clock = Clock()
    script = [fails(429, headers={"Retry-After": "7"}), fails(500), says("Fine.")]
    with scripted_server(script) as server:
        assert opened(tmp_path, server.base_url, clock).ask(QUESTION).text == "Fine."
    assert clock.slept[0] == 7
    assert len(clock.slept) == 2
    assert (ledger(tmp_path)["calls"], ledger(tmp_path)["attempts"]) == (1, 3)


def test_a_wish_to_wait_too_long_is_declined(tmp_path: Path) -> None:
    clock = Clock()
    script = [fails(429, headers={"Retry-After": "3600"})]
    with scripted_server(script) as server, pytest.raises(ModelUnavailable, match="no more requests"):
        opened(tmp_path, server.base_url, clock, retry_seconds=60).ask(QUESTION)
    assert clock.slept == []


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        pytest.param("7", 7.0, id="seconds"),
        pytest.param("-1", 0.0, id="negative"),
        pytest.param("Thu, 01 Jan 1970 00:01:40 GMT", 60.0, id="date"),
        pytest.param("Thu, 01 Jan 1970 00:00:00 GMT", 0.0, id="past"),
        pytest.param("soon", None, id="neither"),
        pytest.param("nan", None, id="not a number"),
        pytest.param("inf", float("inf"), id="for ever"),
        pytest.param("", None, id="absent"),
    ],
)
def test_retry_after(header: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": header}, now=40.0) == seconds


def test_a_schema_goes_along_in_the_best_form_that_the_endpoint_takes(tmp_path: Path) -> None:
    def picky(body: dict[str, object]) -> Answer:
        return fails(400, "what is that?") if "response_format" in body else says("Fine.")

    with scripted_server(picky) as server:
        channel = opened(tmp_path, server.base_url, attempts=1)
        for text in ("a", "b"):
            assert channel.ask(Request(({"role": "user", "content": text},), schema=SCHEMA)).text == "Fine."
    formats = [request.body.get("response_format") for request in server.requests]
    assert formats[0] == {"type": "json_schema", "json_schema": {"name": "Word", "schema": SCHEMA, "strict": True}}
    assert formats[1:] == [{"type": "json_object"}, None, None]


@pytest.mark.parametrize(
    ("structured", "sent"),
    [
        pytest.param("json_schema", "json_schema", id="json_schema"),
        pytest.param("json_object", "json_object", id="json_object"),
        pytest.param("none", None, id="none"),
    ],
)
def test_a_form_that_was_set_is_the_only_one(structured: str, sent: str | None, tmp_path: Path) -> None:
    with scripted_server([fails(400)]) as server, pytest.raises(ModelUnavailable):
        opened(tmp_path, server.base_url, structured=structured).ask(
            Request(QUESTION.messages, schema=SCHEMA),
        )
    assert [request.body.get("response_format", {}).get("type") for request in server.requests] == [sent]


def test_parameters_that_a_model_does_not_take_are_left_out(tmp_path: Path) -> None:
    script = [
        fails(400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."),
        fails(400, "Unsupported value: 'temperature' does not support 0.0 with this model."),
        says("Fine."),
    ]
    with scripted_server(script) as server:
        assert opened(tmp_path, server.base_url, attempts=1, max_tokens=9).ask(QUESTION).text == "Fine."
    last = server.requests[-1].body
    assert last["max_completion_tokens"] == 9
    assert not {"max_tokens", "temperature"} & set(last)


def test_a_question_that_is_too_long_does_not_unbound_the_answer(tmp_path: Path) -> None:
    script = [fails(400, "prompt and max_tokens exceed the context of 4096 tokens"), says("Fine.")]
    with scripted_server(script) as server:
        channel = opened(tmp_path, server.base_url, max_tokens=9)
        with pytest.raises(ModelUnavailable, match="exceed the context"):
            channel.ask(QUESTION)
        channel.ask(Request(QUESTION.messages, parameters={"max_tokens": None, "model": "other"}))
    assert [(request.body["max_tokens"], request.body["model"]) for request in server.requests] == [(9, "m"), (9, "m")]


def test_functions_are_called(tmp_path: Path) -> None:
    with scripted_server([calls(("fact", {"id": "best.level"}))]) as server:
        reply = opened(tmp_path, server.base_url).ask(Request(QUESTION.messages, tools=(TOOL,)))
    assert server.requests[0].body["tools"] == [TOOL]
    assert [(call.name, call.arguments) for call in reply.tool_calls] == [("fact", '{"id": "best.level"}')]
    assert reply.finish == "tool_calls"


def test_a_model_that_calls_no_functions_says_so_once(tmp_path: Path) -> None:
    request = Request(QUESTION.messages, tools=(TOOL,))
    with scripted_server([fails(400, "tools?"), says("Fine.")]) as server:
        channel = opened(tmp_path, server.base_url)
        for _ in range(2):
            with pytest.raises(ToolsRefused):
                channel.ask(request)
        assert channel.ask(QUESTION).text == "Fine."
        with pytest.raises(ToolsRefused):
            opened(tmp_path, server.base_url).ask(request)
    assert len(server.requests) == 2
    assert (ledger(tmp_path)["calls"], ledger(tmp_path)["attempts"]) == (2, 2)


def test_an_endpoint_without_functions_may_still_keep_a_schema(tmp_path: Path) -> None:
    def picky(body: dict[str, object]) -> Answer:
        return fails(400, "tools are not supported") if "tools" in body else says("{}")

    with scripted_server(picky) as server:
        channel = opened(tmp_path, server.base_url, attempts=1)
        with pytest.raises(ToolsRefused):
            channel.ask(Request(QUESTION.messages, schema=SCHEMA, tools=(TOOL,)))
        channel.ask(Request(QUESTION.messages, schema=SCHEMA))
    assert [request.body["response_format"]["type"] for request in server.requests] == ["json_schema"] * 2


def test_functions_can_be_switched_off(tmp_path: Path) -> None:
    with scripted_server([]) as server, pytest.raises(ToolsRefused):
        opened(tmp_path, server.base_url, function_calling=False).ask(Request(QUESTION.messages, tools=(TOOL,)))
    assert server.requests == []
    assert not ledger_file(tmp_path).exists()


@pytest.mark.parametrize(
    ("base_url", "key", "said"),
    [
        pytest.param(None, None, "export OPENAI_API_KEY", id="none for the service that needs one"),
        pytest.param("http://127.0.0.1:9/v1", "sk-a\nb", "characters that a key cannot have", id="two lines"),
        pytest.param("http://127.0.0.1:9/v1", "sk-schlüssel", "characters that a key cannot have", id="not ASCII"),
    ],
)
def test_a_key_that_cannot_be_sent_is_said_without_it(base_url: str | None, key: str | None, said: str) -> None:
    endpoint = Endpoint(Settings(kind="openai", model="m", base_url=base_url), key)
    with pytest.raises(ModelUnavailable, match=said) as caught:
        endpoint.ask(QUESTION)
    assert key is None or key not in str(caught.value)


def test_answers_of_loose_servers_are_understood(tmp_path: Path) -> None:
    message = b'{"content": [{"type": "text", "text": "In parts."}]}'
    body = b'{"choices": [{"message": %s}], "usage": {"prompt_tokens": "?"}}' % message
    with scripted_server([Answer(body=body)]) as server:
        reply = opened(tmp_path, server.base_url).ask(QUESTION)
    assert (reply.text, reply.finish, reply.usage) == ("In parts.", "stop", None)


def test_a_refusal_is_no_answer(tmp_path: Path) -> None:
    body = b'{"choices": [{"message": {"content": null, "refusal": "No."}, "finish_reason": "stop"}]}'
    with scripted_server([Answer(body=body)]) as server, pytest.raises(ModelUnavailable, match="declined"):
        opened(tmp_path, server.base_url).ask(QUESTION)
