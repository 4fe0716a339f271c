"""Show the requests that would be sent to a language model, without sending them."""

from __future__ import annotations

import json
from collections.abc import Sequence

from agents.context.case import Case
from agents.documents.document import Document
from agents.language_model.privacy import Privacy, filter_request
from agents.language_model.protocol import Request
from agents.language_model.structured import with_schema
from agents.rewording.author import Texts, texts_request
from agents.rewording.prompting.document_parts import MAX_PART_LENGTH, document_parts
from agents.rewording.prompting.prompts import Prompt
from agents.rewording.tools.tool import Toolbox


def first_requests(
    document: Document,
    case: Case,
    prompt: Prompt,
    privacy: Privacy,
    tools: Toolbox | None = None,
    max_part_length: int = MAX_PART_LENGTH,
) -> tuple[Request, ...]:
    """Return the first request for each part of a document, after the privacy filter.

    Later requests depend on the answers.
    """
    definitions = tools.definitions if tools else ()
    parts = document_parts(document, max_part_length)
    requests = (texts_request(part, document, case, prompt, tools=definitions) for part in parts)
    return tuple(filter_request(with_schema(request, Texts), privacy) for request in requests)


def format_requests(title: str, requests: Sequence[Request]) -> str:
    """Return the requests for a document as text. `title` is that of the document."""
    heads = (f"# {title}: request {number} of {len(requests)}" for number in range(1, len(requests) + 1))
    return "\n".join(f"{head}\n\n{_format(request)}" for head, request in zip(heads, requests, strict=True))


def _format(request: Request) -> str:
    messages = "".join(f"## {message['role']}\n\n{message['content']}\n\n" for message in request.messages)
    tools = "".join(f"{json.dumps(tool['function'])}\n" for tool in request.tools)
    return messages + (f"## functions\n\n{tools}\n" if tools else "")
