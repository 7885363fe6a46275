"""Which hour the clock on the wall shows for a time of the tables."""

import pandas as pd

ZONE = "Asia/Shanghai"


def local_time(moment: pd.Timestamp, form: str = "%Y-%m-%d %H:%M") -> str:
    """A UTC time of the tables on the local clock; empty where it is unknown."""
    return f"{moment.tz_localize('UTC').tz_convert(ZONE):{form}}" if pd.notna(moment) else ""
