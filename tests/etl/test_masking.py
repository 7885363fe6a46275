"""Masking: no phone number, ID number or name reaches a table; other numbers and words stay as they were."""

from collections.abc import Callable

import pytest

from etl.masking import without_persons
from settings import settings
from tests.etl.conftest import Site, row
from warehouse.masking import masked

Value = Callable[[str, str | None], object]


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("请联系13812345678谢谢", "13812345678"),
        ("电话 138-1234-5678", "1234-5678"),
        ("+86 13812345678", "13812345678"),
        ("座机(0531)76213456", "76213456"),
        ("座机（0531）76213456", "76213456"),
        ("138.1234.5678", "1234"),
        ("138—1234—5678", "1234"),
        ("371202 19800101 1234", "19800101"),
        ("老证371202800101123", "800101"),
        ("座机0634-6123456", "6123456"),
        ("座机 0531-88887777", "88887777"),
        ("身份证370116199001011234", "370116199001011234"),
        ("身份证37011619900101123X。", "37011619900101123X"),
        ("两个号13812345678、13987654321", "13987654321"),
        ("张先生反映", "张先生"),
        ("李建国女士来电", "李建国"),
        ("联系人：王小二，地址", "王小二"),
        ("我叫赵四，家住", "赵四"),
        ("姓名 刘翔", "刘翔"),
        ("联系人:欧阳娜娜", "欧阳娜娜"),
        ("１３８１２３４５６７８", "１３８１２３４５６７８"),
    ],
)
def test_personal_data_are_masked(value: Value, text: str, secret: str):
    assert secret not in str(value(masked("cell"), text))


@pytest.mark.parametrize(
    "text",
    ["编号20261001000123的路灯", "距离 1234567 米", "第370116001001001号网格", "垃圾桶已满溢", "工单RX2026092900001", "先生产后治理",
     "下午13:30到17:45", "117.654638,36.206914", "", None],
)  # fmt: skip
def test_other_texts_stay_as_they_are(value: Value, text: str | None):
    assert value(masked("cell"), text) == text


def test_a_masked_text_says_that_something_was_there(value: Value):
    assert value(masked("cell"), "张伟先生13812345678") == "张**先生***"


def test_nothing_personal_reaches_incidents_or_rejects(here: Site):
    here.csv(row(1, 标题="王女士13812345678反映"), row("", 标题="李四先生370116199001011234来电"))
    everything = str(here.ask("select * from incident")) + str(here.ask("select * from reject"))
    for secret in ("13812345678", "370116199001011234", "李四", "王女士"):
        assert secret not in everything
    assert "反映" in everything and "来电" in everything


def test_nothing_personal_reaches_reasons_or_other_columns(here: Site):
    here.csv(row(1, 网格编码="", 社区="杨庄村、王女士13812345678"), row(2, 上报时间="13812345678"))
    everything = str(here.ask("select * from incident")) + str(here.ask("select * from reject"))
    assert "13812345678" not in everything and "王女士" not in everything and "杨庄村" in everything


def test_a_person_in_a_record_of_the_wrong_width_is_hidden():
    assert "丁明" not in without_persons("1,丁明,x", ["编号", "状态", "反映人(必填)", "手机1"], ",")
    assert without_persons("1,办结,丁明,x", ["编号", "状态", "反映人(必填)", "备注"], ",") == "1,办结,丁**,x"


def test_a_file_without_a_header_shows_no_person(here: Site):
    path = here.folder / "grid_app.csv"
    path.write_text("朱德厚,13892133064\n")
    said = here.load(path).said
    assert "朱德厚" not in said and "13892133064" not in said and "look like data" in said


def test_masking_can_be_switched_off(here: Site, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ZHILI_MASK_PERSONAL_DATA", "false")
    settings.cache_clear()
    here.csv(row(1, 标题="王女士13812345678反映"))
    assert here.one("select title from incident") == "王女士13812345678反映"
