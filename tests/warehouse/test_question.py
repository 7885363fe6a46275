"""A person's own SQL reads the tables and nothing else."""

import json
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from settings import ROOT
from warehouse.connect import writer
from warehouse.errors import QuestionError
from warehouse.question import ask


@pytest.fixture
def two_loads(home: Path) -> Path:
    """A warehouse with one row at snapshot 2 and two at snapshot 3."""
    with writer() as connection:
        for number in (1, 2):
            connection.execute(
                "insert into team_member values (?, 'test', '371', 'grid_chief', null, ?)", [str(number), number]
            )
    return home


def run(*words: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "-m", "warehouse", *words], cwd=ROOT, capture_output=True, text=True)


def test_a_question_is_answered_as_of_a_snapshot(two_loads: Path):
    assert ask("select count(*) from team_member").fetchone() == (2,)
    assert ask("select count(*) from team_member", as_of=2).fetchone() == (1,)


@pytest.mark.parametrize(
    "sql",
    [
        "delete from team_member",
        "insert into team_member select * from team_member",
        "create table x (i int)",
        "copy team_member to '/tmp/x.csv'",
        "attach '/tmp/x.db'",
        "set enable_external_access = true",
        "select 1; drop table team_member",
        "call ducklake_expire_snapshots('wh')",
        "from ducklake_expire_snapshots('wh', versions => [1])",
        "from ducklake_cleanup_old_files('wh', cleanup_all => true)",
        "from ducklake_flush_inlined_data('wh')",
        "",
    ],
)
def test_anything_but_one_question_is_refused(two_loads: Path, sql: str):
    with pytest.raises((QuestionError, duckdb.Error)):
        ask(sql).fetchall()
    assert ask("select count(*) from team_member", as_of=2).fetchone() == (1,)


@pytest.mark.parametrize(
    "sql",
    ["from read_csv('/etc/passwd')", "from glob('/*')", "from query('select 1')", "from '/etc/passwd.csv'", "from sql"],
)
def test_a_question_cannot_reach_files_outside_the_lake(two_loads: Path, sql: str):
    with pytest.raises(QuestionError):
        ask(sql).fetchall()


def test_the_command_writes_csv_json_and_a_table(two_loads: Path):
    question = "select member_id, role from team_member order by member_id"
    assert run("sql", question, "--format", "csv").stdout.splitlines() == [
        "member_id,role",
        "1,grid_chief",
        "2,grid_chief",
    ]
    assert json.loads(run("sql", question, "--format", "json", "--as-of", "2").stdout) == [
        {"member_id": "1", "role": "grid_chief"}
    ]
    assert "grid_chief" in run("sql", question).stdout


def test_what_the_command_writes_for_a_spreadsheet_cannot_run_as_a_formula(two_loads: Path):
    written = run("sql", "select '=cmd|x' as a, '＝cmd' as b, -3 as c", "--format", "csv").stdout.splitlines()
    assert written[1] == "'=cmd|x,'＝cmd,-3"


@pytest.mark.parametrize(
    "question",
    [
        "from '{lake}/**/*.parquet'",
        "describe '{lake}/**/*.parquet'",
        "summarize '{lake}/**/*.parquet'",
        "select (select count(*) from '{lake}/x.parquet')",
        "with t as (from '{lake}/x.csv') from t",
        'from "{lake}/x".parquet',
    ],
)
def test_a_question_cannot_read_the_lakes_own_files(two_loads: Path, question: str):
    with pytest.raises(QuestionError, match="no files"):
        ask(question.format(lake=two_loads / "lake" / "files")).fetchall()


def test_json_holds_what_json_has_no_type_for(two_loads: Path):
    question = """select 'a1000000-0000-0000-0000-000000000000'::uuid as u, bit '101' as b, 'ab'::blob as x, 1 as u,
        'nan'::double as n, timestamp '2026-01-01 10:00:00' as t, [1.5::decimal(4, 1)] as l"""
    assert json.loads(run("sql", question, "--format", "json").stdout) == [
        {"u": "a1000000-0000-0000-0000-000000000000", "b": "101", "x": "6162", "u_1": 1, "n": None,
         "t": "2026-01-01T10:00:00", "l": [1.5]}
    ]  # fmt: skip


def test_a_refused_question_is_one_line_and_exit_code_1(two_loads: Path):
    answer = run("sql", "drop table team_member")
    assert answer.returncode == 1
    assert len(answer.stderr.strip().splitlines()) == 1
    answer = run("sql", "select nonsense from team_member")
    assert answer.returncode == 1
    assert len(answer.stderr.strip().splitlines()) == 1
    assert "nonsense" in answer.stderr and "Traceback" not in answer.stderr
