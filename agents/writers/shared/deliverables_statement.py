"""The statement about required deliverables whose check failed."""

from __future__ import annotations

from collections.abc import Iterator

from agents.facts.subject import deliverable_subject
from agents.writers.shared.case_view import CaseView
from agents.writers.shared.template_text import fact, noun, spec


def deliverables_statement(view: CaseView) -> str:
    """Return the number of required deliverables that passed their check and the names of the others. "" if all did."""
    required, met = view.count("deliverables.required"), view.count("deliverables.met")
    if met == required:
        return ""
    share = f"{fact('deliverables.met')} of {fact('deliverables.required')} required deliverables"
    missing = "; ".join(_missing_deliverables(view))
    listing = f" Not met: {missing}." if missing else ""
    were = noun(met, "was", "were")
    return f"The experiment did not produce all of its deliverables: {share} {were} validated.{listing}"


def _missing_deliverables(view: CaseView) -> Iterator[str]:
    """Yield the name and the check result of each required deliverable that failed."""
    for index, deliverable in enumerate(view.case.spec.get("deliverables") or ()):
        name = deliverable.get("name") or deliverable.get("type")
        has_failed = view.value(f"{deliverable_subject(name)}.status") not in (None, "delivered")
        if has_failed and deliverable.get("required", True):
            path = f"deliverables.{index}.{'name' if deliverable.get('name') else 'type'}"
            yield f"{spec(path)}: {fact(f'{deliverable_subject(name)}.detail')}"
