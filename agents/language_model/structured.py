"""Request answers that match a pydantic model, also from servers that ignore `response_format`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from agents.language_model.json_extraction import describe_problem, extract_objects
from agents.language_model.protocol import Channel, Message, ModelUnavailable, Reply, Request
from compiler.parsing.validation import error_lines

Answer = TypeVar("Answer", bound=BaseModel)

MAX_CORRECTIONS = 2  # how often an invalid answer is returned to the model
_MAX_PROBLEMS = 12
_MAX_PROBLEM_LENGTH = 300
_MAX_QUOTED_ANSWER = 8000  # characters of an invalid answer that are sent back

_SCHEMA_INSTRUCTION = """\
Answer with one JSON object and nothing else: no prose before or after it. It has to keep this JSON schema:
{schema}"""

_CORRECTION = """\
That answer cannot be used. The problems, as data:
{problems}
Answer again with one JSON object that keeps the schema, and nothing else."""


class NoUsableAnswer(ModelUnavailable):
    """Raised if no answer of the model matched the schema. `problems` are those of the last answer."""

    kind = "no_usable_answer"

    def __init__(self, message: str, problems: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.problems = problems


class _InvalidAnswer(Exception):
    """Raised for an answer that does not contain exactly one valid object."""

    def __init__(self, *problems: str) -> None:
        self.problems = problems
        super().__init__("; ".join(problems))


def ask_structured(channel: Channel, request: Request, model: type[Answer]) -> Answer:
    """Return the first answer that is a valid `model`. The model is asked for at most `MAX_CORRECTIONS` corrections.

    Raises:
        NoUsableAnswer: All answers were invalid.
        ModelUnavailable: There was no answer.
    """
    current = with_schema(request, model)
    problems: tuple[str, ...] = ()
    for _ in range(1 + MAX_CORRECTIONS):
        reply = channel.ask(current)
        try:
            return _parse_answer(reply, model)
        except _InvalidAnswer as invalid:
            problems = invalid.problems
            current = replace(current, messages=(*current.messages, *_correction(reply, problems)))
    message = f"none of {1 + MAX_CORRECTIONS} answers was a valid {model.__name__}: {'; '.join(problems[:3])}"
    raise NoUsableAnswer(message, problems)


def with_schema(request: Request, model: type[BaseModel]) -> Request:
    """Return the first request of `ask_structured`: the schema is a field, and an instruction in the messages."""
    schema = model.model_json_schema()
    instruction = _SCHEMA_INSTRUCTION.format(schema=json.dumps(schema, sort_keys=True, ensure_ascii=False))
    return replace(request, schema=schema, messages=_with_instruction(request.messages, instruction))


def _parse_answer(reply: Reply, model: type[Answer]) -> Answer:
    """Return the only object of an answer that is a valid `model`. Two different ones are ambiguous."""
    objects = extract_objects(reply.text)
    if not objects:
        cut_off = ("the answer was cut off: make it shorter",) if reply.finish == "length" else ()
        raise _InvalidAnswer(*cut_off, describe_problem(reply.text))
    answers: list[Answer] = []
    problems: list[str] = []
    for text in objects:
        try:
            answers.append(model.model_validate_json(text))
        except ValidationError as error:
            problems += (line[:_MAX_PROBLEM_LENGTH] for line in error_lines(error))
    if not answers:
        raise _InvalidAnswer(*problems)
    if any(other != answers[0] for other in answers[1:]):
        raise _InvalidAnswer(f"the answer contains {len(answers)} objects: give one")
    return answers[0]


def _with_instruction(messages: tuple[Message, ...], instruction: str) -> tuple[Message, ...]:
    """Append to the last message if it is the user's, because some chat templates require alternating roles."""
    last = messages[-1] if messages else {}
    if last.get("role") == "user" and isinstance(last.get("content"), str):
        return (*messages[:-1], {**last, "content": f"{last['content']}\n\n{instruction}"})
    return (*messages, {"role": "user", "content": instruction})


def _correction(reply: Reply, problems: Sequence[str]) -> tuple[Message, Message]:
    quoted = json.dumps(problems[:_MAX_PROBLEMS], indent=1, ensure_ascii=False)
    answer = {"role": "assistant", "content": reply.text[:_MAX_QUOTED_ANSWER] or "(no text)"}
    return answer, {"role": "user", "content": _CORRECTION.format(problems=quoted)}
