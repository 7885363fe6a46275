"""The demo's files: what they promise, and a truth that says exactly where everything is."""

import csv
import gzip
import hashlib
import json
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import fastexcel
import numpy as np
import pandas as pd
import pytest
from chinese_calendar import is_workday

from etl.demo import make, mediations
from etl.demo.days import days_until
from etl.demo.make import DemoError, take_away
from etl.demo.matters import matters
from etl.profile import profiles
from settings import REFERENCE
from tests.etl.demos import SIZE, MadeDemo


@pytest.fixture(scope="module")
def told(made_demo: MadeDemo) -> list[tuple[str, int, int]]:
    return made_demo.told


@pytest.fixture(scope="module")
def demo(made_demo: MadeDemo) -> Path:
    return made_demo.folder


@pytest.fixture(scope="module")
def truth(demo: Path) -> dict[str, Any]:
    return json.loads((demo / "truth.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def records(demo: Path) -> dict[str, list[list[str]]]:
    """For each file its records as text, so that line n is `records[file][n - 1]`."""
    return {path.name: _records(path) for path in demo.glob("演示_*") if path.suffix != ".geojson"}


def _records(path: Path) -> list[list[str]]:
    if path.suffix == ".gz":
        return [[line] for line in gzip.decompress(path.read_bytes()).decode().splitlines()]
    if path.suffix == ".xlsx":
        sheet = fastexcel.read_excel(path).load_sheet(0, header_row=None, dtypes="string")
        return sheet.to_pandas().fillna("").astype(str).to_numpy().tolist()
    content = path.read_bytes()
    encoding = "utf-8-sig" if content.startswith(b"\xef\xbb\xbf") else "gb18030"
    return list(csv.reader(content.decode(encoding).splitlines()))


def _incidents(records: dict[str, list[list[str]]], word: str, header_at: int = 0) -> pd.DataFrame:
    parts = []
    for name, rows in sorted(records.items()):
        if word in name:
            header, *body = rows[header_at:]
            whole = [row for row in body if len(row) == len(header)]
            parts.append(pd.DataFrame(whole, columns=header))
    return pd.concat(parts, ignore_index=True)


def test_the_same_arguments_give_the_same_bytes_and_an_older_demo_goes_away(demo: Path, tmp_path: Path) -> None:
    for name in ("truth.json", "演示_网格上报_1999Q1.csv"):
        (tmp_path / name).write_text("{}", encoding="utf-8")
    make(tmp_path, **SIZE)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        path.name: path.read_bytes() for path in demo.iterdir()
    }


def test_another_seed_gives_other_files(truth: dict[str, Any], tmp_path: Path) -> None:
    other = make(tmp_path, **{**SIZE, "seed": 4})
    assert {file["sha256"] for file in other["files"]}.isdisjoint(file["sha256"] for file in truth["files"])


def test_every_file_is_listed_with_its_hash(demo: Path, truth: dict[str, Any]) -> None:
    on_disk = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in demo.glob("演示_*")}
    assert on_disk == {file["name"]: file["sha256"] for file in truth["files"]}
    assert truth["generator"] == "zhili demo"
    assert truth["arguments"]["until"] == "2026-10-12"


def test_each_file_is_taken_by_exactly_one_profile(demo: Path) -> None:
    known = profiles(REFERENCE / "sources")
    takers = {path.name: [profile.name for profile in known if profile.takes(path)] for path in demo.glob("演示_*")}
    assert all(len(names) == 1 for names in takers.values()), takers
    assert {names[0] for names in takers.values()} == {
        "grid_map", "grid_app", "hotline", "petition", "teams",
        "sensors", "sensor_readings", "sensor_alarms", "cameras", "camera_states", "patrols", "mediations",
    }  # fmt: skip
    assert not any(profile.takes(demo / "truth.json") for profile in known)


