"""Days under an axis: the newest one and every so many before it, the year only where it begins."""

import pandas as pd

MOST = 5


def day_ticks(days: pd.Series, form: str) -> dict[str, list]:
    """`tickvals` and `ticktext` for days in order of time, at most 5 of them."""
    step = -(-len(days) // MOST)
    shown = list(days.iloc[::-1].iloc[::step].iloc[::-1])
    return {"tickvals": shown, "ticktext": dated(shown, form)}


def dated(days: list[pd.Timestamp], form: str) -> list[str]:
    """The days in this form, the year under those with which one begins, unless the form has it."""
    years = [None, *(day.year for day in days)]
    return [
        f"{day:{form}}" + (f"<br>{day.year}" if day.year != before and "%Y" not in form else "")
        for day, before in zip(days, years, strict=False)
    ]
