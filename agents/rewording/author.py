"""Request texts from a language model: send a briefing, receive texts by slot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel

from agents.context.case import Book, Case
from agents.documents.document import Document, Figure
from agents.facts.fact import Fact
from agents.language_model.protocol import Channel, Request, ToolDefinition
from agents.language_model.structured import ask_structured
from agents.rewording.prompting.briefing import Rejected, exhibit_captions, request_messages
from agents.rewording.prompting.prompts import Prompt
from agents.rewording.prompting.transcript import RecordingChannel, Transcript
from agents.rewording.tools.tool import Toolbox
from agents.rewording.tools.tool_loop import ToolCallingChannel

_MAX_IGNORED = 50  # recorded slots, because a reply may contain any number of unknown slots
_MAX_SLOT_LENGTH = 100


class Texts(BaseModel):
    """The answer of the model: texts by slot."""

    texts: dict[str, str]


def texts_request(
    originals: Mapping[str, str],
    document: Document,
    case: Case,
    prompt: Prompt,
    rejected: Rejected | None = None,
    tools: tuple[ToolDefinition, ...] = (),
) -> Request:
    """Return the request for new versions of some texts. `rejected` are the versions that had objections."""
    messages = request_messages(originals, document, case, prompt, rejected)
    return Request(messages, tools=tools, prompt_version=prompt.version)


@dataclass
class Author:
    """A model that rewords one document. `ignored` collects slots in replies that were not requested."""

    document: Document
    case: Case
    prompt: Prompt
    channel: Channel
    tools: Toolbox | None
    ignored: list[str] = field(default_factory=list)

    @classmethod
    def recorded(
        cls,
        document: Document,
        case: Case,
        prompt: Prompt,
        channel: Channel,
        tools: Toolbox | None,
        transcript: Transcript,
    ) -> Author:
        """Return an author whose requests, replies and tool calls are recorded in a transcript."""
        recording: Channel = RecordingChannel(channel, transcript)
        calling = ToolCallingChannel(recording, tools, transcript) if tools else recording
        return cls(document, case, prompt, calling, tools)

    def request_texts(self, originals: Mapping[str, str], rejected: Rejected) -> dict[str, str]:
        """Return the model's texts for these slots. Slots that it leaves out are missing.

        Raises:
            ModelUnavailable: There was no usable answer.
        """
        request = texts_request(originals, self.document, self.current_case, self.prompt, rejected)
        answer = ask_structured(self.channel, request, Texts)
        unknown = (slot[:_MAX_SLOT_LENGTH] for slot in answer.texts if slot not in originals)
        self.ignored = list(dict.fromkeys([*self.ignored, *unknown]))[:_MAX_IGNORED]
        return {slot: one_paragraph(text) for slot, text in answer.texts.items() if slot in originals}

    @property
    def current_case(self) -> Case:
        """The case with the facts derived so far."""
        return self.tools.session.current_case if self.tools else self.case

    @property
    def book(self) -> Book:
        return self.current_case.book

    @property
    def exhibits(self) -> frozenset[str]:
        """The ids that texts may refer to: those of the document and of requested figures."""
        return frozenset([*exhibit_captions(self.document), *self.figures])

    @property
    def figures(self) -> Mapping[str, Figure]:
        """The requested figures by id."""
        return self.tools.session.requested_figures if self.tools else {}

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The derived facts."""
        return tuple(self.tools.session.derived.values()) if self.tools else ()


def one_paragraph(text: str) -> str:
    """Replace line breaks by spaces, because Markdown would interpret them."""
    return " ".join(text.split())
