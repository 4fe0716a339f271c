"""The specs that ship compile, and nothing is wrong with them."""

from __future__ import annotations

import pytest

from compiler.base.paths import ENGINE, Lab
from compiler.composing import compose
from compiler.plan.compile_lab import compile_lab


def test_the_shipped_specs_compile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compose, "ENGINE", ENGINE)
    outcome = compile_lab(Lab(ENGINE))
    assert outcome.diagnostics == ()
    assert {one.id for one in outcome.compilation.experiments} >= {"digits_baseline", "digits_lr"}
    shared = {one.id: {point.run for point in one.points} for one in outcome.compilation.experiments}
    assert shared["digits_baseline"] < shared["digits_lr"]
