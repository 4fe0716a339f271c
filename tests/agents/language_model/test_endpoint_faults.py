"""Failures of an endpoint, simulated by a real HTTP server, end in time with a kind and a message."""

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
from agents.language_model.protocol import ModelUnavailable, Request, ToolCall, ToolsRefused
from compiler.spec.agent_settings import Settings
from tests.agents.language_model.fake_channels import (
    KEY,
    REQUEST,
    FakeClock,
    ledger_file,
    open_test_channel,
    read_ledger,
)
from tests.agents.language_model.scripted_server import (
    Answer,
    completion,
    error_response,
    function_calls,
    scripted_server,
)

SCHEMA = {"title": "Word", "type": "object", "properties": {"word": {"type": "string"}}}
TOOL = {"type": "function", "function": {"name": "fact", "parameters": {"type": "object"}}}
SLOW_PAUSE = 0.02  # seconds


def _endless(piece: bytes, status: int = 200, pause: float = 0.0) -> Answer:
    return Answer(status, pieces=itertools.repeat(piece), pause=pause)


@pytest.mark.parametrize(
    ("answer", "kind", "attempts", "message"),
    [
        pytest.param(error_response(500, "ouch"), "server_error", 3, "ouch", id="500"),
        pytest.param(error_response(503), "server_error", 3, "status 503", id="503"),
        pytest.param(error_response(429), "rate_limited", 3, "no more requests", id="429"),
        pytest.param(error_response(429, "insufficient_quota"), "quota", 1, "no quota left", id="no quota"),
        pytest.param(error_response(401, f"wrong key {KEY}"), "unauthorized", 1, "wrong key <key>", id="401"),
        pytest.param(error_response(404, "no such model"), "rejected", 1, "no such model", id="404"),
        pytest.param(completion("late", delay=9.0), "timeout", 3, "within 0.3 s", id="timeout"),
        pytest.param(
            Answer(body=b'{"choices": [', length=999), "truncated", 3, "closed the connection", id="truncated"
        ),
        pytest.param(Answer(body=b'{"choices": ['), "invalid_json", 3, "not valid JSON", id="truncated JSON"),
        pytest.param(Answer(body=b"<html>busy</html>"), "invalid_json", 3, "not valid JSON", id="HTML"),
        pytest.param(Answer(body=b"\xff\xfe"), "invalid_json", 3, "not valid JSON", id="not UTF-8"),
        pytest.param(Answer(body=b"[" * 100_000), "invalid_json", 3, "not valid JSON", id="deep JSON"),
        pytest.param(
            Answer(headers={"Content-Type": "text/html"}, body=b"busy"),
            "invalid_json",
            3,
            "not valid JSON",
            id="HTML content type",
        ),
        pytest.param(Answer(body=b"[]"), "wrong_shape", 3, "not a chat completion", id="list"),
        pytest.param(Answer(body=b'{"choices": [{"message": 5}]}'), "wrong_shape", 3, "message", id="no message"),
        pytest.param(Answer(body=b'{"ok": true}'), "wrong_shape", 3, "choices", id="other JSON object"),
        pytest.param(Answer(body=b'{"choices": []}'), "wrong_shape", 3, "choices", id="no choice"),
        pytest.param(Answer(), "invalid_json", 3, "0 bytes", id="no body"),
        pytest.param(completion(""), "empty", 3, "the answer of the model is empty", id="empty"),
        pytest.param(completion(None), "empty", 3, "the answer of the model is empty", id="null"),
        pytest.param(completion(" \n"), "empty", 3, "the answer of the model is empty", id="blank"),
        pytest.param(_endless(b" " * 65536), "too_long", 1, "more than", id="endless"),
        pytest.param(_endless(b" " * 65536, status=500), "too_long", 1, "more than", id="endless error"),
        pytest.param(_endless(b" ", pause=SLOW_PAUSE), "timeout", 3, "within 0.3 s", id="endless and slow"),
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
def test_every_failure_ends_after_its_attempts_with_a_kind_and_a_message(
    answer: Answer, kind: str, attempts: int, message: str, tmp_path: Path
) -> None:
    clock = FakeClock()
    with scripted_server(lambda _: answer) as server:
        seconds = 0.3 if kind == "timeout" else 30  # short only in tests of timeouts, because machines may be busy
        channel = open_test_channel(tmp_path, server.base_url, clock, attempts=3, timeout_seconds=seconds)
        with pytest.raises(ModelUnavailable) as caught:
            channel.ask(REQUEST)
        received = len(server.requests)
    # A busy server may notice a request only after its timeout.
    assert received <= attempts if kind == "timeout" else received == attempts
    assert caught.value.kind == kind
    assert message in str(caught.value)
    assert len(clock.delays) == attempts - 1
    assert sum(read_ledger(tmp_path)["failures"].values()) in (0, attempts)
    assert KEY not in "".join(traceback.format_exception(caught.value))


def _send_headers_slowly(listening: socket.socket) -> None:
    """Send a header byte by byte, so that no single read of the client takes long."""
    with contextlib.suppress(OSError):
        connection, _ = listening.accept()
        connection.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
        while connection.send(b"x"):
            time.sleep(SLOW_PAUSE)


def test_endless_headers_end_in_a_timeout(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_send_headers_slowly, args=(listening,), daemon=True).start()
        channel = open_test_channel(
            tmp_path, f"http://127.0.0.1:{listening.getsockname()[1]}/v1", attempts=1, timeout_seconds=0.3
        )
        with pytest.raises(ModelUnavailable, match="did not answer completely"):
            channel.ask(REQUEST)


def test_an_unreachable_endpoint_is_not_asked_again_by_later_requests(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    clock = FakeClock()
    channel = open_test_channel(tmp_path, f"http://127.0.0.1:{port}/v1", clock, attempts=2)
    for message in ("cannot connect to", "not asked again after an earlier failure: cannot connect to"):
        with pytest.raises(ModelUnavailable, match=message) as caught:
            channel.ask(REQUEST)
        assert caught.value.kind == "refused"
    assert len(clock.delays) == 1
    assert read_ledger(tmp_path)["tokens_assumed"] == 0


def test_transient_errors_are_retried_after_the_requested_delay(tmp_path: Path) -> None:
    clock = FakeClock()
    script = [error_response(429, headers={"Retry-After": "7"}), error_response(500), completion("Fine.")]
    with scripted_server(script) as server:
        assert open_test_channel(tmp_path, server.base_url, clock).ask(REQUEST).text == "Fine."
    assert clock.delays[0] == 7
    assert len(clock.delays) == 2
    assert (read_ledger(tmp_path)["calls"], read_ledger(tmp_path)["attempts"]) == (1, 3)


def test_a_requested_delay_beyond_the_limit_ends_the_retries(tmp_path: Path) -> None:
    clock = FakeClock()
    script = [error_response(429, headers={"Retry-After": "3600"})]
    with scripted_server(script) as server, pytest.raises(ModelUnavailable, match="no more requests"):
        open_test_channel(tmp_path, server.base_url, clock, retry_seconds=60).ask(REQUEST)
    assert clock.delays == []


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        pytest.param("7", 7.0, id="seconds"),
        pytest.param("-1", 0.0, id="negative"),
        pytest.param("Thu, 01 Jan 1970 00:01:40 GMT", 60.0, id="date"),
        pytest.param("Thu, 01 Jan 1970 00:00:00 GMT", 0.0, id="past"),
        pytest.param("soon", None, id="neither"),
        pytest.param("nan", None, id="not a number"),
        pytest.param("inf", float("inf"), id="infinite"),
        pytest.param("", None, id="absent"),
    ],
)
def test_retry_after_is_parsed_as_seconds_or_date(header: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": header}, now=40.0) == seconds


def test_rejected_response_formats_are_replaced_by_weaker_ones(tmp_path: Path) -> None:
    def reject_format(body: dict[str, object]) -> Answer:
        return error_response(400, "what is that?") if "response_format" in body else completion("Fine.")

    with scripted_server(reject_format) as server:
        channel = open_test_channel(tmp_path, server.base_url, attempts=1)
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
def test_a_configured_response_format_is_the_only_one_tried(structured: str, sent: str | None, tmp_path: Path) -> None:
    with scripted_server([error_response(400)]) as server, pytest.raises(ModelUnavailable):
        open_test_channel(tmp_path, server.base_url, structured=structured).ask(
            Request(REQUEST.messages, schema=SCHEMA),
        )
    assert [request.body.get("response_format", {}).get("type") for request in server.requests] == [sent]


def test_rejected_parameters_are_renamed_or_omitted(tmp_path: Path) -> None:
    script = [
        error_response(400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."),
        error_response(400, "Unsupported value: 'temperature' does not support 0.0 with this model."),
        completion("Fine."),
    ]
    with scripted_server(script) as server:
        assert open_test_channel(tmp_path, server.base_url, attempts=1, max_tokens=9).ask(REQUEST).text == "Fine."
    last = server.requests[-1].body
    assert last["max_completion_tokens"] == 9
    assert not {"max_tokens", "temperature"} & set(last)


def test_a_prompt_that_is_too_long_does_not_remove_the_length_limit(tmp_path: Path) -> None:
    script = [error_response(400, "prompt and max_tokens exceed the context of 4096 tokens"), completion("Fine.")]
    with scripted_server(script) as server:
        channel = open_test_channel(tmp_path, server.base_url, max_tokens=9)
        with pytest.raises(ModelUnavailable, match="exceed the context"):
            channel.ask(REQUEST)
        channel.ask(Request(REQUEST.messages, parameters={"max_tokens": None, "model": "other"}))
    assert [(request.body["max_tokens"], request.body["model"]) for request in server.requests] == [(9, "m"), (9, "m")]


def test_tool_calls_are_returned(tmp_path: Path) -> None:
    with scripted_server([function_calls(("fact", {"id": "best.level"}))]) as server:
        reply = open_test_channel(tmp_path, server.base_url).ask(Request(REQUEST.messages, tools=(TOOL,)))
    assert server.requests[0].body["tools"] == [TOOL]
    assert [(call.name, call.arguments) for call in reply.tool_calls] == [("fact", '{"id": "best.level"}')]
    assert reply.finish == "tool_calls"


def test_a_refusal_of_tools_is_remembered_and_cached(tmp_path: Path) -> None:
    request = Request(REQUEST.messages, tools=(TOOL,))
    with scripted_server([error_response(400, "tools?"), completion("Fine.")]) as server:
        channel = open_test_channel(tmp_path, server.base_url)
        for _ in range(2):
            with pytest.raises(ToolsRefused):
                channel.ask(request)
        assert channel.ask(REQUEST).text == "Fine."
        with pytest.raises(ToolsRefused):
            open_test_channel(tmp_path, server.base_url).ask(request)
    assert len(server.requests) == 2
    assert (read_ledger(tmp_path)["calls"], read_ledger(tmp_path)["attempts"]) == (2, 2)


def test_a_refusal_of_tools_does_not_disable_response_formats(tmp_path: Path) -> None:
    def reject_tools(body: dict[str, object]) -> Answer:
        return error_response(400, "tools are not supported") if "tools" in body else completion("{}")

    with scripted_server(reject_tools) as server:
        channel = open_test_channel(tmp_path, server.base_url, attempts=1)
        with pytest.raises(ToolsRefused):
            channel.ask(Request(REQUEST.messages, schema=SCHEMA, tools=(TOOL,)))
        channel.ask(Request(REQUEST.messages, schema=SCHEMA))
    assert [request.body["response_format"]["type"] for request in server.requests] == ["json_schema"] * 2


def test_function_calling_can_be_disabled(tmp_path: Path) -> None:
    with scripted_server([]) as server, pytest.raises(ToolsRefused):
        open_test_channel(tmp_path, server.base_url, function_calling=False).ask(
            Request(REQUEST.messages, tools=(TOOL,))
        )
    assert server.requests == []
    assert not ledger_file(tmp_path).exists()


@pytest.mark.parametrize(
    ("base_url", "key", "message"),
    [
        pytest.param(None, None, "export OPENAI_API_KEY", id="missing key"),
        pytest.param("http://127.0.0.1:9/v1", "sk-a\nb", "characters that a key cannot have", id="two lines"),
        pytest.param("http://127.0.0.1:9/v1", "sk-schlüssel", "characters that a key cannot have", id="not ASCII"),
    ],
)
def test_an_invalid_key_is_reported_without_its_value(base_url: str | None, key: str | None, message: str) -> None:
    endpoint = Endpoint(Settings(kind="openai", model="m", base_url=base_url), key)
    with pytest.raises(ModelUnavailable, match=message) as caught:
        endpoint.ask(REQUEST)
    assert key is None or key not in str(caught.value)


def test_incomplete_completions_with_content_parts_are_accepted(tmp_path: Path) -> None:
    message = b'{"content": [{"type": "text", "text": "In parts."}]}'
    body = b'{"choices": [{"message": %s}], "usage": {"prompt_tokens": "?"}}' % message
    with scripted_server([Answer(body=body)]) as server:
        reply = open_test_channel(tmp_path, server.base_url).ask(REQUEST)
    assert (reply.text, reply.finish, reply.usage) == ("In parts.", "stop", None)


def test_tool_arguments_sent_as_an_object_are_accepted(tmp_path: Path) -> None:
    body = b'{"choices": [{"message": {"tool_calls": [{"function": {"name": "fact", "arguments": {"id": "a"}}}]}}]}'
    with scripted_server([Answer(body=body)]) as server:
        reply = open_test_channel(tmp_path, server.base_url).ask(Request(REQUEST.messages, tools=(TOOL,)))
    assert reply.tool_calls == (ToolCall("call_0", "fact", '{"id": "a"}'),)


def test_parameters_that_only_some_servers_know_are_sent(tmp_path: Path) -> None:
    request = Request(REQUEST.messages, parameters={"top_k": 5, "top_p": 0.5})
    with scripted_server([completion("Fine.")]) as server:
        open_test_channel(tmp_path, server.base_url).ask(request)
    assert (server.requests[0].body["top_k"], server.requests[0].body["top_p"]) == (5, 0.5)


def test_a_declined_answer_is_an_error(tmp_path: Path) -> None:
    body = b'{"choices": [{"message": {"content": null, "refusal": "No."}, "finish_reason": "stop"}]}'
    with scripted_server([Answer(body=body)]) as server, pytest.raises(ModelUnavailable, match="declined"):
        open_test_channel(tmp_path, server.base_url).ask(REQUEST)
