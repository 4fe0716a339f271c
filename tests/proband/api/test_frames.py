"""Runs as a DataFrame and as Parquet: types of the columns, missing values and lists."""

from __future__ import annotations

import io

import pandas as pd
import pytest

from compiler.run_table.run_row import PointOfRun, RunRow
from compiler.run_table.select_columns import all_columns
from proband.api.frames import parquet_bytes, runs_frame

ROWS = (
    RunRow(
        "a" * 12,
        "done",
        points_of_run=(PointOfRun("lr", "lr=0.1"), PointOfRun("one", "base")),
        parameters={"lr": 0.1, "sizes": [4, 8], "seed": 0, "name": "=x"},
        metrics={"val/acc": 0.5},
        attempt=1,
    ),
    RunRow("b" * 12, "waiting", parameters={"lr": "auto", "sizes": [4], "seed": 1, "name": None}),
)


def test_columns_keep_their_types() -> None:
    frame = runs_frame(ROWS, all_columns(ROWS))
    assert frame["points"].tolist() == ["lr=0.1;base", ""]
    assert frame["orphan"].tolist() == [False, True]
    assert (frame["seed"].dtype, frame["val/acc"].dtype, frame["attempt"].dtype) == ("int64", "float64", "float64")
    assert frame["val/acc"].isna().tolist() == [False, True]
    assert frame["lr"].tolist() == [0.1, "auto"]
    assert frame["sizes"].tolist() == [[4, 8], [4]]


def test_no_runs_are_a_frame_with_columns() -> None:
    frame = runs_frame((), all_columns(()))
    assert (len(frame), list(frame.columns)[:3]) == (0, ["run", "state", "experiments"])


def test_parquet_keeps_numbers_and_writes_mixed_values_as_json() -> None:
    pytest.importorskip("pyarrow")  # the optional extra `parquet`
    frame = pd.read_parquet(io.BytesIO(parquet_bytes(ROWS, all_columns(ROWS))))
    assert frame["seed"].tolist() == [0, 1]
    assert frame["lr"].tolist() == ["0.1", '"auto"']
    assert frame["sizes"].tolist() == ["[4, 8]", "[4]"]
    assert frame["name"].tolist()[0] == "=x"
    assert frame["val/acc"].isna().tolist() == [False, True]
