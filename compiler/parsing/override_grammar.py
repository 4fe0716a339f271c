"""Parse Hydra overrides."""

from __future__ import annotations

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from hydra.errors import HydraException
from omegaconf.errors import OmegaConfBaseException

from compiler.base.diagnostics import one_line


def parse_override(parser: OverridesParser, text: str) -> Override:
    """Parse one override.

    Raises:
        ValueError: The text does not match Hydra's override grammar.
    """
    try:
        return parser.parse_overrides([text])[0]  # parse_override (singular) cannot expand glob()
    except (HydraException, OmegaConfBaseException, RecursionError) as error:
        raise ValueError(one_line(error)) from error
