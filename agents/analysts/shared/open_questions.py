"""List the questions that an analysis could not answer."""

from __future__ import annotations

from agents.analysis.analysis_schema import NotEstimated
from agents.analysis.tasks import Task
from agents.analysts.shared.part import Part


def open_questions(task: Task, part: Part) -> tuple[NotEstimated, ...]:
    """Return the questions of the agenda and of the analysis. If both have a question, the latter gives the reason."""
    from_agenda = [NotEstimated(what=question.what, why=question.why) for question in task.untestable]
    return tuple({question.what: question for question in (*from_agenda, *part.not_estimated)}.values())
