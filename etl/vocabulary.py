"""The words our tables use for states and ranks, and what exports commonly write for them."""

_LEVELS = {
    "网格": "grid", "网格级": "grid", "社区": "community", "村": "community", "社区/村": "community",
    "村居": "community", "社区级": "community", "村/社区": "community", "街道": "town", "镇": "town",
    "镇街": "town", "街道/镇": "town", "乡镇": "town", "街镇": "town", "镇街级": "town", "区": "district",
    "区级": "district", "区直部门": "district",
}  # fmt: skip
WORDS: dict[str, dict[str, dict[str, str]]] = {
    "incidents": {
        "status": {
            "上报": "reported", "已上报": "reported", "待受理": "reported", "新建": "reported", "未受理": "reported",
            "受理": "accepted", "已受理": "accepted", "立案": "accepted", "已立案": "accepted", "待派遣": "accepted",
            "派遣": "dispatched", "已派遣": "dispatched", "处置中": "dispatched", "处理中": "dispatched",
            "办理中": "dispatched", "已派单": "dispatched", "待处置": "dispatched", "转办": "dispatched",
            "挂起": "dispatched", "已挂起": "dispatched", "暂停": "dispatched", "已暂停": "dispatched", "中止": "dispatched",
            "延期": "dispatched", "已延期": "dispatched", "延期中": "dispatched",
            "已处置": "settled", "处置完成": "settled", "已办理": "settled", "待核实": "settled", "已处理": "settled",
            "核实": "verified", "已核实": "verified", "待结案": "verified",
            "结案": "closed", "已结案": "closed", "办结": "closed", "已办结": "closed", "已归档": "closed",
        },
        "channel": {
            "网格员上报": "grid_app", "网格上报": "grid_app", "网格员": "grid_app", "网格APP": "grid_app",
            "12345热线": "hotline", "热线": "hotline", "12345": "hotline", "电话": "hotline", "信访": "petition",
            "微信": "wechat", "公众号": "wechat", "传感器": "sensor", "物联感知": "sensor", "视频": "video",
            "视频巡查": "video", "巡查": "patrol", "网站": "web", "网络": "web", "互联网": "web",
        },
        "settled_level": _LEVELS,
        "satisfaction": {
            "满意": "satisfied", "非常满意": "satisfied", "基本满意": "neutral", "一般": "neutral",
            "不满意": "dissatisfied", "非常不满意": "dissatisfied", "未评价": "", "无": "", "未回访": "",
        },
    },
    "teams": {
        "role": {
            "网格长": "grid_chief", "专职网格员": "grid_worker", "网格员": "grid_worker", "网格警员": "grid_police",
            "网格民警": "grid_police", "辅警": "grid_police", "网格辅警": "grid_police", "社区民警": "grid_police",
            "兼职网格员": "part_time_worker", "社会力量": "social_force", "志愿者": "social_force",
        },
    },
    "mediations": {
        "level": _LEVELS,
        "outcome": {
            "调解成功": "agreed", "成功": "agreed", "达成协议": "agreed", "已达成协议": "agreed", "已化解": "agreed",
            "调解失败": "failed", "调解不成": "failed", "调解不成功": "failed", "失败": "failed", "未达成协议": "failed",
            "撤回": "withdrawn", "撤回申请": "withdrawn", "已撤回": "withdrawn", "当事人撤回": "withdrawn",
            "调解中": "", "正在调解": "", "未结": "",
        },
        "is_fulfilled": {"已履行": "true", "未履行": "false", "部分履行": "false", "履行中": "", "未到期": ""},
    },
    "sensors": {
        "kind": {
            "垃圾桶": "bin", "垃圾箱": "bin", "智能垃圾桶": "bin", "满溢监测": "bin", "垃圾满溢": "bin",
            "河道围栏": "river_fence", "电子围栏": "river_fence", "防溺水": "river_fence", "防溺水围栏": "river_fence",
            "水位计": "level_gauge", "水位": "level_gauge", "水位监测": "level_gauge", "烟感": "smoke",
            "烟雾报警器": "smoke", "烟感报警器": "smoke", "烟雾": "smoke",
        },
        "unit": {"%": "percent", "百分比": "percent", "米": "m", "个": "count", "次": "count", "人次": "count"},
    },
    "readings": {"unit": {"%": "percent", "百分比": "percent", "米": "m", "个": "count", "次": "count"}},
    "alarms": {"kind": {"满溢": "overflow", "入侵": "intrusion", "闯入": "intrusion", "水位超限": "flood", "烟雾": "smoke"}},
}  # fmt: skip
ALLOWED: dict[tuple[str, str], tuple[str, ...]] = {
    ("incidents", "status"): ("reported", "accepted", "dispatched", "settled", "verified", "closed"),
    ("incidents", "settled_level"): ("grid", "community", "town", "district"),
    ("incidents", "satisfaction"): ("satisfied", "neutral", "dissatisfied"),
    ("mediations", "level"): ("grid", "community", "town", "district"),
    ("mediations", "outcome"): ("agreed", "failed", "withdrawn"),
    ("teams", "role"): ("grid_chief", "grid_worker", "grid_police", "part_time_worker", "social_force"),
}
"""Columns where no other word has a meaning; a row with another one is rejected."""
