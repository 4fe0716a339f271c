"""Read the group of each test item of a run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

GROUPS = "output/test_groups.npz"
PREDICTIONS = "output/predictions.npz"
MISSING = ""  # the label of an item without a value
MAX_GROUPS = 50


class NoGroups(ValueError):
    """The items of a run cannot be grouped by a column. The message gives the reason."""


def item_groups(folder: Path, column: str) -> tuple[str, ...]:
    """Return the label of each test item of the run in a folder.

    Raises:
        NoGroups: The run has not recorded the column, or it has too many values to be a grouping.
    """
    labels = _labels(folder, column)
    groups = len(set(labels) - {MISSING})
    if groups > MAX_GROUPS:
        raise NoGroups(f"'{column}' has {groups} values, more than {MAX_GROUPS}, so it is no grouping")
    return labels


def _labels(folder: Path, column: str) -> tuple[str, ...]:
    try:
        with np.load(folder / GROUPS, allow_pickle=False) as arrays:
            if column not in arrays.files:
                raise NoGroups(f"not recorded: {_recorded(arrays.files)}, and no '{column}'")
            return tuple(map(str, arrays[column].tolist()))
    except FileNotFoundError:
        raise NoGroups(_unrecorded(folder, column)) from None
    except (OSError, ValueError, EOFError, KeyError, BadZipFile) as error:
        if isinstance(error, NoGroups):
            raise
        raise NoGroups(f"{GROUPS} cannot be read: {error}") from error


def _recorded(columns: Sequence[str]) -> str:
    return f"the run recorded {', '.join(sorted(columns))}"


def _unrecorded(folder: Path, column: str) -> str:
    """Return why a run has no groups, and what to do."""
    if not (folder / PREDICTIONS).is_file():
        return "not recorded: the run has no results of test items (a Lightning model returns them from test_step)"
    return (
        f"not recorded: the data module gave no '{column}' when the run was trained (add test_groups to it; "
        "if it has this method, not_written.json gives the reason, or the run is older than the method: delete the run)"
    )
