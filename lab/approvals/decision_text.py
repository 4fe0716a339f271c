"""Convert a decision to the text of its file and back. Equal decisions give equal bytes.

A file counts only if it is exactly the text that this module writes for its content. Comments, repeated keys, anchors,
tags and other spellings are therefore edits. The field `digest` is the sha256 of the other fields, so that a changed
value is noticed as well. It does not stop a program that computes the digest again; a signature does.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

import yaml

from compiler.base.identity import canonical
from lab.approvals.actor import Actor
from lab.approvals.decision import Decision
from lab.approvals.subject import InvalidDecision, Subject

_SCHEMA_VERSION = 1
_HEADER = "# Written by proband. Do not edit: a changed file counts for nothing.\n"


def encode(decision: Decision) -> bytes:
    """Return the content of the decision's file."""
    content = _content(decision)
    lines = _lines({**content, "digest": sha256(canonical(content)).hexdigest()})
    return (_HEADER + "".join(f"{line}\n" for line in lines)).encode("utf-8")


def decode(content: bytes) -> Decision:
    """Return the decision in a file. Raises InvalidDecision if the file is not exactly what `encode` writes for it."""
    content = content.replace(b"\r\n", b"\n")  # git on Windows; line breaks in texts are escaped
    try:
        fields = yaml.safe_load(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise InvalidDecision(f"is not UTF-8 at byte {error.start + 1}") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise InvalidDecision(f"is not YAML: {' '.join(str(error).split())[:200]}") from error
    decision = _decision(fields)
    if encode(decision) != content:
        raise InvalidDecision("was edited: it differs from what was recorded")
    return decision


def _content(decision: Decision) -> dict[str, Any]:
    by = decision.by
    return {
        "schema_version": _SCHEMA_VERSION,
        "outcome": decision.outcome,
        "subjects": [{"kind": s.kind, "name": s.name, "sha256": s.sha256} for s in decision.subjects],
        "by": {"kind": by.kind, "name": by.name, "email": by.email, "source": by.source},
        "at": decision.at,
        "how": decision.how,
        "why": decision.why,
        "answers": dict(decision.answers),
        "score": decision.score,
        "remarks": list(decision.remarks),
    }


def _decision(fields: Any) -> Decision:
    """Return the decision with these fields. The caller compares its text, so that further fields are no problem."""
    try:
        return Decision(
            tuple(Subject(**subject) for subject in fields["subjects"]),
            fields["outcome"],
            Actor(**fields["by"]),
            fields["at"],
            fields["how"],
            fields["why"],
            dict(fields["answers"]),
            fields["score"],
            tuple(fields["remarks"]),
        )
    except KeyError as error:
        raise InvalidDecision(f"has no field {error}") from error
    except (TypeError, AttributeError, ValueError) as error:
        if isinstance(error, InvalidDecision):
            raise
        raise InvalidDecision("has a field of a wrong type") from error


def _lines(content: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of block YAML in which every text is quoted as in JSON, on one line."""
    for key, value in content.items():
        if isinstance(value, Mapping) and value:
            yield f"{key}:"
            yield from (f"  {_scalar(name)}: {_scalar(item)}" for name, item in value.items())
        elif isinstance(value, list) and value:
            yield f"{key}:"
            yield from (f"  - {_flow(item)}" for item in value)
        else:
            yield f"{key}: {_scalar(value)}"


def _flow(value: Any) -> str:
    if not isinstance(value, Mapping):
        return _scalar(value)
    return "{" + ", ".join(f"{key}: {_scalar(item)}" for key, item in value.items()) + "}"


def _scalar(value: Any) -> str:
    """Return a value as JSON. Characters that YAML or a terminal treats specially are escaped."""
    text = json.dumps(value, ensure_ascii=False)
    return "".join(character if character.isprintable() else f"\\U{ord(character):08x}" for character in text)
