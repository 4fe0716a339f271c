"""Set the folder of an analyst's figures, because an analyst chooses only the file names."""

from __future__ import annotations

from pathlib import PurePosixPath

from agents.analysis.analysis_schema import Analysis
from agents.documents.document import Figure


def with_figure_folder(analysis: Analysis, folder: str) -> Analysis:
    """Return the analysis with all figures in `folder`, relative to the experiment. Only their file names are kept."""
    return analysis.model_copy(update={"figures": tuple(_with_folder(figure, folder) for figure in analysis.figures)})


def _with_folder(figure: Figure, folder: str) -> Figure:
    return figure.model_copy(update={"path": f"{folder}/{PurePosixPath(figure.path).name}"})
