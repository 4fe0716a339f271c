"""Define what a data group declares about its data: group columns, licence, and whether people are affected.

The plan contains these values, so this module imports only the standard library.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from compiler.base.identity import DATA_DECLARATIONS


@dataclass(frozen=True, slots=True)
class DataDeclaration:
    """What a data group declares. None: it declares nothing about this, which is not the same as `false`."""

    name: str  # the config of the group, such as `digits`
    groups: tuple[str, ...] = ()
    licence: str | None = None
    personal_data: bool | None = None
    human_subjects: bool | None = None

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> DataDeclaration:
        return cls(**{**content, "groups": tuple(content["groups"])})

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "groups": list(self.groups)}


def data_declaration(config: Mapping[str, Any], name: str) -> DataDeclaration | None:
    """Return what the data group of a resolved config declares, None if the config has no data group.

    Values that are not valid are reported by `declaration_problems`. Here, invalid columns are left out.
    """
    data = config.get("data")
    if not isinstance(data, Mapping):
        return None
    values = {key: data.get(key) for key in DATA_DECLARATIONS - {"groups", "remote"}}
    groups = data.get("groups")
    columns = tuple(column for column in groups if isinstance(column, str)) if isinstance(groups, list) else ()
    return DataDeclaration(name, columns, **values)
