"""Name the six stages of an experiment, in their order, and the gate that decides each stage.

The names of the stages are rules of Snakemake and values of `--until`, so that no experiment can have them as its id.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

Stage = Literal[
    "experiment_submission",
    "training_execution",
    "validation",
    "automated_analysis",
    "report_generation",
    "publication",
]
GateName = Literal["experiment", "training", "validation", "analysis", "reports", "publication"]
STAGES: tuple[Stage, ...] = get_args(Stage)
ARCHIVE = "archive"  # the target that archives experiments, which is no stage; no experiment can have it as its id
GATES: tuple[GateName, ...] = get_args(GateName)
BUILD_STAGES = STAGES[:-1]  # those that the build of an experiment runs
GATE_OF: Mapping[Stage, GateName] = dict(zip(STAGES, GATES, strict=True))
STAGE_OF: Mapping[GateName, Stage] = dict(zip(GATES, STAGES, strict=True))
