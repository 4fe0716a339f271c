"""Template texts as plain text: every placeholder becomes a value, or is marked as unknown."""

from __future__ import annotations

import pytest

from agents.documents.plain_text import plain_text
from tests.agents.documents.sample_documents import MEAN, book

TEXTS = {
    "fact": (f"mean {{{{f:{MEAN}}}}}", "mean 0.951"),
    "verdict": ("{{v:hypothesis}}", "accuracy is higher"),
    "conclusion": ("it is {{v:hypothesis.conclusion}}", "it is supported"),
    "unknown fact": ("{{f:nothing}} here", "[unknown fact nothing] here"),
    "unknown verdict": ("{{v:nothing.sentence}}", "[unknown verdict nothing.sentence]"),
    "unknown path": ("{{spec:nothing.below}}", "[unknown value of the spec nothing.below]"),
    "unknown kind": ("{{run:abc}}", "[unknown run abc]"),
    "no placeholder": ("{f:x} {{}}", "{f:x} {{}}"),
}


@pytest.mark.parametrize(("template", "text"), TEXTS.values(), ids=TEXTS)
def test_placeholders_become_values(template: str, text: str) -> None:
    assert plain_text(template, book()).startswith(text)
