"""Convert a reproduction to the text of its file and back. Equal reproductions give equal bytes.

A file counts only if it is exactly the text that this module writes for its content. The field `digest` is the sha256
of the other fields. A program can compute the digest again, so a record is no proof: `proband reproduce` is.
"""

from __future__ import annotations

from dataclasses import asdict
from hashlib import sha256
from typing import Any

from pydantic import TypeAdapter, ValidationError

from compiler.base.identity import canonical
from compiler.base.json_files import json_bytes, parse_json
from compiler.reproduction.reproduction import InvalidReproduction, Reproduction

_SCHEMA_VERSION = 1
_REPRODUCTION = TypeAdapter(Reproduction)


def encode(made: Reproduction) -> bytes:
    """Return the content of the file of a reproduction."""
    return json_bytes(to_json(made))


def to_json(made: Reproduction) -> dict[str, Any]:
    """Return a reproduction as its file contains it."""
    content: dict[str, Any] = {"schema_version": _SCHEMA_VERSION, **_with_lists(asdict(made))}
    return {**content, "digest": sha256(canonical(content)).hexdigest()}


def decode(content: bytes) -> Reproduction:
    """Return the reproduction in a file. Raises InvalidReproduction if `encode` writes another text for it."""
    try:
        fields = parse_json(content.decode("utf-8"))
        values = {name: value for name, value in fields.items() if name not in ("schema_version", "digest")}
        made = _REPRODUCTION.validate_python(values)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise InvalidReproduction(f"{where}: {first['msg']}" if where else str(first["msg"])) from error
    except (ValueError, AttributeError) as error:
        raise InvalidReproduction("is not a JSON object") from error
    try:
        is_as_written = encode(made) == content.replace(b"\r\n", b"\n")
    except ValueError:  # text that is no UTF-8
        is_as_written = False
    if not is_as_written:
        raise InvalidReproduction("was edited: it differs from what was recorded")
    return made


def _with_lists(value: Any) -> Any:
    """Return nested values with lists in place of tuples, as JSON has them."""
    if isinstance(value, dict):
        return {name: _with_lists(item) for name, item in value.items()}
    return [_with_lists(item) for item in value] if isinstance(value, tuple) else value
