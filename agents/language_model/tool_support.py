"""Whether a model calls functions: as it was set, or as it shows."""

from __future__ import annotations

from typing import Literal

from agents.language_model.protocol import Channel, Reply, Request, ToolsRefused


class FunctionCalling:
    """Asks a model that does not call functions no second time to do so."""

    def __init__(self, channel: Channel, wanted: Literal["auto"] | bool) -> None:
        self._channel = channel
        self._refusal = None if wanted else ToolsRefused("agents.function_calling is false")

    def ask(self, request: Request) -> Reply:
        """Raises ToolsRefused, ModelUnavailable."""
        if request.tools and self._refusal is not None:
            raise ToolsRefused(str(self._refusal))
        try:
            return self._channel.ask(request)
        except ToolsRefused as refusal:
            self._refusal = refusal
            raise
