"""Hydra's override grammar."""

from __future__ import annotations

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from hydra.errors import HydraException
from omegaconf.errors import OmegaConfBaseException

from compiler.base.diagnostics import one_line


def parse_override(parser: OverridesParser, text: str) -> Override:
    """One override of Hydra's grammar.

    Raises:
        ValueError: it is not of that grammar.
    """
    try:
        return parser.parse_overrides([text])[0]  # alone, it would not know the groups that a glob asks for
    except (HydraException, OmegaConfBaseException, RecursionError) as error:
        raise ValueError(one_line(error)) from error