def test_every_column_a_profile_names_is_in_its_files(demo: Path, records: dict[str, list[list[str]]]) -> None:
    known = profiles(REFERENCE / "sources")
    for name, rows in records.items():
        profile = next(profile for profile in known if profile.takes(Path(name)))
        have = set(json.loads(rows[0][0])) if name.endswith(".gz") else set(rows[profile.file.header_row - 1])
        named = {
            column
            for theirs in profile.columns.values()
            for column in ([theirs] if isinstance(theirs, str) else theirs)
        }
        assert named <= have, (name, named - have)
    feature = json.loads((demo / "演示_网格地图.geojson").read_text(encoding="utf-8"))["features"][0]
    grid_map = next(profile for profile in known if profile.name == "grid_map")
    assert set(grid_map.columns.values()) <= set(feature["properties"])


def test_every_coded_word_is_mapped_by_its_profile(records: dict[str, list[list[str]]]) -> None:
    for profile in profiles(REFERENCE / "sources"):
        for column, mapping in profile.values.items():
            theirs = profile.columns[column]
            for name, rows in records.items():
                if name.startswith("演示_") and profile.takes(Path(name)) and not name.endswith(".gz"):
                    header = rows[profile.file.header_row - 1]
                    body = [row for row in rows[profile.file.header_row :] if len(row) == len(header)]
                    words = {row[header.index(str(theirs))].strip("　") for row in body} - {""}
                    assert words <= set(mapping), (name, column, words - set(mapping))


def test_incident_counts_are_as_asked(truth: dict[str, Any], records: dict[str, list[list[str]]]) -> None:
    assert sum(truth["incidents"].values()) == SIZE["incidents"]
    calls = _incidents(records, "热线工单", header_at=1)
    assert calls["工单编号"].nunique() >= truth["incidents"]["hotline"]  # and an empty one
    readings = sum(len(rows) for name, rows in records.items() if "物联读数" in name)
    assert truth["readings"] == SIZE["readings"]
    assert readings == SIZE["readings"] + sum(
        mark["kind"] == "same_row_twice" and ".gz" in mark["file"] for mark in truth["dirty_rows"]
    )


def test_about_one_row_in_a_hundred_is_dirty_and_every_kind_is_there(truth: dict[str, Any]) -> None:
    kinds = {mark["kind"] for mark in truth["dirty_rows"]}
    assert kinds >= {
        "date_slash", "date_chinese", "date_excel_serial", "full_width", "coordinates_swapped", "coordinates_zero",
        "coordinates_far_away", "old_area_code", "unknown_area_code", "formula_in_text", "closed_before_reported", "closed_days_later",
        "missing_number", "missing_reported_time", "year_1899", "year_2099", "stray_quote", "short_row", "same_row_twice",
        "superseded_row", "corrected_row", "corrected_export", "broken_json", "missing_value", "cleared_before_raised",
    }  # fmt: skip
    assert {mark["outcome"] for mark in truth["dirty_rows"]} == {"loaded", "rejected", "duplicate", "replaced"}
    incidents = [mark for mark in truth["dirty_rows"] if "网格上报_2" in mark["file"] and "更正" not in mark["file"]]
    assert 0.005 < len(incidents) / truth["incidents"]["grid_app"] < 0.02
    for word, rows in (("巡查记录", truth["patrols"]), ("矛盾调解", truth["mediations"])):
        assert 0.005 < sum(word in mark["file"] for mark in truth["dirty_rows"]) / rows < 0.06


ENDS_AT = {"巡查记录": 2, "矛盾调解": 13}
"""Which cell of a record holds its end, where it is not the seventh."""


