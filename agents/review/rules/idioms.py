"""Ways of speaking that hold a number word or a comparative and claim nothing. The whole list; there is no other."""

from __future__ import annotations

import re
from collections.abc import Iterable

NUMBER_IDIOMS = (
    r"one another",
    r"on the one hand",
    r"no one",
    r"the one (?:that|which|with|in|of|from|at|under|below|above)",
    r"(?:this|that|another|each) one",
    r"(?:^|(?<=[.!?:;]\s))(?:first|second|third)(?:ly)?,",
    r"(?:at first|first of all|before the first (?:run|training))",
    r"per second|seconds",
    r"once (?:the|a|an|all|every|each|it|they|this|these|that|no)",
    r"at once|once more|once again",
    r"every single",
    r"two-(?:sided|tailed|sample)",
)
COMPARISON_IDIOMS = (
    r"(?:at|very) (?:least|most)",
    r"no longer|any longer|once more|any more|rather than|other than",
    r"(?:no|not|never|without) evidence (?:of|for|that there is) (?:no (?:effect|difference)|absence|equality)",
    r"(?:neither|not|never|nor|cannot)(?: \w+){0,2} establish(?:es|ed)?(?: (?:nor|or) exclude)?",
    r"significance (?:level|test(?:s|ing)?)|level of significance",
    r"more (?:runs|seeds|epochs|data|evidence) (?:are|were|would be|is) (?:needed|required|necessary)",
    r"(?:needs?|takes?|requires?|add(?:s|ing)?|collect(?:s|ing)?|asks? for|with) "
    r"more (?:runs|seeds|epochs|data|evidence)",
    r"from the lowest to the highest",
    r"cannot (?:fall|go|drop) below",
    r"(?:minimum|registered|claimed) improvement|improvement (?:counts|would count|that was (?:registered|asked))",
    r"(?:increas\w*|rais\w*|reduc\w*|lower\w*) the number of",
    r"(?:with|in|for) longer (?:trainings?|schedules?)",
    r"ahead of time",
    r"not the cause|behind the cause|the cause (?:is not|was not|of (?:the|its|their|a) failures?)",
    r"(?:do|does|did|can|could)(?: not|n't|not) "
    r"(?:show|prove|demonstrate|confirm|imply|suggest|establish|indicate)(?: that)?",
    r"(?:of )?equal (?:seeds|values|units)",
)


def spans(idioms: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w])(?:{'|'.join(idioms)})(?![\w])")


def outside(pattern: re.Pattern[str], idioms: re.Pattern[str], text: str) -> list[re.Match[str]]:
    """What `pattern` finds in a folded text and no idiom covers."""
    found = list(pattern.finditer(text))
    if not found:
        return found
    excused = [match.span() for match in idioms.finditer(text)]
    return [one for one in found if not any(start <= one.start() and one.end() <= end for start, end in excused)]
