"""The server that other tests talk to says what it was told to."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

import pytest

from tests.agents.language_model.server import calls, fails, says, scripted_server


def _post(base_url: str, body: Any) -> Any:
    request = urllib.request.Request(f"{base_url}/chat/completions", data=json.dumps(body).encode())
    with urllib.request.urlopen(request, timeout=5) as response:
        return json.load(response)


def test_answers_come_in_order_and_questions_are_kept() -> None:
    with scripted_server([says("One."), calls(("fact", {"id": "a"}))]) as server:
        first, second = _post(server.base_url, {"n": 1}), _post(server.base_url, {"n": 2})
    assert first["choices"][0]["message"]["content"] == "One."
    assert second["choices"][0]["message"]["tool_calls"][0]["function"] == {"name": "fact", "arguments": '{"id": "a"}'}
    assert [request.body for request in server.requests] == [{"n": 1}, {"n": 2}]
    assert server.requests[0].path == "/v1/chat/completions"


def test_a_function_answers_whatever_is_asked() -> None:
    with scripted_server(lambda body: says(body["word"].upper())) as server:
        assert _post(server.base_url, {"word": "hi"})["choices"][0]["message"]["content"] == "HI"


def test_a_script_that_is_over_says_so() -> None:
    with scripted_server([fails(429)]) as server:
        for expected in (429, 500):
            with pytest.raises(urllib.error.HTTPError) as caught:
                _post(server.base_url, {})
            assert caught.value.code == expected
