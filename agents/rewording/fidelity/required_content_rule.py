"""Object to texts that lack required placeholders of the original, or refer to exhibits that do not exist."""

from __future__ import annotations

from collections.abc import Iterator

from agents.documents.placeholders import Placeholder
from agents.facts.subject import is_failure, parse_fact_id
from agents.review.text.objection import Mark
from agents.review.text.passage import Passage
from agents.rewording.fidelity.rewording_context import RewordingContext

# Failed runs, the standing of the test, and the number of candidates of a selection.
_REQUIRED_FACTS = frozenset(
    (
        "experiment.runs.failed",
        "test.failure_rule",
        "registration.post_hoc",
        "registration.revisions",
        "registration.reason",
        "registration.registered_at",
        "registration.commit",
        "registration.fresh_runs",
        "registration.known_runs",
        "registration.planned_look",
        "registration.siblings",
        "best.arms",
        "best.runs",
    )
)
_SHOWN = 40  # characters of the text in the objection


def check_required_content(passage: Passage, context: RewordingContext) -> Iterator[Mark]:
    """Yield a mark for each required placeholder that is missing.

    A text without any placeholder cannot be checked, so at least one of the original is required.
    """
    original = context.original
    present = {_content(placeholder) for placeholder in passage.placeholders}
    dropped = [
        (placeholder, rule)
        for placeholder in original.placeholders
        if (rule := _required_by(placeholder, original.slot)) and _content(placeholder) not in present
    ]
    for placeholder, rule in dropped:
        span = original.text[placeholder.start : placeholder.end]
        yield Mark(0, 0, rule, f"{span} is required here and missing", span=span)
    if not dropped and original.placeholders and not passage.placeholders:
        yield Mark(0, _SHOWN, "emptied", "has no placeholder of the original text: keep at least one")


def check_exhibit_references(passage: Passage, context: RewordingContext) -> Iterator[Mark]:
    for placeholder in passage.placeholders:
        if placeholder.kind == "ref" and placeholder.name not in (context.exhibits or ()):
            reason = f"there is no figure or table '{placeholder.name}'"
            yield Mark(placeholder.start, placeholder.end, "unknown_exhibit", reason)


def _required_by(placeholder: Placeholder, slot: str) -> str | None:
    """Return the rule that requires a placeholder of the original, or None."""
    if placeholder.kind == "v":
        return "dropped_verdict"
    if placeholder.kind == "f" and _is_required_fact(placeholder.name):
        return "dropped_fact"
    return "dropped_name" if slot.rpartition(".")[2] == "title" else None


def _is_required_fact(fact_id: str) -> bool:
    parsed = parse_fact_id(fact_id)
    is_failed_count = parsed.kind in ("arm", "cell") and parsed.name == "failed"
    is_claim = str(parsed.subject or "").startswith("claim[") and parsed.prefix == "test"
    return fact_id in _REQUIRED_FACTS or is_failed_count or is_claim or is_failure(fact_id)


def _content(placeholder: Placeholder) -> tuple[str, str]:
    """Return kind and name, without the part of a verdict, because each part of it is sufficient."""
    name = placeholder.name
    if placeholder.kind == "v":
        name = name.removesuffix(".sentence").removesuffix(".conclusion")
    return placeholder.kind, name
