"""Object to predicted values that are not called predictions."""

from __future__ import annotations

from collections.abc import Iterator

from agents.review.lexicon.quantity_words import PREDICTION_WORD
from agents.review.rule import Context
from agents.review.text.objection import Mark
from agents.review.text.passage import Passage


def check_predictions(passage: Passage, context: Context) -> Iterator[Mark]:
    facts = context.book.facts
    for placeholder in passage.placeholders:
        if placeholder.kind == "f" and placeholder.name in facts and facts[placeholder.name].is_prediction:
            sentence = passage.folded_text(*passage.sentence_at(placeholder.start))
            if not PREDICTION_WORD.search(f"{sentence} {passage.surroundings.lower()}"):
                reason = "the value is predicted, not measured: call it a prediction"
                yield Mark(placeholder.start, placeholder.end, "prediction", reason)
