"""What columns of unknown exports are probably called, kind by kind: used only to draft profiles for people to check."""

import re
from dataclasses import dataclass

import pyarrow as pa


@dataclass(frozen=True)
class KindColumns:
    """Of one kind: our columns that make a row unique, and patterns of what exports call each column."""

    key: tuple[str, ...]
    patterns: dict[str, str]


_RECORDED = {
    "recorded_grid": r"网格(编码|编号|代码|名称)?$|grid", "recorded_community": r"社区|村居|所属村|community|neighbou?rhood",
    "recorded_town": r"街道|镇街|乡镇|街镇|所属镇|town",
}  # fmt: skip
_PLACE = {
    "lon": r"经度|^(lon|lng|longitude|x)$|_lon$|_lng$|坐标x", "lat": r"纬度|^(lat|latitude|y)$|_lat$|坐标y", **_RECORDED,
}  # fmt: skip
KIND_COLUMNS: dict[str, KindColumns] = {
    "incidents": KindColumns(
        ("source_no",),
        {
            "source_no": r"(事件|工单|案件|信访|登记|留言|受理)?(编号|单号|流水号)$|request.?(num|no)|^id$|_id$|case.?(no|id)",
            "reported_at": r"(上报|来电|登记|留言|发生|创建|反映|来信|来访|诉求)(时间|日期)|creat.*(date|time)|report.*(date|time)|open.*date",
            "accepted_at": r"(受理|立案)(时间|日期)|accept", "dispatched_at": r"(派遣|派单|转派|转办|交办)(时间|日期)|dispatch",
            "settled_at": r"(处置|办结|处理|完成)(时间|日期)", "verified_at": r"(核实|回访|核查)(时间|日期)",
            "closed_at": r"(结案|归档|答复|关闭)(时间|日期)|clos.*date|complet.*date", "due_at": r"时限|期限|应结|截止|due",
            "paused_at": r"(挂起|暂停|中止)(时间|日期)|paus|suspend", "resumed_at": r"(恢复|解挂|继续)(时间|日期)|resum",
            "extended_until": r"延期(至|到)|extended.?(to|until)",
            "urgency": r"紧急程度|紧急等级|urgen|priority",
            "title": r"标题|主题|title|subject", "description": r"描述|内容|详情|description",
            "reply": r"答复(意见|内容)|回复|reply", "category": r"分类|类型|类别|category|type",
            "channel": r"渠道|来源|方式|method|channel", "department": r"部门|单位|agency|department",
            "status": r"状态|status", "satisfaction": r"满意", "reopened_count": r"返工|重办", **_PLACE,
        },
    ),
    "teams": KindColumns(
        ("member_id",),
        {
            "member_id": r"工号|人员编号|编号|staff|member", "role": r"岗位|职务|角色|role",
            "since_on": r"(到岗|任职|入职|上岗)(时间|日期)?|since", "recorded_grid": _PLACE["recorded_grid"],
        },
    ),
    "patrols": KindColumns(
        ("patrol_id",),
        {
            "patrol_id": r"(巡查|巡逻|记录)?(编号|单号|流水号)$|patrol.?(no|id)|^id$", "member_id": r"工号|人员编号|staff|member",
            "started_at": r"开始(时间|日期)?|start", "ended_at": r"结束(时间|日期)?|end", "distance_m": r"里程|距离|distance",
            "found_count": r"(发现|上报).*(数|件)|found", **_RECORDED,
        },
    ),
    "mediations": KindColumns(
        ("mediation_id",),
        {
            "mediation_id": r"(调解|纠纷|案件)(编号|单号|号)$|mediation.?(no|id)|^id$", "incident_id": r"(事件|工单)(编号|单号)|incident",
            "category": r"(纠纷)?(类型|类别|分类)|category|type", "level": r"层级|级别|level",
            "opened_at": r"(受理|登记|申请)(时间|日期)|open", "closed_at": r"(办结|结束|结案|调结)(时间|日期)|clos",
            "outcome": r"结果|outcome|result", "is_fulfilled": r"履行|fulfil", **_RECORDED,
        },
    ),
    "sensors": KindColumns(
        ("sensor_id",),
        {
            "sensor_id": r"设备(编号|编码|号|id)|传感器(编号|id)|sensor|device", "kind": r"类型|种类|kind|type",
            "name": r"名称|name", "unit": r"单位|unit", "threshold": r"阈值|threshold", "every_minutes": r"周期|频率|间隔|interval",
            "installed_on": r"安装(时间|日期)|install", **_PLACE,
        },
    ),
    "readings": KindColumns(
        ("sensor_id", "measured_at"),
        {
            "sensor_id": r"设备(编号|编码|号|id)|传感器|测站|sensor|device|station|container",
            "measured_at": r"时间|time|date", "value": r"数值|读数|监测值|水位|满溢|^值$|value|level|percent|fill",
            "unit": r"单位|unit",
        },
    ),
    "alarms": KindColumns(
        ("alarm_id",),
        {
            "alarm_id": r"告警(编号|号|id)|报警(编号|号)|alarm", "sensor_id": r"设备|传感器|sensor|device", "kind": r"类型|kind|type",
            "raised_at": r"(告警|报警|发生)时间|raised", "acknowledged_at": r"(确认|响应|接警)时间|ack",
            "cleared_at": r"(解除|恢复|消除)时间|clear",
        },
    ),
    "cameras": KindColumns(
        ("camera_id",),
        {
            "camera_id": r"(点位|摄像机|摄像头|设备|国标)(编号|编码|号|id)|camera", "name": r"名称|name",
            "owner": r"(建设|权属|管理|所属)单位|owner", "installed_on": r"安装(时间|日期)|install", **_PLACE,
        },
    ),
    "camera_states": KindColumns(
        ("camera_id", "seen_at"),
        {
            "camera_id": r"(点位|摄像机|摄像头|设备|国标)(编号|编码|号|id)|camera", "seen_at": r"时间|time|date",
            "is_online": r"在线|online|状态", "has_frame": r"画面|图像|frame",
        },
    ),
    "areas": KindColumns(
        ("area_id",),
        {
            "area_id": r"(网格|区划)?(编码|编号|代码)|code|^id$|_id$|num", "name": r"名称|name", "kind": r"类型|kind",
            "population": r"人口|population", "community_id": r"(社区|村)(编码|代码)", "community_name": r"社区|村居",
            "town_id": r"(街道|镇街|乡镇)(编码|代码)", "town_name": r"街道|镇街|乡镇",
        },
    ),
}  # fmt: skip
TELLING = {
    "teams": r"岗位|到岗|工号", "patrols": r"巡查|巡逻|里程|patrol", "mediations": r"调解|纠纷|履行|mediat", "alarms": r"告警|报警|alarm", "camera_states": r"在线.*|画面|online", "cameras": r"摄像|视频|国标|camera",
    "sensors": r"阈值|安装|传感器|sensor", "readings": r"读数|监测值|满溢|水位|value|fill|level", "incidents": r"工单|事件|诉求|上报|request|结案",
}  # fmt: skip


