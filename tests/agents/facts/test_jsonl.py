"""Facts, verdicts and series are unchanged after writing and reading. Facts are always written as the same bytes."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.facts.fact import Fact, Source
from agents.facts.jsonl import UnreadableFacts, read_facts, read_series, read_verdicts, write_lines
from agents.facts.series import Series
from agents.facts.verdict import Verdict

SOURCE = Source("results/runs/a/status.json", "0" * 64)
# The message of a failed run may contain the line separators U+2028 and U+0085.
TEXT = st.text(max_size=12) | st.just("a\u2028b\u0085c\nd")
facts = st.builds(
    Fact,
    id=TEXT,
    value=st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    unit=TEXT,
    n=st.integers(0, 99),
    subject=TEXT,
    label=TEXT,
    source=st.just(SOURCE),
    function=TEXT,
    inputs=st.lists(TEXT, max_size=3).map(tuple),
    is_post_hoc=st.booleans(),
    is_prediction=st.booleans(),
)


@given(st.lists(facts, max_size=4))
def test_facts_read_from_a_file_equal_the_written_facts(
    tmp_path_factory: pytest.TempPathFactory, written: list[Fact]
) -> None:
    file = tmp_path_factory.mktemp("facts") / "facts.jsonl"
    write_lines(file, written)
    assert read_facts(file) == tuple(written)
    before = file.read_bytes()
    write_lines(file, read_facts(file))
    assert file.read_bytes() == before


def test_verdicts_and_series_survive_a_round_trip(tmp_path: Path) -> None:
    verdict = Verdict("hypothesis", "supported", "a is higher", "A is higher.", ("experiment",), ("test.alpha",), True)
    write_lines(tmp_path / "verdicts.jsonl", [verdict])
    assert read_verdicts(tmp_path / "verdicts.jsonl") == (verdict,)
    finite = Series("run[a]", "train_loss", (1, 2, 3), (0.5, math.inf, -math.inf), SOURCE)
    diverged = Series("run[a]", "eval_loss", (1,), (math.nan,), SOURCE)
    write_lines(tmp_path / "series.jsonl", [finite, diverged])
    assert read_series(tmp_path / "series.jsonl")[0] == finite
    assert math.isnan(read_series(tmp_path / "series.jsonl")[1].values[0])
    assert "NaN" not in (tmp_path / "series.jsonl").read_text()


def test_nan_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="JSON"):
        write_lines(tmp_path / "facts.jsonl", [Fact("a", math.nan, "", 1, "a", "", SOURCE, "")])


@pytest.mark.parametrize(
    "line", ["{", "[]", '{"id": "a"}', '"text"'], ids=["truncated", "list", "missing fields", "text"]
)
def test_error_names_the_invalid_line(tmp_path: Path, line: str) -> None:
    file = tmp_path / "facts.jsonl"
    write_lines(file, [Fact("a", 1, "", 1, "a", "", SOURCE, "")])
    file.write_text(file.read_text() + line + "\n")
    with pytest.raises(UnreadableFacts, match=r"facts.jsonl:2: .*build the experiment again"):
        read_facts(file)
