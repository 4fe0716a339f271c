"""What would be sent to a model, to be read by a person before anything is."""

from __future__ import annotations

import json
from collections.abc import Sequence

from agents.context.case import Case
from agents.documents.document import Document
from agents.language_model.privacy import Privacy, filter_request
from agents.language_model.protocol import Request
from agents.language_model.structured import with_schema
from agents.rewording.author import Texts, request
from agents.rewording.prompting.briefing import LARGEST_PART, parts
from agents.rewording.prompting.prompts import Prompt
from agents.rewording.tools.tool import Toolbox


def first_requests(
    document: Document,
    case: Case,
    prompt: Prompt,
    privacy: Privacy,
    tools: Toolbox | None = None,
    largest: int = LARGEST_PART,
) -> tuple[Request, ...]:
    """The first request for each part, as it would leave this machine. What is asked later depends on the answers."""
    offered = tools.definitions if tools else ()
    asked = (request(part, document, case, prompt, tools=offered) for part in parts(document, largest))
    return tuple(filter_request(with_schema(one, Texts), privacy) for one in asked)


def prompts_shown(kind: str, requests: Sequence[Request]) -> str:
    """`kind` is that of the document."""
    heads = (f"# {kind}: request {number} of {len(requests)}" for number in range(1, len(requests) + 1))
    return "\n".join(f"{head}\n\n{_said(one)}" for head, one in zip(heads, requests, strict=True))


def _said(request: Request) -> str:
    said = "".join(f"## {one['role']}\n\n{one['content']}\n\n" for one in request.messages)
    tools = "".join(f"{json.dumps(tool['function'])}\n" for tool in request.tools)
    return said + (f"## functions\n\n{tools}\n" if tools else "")
