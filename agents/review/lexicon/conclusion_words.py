"""Words that state a conclusion about a hypothesis."""

from __future__ import annotations

import re

from agents.review.text.word_lists import alternatives, word_lists

_LISTS = word_lists(__file__)


def _compiled(name: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{alternatives(_LISTS, name)})\b")


HYPOTHESIS = _compiled("hypothesis")
CONCLUSION = _compiled("conclusion")
CONDITION = _compiled("condition")
DENIAL = re.compile(rf"{_compiled('denial').pattern}|n't\b")
DENIAL_BEFORE_COMPARISON = re.compile(rf"{_compiled('denial_before_comparison').pattern}|n't\b")
DISBELIEF = _compiled("disbelief")
FINDING = _compiled("finding")
REGISTERED = _compiled("registered")
POST_HOC = _compiled("post_hoc")
REGISTERED_IN_ADVANCE = _compiled("registered_in_advance")
BEFORE_ANY_RUN = _compiled("before_any_run")
DENIAL_OF_REGISTRATION = re.compile(rf"{_compiled('denial_of_registration').pattern}|n't\b")


def states_conclusion(sentence: str) -> bool:
    """Return whether a folded sentence states an unconditional conclusion about a hypothesis."""
    return bool(CONCLUSION.search(sentence) and HYPOTHESIS.search(sentence) and not CONDITION.search(sentence))
