"""Define up to which difference two numbers count as equal."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Tolerance:
    """A relative tolerance, with a tenth of it as absolute tolerance. With 0, only equal numbers are close.

    The default allows for rounding differences of float32 on another processor or with another number of threads.
    """

    relative: float = 1e-4

    @property
    def absolute(self) -> float:
        return self.relative / 10

    def is_close(self, recorded: float, repeated: float) -> bool:
        if math.isnan(recorded) or math.isnan(repeated):
            return math.isnan(recorded) and math.isnan(repeated)
        return math.isclose(recorded, repeated, rel_tol=self.relative, abs_tol=self.absolute)

    def close_items(self, recorded: Any, repeated: Any) -> Any:
        """Return for each item of two arrays whether it is close. Classes and texts must be equal."""
        if recorded.dtype.kind == repeated.dtype.kind == "f":
            return np.isclose(recorded, repeated, rtol=self.relative, atol=self.absolute, equal_nan=True)
        return recorded == repeated
