"""`safety_checks`: the trained model answers the cases of a file, and code checks the answers by rules."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator

from compiler.deliverables.deliverable import Deliverable, DeliverableType, exists
from compiler.deliverables.safety_cases import BadCases, file_in_lab, read_cases

NAME = "safety_checks"


class SafetyChecks(Deliverable):
    path: str = "output/final_model"
    validation: Literal["cases", "exists"] = "cases"
    cases: str  # a file of the lab
    required_pass_rate: Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)] = 1.0
    max_new_tokens: Annotated[int, Field(ge=1, le=4096)] = 64  # of an exported language model
    model_files: str = "output/huggingface"
    tokenizer_files: str = "output/tokenizer"

    @field_validator("cases")
    @classmethod
    def _check_cases(cls, path: str) -> str:
        return file_in_lab(path, ".yaml")

    @field_validator("model_files", "tokenizer_files")
    @classmethod
    def _check_folders(cls, path: str) -> str:
        return cls._check_inside_run(path)

    def lab_files(self, root: Path) -> tuple[str, ...]:
        """Return the file of the cases and the files of their inputs."""
        try:
            cases = read_cases(root / self.cases).cases
        except BadCases:
            return (self.cases,)  # reported when the spec is compiled
        return (self.cases, *dict.fromkeys(case.file for case in cases if case.file is not None))


# The check is given as text, because it needs torch. A test checks that the function exists.
TYPE = DeliverableType(NAME, SafetyChecks, {"cases": "lightning_modules.checks.safety.check:check", "exists": exists})
