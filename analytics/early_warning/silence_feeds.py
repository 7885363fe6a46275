"""Has a whole feed stopped? Then nothing is known of its devices, and it is told once, not as the silence of each of them.

A feed is all devices of one kind. Its data may come by the minute or as one file a day, so it is late when nothing has come for
three times the devices' interval and three times what usually lies between two deliveries of that kind, whichever is longer. Its
devices are judged as of its last word: who was silent by then is told, who was not waits for the next file as the feed does.
Fewer than three devices are no feed to speak of: they wait for the next file too, and are told one by one when it is late.
"""

from collections.abc import Mapping
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
UNKNOWN: Mapping[str, float] = {}
UNKNOWN_DELIVERY_MINUTES = 24 * 60.0
"""Where too few files have come to say how often they do: one a day."""
LEAST_CHANCE = 1e-12
DAYS = 60
WRITTEN = {
    "readings": ("reading r join sensor s using (sensor_id)", "s.kind", "r.measured_at"),
    "checks": ("camera_state r", "'camera'", "r.seen_at"),
}
"""Where what devices say is written, which kind they are of, and when they said it."""


@question
def deliveries(cursor: duckdb.DuckDBPyConnection, look: Look, what: str) -> dict[str, float]:
    """By kind of device the minutes that usually lie between the ends of two deliveries, of the last twenty; unknown ones are left out.

    `what` is `readings` or `checks` (of cameras). Files that come within ten minutes of one another are one delivery: a town each,
    or a past that is loaded all at once.
    """
    rows, device, moment = WRITTEN[what]
    found = cursor.execute(
        f"""with parts as (
            select {device} as kind, r.load_id, max({moment}) as until from {rows}
            where {moment} < $until and {moment} >= $oldest group by all),
        ends as (
            select parts.kind, max(until) as until from parts join load using (load_id)
            group by parts.kind, time_bucket(interval 10 minute, started_at)),
        steps as (
            select kind, epoch(until - lag(until) over w) / 60 as minutes, row_number() over (partition by kind order by until desc) as ago
            from ends
            window w as (partition by kind order by until))
        select kind, median(minutes) from steps where ago <= {DELIVERIES} and minutes > 0 group by kind""",
        {"until": look.until, "oldest": look.until - timedelta(days=DAYS)},
    ).fetchall()
    return {kind: float(minutes) for kind, minutes in found if kind is not None}


def last_words(devices: pd.DataFrame, until: datetime, delivery: Mapping[str, float]) -> pd.DataFrame:
    """One row a kind: `last_at`, `gap_minutes`, `n`, `is_dead`, and `judged_at`, as of when its devices are to be judged.

    `devices` has `kind, last_at, gap_minutes`; `delivery` as `deliveries`.
    """
    feeds = devices.groupby("kind").agg(
        last_at=("last_at", "max"), gap_minutes=("gap_minutes", "median"), n=("last_at", "size")
    )
    is_feed = feeds["n"] >= FEWEST_TOGETHER
    waits = np.array([delivery.get(str(kind), UNKNOWN_DELIVERY_MINUTES) for kind in feeds.index])
    quiet = (until - feeds["last_at"]).dt.total_seconds() / 60
    is_late = quiet > SILENT_AFTER_PERIODS * np.maximum(feeds["gap_minutes"], waits)
    feeds["is_dead"] = is_feed & is_late
    last_word = feeds["last_at"] + pd.to_timedelta(feeds["gap_minutes"], unit="min")
    feeds["judged_at"] = last_word.where((is_feed | ~is_late) & (last_word < until), pd.Timestamp(until))
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