def _looks_right(kind: str, cells: list[str], marked: str, file: str) -> bool:
    line = ",".join(cells)
    end = next((at for word, at in ENDS_AT.items() if word in file), 6)
    return {
        "date_slash": lambda: "/" in line,
        "date_chinese": lambda: "年" in line and "月" in line,
        "date_excel_serial": lambda: any(cell[:2] == "46" and "." in cell for cell in cells[1:2]),
        "full_width": lambda: "２０２６－" in line,
        "coordinates_swapped": lambda: any(cell.startswith("36.") for cell in cells[:-1]) and ",117." in line,
        "coordinates_zero": lambda: cells.count("0") >= 2,
        "coordinates_far_away": lambda: "-70.668512" in line,
        "old_area_code": lambda: "371202" in line or not any(cells[:4]),  # merged cells are written once
        "unknown_area_code": lambda: "370116999999999" in line,
        "formula_in_text": lambda: "=cmd|" in line,
        "closed_before_reported": lambda: cells[end] < cells[1],
        "closed_days_later": lambda: cells[end][:10] > cells[1][:10],
        "missing_number": lambda: cells[0] == "",
        "missing_reported_time": lambda: cells[1] == "",
        "year_1899": lambda: "1899" in line,
        "year_2099": lambda: "2099" in line,
        "stray_quote": lambda: marked in line,
        "short_row": lambda: len(cells) < 15,
        "superseded_row": lambda: marked in line,
        "corrected_row": lambda: "（更正）" in line,
        "corrected_export": lambda: "（复核后更正）" in line,
        "broken_json": lambda: not line.endswith("}"),
        "missing_value": lambda: '"value":null' in line,
        "cleared_before_raised": lambda: cells[5] < cells[3],
        "same_row_twice": lambda: marked in line,
    }[kind]()


def test_truth_points_at_lines_that_hold_what_it_says(
    truth: dict[str, Any], records: dict[str, list[list[str]]]
) -> None:
    assert truth["dirty_rows"]
    for mark in truth["dirty_rows"]:
        cells = records[mark["file"]][mark["line"] - 1]
        assert _looks_right(mark["kind"], cells, mark["number"], mark["file"]), (mark, cells)
        if mark["kind"] not in ("missing_number",):
            assert mark["number"] in ",".join(cells), (mark, cells)
        if mark["kind"] == "same_row_twice":
            assert records[mark["file"]][mark["same_as_line"] - 1] == cells


def test_a_stray_quote_stands_where_no_quote_may(demo: Path, truth: dict[str, Any]) -> None:
    marks = [mark for mark in truth["dirty_rows"] if mark["kind"] == "stray_quote"]
    assert marks
    for mark in marks:
        encoding = "utf-8-sig" if "信访登记" in mark["file"] else "gb18030"
        line = (demo / mark["file"]).read_bytes().decode(encoding).split("\r\n")[mark["line"] - 1]
        assert line.count('"') == 2
        assert ',"' in line and '",' not in line


def test_fengcheng_has_more_than_500_grid_workers_and_some_grids_have_gaps(
    truth: dict[str, Any], records: dict[str, list[list[str]]]
) -> None:
    assert truth["areas"]["fengcheng_grid_workers"] > 500
    roster = pd.DataFrame(records["演示_网格队伍.xlsx"][3:], columns=records["演示_网格队伍.xlsx"][2])
    roster["网格编码"] = roster["网格编码"].replace("", None).ffill()
    assert len(roster) == truth["team_members"]
    assert roster["网格编码"].nunique() == 1251
    in_fengcheng = roster["网格编码"].str[:9].isin(["370116001", "371202001"])
    assert (
        roster.loc[in_fengcheng, "岗位"].isin(["专职网格员", "兼职网格员"]).sum()
        == truth["areas"]["fengcheng_grid_workers"]
    )
    have = roster.groupby("网格编码")["岗位"].agg(set)
    for gap in truth["staffing_gaps"]:
        if gap["grid"] in have.index:
            assert have[gap["grid"]].isdisjoint(gap["missing"])
    lacking = sum(not {"网格长", "专职网格员", "网格警员", "兼职网格员"} <= roles for roles in have)
    assert 0 < lacking == len(truth["staffing_gaps"]) < 200


