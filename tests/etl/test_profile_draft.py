"""Drafts: what `python -m etl profile FILE` writes can be read back as a profile and loads the file it came from."""

from etl.draft import draft
from etl.profile import read_profile
from tests.etl.conftest import Site, row, write_csv, write_map


def test_the_draft_of_an_incident_export_loads_it(mapped: Site):
    path = write_csv(mapped.folder / "城管工单202610.csv", [row(1), row(2)], "gb18030")
    mapped.profile("drafted", draft(path))
    outcome = mapped.load(path)
    assert outcome.is_good and outcome.attempt.rows_loaded == 2, outcome.said
    assert mapped.ask("select distinct grid_id, located_by from incident") == [("370116001001001", "point")]


def test_a_draft_takes_next_months_file_too(mapped: Site):
    path = write_csv(mapped.folder / "城管工单202610.csv", [row(1)])
    mapped.profile("drafted", draft(path))
    profile = read_profile(mapped.settings.sources / "drafted.toml")
    assert profile.takes(path.with_name("城管工单202611.csv"))


def test_a_title_row_above_the_header_is_found(mapped: Site):
    path = write_csv(mapped.folder / "x.csv", [row(1)])
    path.write_text("网格事件导出,,,,,,,\n" + path.read_text())
    assert "header_row = 2" in draft(path)


def test_a_map_of_outlines_is_drafted_as_areas(mapped: Site):
    assert 'kind = "areas"' in draft(write_map(mapped.folder / "新图.geojson"))


def test_a_draft_shows_nothing_of_people(mapped: Site):
    path = mapped.folder / "x.csv"
    path.write_text("编号,上报时间,上报人,联系电话\n1,2026-10-01,丁明,15645358888\n")
    assert "丁明" not in draft(path) and "15645358888" not in draft(path)


def test_a_draft_shows_nothing_of_people_whatever_their_columns_are_called(mapped: Site):
    path = mapped.folder / "x.csv"
    path.write_text("编号,证件号,反映人(必填),tel,手机1,address,备注\n1,A1,丁明,B2,C3,D4,王女士15645358888\n")
    drafted = draft(path)
    assert not [secret for secret in ("A1", "丁明", "B2", "C3", "D4", "王女士", "15645358888") if secret in drafted]


def test_pauses_are_drafted_in_pairs_only_and_a_missing_due_time_is_pointed_out(mapped: Site):
    path = mapped.folder / "x.csv"
    path.write_text("编号,上报时间,挂起时间,恢复时间,延期至\n1,2026-10-01,2026-10-02,2026-10-03,\n")
    drafted = draft(path)
    assert all(f"{ours} = " in drafted for ours in ("paused_at", "resumed_at", "extended_until"))
    assert "[due] can say how it comes about" in drafted
    path.write_text("编号,上报时间,挂起时间,办理时限\n1,2026-10-01,2026-10-02,2026-10-03\n")
    drafted = draft(path)
    assert "paused_at = " not in drafted and "[due]" not in drafted
