"""Keep the risks that the files of a data group declare, whatever a spec or an override says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from yaml import ScalarNode

from compiler.parsing.located_yaml import Source
from compiler.spec.data_group.declaration import DataDeclaration


def with_declared_risks(declared: DataDeclaration, sources: Sequence[Source]) -> DataDeclaration:
    """Return the declaration with each risk that the data group itself declares.

    Args:
        sources: the files of the data group in merge order. One that inherits from another can take a risk back.
    """
    return replace(
        declared,
        personal_data=declared.personal_data or _is_last_true(sources, "personal_data") or declared.personal_data,
        human_subjects=declared.human_subjects or _is_last_true(sources, "human_subjects") or declared.human_subjects,
    )


def _is_last_true(sources: Sequence[Source], key: str) -> bool:
    """Return whether the last of the files that set a key sets it to true."""
    values = [located[1] for source in sources if (located := source.node((key,)))]
    return bool(values) and isinstance(values[-1], ScalarNode) and values[-1].value.lower() == "true"