def test_most_grids_are_patrolled_on_most_workdays_and_the_planted_ones_hardly_ever(
    truth: dict[str, Any], records: dict[str, list[list[str]]]
) -> None:
    went = _incidents(records, "巡查记录")
    went = went[went["开始时间"].str.match(r"\d{4}-\d\d-\d\d ") & (went["开始时间"].str[:4] == "2026")].drop_duplicates(
        "巡查编号"
    )
    assert truth["patrols"] * 0.98 < len(went) <= truth["patrols"]
    day, grid = went["开始时间"].str[:10], went["网格编码"]
    assert day.min() == truth["patrols_from"] and day.max() == "2026-10-11"
    workdays = sum(is_workday(date.fromisoformat(each)) for each in day.unique())
    on = (
        went[[is_workday(date.fromisoformat(each)) for each in day]]
        .groupby(grid)["开始时间"]
        .agg(lambda t: t.str[:10].nunique())
    )
    seldom = [planted["grid"] for planted in truth["seldom_patrolled"]]
    assert (on.drop(seldom, errors="ignore") > workdays / 2).mean() > 0.9
    assert on.reindex(seldom, fill_value=0).sum() < 0.25 * workdays * len(seldom)


def test_whoever_patrols_has_a_post_in_that_grid(records: dict[str, list[list[str]]]) -> None:
    roster = pd.DataFrame(records["演示_网格队伍.xlsx"][3:], columns=records["演示_网格队伍.xlsx"][2])
    grid_of = dict(zip(roster["工号"], roster["网格名称"].replace("", None).ffill(), strict=True))
    went = _incidents(records, "巡查记录")
    assert (went["工号"].map(grid_of) == went["网格名称"]).all()


def test_mediation_succeeds_less_at_each_level_above_and_in_the_weak_town(demo: Path, truth: dict[str, Any]) -> None:
    seed, features = SIZE["seed"], json.loads((demo / "演示_网格地图.geojson").read_text(encoding="utf-8"))["features"]
    codes = [feature["properties"]["镇街编码"] for feature in features]
    place: Any = SimpleNamespace(grids=pd.DataFrame({"town_code": codes, "population": 1}))
    incidents = pd.DataFrame({"reported": pd.Series(dtype="datetime64[s]"), "leaf": pd.Series(dtype=int)})
    calendar = days_until(SIZE["until"], 700, seed)
    many = mediations.mediated(place, incidents.assign(grid=0, no=""), matters(), calendar, 20_000, seed)
    closed = many[many["closed"].notna()]
    agreed = (closed["outcome"] == "调解成功").groupby(closed["level"]).mean()
    assert agreed.is_monotonic_decreasing and agreed[0] > 0.85 and agreed[3] < 0.7
    (weak,) = truth["weak_mediation"]
    town = place.grids["town_code"].to_numpy()[closed["grid"]]
    rates = (closed["outcome"] == "调解成功").groupby(town).mean()
    assert rates.idxmin() == weak["town"]
    assert rates[weak["town"]] == pytest.approx(weak["factor"] * rates.drop(weak["town"]).mean(), rel=0.1)


def test_a_dispute_comes_to_mediation_after_it_was_reported(records: dict[str, list[list[str]]]) -> None:
    cases = _incidents(records, "矛盾调解", header_at=1)
    reports = _incidents(records, "网格上报").drop_duplicates("事件编号").set_index("事件编号")
    linked = cases[
        cases["关联事件编号"].isin(reports.index.drop("")) & cases["受理时间"].str.match(r"\d{4}-\d\d-\d\d ")
    ]
    assert len(linked) > 40
    of = reports.loc[linked["关联事件编号"]]
    assert (of["三级分类"].to_numpy() == linked["纠纷类型"].to_numpy()).all()
    assert (
        (of["上报时间"].to_numpy() < linked["受理时间"].to_numpy()) | of["上报时间"].str.startswith("2099").to_numpy()
    ).mean() > 0.97
    assert set(cases["调解结果"]) >= {"调解中", "调解成功", "调解不成", "撤回申请"}


def test_outbreaks_are_where_truth_says(truth: dict[str, Any], records: dict[str, list[list[str]]]) -> None:
    reports = _incidents(records, "网格上报").drop_duplicates("事件编号").set_index("事件编号")
    assert len(truth["outbreaks"]) >= 3
    for outbreak in truth["outbreaks"]:
        own = reports.loc[outbreak["incidents"]["grid_app"]]
        assert own["网格编码"].str.startswith(outbreak["area"]).all()
        assert (own["一级分类"] + "/" + own["二级分类"] + "/" + own["三级分类"] == outbreak["category"]).all()
        assert own["上报时间"].str[:10].between(outbreak["from"], outbreak["to"]).all()
        assert sum(len(numbers) for numbers in outbreak["incidents"].values()) == outbreak["extra"]


