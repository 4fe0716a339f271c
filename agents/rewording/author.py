"""Asks a model for texts: the briefing goes out, and a text by place comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from agents.context.case import Book, Case
from agents.documents.document import Document, Figure
from agents.facts.fact import Fact
from agents.language_model.protocol import Channel, Request
from agents.language_model.structured import ask_structured
from agents.rewording.fidelity.required_content import tidy
from agents.rewording.prompting.briefing import Refused, exhibits, messages
from agents.rewording.prompting.prompts import Prompt
from agents.rewording.prompting.transcript import Heard, Transcript
from agents.rewording.tools.tool import Toolbox
from agents.rewording.tools.tool_loop import Calling

_MOST_IGNORED = 50  # places that are recorded, and characters of each: an answer may invent any number
_LONGEST_PLACE = 100


class Texts(BaseModel):
    """What a model answers: texts by place."""

    texts: dict[str, str]


def request(
    part: Mapping[str, str],
    document: Document,
    case: Case,
    prompt: Prompt,
    refused: Refused | None = None,
    tools: tuple[Mapping[str, Any], ...] = (),
) -> Request:
    """What is asked for a part; with `refused`, once more for texts that were objected to."""
    told = messages(part, document, case, prompt, refused)
    return Request(told, tools=tools, prompt_version=prompt.version)


@dataclass
class Author:
    """A model at work on one document. `ignored` gathers places that it named and was not asked about."""

    document: Document
    case: Case
    prompt: Prompt
    channel: Channel
    tools: Toolbox | None
    ignored: list[str] = field(default_factory=list)

    @classmethod
    def of(
        cls,
        document: Document,
        case: Case,
        prompt: Prompt,
        channel: Channel,
        tools: Toolbox | None,
        transcript: Transcript,
    ) -> Author:
        """One whose every word goes to the transcript."""
        heard: Channel = Heard(channel, transcript)
        return cls(document, case, prompt, Calling(heard, tools, transcript) if tools else heard, tools)

    def texts(self, waiting: Mapping[str, str], refused: Refused) -> dict[str, str]:
        """Its texts for the places asked about, as many as it gives. Raises ModelUnavailable."""
        asked = request(waiting, self.document, self.known_case, self.prompt, refused)
        answer = ask_structured(self.channel, asked, Texts)
        unasked = (at[:_LONGEST_PLACE] for at in answer.texts if at not in waiting)
        self.ignored = list(dict.fromkeys([*self.ignored, *unasked]))[:_MOST_IGNORED]
        return {at: tidy(text) for at, text in answer.texts.items() if at in waiting}

    @property
    def known_case(self) -> Case:
        """The case, with what was derived so far."""
        return self.tools.desk.known_case if self.tools else self.case

    @property
    def book(self) -> Book:
        return self.known_case.book

    @property
    def exhibits(self) -> frozenset[str]:
        """What texts may refer to: the document's own, and figures that were asked for."""
        return frozenset([*exhibits(self.document), *self.figures])

    @property
    def figures(self) -> Mapping[str, Figure]:
        return self.tools.desk.asked if self.tools else {}

    @property
    def facts(self) -> tuple[Fact, ...]:
        """Those that were derived."""
        return tuple(self.tools.desk.derived.values()) if self.tools else ()
