"""The text of a proposal has the values of the experiment: interpolations and their escapes are not evaluated again."""

from __future__ import annotations

import pytest
import yaml
from omegaconf import OmegaConf

from agents.proposals.spec import ProposedSpec

VALUES = [
    "${oc.env:HOME}",
    r"\${oc.env:HOME}",
    r"\\${oc.env:HOME}",
    "costs $5 {each}",
    "$${experiment.parent}",
    "a ${nested.${x}} b",
    "backslash \\ and \\n",
]


@pytest.mark.parametrize("value", VALUES)
def test_a_text_is_resolved_to_itself(value: str) -> None:
    document = {"experiment": {"parent": "p", "hypothesis": value, "metadata": {"tags": [value]}}}
    text = ProposedSpec("p_more", "seeds", "", document, 2).text
    resolved = OmegaConf.to_container(OmegaConf.create(yaml.safe_load(text)), resolve=True)
    assert resolved == document
