"""Define a proposed follow-up experiment: its spec file, its purpose and its costs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import yaml

from agents.facts.fact import Value
from compiler.base.identity import digest
from compiler.base.nested import with_leaves

Kind = Literal["seeds", "fill", "refine", "revert", "draft"]
DRAFT: Kind = "draft"  # drafted by a language model
_HEADER = "# @package _global_\n"
_MAX_ID_LENGTH = 100
_YAML_STYLE: dict[str, Any] = {"sort_keys": False, "allow_unicode": True, "width": 110, "default_flow_style": None}


@dataclass(frozen=True)
class ProposedSpec:
    """A follow-up spec. `document` is its content as JSON values. `runs` is the number of new trainings.

    `purpose` is a template over `values`: `{{f:NAME}}` stands for the value with this name.
    """

    experiment_id: str
    kind: Kind
    purpose: str
    document: Mapping[str, Any]
    runs: int
    values: Mapping[str, Value] = field(default_factory=dict)

    @property
    def file(self) -> str:
        """The path relative to the folder of the experiment."""
        return f"proposals/{self.experiment_id}.yaml"

    @property
    def text(self) -> str:
        """The content of the file, which a person copies to `conf/experiment/` to approve the proposal."""
        parent = self.document["experiment"]["parent"]
        comment = f"# Proposed as a follow-up of {parent}; costs {self.runs} more runs.\n"
        document = with_leaves(self.document, _without_interpolations)
        return f"{_HEADER}{comment}{yaml.safe_dump(document, **_YAML_STYLE)}"


def proposal_id(experiment_id: str, *purpose: str) -> str:
    """Return `<id>_<purpose>` in the characters of ids. A name that is too long is cut and ends with its hash."""
    name = re.sub(r"[^A-Za-z0-9_-]+", "_", "_".join((experiment_id, *purpose)))
    return name if len(name) <= _MAX_ID_LENGTH else f"{name[: _MAX_ID_LENGTH - 9]}_{digest(name)[:8]}"


def _without_interpolations(value: Any) -> Any:
    """Escape `${` in a text. The values are resolved already, so it is part of the text and no interpolation."""
    return re.sub(r"(\\*)\$\{", lambda match: match[1] * 2 + r"\${", value) if isinstance(value, str) else value
