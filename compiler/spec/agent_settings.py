"""Settings of the config group `agents`: whether a language model rewords texts, which one, and its budget."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from compiler.base.diagnostics import Problem, dotted
from compiler.base.redaction import looks_like_key, secret_problems
from compiler.parsing.validation import validation_problems

OPENAI_URL = "https://api.openai.com/v1"
_SECRET_NAME = re.compile(r"(?:^|_)(?:key|secret|token|password)$", re.IGNORECASE)
_KEY_HINT = "a key comes from the environment only: export it, and name the variable in agents.api_key_env"
_VARIABLE_NAME = re.compile(r"[A-Za-z_]\w*")

StructuredOutput = Literal["auto", "json_schema", "json_object", "none"]


class SettingsError(ValueError):
    """The config group `agents` is not valid. Carries all problems.

    Their messages do not quote values, because a value may be a secret.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(_line(problem) for problem in self.problems))


def _check_pattern(text: str) -> str:
    try:
        if re.compile(text).search("") is not None:
            raise PydanticCustomError("pattern", "matches the empty text, so it would match everywhere")
    except re.error as error:
        raise PydanticCustomError("pattern", "is not a regular expression: {reason}", {"reason": str(error)}) from None
    return text


def _check_variable(text: str) -> str:
    if not _VARIABLE_NAME.fullmatch(text) or looks_like_key(text):
        raise PydanticCustomError("variable", "is not the name of an environment variable")
    return text


def _check_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise PydanticCustomError("url", "is not an address like http://127.0.0.1:8000/v1")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise PydanticCustomError("url", "must not contain a user name, password, query or fragment; " + _KEY_HINT)
    return text.rstrip("/")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Budget(_Strict):
    """The limits of an experiment over all its jobs and reruns. None: no limit. `cost` is in the price's currency."""

    calls: int | None = Field(default=200, ge=0)
    tokens: int | None = Field(default=None, ge=0)
    cost: float | None = Field(default=None, ge=0)


class Price(_Strict):
    """The cost of a million tokens. A rate that is not set is unknown, not 0."""

    input_per_million: float | None = Field(default=None, ge=0)
    output_per_million: float | None = Field(default=None, ge=0)
    currency: str | None = None

    @property
    def is_known(self) -> bool:
        return None not in (self.input_per_million, self.output_per_million, self.currency)

    def cost(self, tokens_in: int, tokens_out: int) -> float | None:
        """Return the cost of a request in `currency`, or None if the price is not known."""
        if self.input_per_million is None or self.output_per_million is None or self.currency is None:
            return None
        return (tokens_in * self.input_per_million + tokens_out * self.output_per_million) / 1e6


class Settings(_Strict):
    """The settings of the language model.

    `timeout_seconds` limits the elapsed time of one attempt. No attempt starts later than `retry_seconds` after the
    first. `record` and `replay` are JSONL files, relative to the lab. Texts that match a regular expression in
    `private` are not sent.
    """

    kind: Literal["offline", "openai", "replay"] = "offline"
    base_url: Annotated[str, AfterValidator(_check_url)] | None = None
    model: str | None = Field(default=None, min_length=1)
    api_key_env: Annotated[str, AfterValidator(_check_variable)] = "OPENAI_API_KEY"
    timeout_seconds: float = Field(default=60.0, gt=0)
    attempts: int = Field(default=4, ge=1, le=20)
    retry_seconds: float = Field(default=120.0, ge=0)
    max_tokens: int = Field(default=4096, ge=1)
    temperature: float | None = Field(default=0.0, ge=0, le=2)
    seed: int | None = 0
    structured: StructuredOutput = "auto"
    function_calling: Literal["auto"] | bool = "auto"
    budget: Budget = Budget()
    price: Price = Price()
    private: tuple[Annotated[str, AfterValidator(_check_pattern)], ...] = ()
    record: str | None = Field(default=None, min_length=1)
    replay: str | None = Field(default=None, min_length=1)

    @property
    def endpoint(self) -> str:
        return self.base_url or OPENAI_URL


def parse_settings(node: Mapping[str, Any]) -> Settings:
    """Validate the composed group `agents`.

    Raises:
        SettingsError: The group is not valid. The error holds all problems.
    """
    problems = list(_literal_key_problems(node))
    literal_keys = {problem.path[0] for problem in problems}
    problems += [problem for problem in secret_problems(node) if problem.path[0] not in literal_keys]
    secret_fields = {problem.path[0] for problem in problems}
    try:
        settings = Settings.model_validate({key: value for key, value in node.items() if key not in secret_fields})
    except ValidationError as error:
        problems += validation_problems(error, Settings, shows_input=False)
    else:
        problems += _cross_field_problems(settings)
    if problems:
        raise SettingsError(problems)
    return settings


def _cross_field_problems(settings: Settings) -> Iterator[Problem]:
    """Validate fields against each other."""
    if settings.kind == "openai" and settings.model is None:
        yield Problem(("model",), "agents=openai needs a model: agents.model=NAME")
    if settings.kind == "replay" and settings.replay is None:
        yield Problem(("replay",), "agents=replay needs a recording: agents.replay=FILE")
    if settings.kind == "openai" and settings.budget.cost is not None and not settings.price.is_known:
        yield Problem(("price",), "a budget in money needs the price: both rates and the currency")


def _literal_key_problems(node: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield values that are API keys, by the name of their field or by their format."""
    for name, value in node.items():
        if name not in Settings.model_fields and _SECRET_NAME.search(str(name)) and value is not None:
            yield Problem((str(name),), "a key must not be written in a config", _KEY_HINT)
        elif isinstance(value, str) and looks_like_key(value):
            yield Problem((str(name),), "looks like a key, which must not be written in a config", _KEY_HINT)


def _line(problem: Problem) -> str:
    hint = f" ({problem.hint})" if problem.hint else ""
    return f"{dotted(('agents', *problem.path))}: {problem.problem}{hint}"
