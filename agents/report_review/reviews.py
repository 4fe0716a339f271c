"""Define the reviews with which people returned a report: numbered remarks, and the texts that they refer to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, PositiveInt

SCHEMA_VERSION = 1
Text = Annotated[str, Field(min_length=1)]
SectionTexts = Mapping[str, tuple[str, ...]]  # the plain texts of each section by its title


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Remark(_Part):
    """A remark in the words of a person. `number` is unique in the file. `section` is a title, None for the report."""

    number: PositiveInt
    text: Text
    section: str | None = None


class Review(_Part):
    """One returned version of a report.

    `sha256` is the hash of the version that the person saw, `texts` are the texts of its sections.
    """

    sha256: str
    by: Text
    at: Text
    remarks: tuple[Remark, ...] = Field(min_length=1)
    texts: SectionTexts
    score: int | None = None
    comment: str = ""


class AuthorsAnswer(_Part):
    """An answer to a remark, in the words of a person."""

    remark: PositiveInt
    text: Text
    by: Text
    at: Text


class ReportReviews(_Part):
    """All returned versions of a report, oldest first, and the answers that people gave to the remarks."""

    schema_version: int = SCHEMA_VERSION
    experiment_id: str
    report: str
    reviews: tuple[Review, ...] = ()
    answers: tuple[AuthorsAnswer, ...] = ()

    @property
    def remarks(self) -> tuple[Remark, ...]:
        return tuple(remark for review in self.reviews for remark in review.remarks)

    def answers_to(self, number: int) -> tuple[AuthorsAnswer, ...]:
        return tuple(answer for answer in self.answers if answer.remark == number)

    def with_review(self, review: Review) -> ReportReviews:
        return self.model_copy(update={"reviews": (*self.reviews, review)})

    def with_answer(self, answer: AuthorsAnswer) -> ReportReviews:
        return self.model_copy(update={"answers": (*self.answers, answer)})
