"""Jobs in JSON form, as older queues wrote them."""

from __future__ import annotations

import json
from typing import Any

JOB: dict[str, Any] = {
    "experiment_id": "probe",
    "name": "A probe",
    "description": "See https://example.org//notes // not a comment",
    "hypothesis": "A short training suffices.",
    "research_question": "Does it?",
    "config": {"model_name": "gpt2-medium", "learning_rate": 0.001, "epochs": 3, "batch_size": 8},
    "deliverables": [
        {
            "type": "wandb_run",
            "project": "research-experiments",
            "run_id": "auto-generated",
            "validation": "synced_and_downloadable",
            "mode": "offline",
        },
        {"type": "model_checkpoint", "path": "output/final_model", "validation": "exists_and_loadable"},
        {
            "type": "training_metrics",
            "path": "output/metrics.json",
            "validation": "contains_keys",
            "required_keys": ["train_loss", "val_loss"],
        },
    ],
    "analysis_pipeline": ["performance_analysis"],
    "metadata": {
        "created_at": "2025-03-04T09:15:00Z",
        "priority": "high",
        "tags": ["gpt2", "1e3", "no"],
        "researcher": "R. Ahlström",
    },
}


def job_text(*, without: str = "", config: dict[str, Any] | None = None, **fields: Any) -> bytes:
    """Return the job with other fields, without a field, and with other keys of its config."""
    job = JOB | fields
    if config is not None:
        job = job | {"config": config}
    return json.dumps({key: value for key, value in job.items() if key != without}, indent=1).encode()
