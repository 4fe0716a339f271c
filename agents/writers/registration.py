"""Hypothesis and registration: what was promised before the runs."""

from __future__ import annotations

from collections.abc import Iterator

from agents.documents.document import Block, Bullets, Paragraph, Section
from agents.writers.evidence import Evidence, fact, noun, spec
from agents.writers.honesty import registered, required


def registration_section(evidence: Evidence) -> Section:
    blocks: tuple[Block, ...] = (*_claims(evidence), required(registered(evidence)), *_test(evidence))
    return Section(id="registration", title="Hypothesis and registration", blocks=blocks)


def test_paragraph(evidence: Evidence) -> str:
    """The registered test in words."""
    contrasts = evidence.count("test.family_size")
    family = f"The family holds {fact('test.family_size')} {noun(contrasts, 'contrast')}"
    claim = (
        f"an effect on {fact('test.metric')} in the direction in which it is to be "
        f"{'maximized' if evidence.value('test.goal') == 'maximize' else 'minimized'}"
    )
    size = f", of {fact('test.minimum_effect')} or beyond" if evidence.value("test.minimum_effect") else ""
    return (
        f"The test compares the levels of {fact('test.factor')} with the control {fact('test.control')} and asks for "
        f"{claim}{size}. It is a {fact('test.method')}, at an alpha of {fact('test.alpha')}. {family}."
    )


def _claims(evidence: Evidence) -> Iterator[Bullets]:
    told = {
        "research_question": "*Question.*",
        "hypothesis": "*Hypothesis.*",
        "rationale": "*Why it was asked.*",
    }
    items = tuple(f"{name} {spec(path)}" for path, name in told.items() if evidence.told(path))
    if items:
        yield Bullets(items=items, is_required=True)


def _test(evidence: Evidence) -> Iterator[Paragraph]:
    if evidence.has("registration.planned_runs"):
        runs = evidence.count("registration.planned_runs")
        when = f" on {fact('registration.registered_at')}" if evidence.has("registration.registered_at") else ""
        yield Paragraph(text=f"Registered{when} with {fact('registration.planned_runs')} planned {noun(runs, 'run')}.")
    if evidence.has_test and evidence.has("test.alpha"):
        yield required(test_paragraph(evidence))
        if evidence.has("test.floor"):
            yield Paragraph(
                text=f"No outcome of these runs could have brought the adjusted p under {fact('test.floor')}. Where "
                "that lies over alpha, the test cannot decide."
            )
