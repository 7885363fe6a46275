"""The command answers files of cases, durations and events, and says in one line what is wrong with one."""

import subprocess
import sys
from math import inf
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from analytics.timeliness.__main__ import cli
from analytics.timeliness.case_files import case_counts
from analytics.timeliness.errors import TimelinessError
from settings import ROOT

EVENTS = """dataset,case_id,action,ts,snapshot
park,1,open,2026-03-01 08:00:00,2026-03-02 08:00:00
park,1,close,2026-03-01 10:00:00,2026-03-02 08:00:00
park,1,reopen,2026-03-01 13:00:00,2026-03-02 08:00:00
park,1,close,2026-03-01 14:00:00,2026-03-02 08:00:00
park,2,close,2026-03-01 12:00:00.5,2026-03-02 08:00:00
park,2,open,2026-03-01 08:00:00,2026-03-02 08:00:00
park,2,reopen,2026-03-02 02:00:00,2026-03-02 08:00:00
park,2,close,2026-03-02 09:00:00,2026-03-02 08:00:00
"""


def answers(folder: Path, *texts: str) -> pd.DataFrame:
    files = []
    for number, text in enumerate(texts):
        files.append(folder / f"{number}.csv")
        files[-1].write_text(text, encoding="utf-8")
    ran = CliRunner().invoke(
        cli, ["km", *map(str, files), "--out", str(folder / "answers.csv")], catch_exceptions=False
    )
    assert ran.exit_code == 0
    return pd.read_csv(folder / "answers.csv").set_index("dataset")


def test_cases_are_closed_or_still_open_at_their_snapshot(tmp_path):
    text = """dataset,category,opened,closed,snapshot
city,a,2026-03-01 00:00:00,2026-03-01 02:00:00,2026-03-03
city,a,2026-03-01 00:00:00,,2026-03-03
city,b,2026/3/1 0:00,2026-03-05 00:00:00,2026-03-03
town,a,2026-03-01T00:00:00,2026-03-01T03:00:00,2026-03-03
"""
    got = answers(tmp_path, text)
    assert list(got.index) == ["city", "town", "city/a", "city/b"]
    assert got["n"].tolist() == [3, 1, 2, 1] and got["events"].tolist() == [1, 1, 1, 0]
    assert got["p50"].tolist() == [inf, 3.0, 2.0, inf]


def test_given_durations_win_over_times(tmp_path):
    text = "dataset,opened,closed,snapshot,hours,event\na,2026-03-01,,2026-03-03,6.0,0\na,2026-03-01,2026-03-02,2026-03-03,7.5,1\n"
    got = answers(tmp_path, text)
    assert (got.loc["a", "n"], got.loc["a", "events"], got.loc["a", "p50"]) == (2, 1, 7.5)


def test_a_reopened_case_is_told_in_three_ways(tmp_path):
    (tmp_path / "e.csv").write_text(EVENTS, encoding="utf-8")
    rows = case_counts(tmp_path / "e.csv")
    told = {(r.dataset, round(r.hours, 6)): (r.closed, r.open) for r in rows.itertuples()}
    assert told == {
        ("park_first_close", 2.0): (1, 0),
        ("park_first_close", round(4 + 0.5 / 3600, 6)): (1, 0),
        ("park_final_close", 6.0): (1, 0),
        ("park_final_close", 24.0): (0, 1),
        ("park_working_time", 3.0): (1, 0),
        ("park_working_time", round(10 + 0.5 / 3600, 6)): (0, 1),
    }


def test_files_of_several_kinds_are_answered_together(tmp_path):
    got = answers(tmp_path, "dataset,hours,event\na,1,1\n", EVENTS)
    assert list(got.index) == ["a", "park_final_close", "park_first_close", "park_working_time"]


def test_a_file_without_rows_has_no_answers(tmp_path):
    assert answers(tmp_path, "dataset,hours,event\n").empty


