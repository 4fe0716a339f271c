"""The scripted server of other tests sends its responses in order and stores the requests."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

import pytest

from tests.agents.language_model.scripted_server import completion, error_response, function_calls, scripted_server


def _post(base_url: str, body: Any) -> Any:
    request = urllib.request.Request(f"{base_url}/chat/completions", data=json.dumps(body).encode())
    with urllib.request.urlopen(request, timeout=5) as response:
        return json.load(response)


def test_responses_are_sent_in_order_and_requests_are_kept() -> None:
    with scripted_server([completion("One."), function_calls(("fact", {"id": "a"}))]) as server:
        first, second = _post(server.base_url, {"n": 1}), _post(server.base_url, {"n": 2})
    assert first["choices"][0]["message"]["content"] == "One."
    assert second["choices"][0]["message"]["tool_calls"][0]["function"] == {"name": "fact", "arguments": '{"id": "a"}'}
    assert [request.body for request in server.requests] == [{"n": 1}, {"n": 2}]
    assert server.requests[0].path == "/v1/chat/completions"


def test_a_function_creates_the_response_from_the_request() -> None:
    with scripted_server(lambda body: completion(body["word"].upper())) as server:
        assert _post(server.base_url, {"word": "hi"})["choices"][0]["message"]["content"] == "HI"


def test_a_request_after_the_end_of_the_script_fails() -> None:
    with scripted_server([error_response(429)]) as server:
        for expected in (429, 500):
            with pytest.raises(urllib.error.HTTPError) as caught:
                _post(server.base_url, {})
            assert caught.value.code == expected
