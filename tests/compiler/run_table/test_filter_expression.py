"""Filter expressions: names of any kind, Python's comparisons, and nothing that runs code."""

from __future__ import annotations

import pytest

from compiler.run_table.filter_expression import InvalidFilter, parse_filter
from compiler.run_table.run_row import PointOfRun, RunRow

ROWS = (
    RunRow(
        "a" * 12,
        "done",
        points_of_run=(PointOfRun("lr", "lr=0.1"), PointOfRun("one", "base")),
        parameters={"model.lr": 0.1, "seed": 0, "model.lambda": 1, "model.sizes": [4, 8], "model.name": "wide"},
        metrics={"accuracy": 0.9, "val/acc": 0.8, "Top-1 (%)": 90.0, "eval-loss": 0.2, "seed_score": 1.0},
    ),
    RunRow("b" * 12, "failed", "non_finite: loss is nan", parameters={"model.lr": "auto", "seed": 1, "accuracy": 7}),
)


def selected(text: str) -> str:
    """Return the first letters of the selected runs."""
    return "".join(row.run[0] for row in ROWS if parse_filter(text, ROWS)(row))


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        pytest.param("accuracy > 0.5", "a", id="metric"),
        pytest.param("val/acc > 0.5", "a", id="metric with a slash"),
        pytest.param("eval-loss<0.3 and val/acc>=.8", "a", id="metric with a dash"),
        pytest.param('metrics["Top-1 (%)"] == 90', "a", id="metric with other characters"),
        pytest.param("model.lr == 0.1", "a", id="parameter"),
        pytest.param('params["model.lambda"] == 1', "a", id="parameter with a Python keyword"),
        pytest.param("params.accuracy == 7", "b", id="parameter with the name of a metric"),
        pytest.param("metrics.accuracy < 1", "a", id="metric with its group"),
        pytest.param("seed in (0, 1)", "ab", id="in a tuple"),
        pytest.param("seed not in [0]", "b", id="not in a list"),
        pytest.param("4 in model.sizes", "a", id="in a list of the config"),
        pytest.param("'id' in model.name", "a", id="part of a text; null contains nothing"),
        pytest.param("'lr' in experiments", "a", id="in the experiments"),
        pytest.param("state == 'done' or seed == 1", "ab", id="or"),
        pytest.param("not state == 'done'", "b", id="not"),
        pytest.param("orphan", "b", id="column with a truth value"),
        pytest.param("orphan == true", "b", id="true as in YAML"),
        pytest.param("0 <= seed < 1", "a", id="chain"),
        pytest.param("seed > -1", "ab", id="negative number"),
        pytest.param("accuracy is None", "b", id="missing"),
        pytest.param("accuracy == null", "b", id="missing, as in YAML"),
        pytest.param("not accuracy > 0.5", "b", id="missing is not larger"),
        pytest.param("model.lr > 0.01", "a", id="a text is not larger than a number"),
        pytest.param("run == 'aaaaaaaaaaaa'", "a", id="id"),
    ],
)
def test_expression_selects_runs(text: str, runs: str) -> None:
    assert selected(text) == runs


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("__import__('os').system('touch PWNED')", "not accepted", id="call"),
        pytest.param("@os.system('touch PWNED')", "invalid syntax", id="pandas.query"),
        pytest.param("acc > 0 or 1=1; drop table runs", "invalid syntax", id="sql"),
        pytest.param("model.lr.__class__.__mro__", "no run has", id="attributes"),
        pytest.param("`val/acc` > 0.5", "invalid syntax", id="backticks"),
        pytest.param("seed == 'x", "unterminated string", id="open quote"),
        pytest.param("", "1 to 2000 characters", id="empty"),
        pytest.param("seed == 0 and " * 1000, "1 to 2000 characters", id="long"),
        pytest.param("9**9**9**9 > 0", "not accepted", id="arithmetic"),
        pytest.param("seed + 1 > 0", "not accepted", id="sum of a column"),
        pytest.param("(" * 1900, "", id="nesting"),
        pytest.param("accuracy == nan", "write a text in quotes", id="nan"),
        pytest.param("state == done", 'write a text in quotes: "done"', id="text without quotes"),
        pytest.param("acuracy > 0", "did you mean 'accuracy'?", id="misspelt"),
        pytest.param("lr > 0", "did you mean model.lr?", id="end of a parameter"),
        pytest.param('metrics["lr"] > 0', "no run has metrics['lr']", id="unknown metric"),
        pytest.param("[x for x in (1,)]", "not accepted", id="comprehension"),
        pytest.param("lambda: 1", "not accepted", id="lambda"),
        pytest.param("f'{seed}' == '1'", "not accepted", id="formatted text"),
        pytest.param("seed in (seed, 1)", "is not a number", id="list of columns"),
        pytest.param("seed\x00", "characters", id="null byte"),
    ],
)
def test_expression_is_rejected(text: str, problem: str) -> None:
    with pytest.raises(InvalidFilter) as rejected:
        parse_filter(text, ROWS)
    assert problem in str(rejected.value)


def test_message_points_at_the_position_of_the_mistake() -> None:
    with pytest.raises(InvalidFilter) as rejected:
        parse_filter("seed == 1 and acuracy > 0", ROWS)
    assert str(rejected.value).splitlines()[1:] == ["  seed == 1 and acuracy > 0", "                ^"]
