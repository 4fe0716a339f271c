"""Turn what a training function returns into the metrics of a run: finite numbers by name."""

from __future__ import annotations

import math
import numbers
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from lightning_modules.failures.non_finite import NonFiniteLoss

SEPARATOR = "/"  # between the names of nested metrics: {"val": {"acc": 0.9}} is val/acc
_RESERVED = frozenset({"schema_version", "n", "split"})  # keys of the files of a run that are not metrics


class WrongMetrics(TypeError):
    """A training returned something else than its metrics. The message states what to return."""


def returned_metrics(returned: Any, name: str) -> dict[str, float]:
    """Return the metrics in a mapping, which may contain mappings. `name` is that of the function, for messages.

    Raises:
        WrongMetrics: It is not a mapping of names to numbers, or is empty.
        NonFiniteLoss: A number is NaN or infinite.
    """
    if not isinstance(returned, Mapping):
        raise WrongMetrics(f"{name} returned {_described(returned)}: return the metrics, such as {{'accuracy': 0.9}}")
    metrics: dict[str, float] = {}
    for key, value in flattened(returned, name):
        if key in metrics or key in _RESERVED:
            reason = "is a name that Proband uses itself" if key in _RESERVED else "occurs twice"
            raise WrongMetrics(f"{name} returned the metric '{key}', which {reason} (rename it)")
        metrics[key] = plain_number(value, f"{name} returned the metric '{key}' as")
    if not metrics:
        raise WrongMetrics(f"{name} returned no metrics (return at least one, such as {{'accuracy': 0.9}})")
    if bad := [f"{key} = {value}" for key, value in metrics.items() if not math.isfinite(value)]:
        raise NonFiniteLoss(f"{name} returned {', '.join(bad)}")
    return metrics


def flattened(content: Mapping[Any, Any], name: str, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every value of a nested mapping with its name, joined by slashes. Raises WrongMetrics."""
    for key, value in content.items():
        if not isinstance(key, str) or not key.strip() or not key.isprintable():
            raise WrongMetrics(f"{name} returned {key!r} as the name of a metric: use a text of printable characters")
        if isinstance(value, Mapping):
            yield from flattened(value, name, f"{prefix}{key}{SEPARATOR}")
        else:
            yield prefix + key, value


def plain_number(value: Any, context: str) -> float:
    """Return a number as an int or a float: a Python number, or a numpy, torch or JAX scalar without dimensions.

    Raises:
        WrongMetrics: It is something else. `context` starts the message.
    """
    scalar = value
    if getattr(value, "ndim", None) == 0 and hasattr(value, "item"):
        try:
            scalar = value.item()
        except (RuntimeError, NotImplementedError) as error:  # a tensor without data, such as one on the meta device
            raise WrongMetrics(f"{context} {_described(value)}, which has no value: {error}") from error
    if isinstance(scalar, bool) or not isinstance(scalar, numbers.Real | Decimal):
        raise WrongMetrics(f"{context} {_described(value)} (a metric is one number; write float(...))")
    try:
        number = float(scalar)
        return int(scalar) if isinstance(scalar, numbers.Integral) else number
    except OverflowError:
        return math.inf


def _described(value: Any) -> str:
    """Return a value in a few words for a message."""
    if value is None:
        return "nothing"
    kind = type(value).__name__
    if hasattr(value, "shape"):
        return f"a {kind} of shape {tuple(value.shape)}"
    if isinstance(value, str | bool | int | float | complex):
        text = repr(value)
        return f"{text[:60]}… ({kind})" if len(text) > 60 else f"{text} ({kind})"
    hint = {"generator": "the function has a yield", "coroutine": "the function is async"}.get(kind)
    return f"a {kind}" + (f" ({hint}: use a plain def with return)" if hint else "")
