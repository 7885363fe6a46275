"""Days under an axis: the newest one and every so many before it, the year only where it begins."""

import pandas as pd

MOST = 5


def day_ticks(days: pd.Series, form: str) -> dict[str, list]:
    """`tickvals` and `ticktext` for days in order of time, at most 5 of them."""
    step = -(-len(days) // MOST)
    shown = list(days.iloc[::-1].iloc[::step].iloc[::-1])
    years = [None, *(day.year for day in shown)]
    texts = [
        f"{day:{form}}" + (f"<br>{day.year}" if day.year != before and "%Y" not in form else "")
        for day, before in zip(shown, years, strict=False)
    ]
    return {"tickvals": shown, "ticktext": texts}
