"""Run one analyst on the case of an experiment and write its analysis."""

from __future__ import annotations

from pathlib import Path

from agents.analysis.analysis_documents import analysis_document
from agents.analysis.analysis_schema import Analysis
from agents.analysis.merged_book import merged_book
from agents.analysis.tasks import Task, agenda_from_json
from agents.analysts.load_analyst import load_analyst
from agents.context.case import Case
from agents.figures.figure_paths import with_figure_folder
from agents.proposals.proposals import proposals, write_proposals
from compiler.base.json_files import read_json
from compiler.base.paths import Lab
from rules.reporting.analysis_files import write_with_markdown
from rules.reporting.optional_rewording import AS_IT_IS, Wording


class AnalystFailed(Exception):
    """An analyst raised, or answered with something that is no analysis: a mistake in its code. The cause is kept."""


def write_analysis(lab: Lab, case: Case, title: str, target: str, wording: Wording = AS_IT_IS) -> None:
    """`target` is `module:attr` of the analyst, `title` what its files are called.

    Raises:
        UnknownName, AnalystFailed.
    """
    task = agenda_from_json(read_json(lab.agenda(case.experiment_id))).task(title)
    folder = lab.analysis_folder(case.experiment_id) / "figures" / title
    folder.mkdir(parents=True, exist_ok=True)
    found = with_figure_folder(analysed(case, task, target, folder), f"{folder.parent.parent.name}/figures/{title}")
    told, record = wording.analysis(found, case, target, title)
    _write_proposed(lab, case, told)
    file = lab.analysis(case.experiment_id, title)
    write_with_markdown(file, told, analysis_document(told), merged_book(case, [told]), record)


def _write_proposed(lab: Lab, case: Case, analysis: Analysis) -> None:
    """The specs that it proposes: made again from the case, because an analysis only names them."""
    named = {one.file for one in analysis.proposals}
    if named:
        specs = [one for one in proposals(case) if one.file in named]
        write_proposals(lab.experiment(case.experiment_id), specs)


def analysed(case: Case, task: Task, target: str, figures: Path) -> Analysis:
    """Raises UnknownName, AnalystFailed."""
    analyse = load_analyst(target)
    try:
        found: object = analyse(case, task, figures)
    except Exception as error:  # the analyst may be a user's, and raise anything
        reason = " ".join(str(error).split()) or "no reason given"
        raise AnalystFailed(f"analyst '{task.analyst}' failed: {type(error).__name__}: {reason}") from error
    if not isinstance(found, Analysis):
        raise AnalystFailed(f"analyst '{task.analyst}' gave a {type(found).__name__}; it has to give an Analysis")
    return found
