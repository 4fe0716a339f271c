"""A small lab with a proposal, and the person who decides."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.base.paths import Lab
from lab.approvals.person import ACTOR, AS
from tests.compiler.small_lab import FILES
from tests.labs import spec, write_lab

PROPOSAL = "results/experiments/lr/proposals/lr_more.yaml"
FOLLOW_UP = spec("""
    defaults: [lr, _self_]
    experiment:
      experiment_id: lr_more
      hypothesis: Still more is more.
      rationale: The best level is the last one.
      parent: lr
      sweep: {model.lr: "0.2,0.4"}
      compare: {control: 0.2}
""")


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    monkeypatch.setenv(AS, "Ada")
    monkeypatch.delenv(ACTOR, raising=False)
    return write_lab(tmp_path, FILES | {PROPOSAL: FOLLOW_UP})
