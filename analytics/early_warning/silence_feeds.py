"""Has a whole feed stopped? Then nothing is known of its devices, and it is told once, not as the silence of each of them.

A feed is all devices of one kind. Its data may come by the minute or as one file a day, so it is late when nothing has come for
three times the devices' interval and three times what usually lies between two deliveries, whichever is longer. Its devices are
judged as of its last word: who was silent by then is told, who was not waits for the next file as the feed does.
"""

from datetime import datetime, timedelta

import duckdb
import numpy as np
import pandas as pd

from analytics.answers import question
from analytics.early_warning.budget import MOST_CONFIDENCE
from analytics.early_warning.finding import Finding
from analytics.early_warning.found import Look, Scene, Sign, finding
from analytics.early_warning.impact import impact_of_device
from analytics.early_warning.rules import Rule
from analytics.early_warning.silence_fold import FEWEST_TOGETHER
from analytics.metrics.relations import SILENT_AFTER_PERIODS

DELIVERIES = 20
UNKNOWN_DELIVERY_MINUTES = 24 * 60.0
"""Where too few files have come to say how often they do: one a day."""
LEAST_CHANCE = 1e-12


@question
def delivery_minutes(cursor: duckdb.DuckDBPyConnection, look: Look, kind: str) -> float:
    """What usually lies between the ends of two files of a kind (`load.kind`), of the last twenty."""
    row = cursor.execute(
        f"""with ends as (
            select distinct data_until from load where status = 'done' and kind = $kind and data_until < $until
            order by data_until desc limit {DELIVERIES}),
        steps as (select epoch(data_until - lag(data_until) over (order by data_until)) / 60 as minutes from ends)
        select median(minutes) from steps""",
        {"kind": kind, "until": look.until},
    ).fetchone()
    return float(row[0]) if row and row[0] is not None else UNKNOWN_DELIVERY_MINUTES


def last_words(devices: pd.DataFrame, until: datetime, delivery: float) -> pd.DataFrame:
    """One row a kind: `last_at`, `gap_minutes`, `n`, `is_dead`, and `judged_at`, as of when its devices are to be judged.

    `devices` has `kind, last_at, gap_minutes`; `delivery` in minutes.
    """
    feeds = devices.groupby("kind").agg(
        last_at=("last_at", "max"), gap_minutes=("gap_minutes", "median"), n=("last_at", "size")
    )
    is_feed = feeds["n"] >= FEWEST_TOGETHER
    quiet = (until - feeds["last_at"]).dt.total_seconds() / 60
    feeds["is_dead"] = is_feed & (quiet > SILENT_AFTER_PERIODS * np.maximum(feeds["gap_minutes"], delivery))
    last_word = feeds["last_at"] + pd.to_timedelta(feeds["gap_minutes"], unit="min")
    feeds["judged_at"] = last_word.where(is_feed & (last_word < until), pd.Timestamp(until))
    return feeds


def dead(devices: pd.DataFrame, feeds: pd.DataFrame, scene: Scene, rule: Rule, id_column: str) -> list[Finding]:
    """One finding for each feed that has stopped, where its devices lie."""
    return [
        _told(devices[devices["kind"] == kind], str(kind), feed, scene, rule, id_column)
        for kind, feed in feeds[feeds["is_dead"]].iterrows()
    ]


def _told(own: pd.DataFrame, kind: str, feed: pd.Series, scene: Scene, rule: Rule, id_column: str) -> Finding:
    sign = Sign(
        kind="silent_feed", subject_kind="place", subject=f"feed:{kind}", areas=own["area_id"].dropna().tolist(),
        since=(feed["last_at"] + timedelta(minutes=float(feed["gap_minutes"]))).to_pydatetime(), observed=len(own), expected=0.0,
        unit="devices", probability=LEAST_CHANCE, confidence=MOST_CONFIDENCE, impact=impact_of_device(kind), size=1.0,
        facts={"device": kind, "devices": own[id_column].head(20).tolist(), "every_hours": round(float(feed["gap_minutes"]) / 60, 1),
               "compared": "own_interval"},
    )  # fmt: skip
    return finding(scene, rule, sign)
