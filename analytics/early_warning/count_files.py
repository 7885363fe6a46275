"""Files of counts as the field's benchmarks keep them: which series or grids there are, checked before anything is judged."""

from pathlib import Path

import pandas as pd

from analytics.early_warning.counts_calendar import Step
from analytics.early_warning.errors import EarlyWarningError

STEPS: dict[pd.Timedelta, Step] = {
    pd.Timedelta(hours=1): "hour",
    pd.Timedelta(days=1): "day",
    pd.Timedelta(days=7): "week",
}


def is_space_time(folder: Path) -> bool:
    """Whether the folder holds counts by grid (`counts.parquet`) or series (`series.parquet`); an error if neither."""
    for name, answer in (("series.parquet", False), ("counts.parquet", True)):
        if (folder / name).is_file():
            return answer
    raise EarlyWarningError(
        f"{folder}: neither series.parquet nor counts.parquet. Give a folder that holds one of them."
    )


def series_table(folder: Path) -> tuple[pd.DataFrame, Step]:
    """Counts of `series.parquet`, one row a series and one column a period without gaps, and the step of the periods.

    A period that a series does not name counts nothing if others lie before and after it; outside its own span it is null.
    """
    path = folder / "series.parquet"
    rows = _read(path, ("series_id", "date", "count"))
    rows = rows.assign(series_id=rows["series_id"].astype(str), date=_days(rows["date"], path))
    _check_counts(rows, path, ["series_id", "date"])
    table = rows.pivot(index="series_id", columns="date", values="count").astype(float)
    step = _step(table.columns, path)
    length = next(length for length, name in STEPS.items() if name == step)
    every = pd.date_range(table.columns[0], table.columns[-1], freq=length)
    if not table.columns.isin(every).all():
        odd = table.columns[~table.columns.isin(every)][0]
        raise EarlyWarningError(
            f"{path}: {odd} does not lie whole {step}s after {every[0]}. Give periods of one length."
        )
    table = table.reindex(columns=every)
    is_within = table.ffill(axis=1).notna() & table.bfill(axis=1).notna()
    return table.mask(table.isna() & is_within, 0.0), step


def holidays(folder: Path) -> dict[pd.Timestamp, str]:
    """Kinds of holidays by day from `holidays.csv` (`date,kind`); none if there is no such file."""
    path = folder / "holidays.csv"
    if not path.is_file():
        return {}
    rows = _read(path, ("date", "kind"))
    return dict(zip(_days(rows["date"], path).dt.normalize(), rows["kind"].astype(str), strict=True))


def grid_counts(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Counts by stream, day and grid; the grids; and the streams with the days to be judged."""
    counts = _read(folder / "counts.parquet", ("stream_id", "date", "grid_id", "count"))
    grids = _read(folder / "grids.csv", ("grid_id", "town_id", "lon", "lat", "population"))
    streams = _read(folder / "streams.csv", ("stream_id", "eval_start", "eval_end"))
    counts = counts.assign(date=_days(counts["date"], folder / "counts.parquet"))
    _check_counts(counts, folder / "counts.parquet", ["stream_id", "date", "grid_id"])
    return counts, grids, streams


def _read(path: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    try:
        rows = pd.read_csv(path) if path.suffix == ".csv" else pd.read_parquet(path)
    except (OSError, ValueError) as error:
        said = " ".join(str(error).split())[:200]
        raise EarlyWarningError(f"{path}: cannot be read ({said}). Give a folder with this file.") from None
    missing = [column for column in columns if column not in rows]
    if missing:
        raise EarlyWarningError(f"{path}: no column {missing[0]!r} (have: {', '.join(map(str, rows.columns[:8]))}).")
    return rows[list(columns)]


def _days(dates: pd.Series, path: Path) -> pd.Series:
    try:
        return pd.to_datetime(dates)
    except (ValueError, TypeError) as error:
        raise EarlyWarningError(f"{path}: a date cannot be read ({' '.join(str(error).split())[:120]}).") from None


def _check_counts(rows: pd.DataFrame, path: Path, key: list[str]) -> None:
    numbers = pd.to_numeric(rows["count"], errors="coerce")
    if rows.empty or numbers.isna().any() or (numbers < 0).any():
        raise EarlyWarningError(f"{path}: counts must be numbers from 0 up, and there must be some.")
    if rows.duplicated(key).any():
        twice = rows.loc[rows.duplicated(key), key].iloc[0].to_dict()
        raise EarlyWarningError(f"{path}: {twice} is there twice. Give each once.")


def _step(dates: pd.Index, path: Path) -> Step:
    lengths = pd.Series(dates).diff().dropna()
    usual = lengths.mode().iloc[0] if len(lengths) else None
    if usual not in STEPS:
        raise EarlyWarningError(f"{path}: periods must be hours, days or weeks, and at least two; these are {usual}.")
    return STEPS[usual]
