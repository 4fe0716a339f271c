"""One real model, asked through the whole channel."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from agents.language_model.channel import Request, ToolsRefused
from agents.language_model.structured import NoUsableAnswer, structured
from tests.agents.language_model.asking import ledger, opened
from tests.agents.language_model.smollm_server import MODEL, missing_packages, smollm_server
from tests.agents.language_model.test_structured import Choice

TOOL = {"type": "function", "function": {"name": "fact", "parameters": {"type": "object"}}}


@pytest.mark.slow
@pytest.mark.skipif(bool(missing_packages()), reason=f"needs the packages {', '.join(missing_packages())}")
def test_a_real_model_answers_and_is_counted(tmp_path: Path) -> None:
    question = Request(({"role": "user", "content": "Say hello in one short sentence."},))
    with smollm_server() as base_url:
        channel = opened(tmp_path, base_url, model=MODEL, max_tokens=16, timeout_seconds=120)
        reply = channel.ask(question)
        assert reply.text.strip()
        assert channel.ask(question) == reply
        with pytest.raises(ToolsRefused):
            channel.ask(Request(question.messages, tools=(TOOL,)))
        with contextlib.suppress(NoUsableAnswer):  # it is small; that it ends is what counts
            assert structured(channel, question, Choice).pick in ("a", "b")
    written = ledger(tmp_path)
    assert written["cached"] == 1
    assert written["tokens_in"] > 0
    assert 0 < written["tokens_out"] <= 16 * written["attempts"]
    assert written["cost"] == "unknown"
