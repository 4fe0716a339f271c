"""Open the channel to a language model that the settings of an experiment describe."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from agents.language_model.answer_store.cache import AnswerCache
from agents.language_model.answer_store.recording import Recording
from agents.language_model.answer_store.stored_answers import CachingChannel, ReplayingChannel
from agents.language_model.budget import BudgetChannel
from agents.language_model.http.endpoint import Endpoint
from agents.language_model.ledger import Ledger
from agents.language_model.privacy import SHORTEST_SECRET, Privacy, PrivacyChannel, local_privacy
from agents.language_model.protocol import Channel
from agents.language_model.retry import RetryingChannel
from agents.language_model.tool_support import ToolSupport
from compiler.spec.agent_settings import Settings

_IDENTITY_SETTINGS = ("model", "max_tokens", "temperature", "seed", "structured", "function_calling")


def open_channel(
    settings: Settings,
    *,
    folder_for_cache: Path,
    ledger_file: Path,
    environ: Mapping[str, str],
    lab: Path | None = None,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Channel | None:
    """Return a channel, or None if the settings ask for no model. No request is sent before the channel is used.

    A request passes through the privacy filter, the stored answers, the retries and the budget to the endpoint.
    `record` and `replay` are relative to the lab, which defaults to the working directory.
    """
    if settings.kind == "offline":
        return None
    lab = Path.cwd() if lab is None else lab
    ledger = Ledger(ledger_file, _lock_file(folder_for_cache, ledger_file), settings.budget, settings.price)
    tool_support = ToolSupport(settings.function_calling)

    def recording(name: str) -> Recording:
        return Recording(lab / name, _lock_file(folder_for_cache, lab / name))

    stored: Channel
    if settings.kind == "replay":
        stored = ReplayingChannel(recording(str(settings.replay)), ledger, tool_support)
    else:
        endpoint = Endpoint(settings, environ.get(settings.api_key_env))
        budget = BudgetChannel(endpoint, ledger, settings.max_tokens, clock)
        retrying = RetryingChannel(
            budget, attempts=settings.attempts, seconds=settings.retry_seconds, sleep=sleep, clock=clock
        )
        cache = AnswerCache(folder_for_cache, answer_identity(settings))
        target = None if settings.record is None else recording(settings.record)
        stored = CachingChannel(retrying, cache, target, ledger, tool_support)
    return PrivacyChannel(stored, privacy_for(settings, environ, lab))


def privacy_for(settings: Settings, environ: Mapping[str, str], lab: Path) -> Privacy:
    """Return the private values that the channel of these settings removes from requests."""
    privacy = local_privacy(environ, patterns=settings.private, lab=lab)
    key = environ.get(settings.api_key_env, "").strip()
    return replace(privacy, secrets=(*privacy.secrets, key)) if len(key) >= SHORTEST_SECRET else privacy


def answer_identity(settings: Settings) -> dict[str, Any]:
    """Return everything except the request on which an answer depends."""
    return {"endpoint": settings.endpoint, **{name: getattr(settings, name) for name in _IDENTITY_SETTINGS}}


def _lock_file(folder: Path, path: Path) -> Path:
    """Return the lock for a file. It is in the cache folder, which can be deleted."""
    return folder / "locks" / f"{hashlib.sha256(str(path.absolute()).encode()).hexdigest()[:16]}.lock"