HEAD, LIFE = "dataset,opened,closed,snapshot\n", "dataset,case_id,action,ts,snapshot\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("dataset,opened,closed\na,b,c\n", "no column 'snapshot'"),
        ("opened,closed,snapshot\na,b,c\n", "no column 'dataset'"),
        ("dataset,case_id,ts,snapshot\na,b,c,d\n", "no column 'action'"),
        (
            HEAD + "a,2026-03-01,,2026-03-02\na,yesterday,,2026-03-02\n",
            "line 3: column opened: 'yesterday' is not a time",
        ),
        (HEAD + "a,2026-03-01,2026-02-30,2026-03-02\n", "line 2: column closed: '2026-02-30' is not a time"),
        (HEAD + "a,,,2026-03-02\n", "line 2: column opened is empty"),
        (HEAD + ",2026-03-01,,2026-03-02\n", "line 2: column dataset is empty"),
        (HEAD + "a,2026-03-01,2026-02-01,2026-03-02\n", "line 2: column closed: 2026-02-01 is before opened"),
        (HEAD + "a,2026-03-03,,2026-03-02\n", "line 2: column snapshot: 2026-03-02 is before opened"),
        (
            LIFE + "a,7,close,2026-03-01,2026-03-09\na,7,open,2026-03-02,2026-03-09\n",
            "line 2: column action: case 7 is closed",
        ),
        (LIFE + "a,7,open,2026-03-01,2026-02-09\n", "line 2: column snapshot: 2026-02-09 is before case 7 was opened"),
        (LIFE + "a,7,opne,2026-03-01,2026-03-09\n", "line 2: column action: 'opne' is not open, close or reopen"),
        ("dataset,hours,event\na,-1,1\n", "line 2: column hours: '-1' is not a duration"),
        ("dataset,hours,event\na,1,2\n", "line 2: column event: '2' is not 0"),
        ("dataset,hours,event\na,1,1\na,1,1,1,1\n", "line 3: not CSV in UTF-8"),
        ("dataset,hours,event,hours\na,1,1,1\n", "column 'hours' is there twice"),
        ("", "no column 'dataset'"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_with_file_line_and_column(tmp_path, text, says):
    (tmp_path / "bad.csv").write_text(text, encoding="utf-8")
    with pytest.raises(TimelinessError) as error:
        case_counts(tmp_path / "bad.csv")
    assert str(error.value).startswith(str(tmp_path / "bad.csv")) and says in str(error.value)


def test_a_file_of_another_encoding_is_refused(tmp_path):
    (tmp_path / "gb.csv").write_text("dataset,hours,event\n莱芜,1,1\n", encoding="gb18030")
    with pytest.raises(TimelinessError, match="line 2: not CSV in UTF-8"):
        case_counts(tmp_path / "gb.csv")


def test_marks_of_other_programs_are_taken(tmp_path):
    text = '\ufeff,Dataset,Category ,Hours,Event\r\n0,"a, b",x,1,1.0\r\n\r\n1,"a, b",,2,0\r\n'
    (tmp_path / "c.csv").write_bytes(text.encode())
    rows = case_counts(tmp_path / "c.csv")
    assert rows[["dataset", "hours", "closed", "open"]].to_numpy().tolist() == [
        ["a, b", 1.0, 1, 0],
        ["a, b", 2.0, 0, 1],
    ]


def test_the_line_is_the_files_own_however_far_down_and_whatever_lies_between(tmp_path):
    body = "a,1,1\n" * 300_000 + '\n"a\nb",1,1\na,oops,1\n'
    (tmp_path / "long.csv").write_text("dataset,hours,event\n" + body, encoding="utf-8")
    with pytest.raises(TimelinessError, match=r"line 300005: column hours: 'oops'"):
        case_counts(tmp_path / "long.csv")


def test_what_goes_wrong_is_one_line_and_exit_code_1(tmp_path):
    command = [
        sys.executable,
        "-m",
        "analytics.timeliness",
        "km",
        str(tmp_path / "no.csv"),
        "--out",
        str(tmp_path / "a"),
    ]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 1 and ran.stdout == ""
    assert ran.stderr.startswith("error: ") and len(ran.stderr.splitlines()) == 1
