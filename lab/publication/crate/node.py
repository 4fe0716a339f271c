"""Define the entities of a crate, independent of the library that writes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

Reference = dict[str, str]


@dataclass(frozen=True)
class Node:
    """An entity of the crate. `properties` whose value is None or empty are left out."""

    id: str
    types: tuple[str, ...]
    properties: Mapping[str, Any]


def file_id(path: str) -> str:
    """Return the id of a file of the package."""
    return quote(path)


def local_id(*parts: str) -> str:
    """Return the id of an entity that is no file of the package."""
    return f"#{'/'.join(quote(part) for part in parts)}"


def refs(ids: Iterable[str]) -> list[Reference]:
    """Return references to entities, each of them once."""
    return [{"@id": entity_id} for entity_id in dict.fromkeys(ids)]
