"""Write a job from words `key=value` on a command line, as `proband submit --create-job` takes them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from compiler.base.diagnostics import CompileError, Diagnostic
from compiler.parsing.strict_yaml import strict_root
from compiler.spec.schema import Metadata, Spec
from lab.intake.job_form import CONFIG
from lab.intake.reading.document import yaml_values

OPTION = "--create-job"
NAME = f"{OPTION}.json"
_METADATA = "metadata"
_TEXTS = frozenset({"experiment_id", "name", "description", "hypothesis", "research_question", "parent", "rationale"})
_LISTS = frozenset({"analysis_pipeline", "reports", "tags"})
_INTEGER = re.compile(r"[-+]?[0-9]+")
_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_WORDS = {"true": True, "false": False, "null": None}
_MAX_DIGITS = 100


def job_of_words(words: Sequence[str]) -> bytes:
    """Return the text of a job in JSON form.

    `hypothesis=…` and the other fields of an experiment are taken as text. `metadata.priority=high` sets a field of the
    metadata. Every other key, with or without `config.`, is a key of the config.

    Raises:
        CompileError: A word is not `key=value`, or a key is repeated.
    """
    job: dict[str, Any] = {}
    diagnostics = []
    for number, word in enumerate(words, start=1):
        key, separator, text = word.partition("=")
        parent, last = _place(key)
        node = job.setdefault(parent, {}) if parent else job
        if not separator or not last:
            problem = f"must be KEY=VALUE, got '{word}'"
        elif last in node:
            problem = f"'{key}' is given twice"
        else:
            node[last], problem = _value(last, text, is_config=parent == CONFIG)
        if problem:
            diagnostics.append(Diagnostic(OPTION, number, 1, "", problem))
    if diagnostics:
        raise CompileError(diagnostics)
    return json.dumps(job, indent=2, ensure_ascii=False).encode()


def at_words(error: CompileError, words: Sequence[str]) -> list[Diagnostic]:
    """Return the diagnostics of the job with the number of the word instead of the line. Those of files stay."""
    return [
        replace(diagnostic, file=OPTION, line=_number(diagnostic.path, words), column=1)
        if diagnostic.file == NAME
        else diagnostic
        for diagnostic in error.diagnostics
    ]


def _number(path: str, words: Sequence[str]) -> int:
    """Return the number of the word that set a key, 1 if none did."""
    for number, word in enumerate(words, start=1):
        key = ".".join(filter(None, _place(word.partition("=")[0])))
        if path == key or path.startswith((f"{key}.", f"{key}[")):
            return number
    return 1


def _place(key: str) -> tuple[str, str]:
    """Return the part of the job that a key belongs to, and its name there."""
    first, _, rest = key.partition(".")
    if rest and first in (CONFIG, _METADATA):
        return first, rest
    return ("", key) if key in Spec.model_fields or not key else (CONFIG, key)


def _value(key: str, text: str, *, is_config: bool) -> tuple[Any, str]:
    """Return the value that a text stands for, and the problem if it stands for none."""
    if not is_config and (key in _TEXTS or key in Metadata.model_fields.keys() - _LISTS):
        return text, ""
    if text[:1] in ("[", "{"):
        try:
            strict_root(f"value: {text}", OPTION)
            return yaml_values(f"value: {text}", OPTION)["value"], ""
        except CompileError as error:
            return None, f"{key}: {error.diagnostics[0].problem}"
    if not is_config and key in _LISTS:
        return text.split(","), ""
    if len(text) <= _MAX_DIGITS and _INTEGER.fullmatch(text):
        return int(text), ""
    if len(text) <= _MAX_DIGITS and _NUMBER.fullmatch(text):
        return float(text), ""
    return _WORDS.get(text, text), ""
