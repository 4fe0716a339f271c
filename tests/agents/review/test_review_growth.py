"""The work of checking a text grows linearly with the length of a paragraph."""

from __future__ import annotations

import cProfile
import pstats

import pytest
from review_exam import exam_book

from agents.review.finished_text_review import check_text
from agents.review.template_review import review

BOOK = exam_book()
TEXTS = {
    "numbers": "0.912 and 15 of 3 runs, 12 percent ",
    "one number after another": "1,2,3,",
    "comparatives": "better higher lower ",
    "number words": "twenty one hundred and five ",
    "dates": "2024-01-01 and 2 ",
    "sentences": "Model lr 0.01 has accuracy 0.91. ",
    "placeholders": "{{f:experiment.runs}} is better than {{f:experiment.runs}} ",
}


def calls(text: str, is_template: bool) -> int:
    """Return the number of function calls of a check, which does not depend on the machine."""
    profile = cProfile.Profile()
    profile.enable()
    review({"a": text}, BOOK) if is_template else check_text(text, BOOK)
    profile.disable()
    return pstats.Stats(profile).total_calls  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize("is_template", [False, True], ids=["finished", "template"])
@pytest.mark.parametrize("phrase", TEXTS.values(), ids=TEXTS)
def test_a_paragraph_of_twice_the_length_takes_at_most_about_twice_the_calls(phrase: str, is_template: bool) -> None:
    single, double = phrase * 100, phrase * 200
    calls("warm up", is_template)
    assert calls(double, is_template) < 2.3 * calls(single, is_template)
