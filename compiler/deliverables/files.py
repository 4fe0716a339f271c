"""Types that check whether a file exists (`plot`, `system_metrics`) or can be loaded (checkpoint, tokenizer)."""

from __future__ import annotations

from typing import Literal

from compiler.deliverables.deliverable import Deliverable, DeliverableType, exists


class Plot(Deliverable):
    path: str = "output/training_curves.png"
    validation: Literal["exists"] = "exists"


class SystemMetrics(Deliverable):
    path: str = "output/system_metrics.json"
    validation: Literal["exists"] = "exists"


class ModelCheckpoint(Deliverable):
    path: str = "output/final_model"
    validation: Literal["exists_and_loadable", "exists"] = "exists_and_loadable"


class Tokenizer(Deliverable):
    path: str = "output/tokenizer"
    validation: Literal["exists_and_loadable", "exists"] = "exists_and_loadable"


PLOT = DeliverableType("plot", Plot, {"exists": "lightning_modules.checks.plot:check"})
SYSTEM_METRICS = DeliverableType("system_metrics", SystemMetrics, {"exists": exists})
MODEL_CHECKPOINT = DeliverableType(
    "model_checkpoint",
    ModelCheckpoint,
    {"exists_and_loadable": "lightning_modules.checks.model_checkpoint:check", "exists": exists},
)
TOKENIZER = DeliverableType(
    "tokenizer",
    Tokenizer,
    {"exists_and_loadable": "lightning_modules.checks.tokenizer:check", "exists": exists},
)
