"""Made-up people and what they write: names, phone numbers, ID numbers, titles and descriptions. Nobody real."""

import numpy as np
import pandas as pd

_SURNAMES = list(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎亓"
)
_GIVEN = [
    "建国",
    "秀英",
    "志强",
    "桂兰",
    "伟",
    "芳",
    "磊",
    "静",
    "洋",
    "敏",
    "军",
    "丽",
    "涛",
    "娟",
    "超",
    "艳",
    "明",
    "霞",
    "勇",
    "玲",
    "鹏",
    "婷",
    "斌",
    "雪",
    "浩然",
    "子涵",
    "文博",
    "雨欣",
    "德厚",
    "玉珍",
    "振华",
    "春梅",
    "立新",
    "海燕",
    "庆丰",
    "淑华",
]
_SPOTS = {
    "城市": [
        "{n}号楼东侧",
        "{n}号楼南侧",
        "小区北门",
        "小区东门",
        "{n}单元门口",
        "{n}号沿街门市",
        "农贸市场门口",
        "幼儿园对面",
        "公交站旁",
        "地下车库入口",
        "健身广场",
        "菜鸟驿站旁",
        "社区服务中心门口",
        "{n}号楼楼道",
    ],
    "农村": [
        "村委会西侧",
        "村口大桥旁",
        "{n}号院门前",
        "文化广场",
        "村东头",
        "村西胡同",
        "主街中段",
        "灌溉渠旁",
        "村南地头",
        "卫生室门口",
        "学校路口",
        "{n}号院屋后",
    ],
    "山区": [
        "村北山脚",
        "水库路口",
        "村口大桥旁",
        "{n}号院门前",
        "进山路口",
        "河道转弯处",
        "文化广场",
        "村西坡",
        "果园路旁",
        "村委会门口",
        "盘山路段",
        "塘坝边",
    ],
}
_OPENINGS = [
    "网格员巡查发现",
    "网格员走访时发现",
    "巡查途中发现",
    "居民当面反映",
    "群众微信反映",
    "日常排查发现",
    "入户走访时居民反映",
]
_CALLS = ["来电人反映", "市民来电称", "来电咨询并反映", "来电人再次来电反映", "市民投诉"]
_SINCE = [
    "已有一周左右",
    "从昨天开始",
    "持续半个多月",
    "今天早上发现",
    "近三天一直如此",
    "多次出现",
    "前天夜里开始",
    "已两个多月",
]
_WISHES = [
    "请尽快处理",
    "希望相关部门核实处理并回复",
    "已拍照上传，请派人处理",
    "请安排人员现场查看",
    "希望给出解决时限",
    "已现场劝导，需部门跟进",
]
_WITHOUT_FINDS = [
    "巡查一切正常未发现问题",
    "辖区秩序良好无异常情况",
    "已走访重点人群情况稳定",
    "重点部位安全检查无隐患",
]
_WITH_FINDS = [
    "发现问题已拍照上报平台",
    "发现隐患已现场劝导整改",
    "发现问题已上报并持续跟进",
    "部分问题已当场处置其余上报",
]
_QUARRELS = {
    "邻里纠纷": "漏水和公共通道占用问题",
    "婚姻家庭纠纷": "赡养和家庭财产问题",
    "债务纠纷": "借款到期未还问题",
    "劳资纠纷": "工资拖欠问题",
    "宅基地纠纷": "宅基地边界问题",
    "承包纠纷": "承包地流转费问题",
    "物业纠纷": "物业收费和服务质量问题",
    "损害赔偿纠纷": "碰撞受损后的赔偿数额",
}
_DISPUTES = [
    "产生争执，申请调解。",
    "多次协商未果，要求居中调解。",
    "发生口角，经网格员劝导后同意调解。",
    "各执一词，由社区引导前来调解。",
]


def names(n: int, rng: np.random.Generator) -> np.ndarray:
    """Names of people who do not exist."""
    return _pick(_SURNAMES, n, rng) + _pick(_GIVEN, n, rng)


def phones(n: int, rng: np.random.Generator) -> np.ndarray:
    """Numbers in the form of mobile phones."""
    head = _pick(
        [
            "130",
            "131",
            "132",
            "135",
            "136",
            "137",
            "138",
            "139",
            "150",
            "151",
            "152",
            "155",
            "156",
            "158",
            "159",
            "176",
            "178",
            "182",
            "185",
            "186",
            "187",
            "188",
            "199",
        ],
        n,
        rng,
    )
    return head + np.char.mod("%08d", rng.integers(0, 100_000_000, n)).astype(object)


def id_numbers(n: int, rng: np.random.Generator) -> np.ndarray:
    """Numbers in the form of an ID card, check digit and all."""
    born = np.datetime64("1945-01-01") + rng.integers(0, 22_000, n).astype("timedelta64[D]")
    body = [
        f"371202{str(day).replace('-', '')}{serial:03d}"
        for day, serial in zip(born, rng.integers(1, 999, n), strict=True)
    ]
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return np.array(
        [text + "10X98765432"[sum(int(d) * w for d, w in zip(text, weights, strict=True)) % 11] for text in body],
        dtype=object,
    )


def spots(kinds: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A spot in words for each grid kind, e.g. `3号楼东侧`."""
    result = np.empty(len(kinds), dtype=object)
    for kind, choices in _SPOTS.items():
        own = np.flatnonzero(kinds == kind)
        numbers = rng.integers(1, 36, len(own))
        result[own] = [
            spot.format(n=number) for spot, number in zip(_pick(choices, len(own), rng), numbers, strict=True)
        ]
    return result


def phrases(leaves: pd.DataFrame, leaf: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """What is wrong, in words, for each incident's leaf of the category tree."""
    options = [says.split("|") for says in leaves["says"]]
    turn = rng.integers(0, 12, len(leaf))
    return np.array(
        [options[index][number % len(options[index])] for index, number in zip(leaf, turn, strict=True)], dtype=object
    )


def descriptions(where: np.ndarray, phrase: np.ndarray, is_call: bool, rng: np.random.Generator) -> np.ndarray:
    """Full texts; about one in sixteen gives away a name, a phone number or an ID number, as real ones do."""
    n = len(where)
    opening = _pick(_CALLS if is_call else _OPENINGS, n, rng)
    text = opening + "：" + where + phrase + "，" + _pick(_SINCE, n, rng) + "。" + _pick(_WISHES, n, rng) + "。"
    leak = rng.random(n)
    for low, high, make in (
        (0.0, 0.03, lambda k: "联系人" + names(k, rng) + "，电话" + phones(k, rng) + "。"),
        (0.03, 0.05, lambda k: "可拨打" + phones(k, rng) + "联系。"),
        (0.05, 0.0625, lambda k: "当事人" + names(k, rng) + "，身份证号" + id_numbers(k, rng) + "。"),
    ):
        own = np.flatnonzero((leak >= low) & (leak < high))
        text[own] = text[own] + make(len(own))
    return text


def rounds(found: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """What a grid worker notes after a patrol, by how many incidents were found."""
    return np.where(found > 0, _pick(_WITH_FINDS, len(found), rng), _pick(_WITHOUT_FINDS, len(found), rng))


def quarrels(kinds: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """What two parties fell out over, in words, for each kind of dispute."""
    over = np.array([_QUARRELS[kind] for kind in kinds], dtype=object)
    return "双方因" + over + _pick(_DISPUTES, len(kinds), rng)


def _pick(choices: list[str], n: int, rng: np.random.Generator) -> np.ndarray:
    return np.array(choices, dtype=object)[rng.integers(0, len(choices), n)]
