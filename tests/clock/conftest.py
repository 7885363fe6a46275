"""A small district whose incidents lie in a real warehouse, a rule that counts them, and ways to add, move and take away some."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from analytics.early_warning import rules
from analytics.early_warning.finding import Finding, Grade, Point
from analytics.early_warning.rules import Rule
from analytics.view import start_of
from clock.rounds import Rounds
from operations.migrate import bring_up_to_date
from tests.homes import put
from tests.small import NOW, build
from warehouse.connect import writer

GRID, AREA = "370116001001001", "370116001001"
MUCH = 5
RULES = {"counts": "counts", "slow": "slow", "threshold": "devices"}
CATEGORY = "城乡建设/环境卫生/垃圾清运"


@dataclass
class Site:
    """One home with a warehouse: what its detector is asked, and how its data change."""

    asked: list[tuple[str, int, datetime]] = field(default_factory=list)
    fails: dict[str, Exception] = field(default_factory=dict)
    number: int = 0

    def find(self, rule: Rule, snapshot_id: int, until: datetime) -> list[Finding]:
        """A detector of counts: a day with at least `MUCH` new incidents of the tests' source in a grid is a finding."""
        self.asked.append((rule.name, snapshot_id, until))
        if rule.name in self.fails:
            raise self.fails[rule.name]
        if rule.name != "counts":
            return []
        from analytics.answers import cursor

        since = start_of((until + timedelta(hours=8) - timedelta(seconds=1)).date())
        (count,) = cursor(snapshot_id).execute(
            "select count(*) from incident where source = 'test' and reported_at >= $since and reported_at < $until",
            {"since": since, "until": until},
        ).fetchone()  # fmt: skip
        return [_finding(count, since, until)] if count >= MUCH else []

    def asked_of(self, name: str) -> list[datetime]:
        """The times up to which a rule was asked, in order."""
        return [until for rule, _, until in self.asked if rule == name]

    def report(self, at: datetime, times: int = 1) -> list[str]:
        """So many incidents come in that were reported at that time; their numbers."""
        ids = [f"test:{self.number + n}" for n in range(times)]
        self.number += times
        rows = [
            {"incident_id": one, "source": "test", "category": CATEGORY, "status": "reported", "reported_at": at, "area_id": GRID,
             "grid_id": GRID, "located_by": "code", "load_id": 1} for one in ids
        ]  # fmt: skip
        put({"incident": pd.DataFrame(rows)})
        return ids

    def data_until(self, at: datetime) -> None:
        """A load says that the data now reach so far."""
        with writer() as connection:
            connection.execute("update load set data_until = $at where kind = 'incidents'", {"at": at})

    def change(self, sql: str, values: dict[str, object]) -> None:
        """A correction of what is there."""
        with writer() as connection:
            connection.execute(sql, values)

    def rounds(self) -> Rounds:
        """A clock that has just started."""
        return Rounds(self.find, most_often_seconds=0, is_only_clock=True)


@pytest.fixture
def district(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A site with 40 days of data, up to `NOW`, and three rules: two look at matters, one at devices."""
    written = tmp_path / "warning_rules.toml"
    written.write_text("".join(f'[{rule}]\ndetector = "{detector}"\n' for rule, detector in RULES.items()))
    monkeypatch.setattr(rules, "RULES_FILE", written)
    rules.default_rules.cache_clear()
    build()
    bring_up_to_date()
    site = Site()
    site.data_until(NOW)
    yield site
    rules.default_rules.cache_clear()


def _finding(count: int, since: datetime, until: datetime) -> Finding:
    return Finding(
        rule="counts", subject_kind="category", subject=CATEGORY, area_id=AREA, grids=(GRID,), since=since, until=until,
        observed=count, expected=1.0, unit="incidents", probability=1e-6, confidence=0.9,
        grade=Grade.orange if count >= 2 * MUCH else Grade.yellow, reason={"count": count},
        series=(Point(since, count, 1.0, 3.0),), question={"area": AREA}, incident_ids=("test:0",),
    )  # fmt: skip
