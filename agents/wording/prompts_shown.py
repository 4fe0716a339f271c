"""What would be sent to a model, to be read by a person before anything is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agents.case import Case
from agents.documents.document import Document
from agents.wording.briefing import briefings
from agents.wording.prompts import Prompt
from agents.wording.transcript import Private, filtered


def requests_shown(document: Document, case: Case, prompt: Prompt, private: Private) -> list[list[Mapping[str, Any]]]:
    """The messages of each first request, after the privacy filter; what comes later depends on the answers."""
    return [[filtered(one, private) for one in told] for told in briefings(document, case, prompt)]


def prompts_shown(document: Document, case: Case, prompt: Prompt, private: Private) -> str:
    requests = requests_shown(document, case, prompt, private)
    heads = (f"# {document.kind}: request {number} of {len(requests)}" for number in range(1, len(requests) + 1))
    return "\n".join(f"{head}\n\n{_said(told)}" for head, told in zip(heads, requests, strict=True))


def _said(messages: list[Mapping[str, Any]]) -> str:
    return "".join(f"## {one['role']}\n\n{one['content']}\n\n" for one in messages)