def kind_of(form: str, columns: list[str], rows: pa.Table) -> str:
    """The kind whose columns are found most completely; map files of outlines are areas."""
    if form in ("geojson", "shapefile") and not any(rows["@lon"].to_pylist()):
        return "areas"
    scores = {
        kind: len(best_guess(kind, columns, rows)) / len(shape.patterns)
        + sum(bool(re.search(TELLING.get(kind, "^$"), name, re.IGNORECASE)) for name in columns)
        + 0.1 * len(best_guess(kind, columns, rows))
        for kind, shape in KIND_COLUMNS.items()
        if kind != "areas"
    }
    return max(scores, key=lambda kind: scores[kind])


def best_guess(kind: str, columns: list[str], rows: pa.Table) -> dict[str, str]:
    """Our column → their column, each of theirs used once."""
    guesses: dict[str, str] = {}
    if "@lon" in columns and any(rows["@lon"].to_pylist()):
        guesses |= {"lon": "@lon", "lat": "@lat"} if "lon" in KIND_COLUMNS[kind].patterns else {}
    for ours, pattern in KIND_COLUMNS[kind].patterns.items():
        free = [name for name in columns if name not in guesses.values() and ours not in guesses]
        found = next((name for name in free if re.search(pattern, name, re.IGNORECASE)), None)
        if found is not None:
            guesses[ours] = found
    return guesses
