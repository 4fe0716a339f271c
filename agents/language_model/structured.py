"""An answer as a checked value, from servers that keep a schema and from those that have never heard of one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from agents.language_model.json_extraction import objects_in, problem_of
from agents.language_model.protocol import Channel, ModelUnavailable, Reply, Request
from compiler.parsing.validation import error_lines

Answer = TypeVar("Answer", bound=BaseModel)

MOST_REASKS = 2
_MOST_PROBLEMS = 12
_MOST_QUOTED = 8000  # characters of an answer sent back
_MOST_OF_A_PROBLEM = 300

_FORM = """\
Answer with one JSON object and nothing else: no prose before or after it. It has to keep this JSON schema:
{schema}"""

_AGAIN = """\
That answer cannot be used. The problems, as data:
{problems}
Answer again with one JSON object that keeps the schema, and nothing else."""


class NoUsableAnswer(ModelUnavailable):
    """The model answered, and never as it was asked to. `problems` are those of its last answer."""

    kind = "no_usable_answer"

    def __init__(self, message: str, problems: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.problems = problems


class _Misfit(Exception):
    def __init__(self, problems: Iterator[str] | tuple[str, ...]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(self.problems))


def structured(channel: Channel, request: Request, model: type[Answer]) -> Answer:
    """Asks until the answer is a `model`, at most thrice; the schema goes along as words too.

    Raises:
        NoUsableAnswer: no answer was.
        ModelUnavailable: there was no answer.
    """
    asked = with_schema(request, model)
    problems: tuple[str, ...] = ()
    for _ in range(1 + MOST_REASKS):
        reply = channel.ask(asked)
        try:
            return parsed(reply, model)
        except _Misfit as misfit:
            problems = misfit.problems
            asked = replace(asked, messages=(*asked.messages, *_reproach(reply, problems)))
    message = f"none of {1 + MOST_REASKS} answers was a {model.__name__}: {'; '.join(problems[:3])}"
    raise NoUsableAnswer(message, problems)


def with_schema(request: Request, model: type[BaseModel]) -> Request:
    """The request as `structured` asks it first."""
    schema = model.model_json_schema()
    form = _FORM.format(schema=json.dumps(schema, sort_keys=True, ensure_ascii=False))
    return replace(request, schema=schema, messages=_with_last_words(request.messages, form))


def parsed(reply: Reply, model: type[Answer]) -> Answer:
    """The one object of an answer that is a `model`. Two different ones are a choice that is not ours to make."""
    found = objects_in(reply.text)
    if not found:
        cut_off = ("the answer was cut off: make it shorter",) if reply.finish == "length" else ()
        raise _Misfit((*cut_off, problem_of(reply.text)))
    fitting: list[Answer] = []
    misfits: list[str] = []
    for each in found:
        try:
            fitting.append(model.model_validate_json(each))
        except ValidationError as error:
            misfits += (line[:_MOST_OF_A_PROBLEM] for line in error_lines(error))
    if not fitting:
        raise _Misfit(tuple(misfits))
    if any(other != fitting[0] for other in fitting[1:]):
        raise _Misfit((f"the answer holds {len(fitting)} objects: give one",))
    return fitting[0]


def _with_last_words(messages: tuple[Mapping[str, Any], ...], words: str) -> tuple[Mapping[str, Any], ...]:
    """Appended to the last message where that is the user's: some chat templates take no two of one role."""
    last = messages[-1] if messages else {}
    if last.get("role") == "user" and isinstance(last.get("content"), str):
        return (*messages[:-1], {**last, "content": f"{last['content']}\n\n{words}"})
    return (*messages, {"role": "user", "content": words})


def _reproach(reply: Reply, problems: tuple[str, ...]) -> tuple[Mapping[str, Any], ...]:
    quoted = json.dumps(problems[:_MOST_PROBLEMS], indent=1, ensure_ascii=False)
    answer = {"role": "assistant", "content": reply.text[:_MOST_QUOTED] or "(no text)"}
    return answer, {"role": "user", "content": _AGAIN.format(problems=quoted)}
