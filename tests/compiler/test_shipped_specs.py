"""The shipped specs compile without diagnostics."""

from __future__ import annotations

import pytest

from compiler.base.paths import ENGINE, Lab
from compiler.composing import compose
from compiler.plan.compile_lab import compile_lab


def test_the_shipped_specs_compile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compose, "ENGINE", ENGINE)
    outcome = compile_lab(Lab(ENGINE))
    assert outcome.diagnostics == ()
    experiments = outcome.compilation.experiments
    assert {experiment.id for experiment in experiments} >= {"digits_baseline", "digits_lr"}
    runs = {experiment.id: {point.run for point in experiment.points} for experiment in experiments}
    assert runs["digits_baseline"] < runs["digits_lr"]
