"""The direction in which a metric is to change."""

from typing import Literal

Goal = Literal["maximize", "minimize"]
