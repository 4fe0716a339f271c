"""Compose an idiom as the compiler does: plain overrides are those of the build, the others are the sweep of a spec."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from compiler.base.diagnostics import CompileError, SpecError
from compiler.base.paths import Lab
from compiler.composing.check_overrides import check_overrides
from compiler.composing.compose import Composer
from compiler.composing.interpolation import Resolver
from compiler.composing.patching import with_settings
from compiler.experiment.variant import compose_variant
from compiler.parsing.override_grammar import parse_override
from compiler.sweep.points import sweep_points
from tests.compiler.composing.hydra_points import Point
from tests.compiler.composing.idiom import Idiom


def compiled_points(idiom: Idiom, conf: Path) -> list[Point] | None:
    """Return the points of an idiom in the order of its sweep, or None if the compiler refuses it."""
    try:
        return [point for experiment, *texts in idiom.commands() for point in _points(experiment, texts, conf)]
    except (CompileError, SpecError):
        return None


def _points(experiment: str, texts: list[str], conf: Path) -> Iterator[Point]:
    composer = Composer(Lab(conf.parent))
    swept = [text for text in texts if _is_sweep(text, composer)]
    build = [text for text in texts if text not in swept]
    check_overrides(build, composer)
    base = composer.compose(experiment, (), build, is_partial=bool(swept))
    for point in sweep_points(dict(text.split("=", 1) for text in swept), composer):
        variant = compose_variant(experiment, point.choices, base, None, tuple(build), composer)
        config = with_settings(variant.config, point.values)
        try:
            yield config, Resolver().values(config)
        except SpecError:
            yield config, None


def _is_sweep(text: str, composer: Composer) -> bool:
    try:
        return parse_override(composer.parser, text).is_sweep_override()
    except ValueError:
        return False
