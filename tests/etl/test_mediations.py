"""Mediations come in by their shipped profile: found by code or name, in our words, and checked."""

import pytest

from etl.draft import draft
from settings import REFERENCE
from tests.etl.conftest import GRIDS, Site, box, feature, row, write_map

HEADER = "调解编号,受理时间,纠纷类型,申请人,网格编码,所属社区,所属镇街,调解层级,关联事件编号,办结时间,调解结果,履行情况"


@pytest.fixture
def ledger(mapped: Site) -> Site:
    """A mapped site that takes mediations as the shipped profile says, but as CSV."""
    text = (REFERENCE / "sources" / "mediations.toml").read_text(encoding="utf-8")
    mapped.profile("mediations", text.replace("../areas/code_crosswalk.csv", "old_codes.csv").replace("xlsx", "csv"))
    return mapped


def case(**cells: str) -> str:
    usual = {
        "调解编号": "TJ1", "受理时间": "2026-10-08 09:00", "纠纷类型": "邻里纠纷", "申请人": "丁明",
        "网格编码": "370116001001001", "所属社区": "东升社区", "所属镇街": "", "调解层级": "社区", "关联事件编号": "",
        "办结时间": "2026-10-12 16:00", "调解结果": "调解成功", "履行情况": "已履行",
    }  # fmt: skip
    return ",".join({**usual, **cells}.values())


def load(site: Site, *rows: str):
    path = site.folder / "矛盾调解台账.csv"
    path.write_text("\n".join(["台账", HEADER, *rows]) + "\n", encoding="utf-8")
    outcome = site.load(path)
    assert outcome.is_good, outcome.said
    return outcome.attempt


def test_a_mediation_is_found_by_code_else_name(ledger: Site):
    attempt = load(
        ledger,
        case(),
        case(调解编号="TJ2", 网格编码="371202001001001"),
        case(调解编号="TJ3", 网格编码=""),
        case(调解编号="TJ4", 网格编码="", 所属社区="没有的村"),
    )
    assert ledger.ask("select area_id, grid_id, located_by from mediation order by mediation_id") == [
        ("370116001001001", "370116001001001", "code"),
        ("370116001001001", "370116001001001", "code"),
        ("370116001001", None, "name"),
        (None, None, "none"),
    ]
    assert (attempt.rows_unlocated, attempt.rows_outside) == (1, 0)


def test_it_joins_its_incident_and_its_words_become_ours(ledger: Site):
    ledger.csv(row("SJ7"))
    load(
        ledger,
        case(关联事件编号="SJ7"),
        case(调解编号="TJ2", 办结时间="", 调解结果="调解中", 履行情况="", 调解层级="区"),
        case(调解编号="TJ3", 调解结果="调解不成", 履行情况=""),
        case(调解编号="TJ4", 调解结果="撤回申请", 履行情况="履行中"),
        case(调解编号="TJ5", 履行情况="未履行"),
    )
    assert ledger.ask(
        """select mediation_id, source_no, level, outcome, is_fulfilled
        from mediation left join incident using (incident_id) order by mediation_id"""
    ) == [
        ("mediations:TJ1", "SJ7", "community", "agreed", True),
        ("mediations:TJ2", None, "district", None, None),
        ("mediations:TJ3", None, "community", "failed", None),
        ("mediations:TJ4", None, "community", "withdrawn", None),
        ("mediations:TJ5", None, "community", "agreed", False),
    ]


WRONG = {
    "closed before it was opened": {"办结时间": "2026-10-08 08:00"},
    "opening time is missing": {"受理时间": ""},
    "unknown value of outcome": {"调解结果": "不了了之"},
    "unknown value of level": {"调解层级": "省"},
    "neither yes nor no": {"履行情况": "也许"},
}


def test_a_mediation_that_cannot_be_is_rejected_with_its_reason_and_without_its_parties(ledger: Site):
    rows = [case(**{"调解编号": f"TJ{number}", **cells}) for number, cells in enumerate(WRONG.values())]
    assert load(ledger, *rows).rows_rejected == len(WRONG)
    for reason, (reasons, text) in zip(
        WRONG, ledger.ask("select reasons, text from reject order by line"), strict=True
    ):
        assert reason in reasons[0] and len(reasons) == 1
        assert "丁明" not in text


def test_a_new_map_moves_mediations_too(ledger: Site):
    load(ledger, case(), case(调解编号="TJ2", 网格编码="370116001001002"))
    features = [feature(code, box(*GRIDS[code])) for code in list(GRIDS)[1:]]
    assert ledger.load(write_map(ledger.folder / "grids_2.geojson", features)).is_good
    assert ledger.ask("select area_id, grid_id, located_by from mediation order by mediation_id") == [
        ("370116001001", None, "code"),
        ("370116001001002", "370116001001002", "code"),
    ]


def test_the_draft_of_a_ledger_loads_it(ledger: Site):
    path = ledger.folder / "人民调解202610.csv"
    path.write_text("\n".join([HEADER, case(关联事件编号="SJ7")]) + "\n", encoding="utf-8")
    ledger.profile("drafted", draft(path))
    outcome = ledger.load(path)
    assert outcome.is_good and outcome.attempt.rows_loaded == 1, outcome.said
    assert ledger.ask("select incident_id, level, outcome, category, is_fulfilled, grid_id from mediation") == [
        ("grid_app:SJ7", "community", "agreed", "邻里纠纷", True, "370116001001001")
    ]
