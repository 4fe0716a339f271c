"""The channel that the settings ask for, put together once."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from agents.language_model.budget_channels import Counted, Metered
from agents.language_model.cache import Cached
from agents.language_model.endpoint import Endpoint
from agents.language_model.ledger import Ledger
from agents.language_model.privacy import SHORTEST_SECRET, Privacy, filtered, privacy_of
from agents.language_model.protocol import Channel, Reply, Request
from agents.language_model.recording import Recorded, Replayed
from agents.language_model.retry import Patient
from agents.language_model.tool_support import FunctionCalling
from compiler.spec.agent_settings import Settings


@dataclass(frozen=True)
class Filtered:
    """The outermost channel: behind it nothing private is known, so nothing private can be kept or sent."""

    channel: Channel
    privacy: Privacy

    def ask(self, request: Request) -> Reply:
        """Raises ModelUnavailable."""
        return self.channel.ask(filtered(request, self.privacy))


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
    """None where no language model is wanted. Opening asks nothing: what is not there shows when it is asked.

    `record` and `replay` are relative to the lab, which is the working directory unless given.
    """
    if settings.kind == "offline":
        return None
    lab = Path.cwd() if lab is None else lab
    ledger = Ledger(ledger_file, _lock(folder_for_cache, ledger_file), settings.budget, settings.price)
    inner: Channel
    if settings.kind == "replay":
        inner = Replayed(lab / str(settings.replay), ledger)
    else:
        endpoint = Endpoint(settings, environ.get(settings.api_key_env))
        metered = Metered(endpoint, ledger, settings.max_tokens, clock)
        patient = Patient(metered, attempts=settings.attempts, seconds=settings.retry_seconds, sleep=sleep, clock=clock)
        inner = Cached(Counted(patient, ledger), folder_for_cache, identity_of(settings), ledger)
        if settings.record is not None:
            recording = lab / settings.record
            inner = Recorded(inner, recording, _lock(folder_for_cache, recording))
    functional = FunctionCalling(inner, settings.function_calling)
    return Filtered(functional, privacy_for(settings, environ, lab))


def privacy_for(settings: Settings, environ: Mapping[str, str], lab: Path) -> Privacy:
    """What the channel of these settings keeps back; `filtered` with it shows what would be sent."""
    known = privacy_of(environ, patterns=settings.private, lab=lab)
    key = environ.get(settings.api_key_env, "").strip()
    return replace(known, secrets=(*known.secrets, key)) if len(key) >= SHORTEST_SECRET else known


def identity_of(settings: Settings) -> dict[str, Any]:
    """What an answer depends on beside the question."""
    parts = ("model", "max_tokens", "temperature", "seed", "structured", "function_calling")
    return {"endpoint": settings.endpoint, **{part: getattr(settings, part) for part in parts}}


def _lock(folder: Path, path: Path) -> Path:
    """Locks lie with the caches: what may be deleted is in one place."""
    return folder / "locks" / f"{hashlib.sha256(str(path.absolute()).encode()).hexdigest()[:16]}.lock"
