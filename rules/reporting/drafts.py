"""Keep documents that the quality review rejected in `drafts/`, each beside its objections, and out of `reports/`."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from agents.rendering.images import REPORTS
from agents.review.text.objection import Objection
from compiler.base.json_files import write_bytes, write_json
from compiler.base.paths import Lab
from rules.gates.analysis_gate import passages_without_support

SCHEMA_VERSION = 1


class DocumentRejected(Exception):
    """The quality review has objections to a document. The message lists their positions."""


def write_draft(
    lab: Lab,
    experiment: str,
    name: str,
    document: Mapping[str, Any],
    markdown: bytes | None,
    objections: Sequence[Mapping[str, Any]],
) -> None:
    """Write a rejected document and its objections.

    Args:
        name: the title of a report, or `analysis/<title>`.
        document: its content as JSON.
        markdown: None if it cannot be rendered, because a reference in it is wrong.
    """
    remove_draft(lab, experiment, name)
    write_json(lab.drafts(experiment) / f"{name}.json", document)
    if markdown is not None:
        write_bytes(lab.drafts(experiment) / f"{name}.md", markdown)
    content = {"schema_version": SCHEMA_VERSION, "experiment_id": experiment, "document": name}
    write_json(lab.objections(experiment, name), content | {"objections": list(objections)})


def remove_draft(lab: Lab, experiment: str, name: str) -> None:
    """Remove the draft of an earlier build."""
    for file in _files_of(lab.drafts(experiment) / name):
        file.unlink()


def remove_report(lab: Lab, experiment: str, title: str) -> None:
    """Remove all formats of a report and its figures, so that no rejected or outdated report is read."""
    folder = lab.experiment(experiment) / REPORTS
    for file in _files_of(folder / title):
        file.unlink()
    shutil.rmtree(folder / "figures" / title, ignore_errors=True)


def rejection(lab: Lab, experiment: str, title: str, objections: Sequence[Objection]) -> DocumentRejected:
    """Return the error for a report, with the position of each objection and what to do."""
    positions = "\n".join(map(_position_line, objections))
    return DocumentRejected(
        f"{experiment}: {title} has {passages_without_support(len(objections))} and is not a report:\n{positions}\n"
        f"The draft is in {lab.drafts(experiment)}, with its objections in {lab.objections(experiment, title).name}. "
        f"Correct the writer, for example by placeholders for typed numbers, then build again."
    )


def _position_line(objection: Objection) -> str:
    position = f"{objection.slot}:{objection.line}:{objection.column}"
    return f"  {position}: {objection.rule}: {objection.span!r}: {objection.reason}"


def _files_of(stem: Path) -> list[Path]:
    """Return the files of a document: its stem with any suffix. Titles contain no dot."""
    return [file for file in stem.parent.glob(f"{stem.name}.*") if file.is_file()]
