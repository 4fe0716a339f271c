"""Define a risk flag: what was found, and the content that a person signs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, get_args

import yaml

from compiler.base.identity import canonical
from compiler.plan.model import PlannedExperiment
from lab.approvals.subject import Subject

FlagName = Literal["human_subject_data", "personal_data", "dual_use", "data_licence", "group_gap"]
FLAG_NAMES: tuple[FlagName, ...] = get_args(FlagName)


@dataclass(frozen=True)
class Finding:
    """A reason for a flag. `text` is a sentence, `evidence` the values that it follows from."""

    flag: FlagName
    text: str
    evidence: Mapping[str, Any]


@dataclass(frozen=True)
class Flag:
    """A risk of an experiment. `question` is what a person answers who signs it, `findings` are sentences."""

    name: FlagName
    title: str
    question: str
    findings: tuple[str, ...]
    subject: Subject


def make_flags(experiment: PlannedExperiment, content: str, findings: list[Finding]) -> Iterator[Flag]:
    """Yield a flag for each risk with findings, in the order of the checklist.

    Args:
        content: the sha256 of the experiment. A signature counts for this content only.
    """
    for name in FLAG_NAMES:
        own = [finding for finding in findings if finding.flag == name]
        if own:
            signed = [content, [[finding.text, finding.evidence] for finding in own]]
            subject = Subject("flag", f"{experiment.id}/{name}", sha256(canonical(signed)).hexdigest())
            entry = checklist()[name]
            yield Flag(name, entry["title"], entry["question"], tuple(finding.text for finding in own), subject)


@cache
def checklist() -> Mapping[str, Mapping[str, str]]:
    """Return title and question of each flag."""
    content: dict[str, dict[str, str]] = yaml.safe_load(Path(__file__).with_name("checklist.yaml").read_text("utf-8"))
    return content
