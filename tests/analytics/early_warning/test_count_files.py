"""`python -m analytics.early_warning score`: any folder of counts is answered, and a wrong one is told in one line."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from analytics.early_warning.__main__ import cli, main
from analytics.early_warning.count_files import grid_counts, series_table
from analytics.early_warning.errors import EarlyWarningError

WEEKS = pd.date_range("2021-01-04", periods=170, freq="7D")


def folder_of(tmp_path: Path, rows: pd.DataFrame) -> Path:
    """A folder with these series."""
    rows.to_parquet(tmp_path / "series.parquet", index=False)
    return tmp_path


def series(names: tuple[str, ...] = ("a", "b")) -> pd.DataFrame:
    """Weekly counts of mean 4; the last two weeks of the first series hold far more."""
    counts = np.random.default_rng(1).poisson(4.0, (len(names), len(WEEKS)))
    counts[0, -2:] += 15
    return pd.DataFrame(
        {"series_id": np.repeat(names, len(WEEKS)), "date": np.tile(WEEKS, len(names)), "count": counts.ravel()}
    )


def score(folder: Path, out: Path) -> str:
    """What the command says; its alarms are in `out`."""
    result = CliRunner().invoke(cli, ["score", str(folder), "--out", str(out)], catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


@pytest.mark.parametrize("name", ["alarms.parquet", "alarms.csv"])
def test_every_judged_week_has_a_row_and_the_rise_is_an_alarm(tmp_path: Path, name: str) -> None:
    said = score(folder_of(tmp_path, series()), tmp_path / name)
    read = pd.read_csv if name.endswith("csv") else pd.read_parquet
    alarms = read(tmp_path / name)
    assert list(alarms.columns) == ["series_id", "date", "alarm", "score", "severity"]
    assert len(alarms) == 2 * (170 - 104) and f"{len(alarms)} rows" in said
    last = alarms[alarms["date"].astype(str).str.startswith(str(WEEKS[-1].date()))].set_index("series_id")
    assert last.loc["a", "alarm"] == 1 and last.loc["a", "severity"] in ("orange", "red")
    assert last.loc["b", "alarm"] == 0


def test_the_order_of_rows_and_other_series_change_nothing_that_matters(tmp_path: Path) -> None:
    rows = series(("a", "b", "c"))
    score(folder_of(tmp_path, rows), tmp_path / "one.parquet")
    score(
        folder_of(tmp_path, rows[rows["series_id"] != "c"].sample(frac=1.0, random_state=3)), tmp_path / "two.parquet"
    )
    one, two = (pd.read_parquet(tmp_path / f"{name}.parquet") for name in ("one", "two"))
    kept = one[one["series_id"] != "c"].reset_index(drop=True)
    np.testing.assert_allclose(kept["score"], two["score"], rtol=1e-6, atol=1e-6)


def test_a_missing_week_within_a_series_counts_nothing_and_a_later_start_is_its_own_span(tmp_path: Path) -> None:
    rows = series()
    gone = (rows["series_id"] == "a") & (rows["date"] == WEEKS[120])
    late = (rows["series_id"] == "b") & (rows["date"] < WEEKS[30])
    table, step = series_table(folder_of(tmp_path, rows[~gone & ~late]))
    assert step == "week"
    assert table.loc["a", WEEKS[120]] == 0.0
    assert table.loc["b"].isna().sum() == 30
    score(tmp_path, tmp_path / "alarms.parquet")
    counted = pd.read_parquet(tmp_path / "alarms.parquet")["series_id"].value_counts()
    assert counted.to_dict() == {"a": 170 - 104, "b": 140 - 104}


def test_holidays_are_read_where_there_are_any(tmp_path: Path) -> None:
    days = pd.date_range("2024-01-01", periods=500)
    rows = pd.DataFrame({"series_id": "x", "date": days, "count": np.where(days.day == 1, 0, 9)})
    pd.DataFrame({"date": days[days.day == 1], "kind": "first"}).to_csv(tmp_path / "holidays.csv", index=False)
    score(folder_of(tmp_path, rows), tmp_path / "alarms.parquet")
    assert (pd.read_parquet(tmp_path / "alarms.parquet")["alarm"] == 0).all()


def test_counts_by_grid_are_answered_with_places(tmp_path: Path) -> None:
    random = np.random.default_rng(2)
    days = pd.date_range("2025-01-01", periods=120)
    grids = pd.DataFrame({"grid_id": [f"G{n:02d}" for n in range(36)], "town_id": 1, "population": 900})
    grids = grids.assign(lon=117.6 + 0.01 * (np.arange(36) % 6), lat=36.2 + 0.01 * (np.arange(36) // 6))
    counts = random.poisson(0.05, (120, 36))
    counts[-4:, [14, 15, 20]] += 2
    day, grid = np.nonzero(counts)
    rows = pd.DataFrame(
        {"stream_id": "s", "date": days[day], "grid_id": grids["grid_id"].to_numpy()[grid], "count": counts[day, grid]}
    )
    rows.to_parquet(tmp_path / "counts.parquet", index=False)
    grids.to_csv(tmp_path / "grids.csv", index=False)
    streams = pd.DataFrame({"stream_id": ["s"], "eval_start": [days[90]], "eval_end": [days[-1]]})
    streams.to_csv(tmp_path / "streams.csv", index=False)
    score(tmp_path, tmp_path / "alarms.parquet")
    alarms = pd.read_parquet(tmp_path / "alarms.parquet")
    assert (alarms.groupby("date").size() <= 20).all()
    best = alarms[alarms["date"] == days[-1]].sort_values("score").iloc[-1]
    assert {"G14", "G15"} & set(best["grids"].split(";"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda rows: rows.rename(columns={"count": "n"}), "no column 'count'"),
        (lambda rows: rows.assign(count=-1), "counts must be numbers"),
        (lambda rows: rows.assign(count="many"), "counts must be numbers"),
        (lambda rows: rows.iloc[:0], "there must be some"),
        (lambda rows: pd.concat([rows, rows.head(1)]), "is there twice"),
        (lambda rows: rows.assign(date="yesterday"), "a date cannot be read"),
        (lambda rows: rows[rows["date"] == WEEKS[0]], "at least two"),
        (
            lambda rows: rows.assign(date=rows["date"].where(rows.index != 5, WEEKS[5] + pd.Timedelta(days=1))),
            "whole weeks",
        ),
    ],
)
def test_a_wrong_file_is_told_in_one_line(tmp_path: Path, change, said: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(EarlyWarningError, match=said) as told:
        series_table(folder_of(tmp_path, change(series())))
    assert "\n" not in str(told.value)


def test_a_folder_without_counts_or_a_place_that_cannot_be_written_ends_with_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder, out, said in (
        (tmp_path, tmp_path / "x.parquet", "neither series.parquet nor counts.parquet"),
        (
            folder_of(tmp_path / "full", series()) if (tmp_path / "full").mkdir() is None else tmp_path,
            tmp_path / "no" / "x.parquet",
            "cannot be written",
        ),
    ):
        monkeypatch.setattr("sys.argv", ["early_warning", "score", str(folder), "--out", str(out)])
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == 1
        told = capsys.readouterr().err
        assert said in told and told.count("\n") == 1


def test_a_folder_of_grids_needs_all_three_files(tmp_path: Path) -> None:
    with pytest.raises(EarlyWarningError, match=r"counts\.parquet: cannot be read"):
        grid_counts(tmp_path)