def test_trouble_of_each_kind_is_where_truth_says_and_goes_on_to_the_end(
    truth: dict[str, Any], records: dict[str, list[list[str]]]
) -> None:
    reports = _incidents(records, "网格上报").drop_duplicates("事件编号").set_index("事件编号")
    calls = _incidents(records, "热线工单", header_at=1).drop_duplicates("工单编号").set_index("工单编号")
    petitions = _incidents(records, "信访登记").drop_duplicates("登记编号").set_index("登记编号")
    told = {trouble["rule"]: trouble for trouble in truth["trouble"]}
    assert set(told) == {"repeats", "cluster", "chain", "crowd", "dispute"}
    assert {trouble["to"] for trouble in truth["trouble"]} == {"2026-10-11"}
    spot = reports.loc[told["repeats"]["incidents"]["grid_app"]]
    assert spot["网格编码"].nunique() == 1
    assert np.ptp(spot["经度"].astype(float)) < 0.0003
    assert reports.loc[told["cluster"]["incidents"]["grid_app"], "网格编码"].nunique() > 2
    chain = told["chain"]["incidents"]["hotline"]
    assert calls.loc[chain[1:], "重复工单号"].tolist() == chain[:-1]
    assert petitions.loc[told["crowd"]["incidents"]["petition"], "所属社区"].nunique() == 1
    quarrel = reports.loc[told["dispute"]["incidents"]["grid_app"], "网格编码"].iloc[0]
    ledger = _incidents(records, "矛盾调解", header_at=1)
    failed = ledger[(ledger["调解结果"] == "调解不成") & ledger["办结时间"].str.startswith("2026-09-22")]
    place = reports.loc[reports["网格编码"] == quarrel, "所属社区"].iloc[0]
    assert (failed["网格编码"].eq(quarrel) | failed["所属社区"].eq(place)).any()


def test_a_river_rises_at_the_end_and_all_cameras_of_a_community_are_dark(
    truth: dict[str, Any], records: dict[str, list[list[str]]]
) -> None:
    (gauge,) = truth["flooded_gauges"]
    lines = [line for name, rows in records.items() if name.endswith(".gz") for (line,) in rows if line.endswith("}")]
    every = [json.loads(line) for line in lines if gauge["sensor"] in line and '"time":"2026-' in line]
    own = [reading for reading in every if reading["value"] is not None]
    assert max(own, key=lambda reading: reading["time"])["value"] > 2.5
    assert max(reading["value"] for reading in own if reading["time"] < gauge["from"]) < 2.5
    states = pd.DataFrame(records["演示_视频状态.csv"][1:], columns=records["演示_视频状态.csv"][0])
    dark = states[states["点位编码"].isin(truth["dark_community"]["cameras"]) & (states["检查时间"] >= "2026-10-11 14")]
    assert set(dark["在线状态"]) == {"离线"}


def test_duplicates_across_channels_are_the_same_matter_nearby_and_soon_after(
    truth: dict[str, Any], records: dict[str, list[list[str]]]
) -> None:
    reports = _incidents(records, "网格上报").drop_duplicates("事件编号").set_index("事件编号")
    calls = _incidents(records, "热线工单", header_at=1).drop_duplicates("工单编号").set_index("工单编号")
    assert truth["duplicate_pairs"]
    for pair in truth["duplicate_pairs"]:
        report, call = reports.loc[pair["grid_app"]], calls.loc[pair["hotline"]]
        assert "/".join(report[["一级分类", "二级分类", "三级分类"]]) == call["诉求类型"]
        assert report["所属社区"] == call["所属社区"]
        assert datetime.fromisoformat(report["上报时间"]) < datetime.fromisoformat(call["受理时间"])


