"""Patrols come in by their shipped profile: joined to the team, found in a grid, and checked."""

from pathlib import Path

import pytest

from etl.draft import draft
from etl.profile import ProfileError, read_profile
from settings import REFERENCE
from tests.etl.conftest import Site

HEADER = "巡查编号,开始时间,结束时间,网格编码,工号,巡查人,巡查里程(米),发现事件数"
TEAM = "\n".join(["网格编码,工号,岗位", "370116001001001,WG01,专职网格员"]) + "\n"


@pytest.fixture
def posted(mapped: Site) -> Site:
    """A mapped site that takes patrols as the shipped profile says, and has one team member."""
    for name, form in (("patrols", "csv"), ("teams", "xlsx")):
        text = (REFERENCE / "sources" / f"{name}.toml").read_text(encoding="utf-8")
        text = text.replace("../areas/code_crosswalk.csv", "old_codes.csv").replace('"xlsx"\nheader_row = 3', '"csv"')
        text = text.replace('since_on = "到岗日期"\n', "").replace('"gb18030"', '"utf-8"').replace(f".{form}", ".csv")
        mapped.profile(name, "\n".join(line for line in text.splitlines() if not line.startswith("fill_down")))
    path = mapped.folder / "网格队伍.csv"
    path.write_text(TEAM, encoding="utf-8")
    assert mapped.load(path).is_good
    return mapped


def patrol(**cells: str) -> str:
    usual = {
        "巡查编号": "XC1", "开始时间": "2026-10-08 08:00", "结束时间": "2026-10-08 09:10", "网格编码": "370116001001001",
        "工号": "WG01", "巡查人": "丁明", "巡查里程(米)": "3200", "发现事件数": "2",
    }  # fmt: skip
    return ",".join({**usual, **cells}.values())


def load(site: Site, *rows: str):
    path = site.folder / "巡查记录_2026Q4.csv"
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    outcome = site.load(path)
    assert outcome.is_good, outcome.said
    return outcome.attempt


def test_a_patrol_joins_the_team_member_who_went_and_the_grid(posted: Site):
    attempt = load(
        posted,
        patrol(),
        patrol(巡查编号="XC2", 网格编码="371202001001001"),
        patrol(巡查编号="XC3", 工号="", 结束时间=""),
        patrol(巡查编号="XC4", 网格编码="999999999999999"),
    )
    assert posted.ask(
        """select patrol_id, role, p.grid_id, epoch(ended_at - started_at) / 60, distance_m, found_count
        from patrol p left join team_member using (member_id) order by patrol_id"""
    ) == [
        ("patrols:XC1", "grid_worker", "370116001001001", 70, 3200, 2),
        ("patrols:XC2", "grid_worker", "370116001001001", 70, 3200, 2),
        ("patrols:XC3", None, "370116001001001", None, 3200, 2),
        ("patrols:XC4", "grid_worker", None, 70, 3200, 2),
    ]
    assert attempt.rows_unlocated == 1
    assert str(attempt.data_until) == "2026-10-08 00:00:00"  # UTC


WRONG = {
    "ended before it was started": {"结束时间": "2026-10-08 07:59"},
    "longer than 24 hours": {"结束时间": "2026-10-09 08:01"},
    "start time is missing": {"开始时间": ""},
    "distance is negative": {"巡查里程(米)": "-1"},
    "number of incidents found is negative": {"发现事件数": "-2"},
    "patrol_id is missing": {"巡查编号": ""},
}


def test_a_patrol_that_cannot_be_is_rejected_with_its_reason_and_without_its_name(posted: Site):
    rows = [patrol(**{"巡查编号": f"XC{number}", **cells}) for number, cells in enumerate(WRONG.values())]
    assert load(posted, *rows).rows_rejected == len(WRONG)
    for reason, (reasons, text) in zip(
        WRONG, posted.ask("select reasons, text from reject order by line"), strict=True
    ):
        assert reason in reasons[0] and len(reasons) == 1
        assert "丁明" not in text


def test_a_profile_must_say_whose_numbers_the_members_are(tmp_path: Path):
    path, text = tmp_path / "patrols.toml", (REFERENCE / "sources" / "patrols.toml").read_text(encoding="utf-8")
    path.write_text(text.replace('[refers]\nmember_id = "teams"\n', ""), encoding="utf-8")
    with pytest.raises(ProfileError, match=r"member_id holds another source's numbers; name that source in \[refers\]"):
        read_profile(path)
    path.write_text(text.replace("[refers]\n", '[refers]\ngrid_id = "teams"\n'), encoding="utf-8")
    with pytest.raises(ProfileError, match="grid_id of patrols holds no other source's numbers"):
        read_profile(path)


def test_the_draft_of_a_patrol_export_loads_it(posted: Site):
    path = posted.folder / "外勤202610.csv"
    path.write_text("\n".join([HEADER, patrol()]) + "\n", encoding="utf-8")
    posted.profile("walks", draft(path))
    outcome = posted.load(path)
    assert outcome.is_good and outcome.attempt.rows_loaded == 1, outcome.said
    assert posted.ask("select member_id, grid_id, found_count from patrol") == [("teams:WG01", "370116001001001", 2)]
