"""Third pass: compose the config of each point, check it, and identify its run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from compiler.base.diagnostics import SpecError
from compiler.composing.layers import Composed
from compiler.composing.patching import resolved_config, with_settings
from compiler.experiment.point_checks import value_problems
from compiler.experiment.problem_log import ProblemLog
from compiler.experiment.sweep_pass import ExpandedSweep
from compiler.experiment.variant import Variant, compose_variant
from compiler.runs.toolchain import Run, Toolchain
from compiler.sweep.points import Point


class RunPass:
    """The runs of one experiment. Each config is composed once, and each problem is reported once.

    Args:
        spec_config: the spec's `config`.
        sweep: sets keys, so the config may lack them.
    """

    def __init__(
        self,
        choice: str,
        composed: Composed,
        spec_config: Any,
        sweep: ExpandedSweep,
        tools: Toolchain,
        log: ProblemLog,
    ) -> None:
        self._choice, self._composed, self._spec_config, self._sweep = choice, composed, spec_config, sweep
        self._tools, self._log = tools, log
        self._variants: dict[tuple[str, ...], Variant | None] = {}
        self._checked: set[tuple[tuple[str, ...], str, str]] = set()

    def variant(self, choices: tuple[str, ...] = ()) -> Variant | None:
        """Return the config under some group choices, or None if it cannot be composed."""
        if choices not in self._variants:
            self._variants[choices] = None
            with self._log.collecting():
                overrides, composer = self._tools.overrides, self._tools.composer
                variant = compose_variant(self._choice, choices, self._composed, self._spec_config, overrides, composer)
                variant = replace(variant, samples=self._sweep.first_values)
                self._variants[choices] = variant
                self._log.add(variant.problems(self._tools.signatures, self._sweep.keys), variant)
        return self._variants[choices]

    def runs(self, points: Iterable[Point]) -> Iterator[tuple[Point, Run]]:
        """Yield every point with its run, except points whose config is wrong."""
        for point in points:
            variant = self.variant(point.choices)
            if variant is None:
                continue
            try:
                config = with_settings(variant.config, point.values)
                self._check_values(point, config)
                run = self._tools.run(resolved_config(config, variant.resolver))
            except SpecError as error:
                self._log.add(error.problems, variant)
            else:
                yield point, run

    def _check_values(self, point: Point, config: dict[str, Any]) -> None:
        for setting in point.values:
            key = (point.choices, setting.key, repr(setting.value))
            if key not in self._checked:
                self._checked.add(key)
                self._log.add(value_problems(config, setting, self._tools.signatures))
