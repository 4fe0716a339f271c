"""Request new texts from a language model, and return rejected texts to it a limited number of times."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from agents.language_model.protocol import ModelUnavailable
from agents.review.text.objection import Objection
from agents.rewording.decisions import Decision
from agents.rewording.prompting.briefing import Rejected

MAX_RETURNS = 2  # how often a rejected text is returned to the model
Texts = Mapping[str, str]  # text by slot
RequestTexts = Callable[[Texts, Rejected], Texts]  # (originals, rejected texts with objections) -> new texts
ReviewTexts = Callable[[Texts, Texts], Mapping[str, tuple[Objection, ...]]]  # (originals, new texts) -> objections


def review_loop(originals: Texts, request_texts: RequestTexts, review_texts: ReviewTexts) -> Iterator[Decision]:
    """Yield one decision for each text, as soon as it is made.

    A text without objections is accepted. A text with objections is returned to the model together with the objections
    to its latest version. After `MAX_RETURNS` returns the original text is kept.

    Raises:
        ModelUnavailable: The model stopped answering. Decisions for the remaining texts are yielded first.
    """
    pending: dict[str, str] = dict(originals)
    rejected: dict[str, tuple[str, tuple[Objection, ...]]] = {}
    all_objections: dict[str, tuple[Objection, ...]] = dict.fromkeys(originals, ())
    for _ in range(1 + MAX_RETURNS):
        try:
            reply = request_texts(pending, rejected)
        except ModelUnavailable as error:
            yield from (_keep_original(slot, unavailable_reason(error), all_objections[slot]) for slot in pending)
            raise
        new_objections = review_texts(pending, reply)
        rejected = {slot: (reply[slot], objections) for slot, objections in new_objections.items()}
        all_objections |= {slot: (*all_objections[slot], *objections) for slot, objections in new_objections.items()}
        for slot in pending:
            if slot not in rejected:
                yield _decide(slot, pending[slot], reply.get(slot), all_objections[slot])
        pending = {slot: pending[slot] for slot in rejected}
        if not pending:
            return
    reason = f"still has objections after {MAX_RETURNS} returns"
    yield from (_keep_original(slot, reason, all_objections[slot]) for slot in pending)


def unavailable_reason(error: ModelUnavailable) -> str:
    return f"{error.kind}: {error}"


def _decide(slot: str, original: str, new_text: str | None, objections: tuple[Objection, ...]) -> Decision:
    """Decide on a text that has no objections now. `objections` are those to earlier versions of it."""
    if new_text is None:
        return _keep_original(slot, "the model gave no text", objections)
    if new_text == original:
        return _keep_original(slot, "the model returned the original text", objections)
    return Decision(slot, "reworded" if objections else "accepted", text=new_text, objections=objections)


def _keep_original(slot: str, reason: str, objections: tuple[Objection, ...]) -> Decision:
    return Decision(slot, "deterministic", why=reason, objections=objections)
