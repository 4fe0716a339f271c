"""How the value of a fact is written in a text. Every number of every report passes through here."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from agents.facts.fact import Fact

NOT_MEASURED = "not measured"
_SIZES = (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3))
_MINUTE, _HOUR = 60, 3600


def shown(fact: Fact) -> str:
    """Numbers with four significant digits; text as it is; None as `not measured`."""
    value = fact.value
    if value is None:
        return NOT_MEASURED
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    return _BY_UNIT.get(fact.unit, number)(value)


def number(value: float) -> str:
    """`0.9515`, `893.6`, `12346`, `8.936e+08`. Whole numbers below a million million stand as they are."""
    if float(value).is_integer() and abs(value) < 1e12 and (isinstance(value, int) or abs(value) < 1e6):
        return str(int(value))
    if 1e4 <= abs(value) < 1e6:
        return f"{value:.0f}"
    if 1e-4 <= abs(value) < 1e4:
        return f"{Decimal(f'{value:.4g}'):f}"
    return f"{value:.4g}"


def p_value(value: float) -> str:
    """`0.0079`, `0.3333`, `< 0.001`."""
    return "< 0.001" if value < 0.001 else number(round(value, 4))


def _seconds(value: float) -> str:
    """`0.024 s`, `12.3 s`, `41.5 min`, `10.2 h`."""
    if value >= 2 * _HOUR:
        return f"{value / _HOUR:.1f} h"
    if value >= 10 * _MINUTE:
        return f"{value / _MINUTE:.1f} min"
    return f"{value:.1f} s" if abs(value) >= 1 else f"{number(float(f'{value:.2g}'))} s"


def _bytes(value: float) -> str:
    name, size = next((one for one in _SIZES if abs(value) >= one[1]), ("bytes", 1.0))
    return f"{number(value)} bytes" if size == 1 else f"{number(float(f'{value / size:.3g}'))} {name}"


def _percent(value: float) -> str:
    return f"{number(value)}%"


_BY_UNIT: dict[str, Callable[[float], str]] = {
    "p": p_value,
    "s": _seconds,
    "bytes": _bytes,
    "percent": _percent,
    "samples/s": lambda value: f"{number(value)} samples/s",
    "tokens/s": lambda value: f"{number(value)} tokens/s",
}
