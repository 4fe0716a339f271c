"""How the value of a fact is written in a text. Every number of every report passes through here.

What was measured has the same number of decimals wherever it stands, so that a column lines up and a difference can be
read beside its limits. What a person fixed beforehand (an alpha, a margin) is never rounded.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from agents.facts.fact import Fact

NOT_MEASURED = "not measured"
FIXED = "fixed"  # the unit of what somebody set: it is written as it was set
_DECIMALS = 4
_SIZES = (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3))
_MINUTE, _HOUR = 60, 3600


def shown(fact: Fact) -> str:
    """Numbers as their unit is written; text as it is; None as `not measured`."""
    value = fact.value
    if value is None:
        return NOT_MEASURED
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else quantity(value, fact.unit)


def quantity(value: float, unit: str) -> str:
    """`0.9515` for a share, `12.3 s`, `446 MB`; a pure number otherwise."""
    return _BY_UNIT.get(unit, number)(value)


def number(value: float) -> str:
    """`0.0381`, `5.192`, `893.6`, `12346`, `8.936e+08`: four significant digits, below one four decimals, and at least
    two digits however small. Whole numbers below a million million stand as they are."""
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


def fixed(value: float) -> str:
    """`0.05`, `0.0125`, `20`: with every digit that it was given with."""
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e12 else f"{Decimal(repr(value)):f}"


def p_value(value: float) -> str:
    """`0.0079`, `0.3333`, `< 0.001`."""
    return "< 0.001" if value < 0.001 else "1" if value == 1 else f"{value:.{_DECIMALS}f}"


def p_equals(value: float) -> str:
    """As it follows a name: `= 0.0079`, `< 0.001`."""
    shown = p_value(value)
    return shown if shown.startswith("<") else f"= {shown}"


def _share(value: float) -> str:
    """Four decimals, also for differences of shares, but for what they would show as nothing."""
    told = f"{value:.{_DECIMALS}f}"
    return told if float(told) else number(value) if value else f"{0:.{_DECIMALS}f}"


def _count(value: float) -> str:
    """Whole, or the mean of such with a decimal."""
    return str(int(value)) if float(value).is_integer() else f"{value:.1f}"


def _seconds(value: float) -> str:
    """`24 ms`, `0.96 s`, `12.3 s`, `41.5 min`, `10.2 h`."""
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
    name, size = next((one for one in _SIZES if abs(value) >= one[1]), ("bytes", 1.0))
    return f"{number(value)} bytes" if size == 1 else f"{fixed(float(f'{value / size:.3g}'))} {name}"


def _percent(value: float) -> str:
    """At most two decimals: `95%`, `97.5%`, `96.67%`."""
    return f"{fixed(round(value, 2))}%" if abs(value) < 1e12 else f"{value:.4g}%"


_BY_UNIT: dict[str, Callable[[float], str]] = {
    "share": _share,
    "p": p_value,
    FIXED: fixed,
    "s": _seconds,
    "bytes": _bytes,
    "percent": _percent,
    **dict.fromkeys(("runs", "arms", "points", "epochs", "steps"), _count),
    "samples/s": lambda value: f"{number(value)} samples/s",
    "tokens/s": lambda value: f"{number(value)} tokens/s",
}
