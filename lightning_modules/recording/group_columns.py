"""Read the groups of the test items from a data module: one label for each item in each column."""

from __future__ import annotations

import math
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor

from lightning_modules.recording.item_results import Items, write_items

SOURCE = "test_groups"  # a method or an attribute of the data module
FILE = "test_groups.npz"
MISSING = ""  # the label of an item without a value
_MAX_LABEL = 100  # characters
_MAX_NAME = 64


class NoGroups(ValueError):
    """The data module gives no valid groups. The message gives the reason."""


def group_columns(data: Any, items: int) -> Items:
    """Return the labels of the test items by column, as texts, none if the data module has no `test_groups`.

    `test_groups` is a mapping of columns to one value for each item of the test loader, in its order, or a method that
    returns such a mapping. A data frame is one. Values are texts, whole numbers or booleans. None, NaN and blank texts
    are missing.

    Raises:
        NoGroups: A column has another number of values than the test has items, or a value that is no label.
    """
    source = getattr(data, SOURCE, None)
    columns = source() if callable(source) else source
    if columns is None:
        return {}
    if not hasattr(columns, "items"):
        raise NoGroups(f"it gives {type(columns).__name__}, not a mapping of columns to values")
    return {_column_name(name): _labels(name, values, items) for name, values in columns.items()}


def write_groups(data: Any, items: int, output: Path) -> dict[str, str]:
    """Write the labels of the test items. Return why they cannot be written, by the source that should give them.

    The method is code of the lab, which can raise anything. A training is not lost because of it.
    """
    try:
        columns = group_columns(data, items)
    except Exception as error:
        traceback.print_exc()
        return {f"{type(data).__name__}.{SOURCE}": f"{type(error).__name__}: {error}"}
    if columns:
        write_items(columns, output / FILE)
    return {}


def _column_name(name: Any) -> str:
    if not isinstance(name, str) or not name.isidentifier() or not name.isascii() or len(name) > _MAX_NAME:
        raise NoGroups(f"{name!r} is not the name of a column (use letters, digits and '_')")
    return name


def _labels(name: str, values: Any, items: int) -> np.ndarray:
    if isinstance(values, Tensor):
        values = values.detach().cpu().tolist()
    if hasattr(values, "tolist"):
        values = values.tolist()
    if isinstance(values, str | Mapping) or not isinstance(values, Sequence):
        raise NoGroups(f"column '{name}' is {type(values).__name__}, not a sequence of values")
    if len(values) != items:
        raise NoGroups(f"column '{name}' has {len(values)} values, and the test has {items} items")
    return np.array([_label(name, value) for value in values], dtype=np.str_)


def _label(name: str, value: Any) -> str:
    """Return a value as text. 3 and 3.0 are equal, because pandas reads a column with missing values as floats."""
    if value is None or str(value) in ("<NA>", "NaT", "nan"):
        return MISSING
    if isinstance(value, float) and math.isfinite(value) and value.is_integer():
        return str(int(value))
    if not isinstance(value, str | int):
        raise NoGroups(f"column '{name}' has the value {value!r}: use texts, whole numbers or booleans as labels")
    text = str(value).strip()
    if len(text) > _MAX_LABEL or not (text.isprintable()):
        raise NoGroups(
            f"column '{name}' has the label {text[:_MAX_LABEL]!r}: use one line of at most {_MAX_LABEL} characters"
        )
    return text
