"""Format the values of facts. All numbers in reports are formatted here.

Measured values have the same number of decimals everywhere, so that columns align and differences can be compared with
their confidence limits. Values that a person set, such as alpha or a margin, are never rounded.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from agents.facts.fact import Fact

NOT_MEASURED = "not measured"
FIXED = "fixed"  # unit of a value that a person set: it is shown with all its digits
_DECIMALS = 4
_SIZES = (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3))
_MINUTE, _HOUR = 60, 3600


def format_fact(fact: Fact) -> str:
    """Format a number by its unit. Text stays unchanged, and None becomes `not measured`."""
    value = fact.value
    if value is None:
        return NOT_MEASURED
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else format_quantity(value, fact.unit)


def format_quantity(value: float, unit: str) -> str:
    """Format a number with its unit: `0.9515` for a share, `12.3 s`, `446 MB`."""
    return _BY_UNIT.get(unit, format_number)(value)


def format_number(value: float) -> str:
    """Format a pure number, such as `0.0381`, `5.192`, `893.6`, `12346`, `8.936e+08`.

    Numbers of one or more have four significant digits. Smaller numbers have four decimals and at least two significant
    digits. Integers below 1e12 are not rounded.
    """
    size = abs(value)
    if float(value).is_integer() and size < 1e12 and (isinstance(value, int) or size < 1e6):
        return str(int(value))
    if size >= 1e6:
        return f"{value:.4g}"
    if size < 1e-4:
        return f"{value:.2g}"
    if size < 1:
        return f"{Decimal(f'{value:.2g}'):f}" if size < 0.00095 else f"{value:.{_DECIMALS}f}"
    return f"{value:.0f}" if size >= 1e4 else f"{Decimal(f'{value:#.4g}'):f}".rstrip(".")


def format_exact(value: float) -> str:
    """Format a number with all its digits: `0.05`, `0.0125`, `20`."""
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e12 else f"{Decimal(repr(value)):f}"


def format_p(value: float) -> str:
    """Format p as `0.0079` or `< 0.001`."""
    return "< 0.001" if value < 0.001 else "1" if value == 1 else f"{value:.{_DECIMALS}f}"


def format_p_equals(value: float) -> str:
    """Format p with a relation sign, as it follows a name: `= 0.0079` or `< 0.001`."""
    text = format_p(value)
    return text if text.startswith("<") else f"= {text}"


def _share(value: float) -> str:
    """Format with four decimals. A small share that would become zero is formatted as a pure number."""
    text = f"{value:.{_DECIMALS}f}"
    return text if float(text) else format_number(value) if value else f"{0:.{_DECIMALS}f}"


def _count(value: float) -> str:
    """Format a count as an integer, and a mean of counts with one decimal."""
    return str(int(value)) if float(value).is_integer() else f"{value:.1f}"


def _seconds(value: float) -> str:
    """Format seconds as `24 ms`, `0.96 s`, `12.3 s`, `41.5 min` or `10.2 h`."""
    if value >= 2 * _HOUR:
        return f"{value / _HOUR:.1f} h"
    if value >= 10 * _MINUTE:
        return f"{value / _MINUTE:.1f} min"
    if abs(value) >= 10:
        return f"{value:.1f} s"
    if abs(value) >= 0.1 or not value:
        return f"{value:.2f} s"
    return f"{1000 * value:.0f} ms" if abs(value) >= 0.01 else f"{Decimal(f'{1000 * value:.2g}'):f} ms"


def _bytes(value: float) -> str:
    name, size = next(((name, size) for name, size in _SIZES if abs(value) >= size), ("bytes", 1.0))
    return f"{format_number(value)} bytes" if size == 1 else f"{format_exact(float(f'{value / size:.3g}'))} {name}"


def _percent(value: float) -> str:
    """Format with at most two decimals: `95%`, `97.5%`, `96.67%`."""
    return f"{format_exact(round(value, 2))}%" if abs(value) < 1e12 else f"{value:.4g}%"


_BY_UNIT: dict[str, Callable[[float], str]] = {
    "share": _share,
    "p": format_p,
    FIXED: format_exact,
    "s": _seconds,
    "bytes": _bytes,
    "percent": _percent,
    **dict.fromkeys(("runs", "arms", "points", "epochs", "steps"), _count),
    "samples/s": lambda value: f"{format_number(value)} samples/s",
    "tokens/s": lambda value: f"{format_number(value)} tokens/s",
}