def test_silent_sensors_say_nothing_after_they_fell_silent(
    truth: dict[str, Any], records: dict[str, list[list[str]]]
) -> None:
    last: dict[str, str] = {}
    for name, rows in records.items():
        if name.endswith(".gz"):
            for (line,) in rows:
                if line.endswith("}") and '"time":"2026-' in line:
                    reading = json.loads(line)
                    last[reading["deviceId"]] = max(last.get(reading["deviceId"], ""), reading["time"])
    assert len(truth["silent_sensors"]) >= 2
    for silent in truth["silent_sensors"]:
        assert last[silent["sensor"]] < silent["since"]


def test_alarms_follow_from_the_readings(records: dict[str, list[list[str]]]) -> None:
    values = {}
    for name, rows in records.items():
        if name.endswith(".gz"):
            for (line,) in rows:
                if line.endswith("}"):
                    reading = json.loads(line)
                    values[reading["deviceId"], reading["time"].replace("/", "-")] = reading["value"]
    header, *register = records["演示_物联设备.csv"]
    threshold = {row[0]: float(row[header.index("告警阈值")]) for row in register}
    alarms = records["演示_物联告警.csv"][1:]
    assert len(alarms) > 20
    known = [alarm for alarm in alarms if values.get((alarm[1], alarm[3])) is not None]
    assert len(known) > 0.95 * len(alarms)  # a few readings were spoiled after the platform had seen them
    for _, sensor, _, raised, _, cleared in known:
        assert values[sensor, raised] >= threshold[sensor]
        if values.get((sensor, cleared)) is not None and cleared > raised:
            assert values[sensor, cleared] < threshold[sensor]


def test_stages_come_in_order_and_agree_with_the_status(
    truth: dict[str, Any], records: dict[str, list[list[str]]]
) -> None:
    dirty = {mark["number"] for mark in truth["dirty_rows"]}
    reports = _incidents(records, "网格上报")
    reports = reports[~reports["事件编号"].isin(dirty) & (reports["事件编号"] != "")]
    stages = reports[["上报时间", "受理时间", "派遣时间", "处置时间", "核实时间", "结案时间"]].replace("", None)
    come = stages.notna().to_numpy()
    words = ["已上报", "已受理", "已派遣", "已处置", "已核实", "已结案"]
    assert (come[:, 1:] <= come[:, :-1]).all()  # no stage without the one before
    assert reports["事件状态"].tolist() == [words[number - 1] for number in come.sum(axis=1)]
    assert set(reports["事件状态"]) >= {"已派遣", "已结案"}
    assert (stages.max() < "2026-10-12").all()
    for before, after in zip(stages.columns[:-1], stages.columns[1:], strict=True):
        both = stages[stages[after].notna()]
        assert (both[before] <= both[after]).all()


def test_small_matters_stay_in_the_grid(records: dict[str, list[list[str]]]) -> None:
    level = _incidents(records, "网格上报")["办结层级"].replace("", None).value_counts(normalize=True)
    assert level.index.tolist() == ["网格", "社区", "镇街", "区"]
    assert 0.4 < level["网格"] < 0.8


def test_texts_give_away_phones_and_id_numbers_so_that_masking_can_be_seen(records: dict[str, list[list[str]]]) -> None:
    text = _incidents(records, "网格上报")["事件描述"]
    assert text.str.contains(r"1\d{10}").mean() == pytest.approx(0.05, abs=0.025)
    assert text.str.contains(r"\d{17}[\dX]").sum() > 3


def test_a_demo_too_small_to_mean_anything_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DemoError, match="at least 14 days"):
        make(tmp_path, days=3)


def test_progress_is_told_step_by_step_and_every_step_ends(demo: Path, told: list[tuple[str, int, int]]) -> None:
    ends = {step: (done, total) for step, done, total in told}
    assert len(ends) >= 6
    assert all(done == total > 0 for done, total in ends.values())


def test_files_that_no_demo_made_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "演示_mine.csv").write_text("mine", encoding="utf-8")
    take_away(tmp_path)
    assert (tmp_path / "演示_mine.csv").exists()
