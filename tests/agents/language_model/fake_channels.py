"""Channels for tests: a channel to a server, opened as in a build with a fake clock, and a channel without a server."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agents.language_model.open_channel import open_channel
from agents.language_model.protocol import Channel, Reply, Request
from compiler.spec.agent_settings import parse_settings

KEY = "sk-test-0123456789abcdef"
REQUEST = Request(({"role": "user", "content": "How are you?"},))


@dataclass
class FakeClock:
    """A clock that advances only by `sleep`, which returns immediately. `delays` lists the requested seconds."""

    now: float = 0.0
    delays: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.delays.append(seconds)
        self.now += seconds

    def __call__(self) -> float:
        return self.now


@dataclass
class ScriptedChannel:
    """A channel that returns its replies in order and stores the requests."""

    replies: Sequence[Reply]
    requests: list[Request] = field(default_factory=list)

    def ask(self, request: Request) -> Reply:
        self.requests.append(request)
        return self.replies[len(self.requests) - 1]


def open_test_channel(folder: Path, base_url: str, clock: FakeClock | None = None, **settings: Any) -> Channel:
    """Open a channel to a server. Its cache, ledger and recordings are stored in the folder."""
    clock = clock or FakeClock()
    node = {"kind": "openai", "model": "m", "base_url": base_url, "timeout_seconds": 5.0, **settings}
    channel = open_channel(
        parse_settings(node),
        folder_for_cache=folder / ".proband" / "answers",
        ledger_file=ledger_file(folder),
        environ={"OPENAI_API_KEY": KEY, "HOME": "/home/somebody", "USER": "somebody"},
        lab=folder,
        sleep=clock.sleep,
        clock=clock,
    )
    assert channel is not None
    return channel


def ledger_file(folder: Path) -> Path:
    return folder / "results" / "ledger.json"


def read_ledger(folder: Path) -> dict[str, Any]:
    return dict(json.loads(ledger_file(folder).read_text(encoding="utf-8")))
