"""Values are formatted by their unit, in texts and in the terminal."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from agents.facts.fact import Fact, Source, Value
from agents.facts.number_format import format_fact, format_number
from agents.facts.table import facts_table


def fact(value: Value, unit: str = "", name: str = "run[a].accuracy", subject: str = "run[a]") -> Fact:
    return Fact(name, value, unit, 1, subject, "", Source("results/runs/a/status.json", "0" * 64), "agents.x:y")


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.9515320420265198, "share", "0.9515"),
        (0.95, "share", "0.9500"),
        (1.0, "share", "1.0000"),
        (0.0, "share", "0.0000"),
        (-0.0005571007728577548, "share", "-0.0006"),
        (0.00001234, "share", "1.2e-05"),
        (-0.0, "", "0"),
        (0.04917, "", "0.0492"),
        (0.0381, "", "0.0381"),
        (0.00012345, "", "0.00012"),
        (0.9999999, "", "1.0000"),
        (4.5, "", "4.500"),
        (123.456, "", "123.5"),
        (9999.99, "", "10000"),
        (12345.6, "", "12346"),
        (0.0125, "fixed", "0.0125"),
        (20.0, "fixed", "20"),
        (1e-05, "fixed", "0.00001"),
        (4.8, "epochs", "4.8"),
        (4.0, "epochs", "4"),
        (893626560.0, "", "8.936e+08"),
        (1.234e-05, "", "1.2e-05"),
        (15, "runs", "15"),
        (2_000_000, "samples", "2000000"),
        (0.007936507936507936, "p", "0.0079"),
        (0.015873, "p", "0.0159"),
        (0.05, "p", "0.0500"),
        (1 / 3, "p", "0.3333"),
        (0.00099, "p", "< 0.001"),
        (0.0, "p", "< 0.001"),
        (1.0, "p", "1"),
        (0.00024059, "s", "0.24 ms"),
        (0.024059, "s", "24 ms"),
        (0.96, "s", "0.96 s"),
        (1.4, "s", "1.40 s"),
        (12.345, "s", "12.3 s"),
        (599.0, "s", "599.0 s"),
        (2500.0, "s", "41.7 min"),
        (36720.0, "s", "10.2 h"),
        (446255104, "bytes", "446 MB"),
        (2.5e9, "bytes", "2.5 GB"),
        (12, "bytes", "12 bytes"),
        (43.787231362327475, "percent", "43.79%"),
        (97.5, "percent", "97.5%"),
        (2742.953, "samples/s", "2743 samples/s"),
        (True, "", "yes"),
        (False, "", "no"),
        (None, "share", "not measured"),
        ("as {it} is", "text", "as {it} is"),
    ],
)
def test_value_is_formatted_by_its_unit(value: Value, unit: str, text: str) -> None:
    assert format_fact(fact(value, unit)) == text


@given(st.floats(-1e300, 1e300))
def test_number_keeps_four_digits_or_four_decimals(value: float) -> None:
    assert float(format_number(value)) == pytest.approx(value, rel=5.1e-4, abs=0.501e-4)


@given(st.floats(1e-12, 0.1))
def test_small_value_is_not_shown_as_zero(value: float) -> None:
    assert float(format_fact(fact(value, "share"))) != 0
    assert float(format_fact(fact(value, "share"))) == pytest.approx(value, rel=0.06, abs=0.51e-4)
    assert float(format_number(value)) == pytest.approx(value, rel=0.06)


@given(st.floats(0, 1e12), st.sampled_from(["s", "bytes", "percent", "p", "share", "samples/s"]))
def test_quantity_is_a_number_and_a_unit(value: float, unit: str) -> None:
    assert re.fullmatch(r"(< )?[0-9.]+(e[+-][0-9]+)?( ?[a-zA-Z%/]+)?", format_fact(fact(value, unit)))


def test_table_groups_by_subject_and_shows_brackets_as_text() -> None:
    facts = [fact(0.5), fact(3, "runs", "experiment.runs", "experiment"), fact("[red]", "text", "run[a].failure")]
    out = io.StringIO()
    Console(file=out, width=120).print(facts_table(facts))
    lines = [line.split()[:2] for line in out.getvalue().splitlines() if line.strip()]
    assert lines == [
        ["fact", "value"],
        ["run[a]"],
        ["accuracy", "0.5000"],
        ["failure", "[red]"],
        ["experiment"],
        ["runs", "3"],
    ]
