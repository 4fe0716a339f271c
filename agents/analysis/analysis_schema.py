"""The schema of an analysis: findings over facts, as data."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from agents.documents.document import Figure, Table, Text

SCHEMA_VERSION = 1


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Finding(_Part):
    """A statement as a template. `facts` and `verdicts` are the ids that it is based on."""

    id: str
    kind: Literal["result", "anomaly", "limitation", "prediction"] = "result"
    text: Text
    facts: tuple[str, ...] = ()
    verdicts: tuple[str, ...] = ()


class Recommendation(_Part):
    """An action as a template, and the ids of the facts that it is based on."""

    text: Text
    facts: tuple[str, ...]


class NotEstimated(_Part):
    """A question that the runs cannot answer, and the reason, both as templates."""

    what: Text
    why: Text


class Proposal(_Part):
    """A follow-up spec. `file` is relative to the experiment's folder.

    `spec` is the content of that file. The analysis job writes it there, and the stored analysis does not repeat it.
    """

    experiment_id: str
    file: str
    purpose: Text
    runs: int
    spec: str = Field(default="", exclude=True, repr=False)


class Analysis(_Part):
    """The output of an analyst. `facts` and `verdicts` are the lines that it adds to facts.jsonl and verdicts.jsonl."""

    schema_version: int = SCHEMA_VERSION
    analyst: str
    experiment_id: str
    title: Text
    summary: Text
    findings: tuple[Finding, ...] = ()
    recommendations: tuple[Recommendation, ...] = ()
    not_estimated: tuple[NotEstimated, ...] = ()
    tables: tuple[Table, ...] = ()
    figures: tuple[Figure, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    facts: tuple[dict[str, Any], ...] = ()
    verdicts: tuple[dict[str, Any], ...] = ()
