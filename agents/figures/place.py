"""Where an analyst's pictures lie: it names the files, and whoever ran it knows the folder."""

from __future__ import annotations

from pathlib import PurePosixPath

from agents.analysis.analysis_schema import Analysis
from agents.documents.document import Figure


def placed(analysis: Analysis, folder: str) -> Analysis:
    """Every figure in `folder`, which is relative to the experiment's; of the path given, the file's name counts."""
    return analysis.model_copy(update={"figures": tuple(_placed(one, folder) for one in analysis.figures)})


def _placed(figure: Figure, folder: str) -> Figure:
    return figure.model_copy(update={"path": f"{folder}/{PurePosixPath(figure.path).name}"})
