"""A plan of forecasts for any place: `cells.csv`, `dates.csv`, and the events that they are made from.

Events name their cell (`grid_id`), or have a longitude and latitude and lie in a square lattice: its cells are called `c` and a
number, column × 100,000 + row, counted from the most western and southern event, a few far outside left out.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from analytics.risk.history import Cells, Counts, History, Ints, metres
from warehouse.errors import ZhiliError

TIMES = ("timestamp", "time", "ts", "date", "creation_date", "opened")
LONGITUDES, LATITUDES = ("lon", "longitude", "lng"), ("lat", "latitude")
COLUMN = 100_000
FAR_SHARE, FAR_DEGREES = 0.0005, 0.01
LEAST_FOUND = 0.99


class PlanError(ZhiliError):
    """A plan or its events cannot be used."""


@dataclass(frozen=True)
class Plan:
    """Where and for which days: a forecast of a date uses what happened strictly before it."""

    cells: Cells
    dates: tuple[date, ...]


def read_plan(folder: Path) -> Plan:
    """From `cells.csv` (cell_id, x_m, y_m) and `dates.csv` (forecast_date); `PlanError` in one line."""
    cells, dates = (
        _csv(folder / name, columns)
        for name, columns in (("cells.csv", ("cell_id", "x_m", "y_m")), ("dates.csv", ("forecast_date",)))
    )
    if cells.empty or dates.empty or cells["cell_id"].duplicated().any():
        raise PlanError(f"{folder}: no cells, no dates, or a cell twice. Write the plan anew.")
    try:
        days = tuple(sorted(pd.to_datetime(dates["forecast_date"]).dt.date))
        x, y = (np.asarray(cells[name], dtype=np.float64) for name in ("x_m", "y_m"))
    except ValueError as error:
        raise PlanError(f"{folder}: {error}. Dates are YYYY-MM-DD, x_m and y_m metres.") from None
    return Plan(Cells(tuple(cells["cell_id"].astype(str)), x, y), days)


def _csv(file: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    try:
        frame = pd.read_csv(file)
    except (OSError, ValueError) as error:
        raise PlanError(f"{file}: {error}") from None
    if missing := [name for name in columns if name not in frame]:
        raise PlanError(f"{file}: no column {', '.join(missing)}.")
    return frame


def read_history(events: Path, plan: Plan) -> History:
    """The events as counts of the plan's cells, a day each, up to the last event; `PlanError` in one line."""
    frame = _events(events)
    times = _times(frame, events)
    if "grid_id" in {str(name).lower() for name in frame} and not plan.cells.ids[0].startswith("c"):
        ids = frame[_column(frame, ("grid_id",), events)]
        known = times.notna() & ids.notna()
        return _counted(times[known], _by_id(ids[known], plan.cells), plan.cells, events)
    times, lon, lat = _placed(frame, events)
    return _counted(times, _by_lattice(lon, lat, plan.cells), plan.cells, events)


def events_of(file: Path) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Time, longitude and latitude of the events that have a place not far outside of all others."""
    return _placed(_events(file), file)


def _times(frame: pd.DataFrame, file: Path) -> pd.Series:
    return pd.to_datetime(frame[_column(frame, TIMES, file)], errors="coerce", format="mixed")


def _placed(frame: pd.DataFrame, file: Path) -> tuple[pd.Series, pd.Series, pd.Series]:
    times = _times(frame, file)
    lon, lat = (pd.to_numeric(frame[_column(frame, names, file)], errors="coerce") for names in (LONGITUDES, LATITUDES))
    kept = _not_far(lon, lat)
    return times[kept], lon[kept], lat[kept]


def _events(file: Path) -> pd.DataFrame:
    try:
        return pd.read_parquet(file) if file.suffix == ".parquet" else pd.read_csv(file, low_memory=False)
    except (OSError, ValueError) as error:
        raise PlanError(f"{file}: {error}") from None


def _column(frame: pd.DataFrame, names: tuple[str, ...], file: Path) -> str:
    lower = {str(name).lower(): str(name) for name in frame}
    for name in names:
        if name in lower:
            return lower[name]
    raise PlanError(f"{file}: no column {' or '.join(names)}.")


def _by_id(ids: pd.Series, cells: Cells) -> Ints:
    place = {name: number for number, name in enumerate(cells.ids)}
    return np.asarray(ids.astype(str).map(place).fillna(-1), dtype=np.int64)


def _not_far(lon: pd.Series, lat: pd.Series) -> pd.Series:
    """Known places, but for those that lie far outside of nearly all others."""
    known = lon.notna() & lat.notna() & (lon.abs() > 1) & (lat.abs() > 1)
    return known & _within(lon, known) & _within(lat, known)


def _within(values: pd.Series, known: pd.Series) -> pd.Series:
    low, high = values[known].quantile([FAR_SHARE, 1 - FAR_SHARE])
    return values.between(low - FAR_DEGREES, high + FAR_DEGREES)


def _by_lattice(lon: pd.Series, lat: pd.Series, cells: Cells) -> Ints:
    number = np.array([int(name.removeprefix("c")) if name.removeprefix("c").isdigit() else -1 for name in cells.ids])
    if (number < 0).any():
        raise PlanError("The plan's cells are called by codes, but the events have no grid_id.")
    side = float(np.median(cells.x / (number // COLUMN + 0.5)))
    x, y = metres(lon.to_numpy(np.float64), lat.to_numpy(np.float64), float(lat.mean()))
    key = ((x - x.min()) // side).astype(np.int64) * COLUMN + ((y - y.min()) // side).astype(np.int64)
    order = np.argsort(number)
    at = np.clip(np.searchsorted(number[order], key), 0, len(order) - 1)
    return np.where(number[order][at] == key, order[at], -1)


def _counted(times: pd.Series, cell: Ints, cells: Cells, file: Path) -> History:
    known = (cell >= 0) & times.notna().to_numpy()
    if known.mean() < LEAST_FOUND:
        raise PlanError(
            f"{file}: only {known.mean():.0%} of the events lie in the plan's cells. Is it the plan of these events?"
        )
    first = times.min().normalize()
    day = (times[known].dt.normalize() - first).dt.days.to_numpy()
    counts: Counts = np.zeros((int(day.max()) + 1, len(cells)), dtype=np.float32)
    np.add.at(counts, (day, cell[known]), 1)
    return History.of(cells, first.date(), counts)
