"""Compose an idiom with Hydra itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hydra import compose, initialize_config_dir
from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
from hydra.core.global_hydra import GlobalHydra
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.errors import HydraException
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException
from yaml import YAMLError

from compiler.composing.default_seed import with_default_seed
from tests.compiler.composing.idiom import Idiom

Point = tuple[dict[str, Any], Any]  # the config with its interpolations, and the resolved one or None


def hydra_points(idiom: Idiom, conf: Path) -> list[Point] | None:
    """Return the points of an idiom in the order of Hydra's sweeper, or None if Hydra refuses it.

    A point without a seed gets the compiler's default seed.
    """
    GlobalHydra.instance().clear()
    with initialize_config_dir(config_dir=str(conf), version_base="1.3"):
        try:
            return [_point(overrides) for command in idiom.commands() for overrides in _jobs(command)]
        except (HydraException, OmegaConfBaseException, YAMLError, ValueError):
            return None


def _jobs(command: list[str]) -> list[list[str]]:
    """Return the overrides of each job of a command line."""
    experiment, *texts = command
    texts = [f"experiment={experiment}", *texts]
    hydra = GlobalHydra.instance().hydra
    assert hydra is not None
    overrides = OverridesParser.create(config_loader=hydra.config_loader).parse_overrides(texts)
    own = [override.input_line for override in overrides if override.is_hydra_override() and override.input_line]
    task = [override for override in overrides if not override.is_hydra_override()]
    return [own + job for job in BasicSweeper.split_arguments(task, None)[0]]


def _point(overrides: list[str]) -> Point:
    config = compose("config", overrides)
    unresolved = OmegaConf.to_container(config, resolve=False)
    assert isinstance(unresolved, dict)
    plain = with_default_seed({str(key): value for key, value in unresolved.items()})
    try:
        resolved = OmegaConf.to_container(config, resolve=True)
        assert isinstance(resolved, dict)
        return plain, with_default_seed({str(key): value for key, value in resolved.items()})
    except OmegaConfBaseException:
        return plain, None
