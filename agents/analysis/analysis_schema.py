"""What an analyst hands on: findings over facts, as data."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from agents.documents.document import Figure, Table, Text

SCHEMA_VERSION = 1


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Finding(_Part):
    """One thing found, as a template. `facts` and `verdicts` are what it rests on; none rests on nothing."""

    id: str
    kind: Literal["result", "anomaly", "limitation", "prediction"] = "result"
    text: Text
    facts: tuple[str, ...] = ()
    verdicts: tuple[str, ...] = ()


class Recommendation(_Part):
    text: Text
    facts: tuple[str, ...]


class NotEstimated(_Part):
    """What was asked and cannot be told, and why: templates both."""

    what: Text
    why: Text


class Proposal(_Part):
    """A follow-up spec; `file` is relative to the experiment's folder."""

    experiment_id: str
    file: str
    purpose: Text
    runs: int


class Analysis(_Part):
    """`facts` and `verdicts` are those the analyst computed, as in facts.jsonl and verdicts.jsonl."""

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
