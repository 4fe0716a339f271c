"""State the licences of the data as the data groups declare them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lab.publication.contents.material import Material
from lab.publication.contents.plain_text import plain

_NOT_DECLARED = "not declared"


def data_licence_lines(material: Material) -> Iterator[str]:
    """Yield Markdown with the licence of each data group. The names of licences contain numbers, so it is a block."""
    datasets = material.experiment.datasets
    if not datasets:
        yield "The experiment names no data group, so the licence of its data is not declared."
        return
    yield "As the data groups declare it; the package does not contain the data:\n"
    lines = (f"{data.name}: {plain(data.licence or _NOT_DECLARED)}" for data in datasets)
    yield "\n".join(["```text", *(line.replace("`", "'") for line in lines), "```"])


def datasets_json(material: Material) -> dict[str, Any]:
    """Return everything that the data groups declare: columns of groups, licence, and whether people are affected."""
    return {"schema_version": 1, "datasets": [data.to_json() for data in material.experiment.datasets]}
