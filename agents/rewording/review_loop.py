"""What becomes of a part's texts: each is taken over, sent back with what is wrong, or left as code wrote it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from agents.language_model.protocol import ModelUnavailable
from agents.review.text.objection import Objection
from agents.rewording.decisions import Decision
from agents.rewording.prompting.briefing import Refused

MOST_RETURNS = 2  # times that a text is sent back
Texts = Mapping[str, str]
Ask = Callable[[Texts, Refused], Texts]  # originals and what was refused of the last answer in, texts out
Judge = Callable[[Texts, Texts], Mapping[str, tuple[Objection, ...]]]  # originals and texts in, objections by place out


def settled(part: Texts, ask: Ask, judge: Judge) -> Iterator[Decision]:
    """One decision for every text of the part, also where the model goes away.

    Raises:
        ModelUnavailable: after the decisions.
    """
    waiting: dict[str, str] = dict(part)
    refused: dict[str, tuple[str, tuple[Objection, ...]]] = {}
    history: dict[str, tuple[Objection, ...]] = dict.fromkeys(part, ())
    for _ in range(1 + MOST_RETURNS):
        try:
            given = ask(waiting, refused)
        except ModelUnavailable as error:
            yield from (_kept(at, unavailable(error), history[at]) for at in waiting)
            raise
        found = judge(waiting, given)
        refused = {at: (given[at], mine) for at, mine in found.items()}
        history |= {at: (*history[at], *mine) for at, mine in found.items()}
        yield from (_settled(at, waiting[at], given.get(at), history[at]) for at in waiting if at not in refused)
        waiting = {at: waiting[at] for at in refused}
        if not waiting:
            return
    yield from (_kept(at, f"still objected to after {MOST_RETURNS} returns", history[at]) for at in waiting)


def unavailable(error: ModelUnavailable) -> str:
    return f"{error.kind}: {error}"


def _settled(slot: str, original: str, text: str | None, objections: tuple[Objection, ...]) -> Decision:
    if text is None:
        return _kept(slot, "the model gave no text", objections)
    if text == original:
        return _kept(slot, "the model left it as it was", objections)
    return Decision(slot, "reworded" if objections else "accepted", text=text, objections=objections)


def _kept(slot: str, why: str, objections: tuple[Objection, ...]) -> Decision:
    return Decision(slot, "deterministic", why=why, objections=objections)
