"""Remember whether a model supports function calling."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from agents.language_model.protocol import Request, ToolsRefused


class ToolSupport:
    """The known support of a model. After a refusal of tools, requests with tools are rejected without being sent."""

    def __init__(self, setting: Literal["auto"] | bool) -> None:
        self._refusal = None if setting else ToolsRefused("agents.function_calling is false")

    @contextmanager
    def checked(self, request: Request) -> Iterator[None]:
        """Raise ToolsRefused if the request has tools and the model is known to refuse them."""
        if request.tools and self._refusal is not None:
            raise ToolsRefused(str(self._refusal))
        try:
            yield
        except ToolsRefused as refusal:
            self._refusal = refusal
            raise
