"""Schema of the `experiment:` node of a spec. Unknown keys are rejected."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, field_validator

from compiler.deliverables.deliverable import FILE_NAME
from compiler.spec.compare import Claim, Compare, Strict, Text
from compiler.stages.names import ARCHIVE, STAGES


class Lineage(Strict):
    """The chain of proposals that led to a spec. Written by proposals, which end a chain that decides nothing."""

    origin: str
    name: str
    depth: Annotated[int, Field(ge=1)]
    undecided: Annotated[int, Field(ge=1)]


class Metadata(Strict):
    created_at: str | None = None
    priority: Annotated[
        Literal["low", "medium", "high", "critical"],
        BeforeValidator(lambda word: "medium" if word == "normal" else word),  # both words are used by queues
    ] = "medium"
    tags: list[str] = []
    researcher: str | None = None
    lineage: Lineage | None = None

    @field_validator("created_at")
    @classmethod
    def _check_date(cls, text: str | None) -> str | None:
        if text is not None:
            try:
                date.fromisoformat(text[:10])
            except ValueError:
                raise ValueError("must be a date such as 2026-11-22") from None
        return text


class Search(Strict):
    """An adaptive search. Its trials are suggested in rounds, each based on the results of the rounds before it."""

    space: Annotated[dict[str, Any], Field(min_length=1)]
    sampler: Literal["tpe", "gp", "random", "cmaes"] = "tpe"
    runs: Annotated[int, Field(ge=1)]  # the budget: the maximum number of runs
    batch: Annotated[int, Field(ge=1)] = 4  # trials in one round
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 0
    metric: Text | None = None  # by default the metric of the registered test
    goal: Literal["maximize", "minimize"] | None = None


class Ethics(Strict):
    """What the author declares about risks. A field that is missing is not answered, which is not `false`."""

    human_subject_data: bool | None = None
    personal_data: bool | None = None
    dual_use: bool | None = None
    note: Text | None = None


class Spec(Strict):
    experiment_id: Annotated[str, Field(pattern=FILE_NAME, max_length=100)]
    name: Text
    description: str = ""
    hypothesis: Text
    research_question: str = ""
    parent: str | None = None
    rationale: str = ""
    config: dict[str, Any] = {}
    sweep: dict[str, Any] = {}
    folds: Annotated[int, Field(ge=2)] | None = None  # k-fold cross-validation
    search: Search | None = None
    compare: Compare | None = None
    claims: list[Claim] = []  # by default one claim: that the treatment of `compare` is superior
    metric_splits: dict[str, Literal["train", "validation", "test"]] = {}  # of metrics whose names do not tell
    deliverables: list[dict[str, Any]] = []
    analysis_pipeline: list[str] = []
    reports: list[str] = []
    metadata: Metadata = Metadata()
    on_request: bool = False  # built only if it is named on the command line
    exploratory: bool = False  # needs no research question and no deliverable; its verdict confirms nothing
    on_gate: Literal["stop", "continue"] = "stop"  # what follows a closed gate of the training or validation
    ethics: Ethics | None = None

    @field_validator("experiment_id")
    @classmethod
    def _check_id(cls, text: str) -> str:
        if text in STAGES:
            raise ValueError("is the name of a stage, which `snakemake --until` takes (choose another id)")
        if text == ARCHIVE:
            raise ValueError("is the name of a target of Snakemake (choose another id)")
        return text

    @property
    def declares_parent(self) -> bool:
        """Whether the spec names its parent, or declares with `parent: null` that it has none."""
        return "parent" in self.model_fields_set
