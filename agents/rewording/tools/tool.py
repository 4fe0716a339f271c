"""Define tools for a language model, and answer its calls in JSON. Invalid calls are answered with an error."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from agents.language_model.protocol import ToolCall, ToolDefinition
from agents.rewording.tools.session import CallRejected, ToolSession
from compiler.base.safe_path import OutsideExperiment
from compiler.parsing.validation import error_lines

Answer = Mapping[str, Any]


class Arguments(BaseModel):
    """Arguments of a tool. Unknown ones are rejected."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True)
class Tool:
    """A function that a model may call.

    `run` gets an instance of `arguments` and returns JSON data. It may raise CallRejected.
    """

    name: str
    description: str
    arguments: type[Arguments]
    run: Callable[[Any], object]

    @property
    def definition(self) -> ToolDefinition:
        schema = self.arguments.model_json_schema()
        function = {"name": self.name, "description": self.description, "parameters": schema}
        return {"type": "function", "function": function}


@dataclass(frozen=True)
class Toolbox:
    """The tools of one document. A request may have `max_rounds` rounds of calls, and a reply `max_calls` calls."""

    session: ToolSession
    tools: tuple[Tool, ...]
    max_rounds: int = 4
    max_calls: int = 8

    @property
    def definitions(self) -> tuple[ToolDefinition, ...]:
        return tuple(tool.definition for tool in self.tools)

    def answer(self, call: ToolCall) -> Answer:
        """Run a tool. The answer to an invalid call describes the error, so that the model can correct the call."""
        tool = next((tool for tool in self.tools if tool.name == call.name), None)
        if tool is None:
            names = ", ".join(tool.name for tool in self.tools)
            return {"error": f"there is no function '{call.name}'; use one of {names}"}
        try:
            return {"answer": tool.run(tool.arguments.model_validate_json(call.arguments or "{}"))}
        except ValidationError as error:
            return {"error": "; ".join(error_lines(error))}
        except (CallRejected, OutsideExperiment) as error:
            return {"error": str(error)}
