"""How numbers are written: thousands apart, one decimal for shares, changes with their sign."""

SMALLEST_BASE = 20
"""Below this a change in per cent says more than is known; the difference itself is written."""
MINUS = "−"


def count(n: float | None) -> str:
    """`12,345`, or a dash where there is none."""
    return "–" if n is None else f"{n:,.0f}"


def rate(value: float | None) -> str:
    """`85.9` of a hundred, or a dash where nothing could be divided."""
    return "–" if value is None else f"{value:,.1f}"


def signed(value: float, decimals: int, unit: str = "") -> str:
    """`+8.1%`, `−3`, `±0`."""
    text = f"{abs(value):,.{decimals}f}"
    sign = "±" if float(text.replace(",", "")) == 0 else "+" if value > 0 else MINUS
    return f"{sign}{text}{unit}"


def change_of_count(now: float, before: float) -> str:
    """In per cent where the base is large enough, else as a difference."""
    if before < SMALLEST_BASE:
        return signed(now - before, 0)
    return signed(100 * (now / before - 1), 1, "%")
