"""A lab whose experiment `lr` has proposals, without any training."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from compiler.base.paths import Lab
from compiler.plan.model import Plan
from compiler.plan.plan_files import compile_without_writing
from lab.collaboration.proposal_files import Proposal, read_proposals
from tests.compiler.small_lab import FILES
from tests.labs import write_lab

PARENT = "lr"
STUDY = """# @package _global_
experiment:
  hypothesis: A rate is best.
  research_question: Which rate is best?
  sweep: {model.lr: "0.001,0.01", seed: range(2)}
  deliverables: [{type: config}]
"""
NETS = (
    "class Net:\n    def __init__(self, lr, width: int = 3, act: str = 'relu'): ...\n"
    "    def test_step(self): self.log_dict({'accuracy': 1})\n"
)
STUDIED = {"lr": STUDY, "nets.py": NETS, "conf/model/net.yaml": "_target_: nets.Net\nlr: 0.001\nwidth: 3\n"}
HEAD = (
    "# @package _global_\ndefaults: [lr, _self_]\n"
    "experiment:\n  experiment_id: next\n  parent: lr\n  hypothesis: More.\n"
)


def proposed_lab(root: Path, proposals: Mapping[str, str], files: Mapping[str, str | bytes] | None = None) -> Lab:
    """Return a lab with these proposals of `lr`, by name."""
    lab = write_lab(root, FILES | STUDIED | (files or {}))
    for name, text in proposals.items():
        file = lab.proposals(PARENT) / f"{name}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return lab


def spec_of(sweep: str, more: str = "", experiment_id: str = "next") -> str:
    """Return a proposal with a sweep. `more` are further lines of the file."""
    head = re.sub(r"experiment_id: next", f"experiment_id: {experiment_id}", HEAD)
    return f"{head}  sweep: {sweep}\n{more}"


def plan_of(lab: Lab) -> Plan:
    return compile_without_writing(lab)


def only_proposal(lab: Lab) -> Proposal:
    (proposal,) = read_proposals(lab)
    return proposal
