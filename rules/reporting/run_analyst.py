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
from agents.proposals.write import write_proposals
from compiler.base.json_files import read_json
from compiler.base.paths import Lab
from rules.reporting.analysis_files import write_with_markdown
from rules.reporting.optional_rewording import NO_REWORDING, OptionalRewording
from rules.reporting.proposed_specs import with_compiling_proposals


class AnalystFailed(Exception):
    """An analyst raised an exception, which is the cause of this one, or did not return an Analysis."""


def write_analysis(lab: Lab, case: Case, title: str, target: str, rewording: OptionalRewording = NO_REWORDING) -> None:
    """Run an analyst and write its analysis, figures and proposals.

    Args:
        title: the name of the files.
        target: the analyst as `module:attr`.

    Raises:
        UnknownName: the analyst cannot be imported.
        AnalystFailed: the analyst has a bug.
    """
    task = agenda_from_json(read_json(lab.agenda(case.experiment_id))).task(title)
    folder = lab.analysis_folder(case.experiment_id) / "figures" / title
    folder.mkdir(parents=True, exist_ok=True)
    written = with_compiling_proposals(run_analyst(case, task, target, folder), lab)
    original = with_figure_folder(written, f"{folder.parent.parent.name}/figures/{title}")
    analysis, decisions = rewording.reword_analysis(original, case, target, title)
    specs = {proposal.file: proposal.spec for proposal in analysis.proposals if proposal.spec}
    if specs:
        write_proposals(lab.experiment(case.experiment_id), specs)
    file = lab.analysis(case.experiment_id, title)
    write_with_markdown(file, analysis, analysis_document(analysis), merged_book(case, [analysis]), decisions)


def run_analyst(case: Case, task: Task, target: str, figures: Path) -> Analysis:
    """Return the analysis of one analyst, which draws into the folder `figures`. Raises UnknownName, AnalystFailed."""
    analyst = load_analyst(target)
    try:
        analysis: object = analyst(case, task, figures)
    except Exception as error:  # analysts of labs can raise any exception
        reason = " ".join(str(error).split()) or "no reason given"
        raise AnalystFailed(f"analyst '{task.analyst}' failed: {type(error).__name__}: {reason}") from error
    if not isinstance(analysis, Analysis):
        kind = type(analysis).__name__
        raise AnalystFailed(f"analyst '{task.analyst}' returned a {kind} (it must return an Analysis)")
    return analysis
