"""Write the ids of the contrasts of a test, and of the facts about them."""

from __future__ import annotations

from agents.facts.subject import claim_subject, contrast_subject
from agents.facts.verdict import EXPLORATORY
from agents.registered_test.claims import RegisteredTest
from agents.registered_test.contrast import Contrast


def claim_id(claim: int) -> str:
    """Return the id of the verdict on a claim, by its position in the test."""
    return str(claim_subject(claim + 1))


def contrast_id(test: RegisteredTest, contrast: Contrast) -> str:
    """Return the subject of a contrast, such as `contrast[model.lr=0.01|0.001]`.

    If the test has several claims, it begins with its claim, because two claims may compare the same levels.
    """
    subject = contrast_subject(test.factor, contrast.treatment, test.control)
    return str(subject if len(test.claims) == 1 else subject.of(claim_subject(contrast.claim + 1)))


def metric_of(test: RegisteredTest, contrast: Contrast) -> str:
    return contrast.metric or test.metric


def facts_prefix(test: RegisteredTest, contrast: Contrast, *, is_exploratory: bool = False) -> str:
    """Return what the ids of the facts of a contrast begin with. Those of the test over all runs are marked."""
    prefix = f"{contrast_id(test, contrast)}.{metric_of(test, contrast)}"
    return f"{EXPLORATORY}.{prefix}" if is_exploratory else prefix
