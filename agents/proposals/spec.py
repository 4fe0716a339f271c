"""A follow-up experiment as a spec that compiles, and as what is told of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from agents.facts.fact import Value
from compiler.base.identity import digest

_HEADER = "# @package _global_\n"
_LONGEST_ID = 100
DRAFT = "draft"  # the kind of those that a language model drafted


@dataclass(frozen=True)
class ProposedSpec:
    """`document` is the spec file as plain values. `runs` counts the trainings that are not there yet.

    `purpose` is a template over `told`, facts by their last name: `{{f:NAME}}` stands for the fact of this proposal.
    """

    experiment_id: str
    kind: str  # seeds, fill, refine, revert, draft
    purpose: str
    document: Mapping[str, Any]
    runs: int
    told: Mapping[str, Value] = field(default_factory=dict)

    @property
    def file(self) -> str:
        """Relative to the experiment's folder."""
        return f"proposals/{self.experiment_id}.yaml"

    @property
    def text(self) -> str:
        """The file. It goes to `conf/experiment/` when a person admits it."""
        first = f"# Proposed as a follow-up of {self.document['experiment']['parent']}; costs {self.runs} more runs.\n"
        style: dict[str, Any] = {"sort_keys": False, "allow_unicode": True, "width": 110, "default_flow_style": None}
        body = yaml.safe_dump(dict(self.document), **style)
        return f"{_HEADER}{first}{body}"


def proposal_id(experiment_id: str, *purpose: str) -> str:
    """`<id>_<purpose>` in the letters that an id may have; what is cut off still counts."""
    name = re.sub(r"[^A-Za-z0-9_-]+", "_", "_".join((experiment_id, *purpose)))
    return name if len(name) <= _LONGEST_ID else f"{name[: _LONGEST_ID - 9]}_{digest(name)[:8]}"
