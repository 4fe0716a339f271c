"""Tools as a model sees them: a name, a schema of arguments, and an answer that is always JSON, also when it errs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from agents.language_model.protocol import ToolCall
from agents.rewording.prompting.safe_path import OutsideExperiment
from agents.rewording.tools.session import Desk, Refused
from compiler.parsing.validation import error_lines

Answer = Mapping[str, Any]


class Arguments(BaseModel):
    """Whatever a tool takes: nothing that it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True)
class Tool:
    """`use` gets an instance of `arguments`; it may raise Refused."""

    name: str
    description: str
    arguments: type[Arguments]
    use: Callable[[Any], Any]

    @property
    def definition(self) -> dict[str, Any]:
        """As the endpoint wants to have it."""
        schema = self.arguments.model_json_schema()
        function = {"name": self.name, "description": self.description, "parameters": schema}
        return {"type": "function", "function": function}


@dataclass(frozen=True)
class Toolbox:
    """`max_rounds` of calls a request, `max_calls` a reply: after them the model has to answer."""

    desk: Desk
    tools: tuple[Tool, ...]
    max_rounds: int = 4
    max_calls: int = 8

    @property
    def definitions(self) -> tuple[dict[str, Any], ...]:
        return tuple(tool.definition for tool in self.tools)

    def answer(self, call: ToolCall) -> Answer:
        """What the tool says. A wrong call is answered with what was wrong: the model may do better."""
        tool = next((one for one in self.tools if one.name == call.name), None)
        if tool is None:
            names = ", ".join(one.name for one in self.tools)
            return {"error": f"there is no function '{call.name}'; there are {names}"}
        try:
            return {"answer": tool.use(tool.arguments.model_validate_json(call.arguments or "{}"))}
        except ValidationError as error:
            return {"error": "; ".join(error_lines(error))}
        except (Refused, OutsideExperiment) as error:
            return {"error": str(error)}
