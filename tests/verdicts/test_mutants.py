"""Some test notices each change of a comparison, a constant or a correction in the decision code."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Callable

import pytest

from compiler.base.paths import ENGINE
from tests.verdicts.equivalent_mutants import EQUIVALENT
from tests.verdicts.mutants import mutants_in, mutants_of
from tests.verdicts.run_mutants import MODULES, all_mutants, sample

_SAMPLED = 10


@pytest.mark.slow
@pytest.mark.soak
@pytest.mark.timeout(0)
def test_every_mutant_fails_a_unit_test(repetitions: Callable[[int, int], int]) -> None:
    """A sample of the mutants, and all of them with --soak."""
    mutants = len(all_mutants())
    arguments = ["--sample", str(repetitions(_SAMPLED, mutants))]
    command = [sys.executable, "-m", "tests.verdicts.run_mutants", *arguments]
    run = subprocess.run(command, cwd=ENGINE, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_every_listed_mutant_exists_and_has_a_reason() -> None:
    existing = {str(mutant) for module in MODULES for mutant in mutants_of(module)}
    assert [mutant for mutant in EQUIVALENT if mutant not in existing] == []
    assert all(EQUIVALENT.values())


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        pytest.param("a <= b", ["a < b", "a > b"], id="comparison"),
        pytest.param("a == b", ["a != b"], id="equality"),
        pytest.param("a + b", ["a - b"], id="sum"),
        pytest.param("a / 2", ["a * 2", "a / 1"], id="quotient and constant"),
        pytest.param("not a", ["a"], id="negation"),
        pytest.param("max(a, b)", ["min(a, b)"], id="maximum"),
        pytest.param("a if b else c", ["c if b else a"], id="choice"),
        pytest.param("a and b", ["a or b"], id="conjunction"),
        pytest.param("f(a, paired=True)", ["f(a, paired=False)"], id="flag"),
        pytest.param("zip(a, b, strict=True)", [], id="a check of the code is no correction"),
    ],
)
def test_mutants_of_an_expression(expression: str, expected: list[str]) -> None:
    mutants = mutants_in("module", f"def function(a, b, c):\n    return {expression}\n")
    changed = [ast.unparse(ast.parse(mutant.source)).rpartition("return ")[2] for mutant in mutants]
    assert changed == expected


def test_a_sample_covers_the_modules_evenly() -> None:
    mutants = all_mutants()
    assert len({mutant.module for mutant in sample(mutants, _SAMPLED)}) >= _SAMPLED / 2
    assert sample(mutants, len(mutants)) == mutants
