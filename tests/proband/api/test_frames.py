"""Runs as a DataFrame and as Parquet: types of the columns, missing values and lists."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

import pandas as pd
import pytest

from compiler.base.json_files import write_text
from compiler.base.paths import Lab
from compiler.run_table.run_row import PointOfRun, RunRow
from compiler.run_table.select_columns import all_columns
from proband.api.frames import history_frame, parquet_bytes, runs_frame

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


@pytest.mark.parametrize(
    ("content", "losses", "message"),
    [
        pytest.param("epoch,step,loss\n0,0,1.5\n0,1,1.2", [1.5, 1.2], "", id="last row without a line end"),
        pytest.param("epoch,step,loss\n0,0,1.5\n0,1,1,2,3\n", [1.5], "Skipping line 3", id="row with more cells"),
        pytest.param("", [], "is not readable", id="empty"),
        pytest.param("0,0,1.5\n", [], "no header", id="no header"),
        pytest.param("\x00\ufffd", [], "is not readable", id="binary"),
    ],
)
def test_damaged_history_is_told_and_the_others_are_read(
    tmp_path: Path, content: str, losses: list[float], message: str
) -> None:
    lab = Lab(tmp_path)
    for run, text in (("a" * 12, content), ("b" * 12, "epoch,step,loss\n0,0,9\n")):
        write_text(lab.run(run) / "output/history.csv", text)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        frame = history_frame(lab, ROWS)
    assert frame["loss"].tolist() == [*losses, 9.0]
    assert message in "".join(str(warning.message) for warning in caught)
    assert bool(caught) == bool(message)


def test_history_of_a_running_training_is_read(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    write_text(lab.partial_run("a" * 12) / "history.csv", "epoch,step,loss\n0,0,2.5\n")
    assert history_frame(lab, ROWS)["loss"].tolist() == [2.5]


def test_parquet_keeps_numbers_and_writes_mixed_values_as_json() -> None:
    pytest.importorskip("pyarrow")  # the optional extra `parquet`
    frame = pd.read_parquet(io.BytesIO(parquet_bytes(ROWS, all_columns(ROWS))))
    assert frame["seed"].tolist() == [0, 1]
    assert frame["lr"].tolist() == ["0.1", '"auto"']
    assert frame["sizes"].tolist() == ["[4, 8]", "[4]"]
    assert frame["name"].tolist()[0] == "=x"
    assert frame["val/acc"].isna().tolist() == [False, True]
